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

// The program starts itself again as the server and as the load generator. This
// variable says which of them a process is.
const roleVariable = "BENCH_ROLE"

const noGuard = "no guard"

// servers are the handlers that the server process offers, in this order.
func servers() []guard {
	return []guard{
		{name: noGuard, build: func(_ context.Context, _ config, next http.Handler) (http.Handler,
			error) {
			return next, nil
		}},
		{name: oursCached, build: bearerguard(0), ours: true},
		{name: oursUncached, build: bearerguard(-1), ours: true},
		libraries[1],
	}
}

// The server process reads a serverSetup, and writes serverAddresses when it
// listens.
type serverSetup struct{ Issuer, JWKS, Audience, Alg string }

type serverAddresses struct {
	Guards []string
	CPU    string // responds with the processor time used, in nanoseconds
}

// serve is the server process. It ends at the end of its input.
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

// The load process reads a loadSetup per line. For each it writes the number of
// good responses.
type loadSetup struct {
	Address, Token string
	Connections    int
	Time           time.Duration
}

// load is the load generator's process. On each connection it sends the next
// request when the response to the one before has arrived.
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
	request := []byte("GET /v1/deals HTTP/1.1\r\nHost: api.example.com\r\n" +
		"Authorization: Bearer " + s.Token + "\r\n\r\n")
	end := []byte("\r\n\r\n")
	good := []byte("HTTP/1.1 200 OK\r\n")
	var responses atomic.Int64
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
				for !bytes.HasSuffix(buffer[:got], end) { // the responses have no body
					k, err := conn.Read(buffer[got:])
					if err != nil {
						fail(err)
						return
					}
					got += k
				}
				if !bytes.HasPrefix(buffer[:got], good) {
					fail(fmt.Errorf("response %.60q", buffer[:got]))
					return
				}
				n++
			}
			responses.Add(n)
		})
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	return responses.Load(), nil
}

// A child is another process of this program.
type child struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// startChild starts this program in a role, on the given core or, if core is
// negative, on all.
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

// A generator makes load with wrk if it is installed, otherwise with this program.
type generator struct {
	own  *child
	core int
}

func (g *generator) run(ctx context.Context, s loadSetup) (perSecond float64, n float64, err error) {
	if g.own == nil {
		args := []string{"wrk", "-t1", "-c" + strconv.Itoa(s.Connections),
			"-d" + strconv.Itoa(max(1, int(s.Time/time.Second))) + "s",
			"-H", "Authorization: Bearer " + s.Token, "http://" + s.Address + "/v1/deals"}
		if g.core >= 0 {
			args = append([]string{"taskset", "-c", strconv.Itoa(g.core)}, args...)
		}
		out, err := exec.CommandContext(ctx, args[0], args[1:]...).Output()
		if err != nil {
			return 0, 0, err
		}
		if bytes.Contains(out, []byte("Non-2xx")) {
			return 0, 0, fmt.Errorf("wrk received other responses than 200")
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
