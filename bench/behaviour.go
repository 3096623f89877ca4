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

// fetchers are the guards that get keys from an issuer, each way of doing so
// once.
func fetchers() []guard {
	all := []guard{{name: "bearerguard", build: ours(0), ours: true}}
	for _, g := range rivals {
		if !g.static && g.keysOf == "" {
			all = append(all, g)
		}
	}
	return all
}

// A conduct is what a guard did.
type conduct struct {
	name             string
	ours             bool
	fetches          int
	flood            time.Duration
	lost, lostAfter  string // with a rotation; and after a hostile token
	lostN, lostHitN  int
	failed           [3]string // of the valid requests, by the way of failing
	start, startHang string
}

// behaviour measures what happens when the issuer does not just work.
func (b *bench) behaviour(ctx context.Context, _ *field, w io.Writer) error {
	all := fetchers()
	out := make([]conduct, len(all))
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
		for _, scene := range []func(context.Context, guard, *conduct) error{
			func(ctx context.Context, g guard, o *conduct) (err error) {
				o.lostN, o.lost, err = b.rotated(ctx, g, false)
				return err
			},
			func(ctx context.Context, g guard, o *conduct) (err error) {
				o.lostHitN, o.lostAfter, err = b.rotated(ctx, g, true)
				return err
			},
			func(ctx context.Context, g guard, o *conduct) (err error) {
				o.failed[0], err = b.down(ctx, g, func(i *testutil.Issuer) { i.Fail(testutil.Fault{Status: 500}) })
				return err
			},
			func(ctx context.Context, g guard, o *conduct) (err error) {
				o.failed[1], err = b.down(ctx, g, (*testutil.Issuer).Down)
				return err
			},
			func(ctx context.Context, g guard, o *conduct) (err error) {
				o.failed[2], err = b.down(ctx, g, func(i *testutil.Issuer) { i.Stall() })
				return err
			},
			func(ctx context.Context, g guard, o *conduct) (err error) {
				o.start, err = b.coldStart(ctx, g, false)
				return err
			},
			func(ctx context.Context, g guard, o *conduct) (err error) {
				o.startHang, err = b.coldStart(ctx, g, true)
				return err
			},
		} {
			wg.Go(func() {
				if err := scene(ctx, g, o); err != nil {
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
	b.conducts = out

	fmt.Fprintf(w, "\n| | fetches for %d unknown key ids | %d requests after a rotation: lost | the same, one hostile token before: lost |\n|---|---:|---|---|\n", b.hostile, b.rotations)
	for _, o := range out {
		fmt.Fprintf(w, "| %s | %d (%v) | %s | %s |\n", o.label(), o.fetches, o.flood.Round(10*time.Millisecond), o.lost, o.lostAfter)
	}
	fmt.Fprintf(w, "\n| issuer fails while %d good requests come | answers 500: lost | refuses: lost | hangs: lost |\n|---|---|---|---|\n", b.outage)
	for _, o := range out {
		fmt.Fprintf(w, "| %s | %s | %s | %s |\n", o.label(), o.failed[0], o.failed[1], o.failed[2])
	}
	fmt.Fprint(w, "\n| issuer down at the start | refuses connections | hangs |\n|---|---|---|\n")
	for _, o := range out {
		fmt.Fprintf(w, "| %s | %s | %s |\n", o.label(), o.start, o.startHang)
	}
	return nil
}

func (o *conduct) label() string {
	if o.ours {
		return "**" + o.name + "**"
	}
	return o.name
}

// flooded sends unknown key ids, one after the other.
func (b *bench) flooded(ctx context.Context, g guard, o *conduct) error {
	s, ctx, err := newStage(ctx, g)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.build(ctx); err != nil {
		return err
	}
	if !s.good(ctx) {
		return fmt.Errorf("a good token was refused")
	}
	tokens := make([]string, b.hostile)
	for i := range tokens {
		tokens[i] = s.hostile(i)
	}
	before, start := s.issuer.KeyRequests(), time.Now()
	for _, token := range tokens {
		if code := s.ask(ctx, token); code == http.StatusNoContent {
			return fmt.Errorf("a hostile token came through")
		}
	}
	o.flood = time.Since(start)
	o.fetches = s.issuer.KeyRequests() - before
	return nil
}

// rotated sends good tokens of a key that is as new as they are.
func (b *bench) rotated(ctx context.Context, g guard, after bool) (lost int, text string, err error) {
	s, ctx, err := newStage(ctx, g)
	if err != nil {
		return 0, "", err
	}
	defer s.close()
	if err := s.build(ctx); err != nil {
		return 0, "", err
	}
	if !s.good(ctx) {
		return 0, "", fmt.Errorf("a good token was refused")
	}
	if after {
		s.ask(ctx, s.hostile(0))
	}
	s.issuer.Rotate()
	start := time.Now()
	var first atomic.Int64
	var missed atomic.Int64
	var wg sync.WaitGroup
	every(b.rotations, 10*time.Millisecond, func() {
		token := s.issuer.Mint(nil)
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
			defer cancel()
			if s.ask(ctx, token) != http.StatusNoContent {
				missed.Add(1)
				return
			}
			first.CompareAndSwap(0, int64(time.Since(start)))
		})
	})
	wg.Wait()
	lost = int(missed.Load())
	text = fmt.Sprintf("%d, none came through", lost)
	if d := time.Duration(first.Load()); d > 0 {
		text = fmt.Sprintf("%d, first good after %s", lost, short(d))
	}
	return lost, text, nil
}

// down lets the issuer fail after the guard has its keys, and sends good tokens
// on.
func (b *bench) down(ctx context.Context, g guard, fail func(*testutil.Issuer)) (string, error) {
	s, ctx, err := newStage(ctx, g)
	if err != nil {
		return "", err
	}
	defer s.close()
	s.config.refresh = time.Second
	if err := s.build(ctx); err != nil {
		return "", err
	}
	if !s.good(ctx) {
		return "", fmt.Errorf("a good token was refused")
	}
	fail(s.issuer)
	s.failing.Store(time.Now().UnixNano())
	var lost, longest atomic.Int64
	var wg sync.WaitGroup
	every(b.outage, 50*time.Millisecond, func() {
		token := s.issuer.Mint(nil)
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
			defer cancel()
			start := time.Now()
			if s.ask(ctx, token) != http.StatusNoContent {
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

// coldStart makes a guard while the issuer is down, asks it something, and
// waits for it to come round once the issuer is back.
func (b *bench) coldStart(ctx context.Context, g guard, hang bool) (string, error) {
	s, ctx, err := newStage(ctx, g)
	if err != nil {
		return "", err
	}
	defer s.close()
	if hang {
		s.issuer.Stall()
	} else {
		s.issuer.Down()
	}
	start := time.Now()
	built := make(chan error, 1)
	go func() { built <- s.build(ctx) }()
	select {
	case err := <-built:
		if err != nil {
			return fmt.Sprintf("cannot be made: error after %s", short(time.Since(start))), nil
		}
	case <-time.After(b.patience):
		return fmt.Sprintf("cannot be made: waits for more than %v", b.patience), nil
	}
	made := time.Since(start)
	start = time.Now()
	limited, cancel := context.WithTimeout(ctx, 2*time.Second)
	code := s.ask(limited, s.issuer.Mint(nil))
	cancel()
	first := time.Since(start)
	if hang {
		s.issuer.Recover()
	} else if err := s.issuer.Up(); err != nil {
		return "", err
	}
	start = time.Now()
	for time.Since(start) < b.patience {
		limited, cancel := context.WithTimeout(ctx, 2*time.Second)
		ok := s.good(limited)
		cancel()
		if ok {
			return fmt.Sprintf("made in %s, first answer %d after %s, good %s after its return", short(made), code, short(first), short(time.Since(start))), nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Sprintf("made in %s, first answer %d after %s, not good %v after its return", short(made), code, short(first), b.patience), nil
}

// every calls f n times, at equal distances.
func every(n int, d time.Duration, f func()) {
	t := time.NewTicker(d)
	defer t.Stop()
	for range n {
		f()
		<-t.C
	}
}

// short rounds d for a reader.
func short(d time.Duration) time.Duration {
	switch {
	case d > 10*time.Second:
		return d.Round(time.Second)
	case d > time.Second:
		return d.Round(100 * time.Millisecond)
	}
	return d.Round(time.Millisecond)
}
