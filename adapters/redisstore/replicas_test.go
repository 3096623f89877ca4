package redisstore_test

import (
	"context"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/bearerguard/bearerguard/adapters/redisstore"
)

func TestReplicasThatRaceForAKey(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	var replicas [2]*redisstore.Replays
	for i := range replicas {
		client := newClient(t, &redis.Options{Addr: s.addr})
		replicas[i] = redisstore.New(client, redisstore.Options{Timeout: patience})
	}
	for range 200 {
		key := newKey()
		var firsts atomic.Int32
		var all sync.WaitGroup
		begin := make(chan struct{})
		for i := range askers {
			all.Go(func() {
				<-begin
				ok, err := replicas[i%2].First(t.Context(), key, time.Now().Add(time.Hour))
				if err != nil {
					t.Error(err)
				}
				if ok {
					firsts.Add(1)
				}
			})
		}
		close(begin)
		all.Wait()
		if n := firsts.Load(); n != 1 {
			t.Fatalf("the key is new to %d calls, want 1", n)
		}
	}
}

// TestALostResponse lets the server store the key, and the client see no response. If the
// client sends the command again, the key is still new. It is never taken for a replay.
func TestALostResponse(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := startProxy(t, "127.0.0.1:0", s.addr)
	for _, c := range []struct {
		name          string
		retries, lose int
		fails         bool
	}{
		{"a client that retries", 3, 1, false},
		{"a client that retries more than once", 3, 2, false},
		{"a client that gives up", 1, 2, true},
		{"a client that does not retry", -1, 1, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := newClient(t, &redis.Options{Addr: p.addr, MaxRetries: c.retries})
			replays := redisstore.New(client, redisstore.Options{Timeout: patience})
			loseResponses(t, p, replays, c.lose, c.fails)
		})
	}
	t.Run("a ring", func(t *testing.T) {
		ring := redis.NewRing(&redis.RingOptions{Addrs: map[string]string{"a": p.addr}})
		defer func() { _ = ring.Close() }()
		loseResponses(t, p, redisstore.New(ring, redisstore.Options{Timeout: patience}), 2, false)
	})
}

// loseResponses loses a number of responses to a new key, which then is known.
func loseResponses(t *testing.T, p *proxy, r *redisstore.Replays, lose int, fails bool) {
	t.Helper()
	first(t, r, newKey()) // there is a connection now
	key := newKey()
	p.loseResponses(lose)
	ok, err := r.First(t.Context(), key, time.Now().Add(time.Hour))
	if p.losses() != lose {
		t.Fatalf("%d responses were lost, want %d", p.losses(), lose)
	}
	if fails != (err != nil) || ok == fails {
		t.Errorf("First = %v, %v, want an error: %v", ok, err, fails)
	}
	if first(t, r, key) {
		t.Error("the key is new again")
	}
}

func TestACluster(t *testing.T) {
	t.Parallel()
	announced := freeAddr(t)
	_, port, _ := net.SplitHostPort(announced)
	_, bus, _ := net.SplitHostPort(freeAddr(t))
	s := startServer(t, "--cluster-enabled", "yes", "--cluster-port", bus,
		"--cluster-announce-ip", "127.0.0.1", "--cluster-announce-port", port)
	s.do("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
	control := s.control()
	eventually(t, "the cluster is ready", func() bool {
		return strings.Contains(control.ClusterInfo(t.Context()).Val(), "cluster_state:ok")
	})
	p := startProxy(t, announced, s.addr)
	newCluster := func(timeout time.Duration) (*redis.ClusterClient, *redisstore.Replays) {
		client := redis.NewClusterClient(&redis.ClusterOptions{
			Addrs: []string{announced}, ReadTimeout: long, WriteTimeout: long,
		})
		t.Cleanup(func() { _ = client.Close() })
		return client, redisstore.New(client, redisstore.Options{Timeout: timeout})
	}

	_, replays := newCluster(patience)
	for range 20 {
		if key := newKey(); !first(t, replays, key) || first(t, replays, key) {
			t.Error("a key is not new once")
		}
	}
	loseResponses(t, p, replays, 1, false)

	client, replays := newCluster(short)
	c := startCrowd(t, replays)
	c.admitted(10 * askers)
	p.hold()
	c.next()
	c.fails(3*askers, context.DeadlineExceeded)
	p.release()
	c.next()
	c.admitted(10 * askers)

	p.hold()
	c.next()
	c.fails(askers, context.DeadlineExceeded)
	c.stop()
	_ = client.Close()
	eventually(t, "no goroutine waits for a client that is closed", func() bool {
		stacks := make([]byte, 1<<20)
		return !strings.Contains(string(stacks[:runtime.Stack(stacks, true)]), "(*Replays).await.func1")
	})
}
