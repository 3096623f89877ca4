package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// The program starts itself again for the server and for the load: this
// variable says which of them it is.
const roleVariable = "BENCH_ROLE"

const noGuard = "no guard"

// servers are the handlers that the server process offers, in this order.
func servers() []guard {
	return []guard{
		{name: noGuard, build: func(_ context.Context, _ config, next http.Handler) (http.Handler, error) { return next, nil }},
		{name: oursCached, build: ours(0), ours: true},
		{name: oursUncached, build: ours(-1), ours: true},
		rivals[1],
	}
}

// A serverSetup is what the server process reads, and serverAddresses what it
// writes when it listens.
type serverSetup struct{ Issuer, JWKS, Audience, Alg string }

type serverAddresses struct {
	Guards []string
	CPU    string // answers with the processor time used, in nanoseconds
}

// serve is the server process. It ends when its input does.
func serve() error {
	input := bufio.NewReader(os.Stdin)
	line, err := input.ReadBytes('\n')
	if err != nil {
		return err
	}
	var setup serverSetup
	if err := json.Unmarshal(line, &setup); err != nil {
		return err
	}
	c := config{issuer: setup.Issuer, jwks: setup.JWKS, audience: setup.Audience, alg: setup.Alg}
	empty := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	var addresses serverAddresses
	listen := func(h http.Handler) (string, error) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return "", err
		}
		go func() { _ = http.Serve(l, h) }()
		return l.Addr().String(), nil
	}
	for _, g := range servers() {
		h, err := g.build(context.Background(), c, empty)
		if err != nil {
			return err
		}
		address, err := listen(h)
		if err != nil {
			return err
		}
		addresses.Guards = append(addresses.Guards, address)
	}
	addresses.CPU, err = listen(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, int64(cpuTime()))
	}))
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(addresses); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, input)
	return err
}

// A loadSetup is what the load process reads, line by line. For each it writes
// the number of good answers.
type loadSetup struct {
	Address, Token string
	Connections    int
	Time           time.Duration
}

// load is the process of the load generator: on each connection it sends a
// request as soon as the one before is answered.
func load() error {
	input := json.NewDecoder(os.Stdin)
	for {
		var s loadSetup
		if err := input.Decode(&s); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		n, err := s.run()
		if err != nil {
			return err
		}
		fmt.Println(n)
	}
}

func (s *loadSetup) run() (int64, error) {
	request := []byte("GET /v1/deals HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: Bearer " + s.Token + "\r\n\r\n")
	end := []byte("\r\n\r\n")
	good := []byte("HTTP/1.1 200 OK\r\n")
	var answers atomic.Int64
	var failed atomic.Pointer[error]
	var wg sync.WaitGroup
	until := time.Now().Add(s.Time)
	for range s.Connections {
		wg.Go(func() {
			fail := func(err error) { failed.Store(&err) }
			conn, err := net.Dial("tcp", s.Address)
			if err != nil {
				fail(err)
				return
			}
			defer conn.Close()
			buffer := make([]byte, 4096)
			n := int64(0)
			for time.Now().Before(until) {
				if _, err := conn.Write(request); err != nil {
					fail(err)
					return
				}
				got := 0
				for !bytes.HasSuffix(buffer[:got], end) { // the answers have no body
					k, err := conn.Read(buffer[got:])
					if err != nil {
						fail(err)
						return
					}
					got += k
				}
				if !bytes.HasPrefix(buffer[:got], good) {
					fail(fmt.Errorf("answer %.60q", buffer[:got]))
					return
				}
				n++
			}
			answers.Add(n)
		})
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	return answers.Load(), nil
}

// A child is a process of this program, or one that loads the server.
type child struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// startChild starts this program in the role, on one core or on all if it is
// negative.
func startChild(ctx context.Context, role string, core int) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self)
	if core >= 0 {
		cmd = exec.CommandContext(ctx, "taskset", "-c", strconv.Itoa(core), self)
	}
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &child{cmd, in, bufio.NewReader(out)}, cmd.Start()
}

func (c *child) stop() {
	_ = c.in.Close()
	_ = c.cmd.Wait()
}

// A generator makes load: wrk if it is installed, else this program.
type generator struct {
	own  *child
	core int
}

