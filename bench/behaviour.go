package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bearerguard/bearerguard/testutil"
)

// fetchers are the guards that fetch keys, one for each implementation.
func fetchers() []guard {
	all := []guard{{name: "bearerguard", build: bearerguard(0), ours: true}}
	for _, g := range libraries {
		if !g.static && g.keysOf == "" {
			all = append(all, g)
		}
	}
	return all
}

// An outcome is how a guard behaved.
type outcome struct {
	name             string
	ours             bool
	fetches          int
	flood            time.Duration
	lost             int // good requests after a rotation
	lostText         string
	lostHostile      int // the same, after a token with an unknown key ID
	lostHostileText  string
	failed           [3]string // good requests lost, by kind of failure
	start, startHang string
}

// behaviour measures what happens when the issuer rotates its keys or fails.
func (b *bench) behaviour(ctx context.Context, _ *workload, w io.Writer) error {
	all := fetchers()
	out := make([]outcome, len(all))
	for i, g := range all {
		out[i].name, out[i].ours = g.name, g.ours
		if err := b.flooded(ctx, g, &out[i]); err != nil {
			return err
		}
	}
	var wg sync.WaitGroup
	var failed atomic.Pointer[error]
	for i, g := range all {
		o := &out[i]
		for _, scene := range []func() error{
			func() (err error) { o.lost, o.lostText, err = b.rotated(ctx, g, false); return err },
			func() (err error) { o.lostHostile, o.lostHostileText, err = b.rotated(ctx, g, true); return err },
			func() (err error) { o.failed[0], err = b.down(ctx, g, respond500); return err },
			func() (err error) { o.failed[1], err = b.down(ctx, g, (*testutil.Issuer).Down); return err },
			func() (err error) { o.failed[2], err = b.down(ctx, g, hang); return err },
			func() (err error) { o.start, err = b.coldStart(ctx, g, false); return err },
			func() (err error) { o.startHang, err = b.coldStart(ctx, g, true); return err },
		} {
			wg.Go(func() {
				if err := scene(); err != nil {
					err = fmt.Errorf("%s: %w", g.name, err)
					failed.Store(&err)
				}
			})
		}
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	b.figures.Rotation.Requests = b.rotations
	for _, o := range out {
		b.figures.Rotation.Lost = append(b.figures.Rotation.Lost, loss{o.name, o.lostHostile, o.ours})
	}
	b.writeBehaviour(w, out)
	return nil
}

func (b *bench) writeBehaviour(w io.Writer, out []outcome) {
	fmt.Fprintf(w, "\n| | fetches for %d unknown key IDs | lost of %d requests after a rotation "+
		"| the same, after one token with an unknown key ID |\n", b.hostile, b.rotations)
	fmt.Fprintln(w, "|---|---:|---|---|")
	for _, o := range out {
		fmt.Fprintf(w, "| %s | %d (%v) | %s | %s |\n", o.label(), o.fetches, o.flood.Round(10*time.Millisecond),
			o.lostText, o.lostHostileText)
	}
	fmt.Fprintf(w, "\n| lost of %d good requests while the issuer "+
		"| responds 500 | refuses connections | hangs |\n", b.outage)
	fmt.Fprintln(w, "|---|---|---|---|")
	for _, o := range out {
		fmt.Fprintf(w, "| %s | %s | %s | %s |\n", o.label(), o.failed[0], o.failed[1], o.failed[2])
	}
	fmt.Fprint(w, "\n| at the start the issuer | refuses connections | hangs |\n|---|---|---|\n")
	for _, o := range out {
		fmt.Fprintf(w, "| %s | %s | %s |\n", o.label(), o.start, o.startHang)
	}
}

func (o *outcome) label() string {
	if o.ours {
		return "**" + o.name + "**"
	}
	return o.name
}

// flooded sends tokens with unknown key IDs, one after the other.
func (b *bench) flooded(ctx context.Context, g guard, o *outcome) error {
	t, ctx, err := newTrial(ctx, g)
	if err != nil {
		return err
	}
	defer t.close()
	if err := t.build(ctx); err != nil {
		return err
	}
	if !t.good(ctx) {
		return fmt.Errorf("a good token was rejected")
	}
	tokens := make([]string, b.hostile)
	for i := range tokens {
		tokens[i] = t.hostile(i)
	}
	before, start := t.issuer.KeyRequests(), time.Now()
	for _, token := range tokens {
		if code := t.send(ctx, token); code == http.StatusNoContent {
			return fmt.Errorf("a hostile token was accepted")
		}
	}
	o.flood = time.Since(start)
	o.fetches = t.issuer.KeyRequests() - before
	return nil
}

// rotated rotates the keys and sends good tokens of the new key. If hostile is
// set, a token with an unknown key ID comes before the rotation.
func (b *bench) rotated(ctx context.Context, g guard, hostile bool) (lost int, text string, err error) {
	t, ctx, err := newTrial(ctx, g)
	if err != nil {
		return 0, "", err
	}
	defer t.close()
	if err := t.build(ctx); err != nil {
		return 0, "", err
	}
	if !t.good(ctx) {
		return 0, "", fmt.Errorf("a good token was rejected")
	}
	if hostile {
		t.send(ctx, t.hostile(0))
	}
	t.issuer.Rotate()
	start := time.Now()
	var first atomic.Int64
	var missed atomic.Int64
	var wg sync.WaitGroup
	every(b.rotations, 10*time.Millisecond, func() {
		token := t.issuer.Mint(nil)
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
			defer cancel()
			if t.send(ctx, token) != http.StatusNoContent {
				missed.Add(1)
				return
			}
			first.CompareAndSwap(0, int64(time.Since(start)))
		})
	})
	wg.Wait()
	lost = int(missed.Load())
	text = fmt.Sprintf("%d, none accepted", lost)
	if d := time.Duration(first.Load()); d > 0 {
		text = fmt.Sprintf("%d, first accepted after %s", lost, short(d))
	}
	return lost, text, nil
}

