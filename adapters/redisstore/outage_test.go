package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/bearerguard/bearerguard/adapters/redisstore"
)

// short is a timeout for servers that do not respond.
const short = 100 * time.Millisecond

// long is a timeout that ends after the test has failed.
const long = 2 * patience

// forPatientClients tests with clients whose own timeouts are long, so that those of this
// package have to end a call. One ends it at the deadline of the context, and one does not.
func forPatientClients(t *testing.T, test func(t *testing.T, o *redis.Options)) {
	t.Parallel()
	for _, enabled := range []bool{true, false} {
		t.Run(fmt.Sprintf("ContextTimeoutEnabled=%v", enabled), func(t *testing.T) {
			t.Parallel()
			test(t, &redis.Options{
				ReadTimeout: long, WriteTimeout: long, DialTimeout: long, PoolTimeout: long,
				ContextTimeoutEnabled: enabled,
			})
		})
	}
}

func TestAServerThatIsStoppedAndStartedAgain(t *testing.T) {
	forPatientClients(t, func(t *testing.T, o *redis.Options) {
		s := startServer(t)
		o.Addr = s.addr
		c := startCrowd(t, redisstore.New(newClient(t, o), redisstore.Options{Timeout: short}))
		c.admitted(10 * askers)
		for range 2 {
			s.stop()
			c.next()
			c.fails(3*askers, nil)
			s.run()
			c.next()
			c.admitted(10 * askers)
		}
	})
}

func TestAServerThatPauses(t *testing.T) {
	forPatientClients(t, func(t *testing.T, o *redis.Options) {
		s := startServer(t)
		o.Addr = s.addr
		c := startCrowd(t, redisstore.New(newClient(t, o), redisstore.Options{Timeout: short}))
		c.admitted(10 * askers)
		s.do("CLIENT", "PAUSE", long.Milliseconds(), "WRITE")
		c.next()
		c.fails(3*askers, context.DeadlineExceeded)
		s.do("CLIENT", "UNPAUSE")
		c.next()
		c.admitted(10 * askers)
	})
}

func TestANetworkThatHoldsResponses(t *testing.T) {
	forPatientClients(t, func(t *testing.T, o *redis.Options) {
		p := startProxy(t, "127.0.0.1:0", startServer(t).addr)
		o.Addr = p.addr
		c := startCrowd(t, redisstore.New(newClient(t, o), redisstore.Options{Timeout: short}))
		c.admitted(10 * askers)
		p.hold()
		c.next()
		c.fails(3*askers, context.DeadlineExceeded)
		p.release()
		c.next()
		c.admitted(10 * askers)
	})
}

func TestAServerThatNeverResponded(t *testing.T) {
	forPatientClients(t, func(t *testing.T, o *redis.Options) {
		p := startProxy(t, "127.0.0.1:0", startServer(t).addr)
		p.hold()
		o.Addr = p.addr
		c := startCrowd(t, redisstore.New(newClient(t, o), redisstore.Options{Timeout: short}))
		c.fails(2*askers, context.DeadlineExceeded)
	})
}

func TestADeadlineThatIsNearerThanTheTimeout(t *testing.T) {
	forPatientClients(t, func(t *testing.T, o *redis.Options) {
		p := startProxy(t, "127.0.0.1:0", startServer(t).addr)
		o.Addr = p.addr
		replays := redisstore.New(newClient(t, o), redisstore.Options{Timeout: long})
		first(t, replays, newKey())
		p.hold()
		ctx, cancel := context.WithTimeout(t.Context(), short)
		defer cancel()
		key, answers := newKey(), make(chan error)
		go func() {
			_, err := replays.First(ctx, key, time.Now())
			answers <- err
		}()
		select {
		case err := <-answers:
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("First returned %v, want an error that wraps %v", err, context.DeadlineExceeded)
			}
		case <-time.After(patience):
			t.Error("First does not return")
		}
	})
}

func TestAKilledServerWithAnAppendOnlyFileRemembers(t *testing.T) {
	t.Parallel()
	s := startServer(t, "--appendonly", "yes", "--appendfsync", "always")
	client := newClient(t, &redis.Options{Addr: s.addr})
	replays := redisstore.New(client, redisstore.Options{Timeout: short})
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
	client := newClient(t, &redis.Options{Addr: s.addr})
	replays := redisstore.New(client, redisstore.Options{Timeout: patience})
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
	client := newClient(t, &redis.Options{Addr: s.addr})
	replays := redisstore.New(client, redisstore.Options{Timeout: patience})
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
	client := newClient(t, &redis.Options{Addr: s.addr})
	replays := redisstore.New(client, redisstore.Options{Timeout: patience})
	const want = "redisstore: the server responded with the error ERR"
	if ok, err := replays.First(t.Context(), newKey(), time.Now()); ok || err == nil || err.Error() != want {
		t.Errorf("First = %v, %v, want %s", ok, err, want)
	}
}
