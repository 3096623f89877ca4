package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
)

// throughput measures the servers in turns, over loopback.
func (b *bench) throughput(ctx context.Context, l *workload, w io.Writer) error {
	const connections = 32
	c := l.config("RS256")
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
			fmt.Fprintf(w, "\n%s: left out, because taskset is not installed.\n", setting.name)
			continue
		}
		if err := b.turns(ctx, w, c, tool, connections, setting.name, setting.serverCore, setting.loadCore,
			setting.goal); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) turns(ctx context.Context, w io.Writer, c config, tool string, connections int, name string,
	serverCore, loadCore int, goal float64) error {
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
	rates, shares, times, saved := make([][]float64, len(all)), make([][]float64, len(all)), make([][]float64,
		len(all)), make([][]float64, len(all))
	for round := range b.turnRounds + 1 {
		var perSecond, micros []float64
		for k := range all {
			before, err := serverCPU(addresses.CPU)
			if err != nil {
				return err
			}
			got, n, err := g.run(ctx, loadSetup{addresses.Guards[k], b.distinct["RS256"][0], connections, b.turn})
			if err != nil {
				return fmt.Errorf("%s: %w", all[k].name, err)
			}
			after, err := serverCPU(addresses.CPU)
			if err != nil {
				return err
			}
			perSecond, micros = append(perSecond, got), append(micros, (after-before)/n/1000)
		}
		if round == 0 {
			continue // the first round warms up
		}
		for k := range all {
			rates[k], times[k] = append(rates[k], perSecond[k]), append(times[k], micros[k])
			shares[k], saved[k] = append(shares[k], perSecond[k]/perSecond[0]), append(saved[k], micros[0]/micros[k])
		}
	}
	fmt.Fprintf(w, "\n| %s | requests per second | of the server without a guard | half of the turns "+
		"| server's µs per request | share by that |\n", name)
	fmt.Fprintln(w, "|---|---:|---:|---|---:|---:|")
	for k, g := range all {
		q := quartilesOf(shares[k])
		label := g.name
		if g.ours {
			label = "**" + label + "**"
		}
		fmt.Fprintf(w, "| %s | %.0f | %.1f%% | %.1f–%.1f%% | %.1f | %.1f%% |\n", label, median(rates[k]),
			100*q.median, 100*q.q1, 100*q.q3,
			median(times[k]), 100*median(saved[k]))
		if g.name == oursCached {
			b.goal("loopback throughput, "+name, q.median, -goal,
				fmt.Sprintf("%.3f–%.3f; %.3f by the server's processor time", q.q1, q.q3, median(saved[k])))
		}
		b.figures.Throughput = append(b.figures.Throughput, rate{name, g.name, median(rates[k]), g.ours})
	}
	return nil
}
