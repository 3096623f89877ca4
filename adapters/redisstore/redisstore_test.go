package redisstore_test

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"github.com/bearerguard/bearerguard/adapters/redisstore"
)

// ReplayStore is the interface that package middleware asks for.
type ReplayStore interface {
	First(ctx context.Context, key [32]byte, until time.Time) (bool, error)
}

var _ ReplayStore = (*redisstore.Replays)(nil)

// newKey returns a key that no other call returns.
func newKey() (key [32]byte) {
	_, _ = rand.Read(key[:])
	return key
}

// newClient returns a client, for the length of the test.
func newClient(tb testing.TB, o *redis.Options) *redis.Client {
	tb.Helper()
	client := redis.NewClient(o)
	tb.Cleanup(func() { _ = client.Close() })
	return client
}

// first is First of a call that must succeed.
func first(tb testing.TB, r *redisstore.Replays, key [32]byte) bool {
	tb.Helper()
	ok, err := r.First(context.Background(), key, time.Now().Add(time.Hour))
	if err != nil {
		tb.Fatal(err)
	}
	return ok
}

func TestAKeyIsNewOnce(t *testing.T) {
	memory := miniredis.RunT(t)
	replays := redisstore.New(newClient(t, &redis.Options{Addr: memory.Addr()}), redisstore.Options{})
	key, other := newKey(), newKey()
	for i, c := range []struct {
		key  [32]byte
		want bool
	}{{key, true}, {key, false}, {other, true}, {key, false}, {other, false}, {[32]byte{}, true}} {
		if got := first(t, replays, c.key); got != c.want {
			t.Errorf("call %d: First = %v, want %v", i+1, got, c.want)
		}
	}
	memory.FastForward(time.Hour + time.Second)
	if !first(t, replays, key) {
		t.Error("a key is not new after it expired")
	}
}

func TestAKeyIsRememberedUntilItsTime(t *testing.T) {
	memory := miniredis.RunT(t)
	replays := redisstore.New(newClient(t, &redis.Options{Addr: memory.Addr()}), redisstore.Options{})
	for _, c := range []struct {
		name   string
		ahead  time.Duration
		atMost time.Duration // in milliseconds, rounded up; zero: as ahead
	}{
		{"an hour", time.Hour, 0},
		{"a time that is no whole number of milliseconds", 90*time.Second + time.Nanosecond, 0},
		{"a time that is no whole number of seconds", 1500 * time.Millisecond, 0},
		{"half a second", 500 * time.Millisecond, time.Second},
		{"now", 0, time.Second},
		{"a time that has passed", -time.Hour, time.Second},
		{"the zero time", time.Until(time.Time{}), time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			memory.FlushAll()
			before := time.Now()
			until := before.Add(c.ahead)
			if ok, err := replays.First(t.Context(), newKey(), until); !ok || err != nil {
				t.Fatal(ok, err)
			}
			least := max(time.Until(until), time.Second)
			most := max(c.ahead, c.atMost) + time.Millisecond
			if got := memory.TTL(memory.Keys()[0]); got < least || got > most {
				t.Errorf("the key is remembered for %v, want %v to %v", got, least, most)
			}
		})
	}
}

func TestNamesOfKeys(t *testing.T) {
	memory := miniredis.RunT(t)
	client := newClient(t, &redis.Options{Addr: memory.Addr()})
	key := newKey()
	encoded := base64.RawURLEncoding.EncodeToString(key[:])
	for _, prefix := range []string{"", "orders:", "{orders}:"} {
		if !first(t, redisstore.New(client, redisstore.Options{Prefix: prefix}), key) {
			t.Errorf("the key of another prefix is not new with %q", prefix)
		}
	}
	got := memory.Keys()
	want := []string{"bearerguard:replay:" + encoded, "orders:" + encoded, "{orders}:" + encoded}
	if slices.Sort(want); !slices.Equal(got, want) {
		t.Errorf("the keys are %q, want %q", got, want)
	}
}

