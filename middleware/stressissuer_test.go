package middleware_test

import (
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/testutil"
)

// A stormIssuer is an issuer or the tenant of a template, with what the test has to
// know about it to say which good requests must be admitted.
type stormIssuer struct {
	*testutil.Issuer
	tenant  string // of a template, else empty
	pattern bool   // TenantPattern allows it
	known   atomic.Bool
	good    atomic.Int64 // when the last good response came, by the API's clock

	mu      sync.Mutex
	current *stormKey
	former  *stormKey // also published; nil before the first rotation
	gone    []string  // IDs of withdrawn keys
	failing bool
	failed  time.Time // when the last fault ended
	flooded time.Time // when the last unknown key ID was sent
}

// A stormKey is a key of an issuer. Until it is withdrawn its tokens are good.
type stormKey struct {
	id        string
	published time.Time
	seen      atomic.Bool // a token of it was admitted
	withdrawn atomic.Bool

	mu     sync.Mutex
	tokens []*stormToken // that were sent before
}

// A stormToken is a good token, until it is revoked.
type stormToken struct {
	key      *stormKey
	text     string
	id       string // jti
	revoking atomic.Bool
	revoked  atomic.Bool
}

func newStormIssuer(t *testing.T, addr, tenant string, pattern bool) *stormIssuer {
	options := testutil.Options{InProcess: true, Addr: addr, Keys: []string{"ES256"}}
	if tenant != "" {
		options.Path = "/" + tenant
	}
	i := &stormIssuer{Issuer: testutil.NewIssuer(t, options), tenant: tenant, pattern: pattern}
	i.current = &stormKey{id: i.KeyID("ES256"), published: time.Now()}
	return i
}

// rotate gives the issuer a new key. The key before the last one is withdrawn, with
// drop also the last one.
func (i *stormIssuer) rotate(drop bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	withdraw := func(k *stormKey) {
		if k != nil {
			k.withdrawn.Store(true)
			i.gone = append(i.gone, k.id)
		}
	}
	withdraw(i.former)
	i.former = i.current
	if drop {
		withdraw(i.current)
		i.former = nil
		i.RotateAndDrop()
	} else {
		i.Rotate()
	}
	i.current = &stormKey{id: i.KeyID("ES256"), published: time.Now()}
}

// token returns a good token: a new one, or one that was sent before.
func (i *stormIssuer) token(random *rand.Rand) *stormToken {
	i.mu.Lock()
	k := i.current
	if i.former != nil && random.IntN(4) == 0 {
		k = i.former
	}
	i.mu.Unlock()
	k.mu.Lock()
	defer k.mu.Unlock()
	if n := len(k.tokens); n > 0 && random.IntN(2) == 0 {
		return k.tokens[random.IntN(n)]
	}
	token := &stormToken{key: k, id: randomName(random)}
	token.text = i.MintHeader(map[string]any{"kid": k.id}, map[string]any{
		"jti": token.id, "sub": "user-" + token.id, "scope": "deals-read deals-write",
		"roles": []string{"reader", "writer"}, "groups": []string{"a", "b"},
		// The API's clock jumps by days, and these tokens are good all the time.
		"iat": time.Now().Add(-100 * 24 * time.Hour).Unix(), "exp": time.Now().Add(100 * 24 * time.Hour).Unix(),
	})
	if len(k.tokens) < 50 {
		k.tokens = append(k.tokens, token)
	}
	return token
}

// fail makes the issuer fail in some way until heal.
func (i *stormIssuer) fail(random *rand.Rand) {
	i.mu.Lock()
	i.failing = true
	i.mu.Unlock()
	switch random.IntN(9) {
	case 0:
		i.Down()
	case 1:
		i.Stall()
	case 2:
		i.Fail(testutil.Fault{Delay: time.Duration(random.IntN(6000)) * time.Millisecond})
	case 3:
		i.Fail(testutil.Fault{Status: http.StatusInternalServerError})
	case 4:
		i.Fail(testutil.Fault{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"20"}}})
	case 5:
		i.Fail(testutil.Fault{Keys: true, Body: []byte(`{"keys":[]}`)})
	case 6:
		i.Fail(testutil.Fault{Body: []byte(`<html>`)})
	case 7:
		i.Fail(testutil.Fault{Keys: true, Body: []byte(`{"keys":[{"kty":`)})
	case 8:
		i.Fail(testutil.Fault{Drop: true})
	}
}

// heal ends all faults.
func (i *stormIssuer) heal(t *testing.T) {
	i.Recover()
	if err := i.Up(); err != nil {
		t.Error(err)
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.failing, i.failed = false, time.Now()
}

// excuse returns the documented reason for which a good request with a key that was
// never seen may be rejected now, empty if there is none. tenants says when the last
// made-up tenant was named.
func (i *stormIssuer) excuse(k *stormKey, tenants time.Time) string {
	const (
		back   = time.Minute      // the longest Retry-After
		floor  = 30 * time.Second // the longest time between fetches for unknown key IDs
		wanted = 5 * time.Second  // the longest one for a key ID that several requests name
		fetch  = 5 * time.Second  // the longest attempt

		// Each fetch within a minute of the one before continues the floor, and each
		// jump of the clock makes one due.
		memory = 5 * time.Minute
	)
	i.mu.Lock()
	defer i.mu.Unlock()
	within := func(since time.Time, d time.Duration) bool { return !since.IsZero() && time.Since(since) <= d }
	switch {
	case i.failing, within(i.failed, back+floor+fetch):
		return newKeyOfFailing
	case within(i.flooded, memory) && within(k.published, wanted+fetch):
		return newKeyInFlood
	case i.pattern && !i.known.Load() && within(tenants, time.Minute):
		return newTenant
	}
	return ""
}

func randomName(random *rand.Rand) string {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	var name [12]byte
	for n := range name {
		name[n] = letters[random.IntN(len(letters))]
	}
	return string(name[:])
}
