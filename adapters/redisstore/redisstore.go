package redisstore

import (
	"context"
	"encoding/base64"
	"errors"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// These are the values of the zero [Options].
const (
	defaultPrefix  = "bearerguard:replay:"
	defaultTimeout = 250 * time.Millisecond
)

// leastTime is how long a key is remembered at least. It is longer than the clocks of
// two replicas usually differ.
const leastTime = time.Second

// Options configure [New]. The zero value is ready for use.
type Options struct {
	// Prefix begins the name of each key on the server. APIs that share a server but not
	// their proofs need prefixes of their own. Empty means "bearerguard:replay:".
	Prefix string

	// Timeout limits each call of [Replays.First], with the time for a connection and
	// for all retries. Zero or less means 250 ms.
	Timeout time.Duration
}

// Replays is a memory of used proofs that replicas share. Its methods are safe for
// concurrent use. Make one with [New].
type Replays struct {
	client  redis.UniversalClient
	prefix  string
	timeout time.Duration
	// bounded is whether client ends each command at the deadline of its context.
	bounded bool
}

// New returns a Replays that uses client, which stays the caller's to close. It does not
// connect: client may be one of a server that does not run yet.
//
// The options of client should have ContextTimeoutEnabled set. Without it, First still
// returns in time, but needs a goroutine for each call, and a connection on which no
// response comes stays occupied for the ReadTimeout of client. A [redis.Ring] is
// unsuitable: it forgets the keys of a node that it takes out of the ring.
func New(client redis.UniversalClient, o Options) *Replays {
	r := &Replays{client: client, prefix: o.Prefix, timeout: o.Timeout}
	if r.prefix == "" {
		r.prefix = defaultPrefix
	}
	if r.timeout <= 0 {
		r.timeout = defaultTimeout
	}
	if c, ok := client.(*redis.Client); ok {
		r.bounded = c.Options().ContextTimeoutEnabled
	}
	return r
}

// First reports whether key is new, and makes the server remember it until then, or for a
// second if that time is nearer or has passed. Of concurrent calls with the same key, in
// any number of processes, exactly one gets true. It takes one round trip, and two if the
// key is not new.
//
// If First returns an error, the key may be remembered or not. The error wraps that of ctx
// if ctx ended the call, and [context.DeadlineExceeded] if Options.Timeout did. It contains
// nothing of key. If ctx is cancelled while First waits for a response, First may continue
// to wait until its deadline.
func (r *Replays) First(ctx context.Context, key [32]byte, until time.Time) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	name := r.prefix + base64.RawURLEncoding.EncodeToString(key[:])
	var first bool
	var err error
	if r.bounded {
		first, err = r.first(ctx, name, remaining(until))
	} else {
		first, err = r.await(ctx, name, remaining(until))
	}
	if err != nil {
		return false, describe(ctx, err)
	}
	return first, nil
}

// await calls first in a goroutine and waits for it until ctx ends. It is for clients that
// wait for responses without regard to ctx, as all but redis.Client may do while they look
// for the node of a key. The goroutine ends with the timeouts of the client.
func (r *Replays) await(ctx context.Context, name string, ttl time.Duration) (bool, error) {
	type answer struct {
		first bool
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		first, err := r.first(ctx, name, ttl)
		answers <- answer{first, err}
	}()
	select {
	case a := <-answers:
		return a.first, a.err
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

// first stores the key of this name under a number of this call, unless it exists.
//
// The client, and proxies between it and the server, send a command again if its response
// was lost. The second one finds the key that the first one stored, which must not make
// an honest request a replay. So first looks at whose number is stored. It need not be
// secret, only different in each call. The server keeps an integer without more memory.
func (r *Replays) first(ctx context.Context, name string, ttl time.Duration) (bool, error) {
	call := strconv.FormatInt(rand.Int64(), 10)
	stored, err := r.client.SetNX(ctx, name, call, ttl).Result()
	if err != nil || stored {
		return stored, err
	}
	holder, err := r.client.Get(ctx, name).Result()
	if errors.Is(err, redis.Nil) {
		return false, nil // it expired since, or a replica of the server does not have it yet
	}
	return err == nil && holder == call, err
}

// remaining returns how long to remember a key, in whole milliseconds, rounded up.
func remaining(until time.Time) time.Duration {
	ttl := max(time.Until(until), leastTime)
	if rest := ttl % time.Millisecond; rest != 0 {
		ttl += time.Millisecond - rest
	}
	return ttl
}