func respond500(i *testutil.Issuer) { i.Fail(testutil.Fault{Status: 500}) }

func hang(i *testutil.Issuer) { i.Stall() }

// down makes the issuer fail after the guard has fetched its keys, and sends good
// tokens.
func (b *bench) down(ctx context.Context, g guard, fail func(*testutil.Issuer)) (string, error) {
	t, ctx, err := newTrial(ctx, g)
	if err != nil {
		return "", err
	}
	defer t.close()
	t.config.refresh = time.Second
	if err := t.build(ctx); err != nil {
		return "", err
	}
	if !t.good(ctx) {
		return "", fmt.Errorf("a good token was rejected")
	}
	fail(t.issuer)
	t.failing.Store(time.Now().UnixNano())
	var lost, longest atomic.Int64
	var wg sync.WaitGroup
	every(b.outage, 50*time.Millisecond, func() {
		token := t.issuer.Mint(nil)
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
			defer cancel()
			start := time.Now()
			if t.send(ctx, token) != http.StatusNoContent {
				lost.Add(1)
			}
			d := int64(time.Since(start))
			for {
				old := longest.Load()
				if d <= old || longest.CompareAndSwap(old, d) {
					return
				}
			}
		})
	})
	wg.Wait()
	return fmt.Sprintf("%d (longest %s)", lost.Load(), short(time.Duration(longest.Load()))), nil
}

// coldStart builds a guard while the issuer is down, sends a token, and measures
// how long good tokens are rejected after the issuer is back.
func (b *bench) coldStart(ctx context.Context, g guard, hang bool) (string, error) {
	t, ctx, err := newTrial(ctx, g)
	if err != nil {
		return "", err
	}
	defer t.close()
	if hang {
		t.issuer.Stall()
	} else {
		t.issuer.Down()
	}
	start := time.Now()
	built := make(chan error, 1)
	go func() { built <- t.build(ctx) }()
	select {
	case err := <-built:
		if err != nil {
			return fmt.Sprintf("not built: error after %s", short(time.Since(start))), nil
		}
	case <-time.After(b.patience):
		return fmt.Sprintf("not built after %v", b.patience), nil
	}
	made := time.Since(start)
	start = time.Now()
	limited, cancel := context.WithTimeout(ctx, 2*time.Second)
	code := t.send(limited, t.issuer.Mint(nil))
	cancel()
	first := time.Since(start)
	if hang {
		t.issuer.Recover()
	} else if err := t.issuer.Up(); err != nil {
		return "", err
	}
	start = time.Now()
	for time.Since(start) < b.patience {
		limited, cancel := context.WithTimeout(ctx, 2*time.Second)
		ok := t.good(limited)
		cancel()
		if ok {
			return fmt.Sprintf("built in %s, first response %d after %s, accepts %s after the issuer is back",
				short(made), code, short(first), short(time.Since(start))), nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Sprintf("built in %s, first response %d after %s, still rejects %v after the issuer is back",
		short(made), code, short(first), b.patience), nil
}