func (g *generator) run(ctx context.Context, s loadSetup) (perSecond float64, n float64, err error) {
	if g.own == nil {
		args := []string{"wrk", "-t1", "-c" + strconv.Itoa(s.Connections), "-d" + strconv.Itoa(max(1, int(s.Time/time.Second))) + "s",
			"-H", "Authorization: Bearer " + s.Token, "http://" + s.Address + "/v1/deals"}
		if g.core >= 0 {
			args = append([]string{"taskset", "-c", strconv.Itoa(g.core)}, args...)
		}
		out, err := exec.CommandContext(ctx, args[0], args[1:]...).Output()
		if err != nil {
			return 0, 0, err
		}
		if bytes.Contains(out, []byte("Non-2xx")) {
			return 0, 0, fmt.Errorf("wrk met refusals")
		}
		for line := range strings.Lines(string(out)) {
			fields := strings.Fields(line)
			if len(fields) == 2 && fields[0] == "Requests/sec:" {
				perSecond, err = strconv.ParseFloat(fields[1], 64)
			}
			if len(fields) > 3 && fields[1] == "requests" {
				n, err = strconv.ParseFloat(fields[0], 64)
			}
		}
		return perSecond, n, err
	}
	if err := json.NewEncoder(g.own.in).Encode(s); err != nil {
		return 0, 0, err
	}
	line, err := g.own.out.ReadString('\n')
	if err != nil {
		return 0, 0, err
	}
	n, err = strconv.ParseFloat(strings.TrimSpace(line), 64)
	return n / s.Time.Seconds(), n, err
}

func serverCPU(address string) (float64, error) {
	r, err := http.Get("http://" + address)
	if err != nil {
		return 0, err
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(string(text), 64)
}

// throughput measures servers over loopback, in turns.
func (b *bench) throughput(ctx context.Context, f *field, w io.Writer) error {
	const connections = 32
	c := f.config("RS256")
	tool := "a load generator in Go"
	if _, err := exec.LookPath("wrk"); err == nil {
		tool = "wrk"
	}
	fmt.Fprintf(w, "\nLoad by %s, %d connections, turns of %v.\n", tool, connections, b.turn)
	for _, setting := range []struct {
		name                 string
		serverCore, loadCore int
		goal                 float64
	}{{"server and load share all cores", -1, -1, .95}, {"server pinned to one core", 0, 1, .9}} {
		if _, err := exec.LookPath("taskset"); err != nil && setting.serverCore >= 0 {
			fmt.Fprintf(w, "\n%s: left out, there is no taskset here.\n", setting.name)
			continue
		}
		if err := b.turns(ctx, w, c, tool, connections, setting.name, setting.serverCore, setting.loadCore, setting.goal); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) turns(ctx context.Context, w io.Writer, c config, tool string, connections int, name string, serverCore, loadCore int, goal float64) error {
	server, err := startChild(ctx, "server", serverCore)
	if err != nil {
		return err
	}
	defer server.stop()
	if err := json.NewEncoder(server.in).Encode(serverSetup{c.issuer, c.jwks, c.audience, c.alg}); err != nil {
		return err
	}
	var addresses serverAddresses
	line, err := server.out.ReadBytes('\n')
	if err != nil {
		return err
	}
	if err := json.Unmarshal(line, &addresses); err != nil {
		return err
	}
	g := &generator{core: loadCore}
	if tool != "wrk" {
		if g.own, err = startChild(ctx, "load", loadCore); err != nil {
			return err
		}
		defer g.own.stop()
	}
	all := servers()
	rates, shares, costs, saved := make([][]float64, len(all)), make([][]float64, len(all)), make([][]float64, len(all)), make([][]float64, len(all))
	for round := range b.turnRounds + 1 {
		var rate, cost []float64
		for k := range all {
			before, err := serverCPU(addresses.CPU)
			if err != nil {
				return err
			}
			perSecond, n, err := g.run(ctx, loadSetup{addresses.Guards[k], b.distinct["RS256"][0], connections, b.turn})
			if err != nil {
				return fmt.Errorf("%s: %w", all[k].name, err)
			}
			after, err := serverCPU(addresses.CPU)
			if err != nil {
				return err
			}
			rate, cost = append(rate, perSecond), append(cost, (after-before)/n/1000)
		}
		if round == 0 {
			continue // to warm up
		}
		for k := range all {
			rates[k], costs[k] = append(rates[k], rate[k]), append(costs[k], cost[k])
			shares[k], saved[k] = append(shares[k], rate[k]/rate[0]), append(saved[k], cost[0]/cost[k])
		}
	}
	fmt.Fprintf(w, "\n| %s | requests a second | of the one without a guard | half of the turns | server's µs a request | share by that |\n|---|---:|---:|---|---:|---:|\n", name)
	for k, g := range all {
		q := quartilesOf(shares[k])
		label := g.name
		if g.ours {
			label = "**" + label + "**"
		}
		fmt.Fprintf(w, "| %s | %.0f | %.1f%% | %.1f–%.1f%% | %.1f | %.1f%% |\n", label, median(rates[k]), 100*q.median, 100*q.q1, 100*q.q3,
			median(costs[k]), 100*median(saved[k]))
		if g.name == oursCached {
			b.goal("loopback throughput, "+name, q.median, -goal, fmt.Sprintf("%.3f–%.3f; %.3f by the server's processor time", q.q1, q.q3, median(saved[k])))
		}
		b.rates = append(b.rates, rateRow{name, g.name, median(rates[k]), g.ours})
	}
	return nil
}
