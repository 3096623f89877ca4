package redisstore_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/bearerguard/bearerguard/adapters/redisstore"
)

// short is a timeout for servers that do not respond.
const short = 100 * time.Millisecond

// patient returns the options of a client that waits for an hour: only the limits of this
// package end a call.
func patient(addr string) *redis.Options {
	return &redis.Options{
		Addr: addr, ReadTimeout: time.Hour, WriteTimeout: time.Hour, DialTimeout: time.Hour, PoolTimeout: time.Hour,
	}
}

func TestAServerThatIsStoppedAndStartedAgain(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	c := startCrowd(t, redisstore.New(newClient(t, patient(s.addr)), redisstore.Options{Timeout: short}))
	c.admitted(10 * askers)
	for range 2 {
		s.stop()
		c.next()
		c.fails(3*askers, nil)
		s.run()
		c.next()
		c.admitted(10 * askers)
	}
}

func TestAServerThatPauses(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	c := startCrowd(t, redisstore.New(newClient(t, patient(s.addr)), redisstore.Options{Timeout: short}))
	c.admitted(10 * askers)
	s.do("CLIENT", "PAUSE", 3_600_000, "WRITE")
	c.next()
	c.fails(3*askers, context.DeadlineExceeded)
	s.do("CLIENT", "UNPAUSE")
	c.next()
	c.admitted(10 * askers)
}

func TestANetworkThatHoldsResponses(t *testing.T) {
	t.Parallel()
	p := startProxy(t, "127.0.0.1:0", startServer(t).addr)
	c := startCrowd(t, redisstore.New(newClient(t, patient(p.addr)), redisstore.Options{Timeout: short}))
	c.admitted(10 * askers)
	p.hold()
	c.next()
	c.fails(3*askers, context.DeadlineExceeded)
	p.release()
	c.next()
	c.admitted(10 * askers)
}

func TestAServerThatNeverResponded(t *testing.T) {
	t.Parallel()
	p := startProxy(t, "127.0.0.1:0", startServer(t).addr)
	p.hold()
	client := newClient(t, patient(p.addr))
	c := startCrowd(t, redisstore.New(client, redisstore.Options{Timeout: short}))
	c.fails(2*askers, context.DeadlineExceeded)
}

func TestADeadlineThatIsNearerThanTheTimeout(t *testing.T) {
	t.Parallel()
	p := startProxy(t, "127.0.0.1:0", startServer(t).addr)
	replays := redisstore.New(newClient(t, patient(p.addr)), redisstore.Options{Timeout: time.Hour})
	first(t, replays, newKey())
	p.hold()
	ctx, cancel := context.WithTimeout(t.Context(), short)
	defer cancel()
	ok, err := replays.First(ctx, newKey(), time.Now())
	if ok || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("First = %v, %v, want an error that wraps %v", ok, err, context.DeadlineExceeded)
	}
}

func TestAKilledServerWithAnAppendOnlyFileRemembers(t *testing.T) {
	t.Parallel()
	s := startServer(t, "--appendonly", "yes", "--appendfsync", "always")
	replays := redisstore.New(newClient(t, &redis.Options{Addr: s.addr}), redisstore.Options{Timeout: short})
	c := startCrowd(t, replays)
	c.admitted(20 * askers)
	s.kill()
	answers := c.next()
	c.fails(askers, nil)
	s.run()
	c.next()
	c.admitted(10 * askers)
	used := 0
	for _, a := range answers {
		if !a.first {
			continue
		}
		used++
		eventually(t, "a call succeeds", func() bool {
			ok, err := replays.First(t.Context(), a.key, time.Now().Add(time.Hour))
			if ok {
				t.Fatal("a key that was remembered is new")
			}
			return err == nil
		})
	}
	if used == 0 {
		t.Error("no key was remembered: the test tests nothing")
	}
}

func TestAServerWithoutPersistenceForgetsWhenItRestarts(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	replays := redisstore.New(newClient(t, &redis.Options{Addr: s.addr}), redisstore.Options{Timeout: patience})
	key := newKey()
	for range 2 {
		if !first(t, replays, key) || first(t, replays, key) {
			t.Error("the key is not new once")
		}
		s.stop()
		s.run()
	}
}

func TestAServerWithFullMemoryRefusesNewKeys(t *testing.T) {
	t.Parallel()
	s := startServer(t, "--maxmemory-policy", "noeviction")
	replays := redisstore.New(newClient(t, &redis.Options{Addr: s.addr}), redisstore.Options{Timeout: patience})
	key := newKey()
	first(t, replays, key)
	s.do("CONFIG", "SET", "maxmemory", 1)
	const want = "redisstore: the server responded with the error OOM"
	if ok, err := replays.First(t.Context(), newKey(), time.Now()); ok || err == nil || err.Error() != want {
		t.Errorf("First = %v, %v, want %s", ok, err, want)
	}
	s.do("CONFIG", "SET", "maxmemory", 0)
	if first(t, replays, key) {
		t.Error("a key that was remembered is new")
	}
}

func TestAServerThatRepeatsArgumentsInErrors(t *testing.T) {
	t.Parallel()
	s := startServer(t, "--rename-command", "SET", "")
	replays := redisstore.New(newClient(t, &redis.Options{Addr: s.addr}), redisstore.Options{Timeout: patience})
	const want = "redisstore: the server responded with the error ERR"
	if ok, err := replays.First(t.Context(), newKey(), time.Now()); ok || err == nil || err.Error() != want {
		t.Errorf("First = %v, %v, want %s", ok, err, want)
	}
}