func TestAContextThatHasEnded(t *testing.T) {
	memory := miniredis.RunT(t)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	expired, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	for _, enabled := range []bool{true, false} {
		client := newClient(t, &redis.Options{Addr: memory.Addr(), ContextTimeoutEnabled: enabled})
		replays := redisstore.New(client, redisstore.Options{})
		first(t, replays, newKey()) // there is a connection now
		memory.FlushAll()
		for _, c := range []struct {
			name string
			ctx  context.Context
			want error
		}{
			{"cancelled", cancelled, context.Canceled},
			{"expired", expired, context.DeadlineExceeded},
		} {
			ok, err := replays.First(c.ctx, newKey(), time.Now())
			if ok || !errors.Is(err, c.want) {
				t.Errorf("%s: First = %v, %v, want an error that wraps %v", c.name, ok, err, c.want)
			}
		}
		if keys := memory.Keys(); len(keys) != 0 {
			t.Errorf("%q is remembered", keys)
		}
	}
}

func TestErrorResponses(t *testing.T) {
	memory := miniredis.RunT(t)
	client := newClient(t, &redis.Options{Addr: memory.Addr(), MaxRetries: -1})
	replays := redisstore.New(client, redisstore.Options{})
	key := newKey()
	name := "bearerguard:replay:" + base64.RawURLEncoding.EncodeToString(key[:])
	for _, c := range []struct{ name, response, want string }{
		{"memory is full", "OOM command not allowed when used memory > 'maxmemory'.", "OOM"},
		{"not permitted", "NOPERM No permissions to access a key", "NOPERM"},
		{"a replica", "READONLY You can't write against a read only replica.", "READONLY"},
		{"arguments are repeated", "ERR unknown command 'set', with args: '" + name + "'", "ERR"},
		{"no code", "'" + name + "' is bad", "unknown"},
		{"a word that is too long", strings.Repeat("A", 33), "unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			memory.SetError(c.response)
			defer memory.SetError("")
			ok, err := replays.First(t.Context(), key, time.Now())
			want := "redisstore: the server responded with the error " + c.want
			if ok || err == nil || err.Error() != want {
				t.Errorf("First = %v, %v, want %s", ok, err, want)
			}
		})
	}
}

// A hook is called instead of the server.
type hook struct {
	process func(ctx context.Context) error
}

func (h hook) DialHook(next redis.DialHook) redis.DialHook { return next }

func (h hook) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func (h hook) ProcessHook(redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		cmd.SetErr(h.process(ctx))
		return cmd.Err()
	}
}

func TestErrorsOfTheClient(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, c := range []struct {
		name    string
		ctx     context.Context
		process func(ctx context.Context) error
		want    error
	}{
		{"a connection is closed", t.Context(), func(context.Context) error { return io.EOF }, io.EOF},
		{"the deadline of a connection passes first", t.Context(), func(context.Context) error {
			return &net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}
		}, context.DeadlineExceeded},
		{"the timeout passes while the client reconnects", t.Context(), func(ctx context.Context) error {
			<-ctx.Done()
			return io.EOF
		}, context.DeadlineExceeded},
		{"the caller leaves while the client reconnects", ended, func(ctx context.Context) error {
			cancel()
			return io.EOF
		}, context.Canceled},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := newClient(t, &redis.Options{Addr: "127.0.0.1:1", ContextTimeoutEnabled: true})
			client.AddHook(hook{process: c.process})
			replays := redisstore.New(client, redisstore.Options{Timeout: short})
			ok, err := replays.First(c.ctx, newKey(), time.Now())
			if ok || !errors.Is(err, c.want) {
				t.Errorf("First = %v, %v, want an error that wraps %v", ok, err, c.want)
			}
		})
	}
}

func TestAClosedClient(t *testing.T) {
	memory := miniredis.RunT(t)
	client := newClient(t, &redis.Options{Addr: memory.Addr()})
	replays := redisstore.New(client, redisstore.Options{})
	if err := client.Close(); err != nil {
		t.Fatal(err)
	}
	if ok, err := replays.First(t.Context(), newKey(), time.Now()); ok || !errors.Is(err, redis.ErrClosed) {
		t.Errorf("First = %v, %v, want an error that wraps %v", ok, err, redis.ErrClosed)
	}
}
