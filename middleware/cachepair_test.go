package middleware_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
)

// A cachePair is two Authenticators of one configuration, one with a cache and one
// without. They share the clock, the denylist and the issuer.
type cachePair struct {
	cached, uncached *middleware.Authenticator

	clock   atomic.Int64 // Unix nanoseconds
	revoked atomic.Int32 // 0 if the denylist names no token, 1 if it names all, 2 if it fails
}

func newCachePair(t testing.TB, start time.Time, config middleware.Config) *cachePair {
	t.Helper()
	w := &cachePair{}
	w.clock.Store(start.UnixNano())
	config.Now = func() time.Time { return time.Unix(0, w.clock.Load()) }
	config.Revoked = func(context.Context, *claims.Token) (bool, error) {
		switch w.revoked.Load() {
		case 1:
			return true, nil
		case 2:
			return false, errors.New("the denylist fails")
		}
		return false, nil
	}
	for _, one := range []struct {
		guard **middleware.Authenticator
		cache int
	}{{&w.cached, 0}, {&w.uncached, -1}} {
		config.CacheTokens = one.cache
		guard, err := middleware.New(config)
		if err != nil {
			t.Fatal(err)
		}
		*one.guard = guard
	}
	return w
}

// verdict returns the token that guard accepts, or the reason why it rejects it.
func verdict(guard *middleware.Authenticator, token string) (*claims.Token, middleware.Reason) {
	read, err := guard.Verify(context.Background(), token)
	return read, reasonOf(err)
}

// agree compares what both say about every token, the one with the cache twice. It
// returns how many tokens they accept.
func (w *cachePair) agree(t *testing.T, when string, tokens []vector) (good int) {
	t.Helper()
	for _, v := range tokens {
		want, reason := verdict(w.uncached, v.token)
		for _, again := range []string{"first", "second"} {
			got, gotReason := verdict(w.cached, v.token)
			if gotReason != reason {
				t.Errorf("%s, %s: the %s time %q with a cache, %q without", v.name, when, again, gotReason, reason)
			} else if !reflect.DeepEqual(got, want) {
				t.Errorf("%s, %s: the %s time the token has other claims with a cache", v.name, when, again)
			}
		}
		if reason == "" {
			good++
		}
	}
	return good
}

// A vector is a token with a name for the messages of a test.
type vector struct{ name, token string }

// changes are made one after the other: the clock is set to a time after the start,
// and the denylist to a state.
var changes = []struct {
	name    string
	after   time.Duration
	revoked int32
}{
	{"at the start", 0, 0},
	{"revoked", 0, 1},
	{"while the denylist fails", 0, 2},
	{"no longer revoked", 0, 0},
	{"a minute later", time.Minute, 0},
	{"a day before", -24 * time.Hour, 0},
	{"just before the leeway ends", lifetime + 29*time.Second, 0},
	{"when the leeway ends", lifetime + 30*time.Second, 0},
	{"long expired", 3 * lifetime, 0},
	{"with the clock set back", 0, 0},
	{"with the clock set back, revoked", 0, 1},
	{"at the end", 0, 0},
}

// lifetime is the lifetime of the tokens in these tests.
const lifetime = time.Hour

// through compares what both say about the tokens after every change.
func (w *cachePair) through(t *testing.T, tokens []vector) {
	t.Helper()
	start := w.clock.Load()
	for _, m := range changes {
		w.clock.Store(start + int64(m.after))
		w.revoked.Store(m.revoked)
		good := w.agree(t, m.name, tokens)
		switch {
		case m.revoked != 0 && good > 0:
			t.Errorf("%s: %d tokens are accepted", m.name, good)
		case m.after > lifetime+time.Minute && good > 0:
			t.Errorf("%s: %d tokens are accepted", m.name, good)
		}
	}
}

// draftVectors returns a good token, one for each algorithm, and defective ones.
func draftVectors() []vector {
	g := good()
	vectors := []vector{
		{"good", g.token()},
		{"another audience", g.claim("aud", `"https://other.example.com"`).token()},
		{"no expiry", g.claim("exp", "").token()},
		{"expired", g.claim("exp", at(-time.Hour)).token()},
		{"expires in the leeway", g.claim("exp", at(-29*time.Second)).token()},
		{"not yet valid", g.claim("nbf", at(time.Minute)).token()},
		{"valid in the leeway", g.claim("nbf", at(29*time.Second)).token()},
		{"a fraction of a second", g.claim("exp", jsonTime(theTime.Add(time.Minute))+".5").token()},
		{"bound to a key", g.claim("cnf", `{"jkt":"x"}`).token()},
		{"of an unknown key", g.head("kid", `"unknown"`).token()},
		{"of another key", g.by("ec-other", "ES256").token()},
		{"of a foreign key", g.by("foreign-ec", "ES256").token()},
		{"no key id", g.head("kid", "").token()},
		{"an ID token", g.claim("nonce", `"n"`).claim("at_hash", `"h"`).token()},
		{"a name twice", g.also(`"sub"`, `"other"`).token()},
		{"a name in another case", g.also(`"EXP"`, at(100*time.Hour)).token()},
		{"unsigned", g.head("alg", `"none"`).by("ec", "none").token()},
	}
	for kid, algs := range map[string][]string{"rsa": {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"},
		"ec384": {"ES384"}, "ec521": {"ES512"}, "ed": {"EdDSA"}} {
		for _, alg := range algs {
			vectors = append(vectors, vector{alg, g.signedBy(kid, alg).token()})
		}
	}
	token := g.token()
	dot := strings.LastIndexByte(token, '.')
	return append(vectors,
		vector{"the signature of another token", token[:dot] + g.claim("jti",
			`"2"`).token()[strings.LastIndexByte(g.claim("jti", `"2"`).token(), '.'):]},
		vector{"less its last character", token[:len(token)-1]},
		vector{"and one more", token + "A"},
		vector{"another last character", token[:len(token)-1] + string("AQgw"[rand.IntN(4)])},
		vector{"no signature", token[:dot+1]},
		vector{"padded", token + "="},
	)
}
