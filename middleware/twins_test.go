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

// Twins are two guards of one configuration, of which one remembers tokens and
// one does not, in one world: the same clock, the same denylist, the same
// issuer.
type twins struct {
	remembering, forgetful *middleware.Authenticator

	clock  atomic.Int64 // Unix nanoseconds
	denied atomic.Int32 // what the denylist says: 0 no, 1 yes, 2 that it is broken
}

func newTwins(t testing.TB, start time.Time, config middleware.Config) *twins {
	t.Helper()
	w := &twins{}
	w.clock.Store(start.UnixNano())
	config.Now = func() time.Time { return time.Unix(0, w.clock.Load()) }
	config.Revoked = func(context.Context, *claims.Token) (bool, error) {
		switch w.denied.Load() {
		case 1:
			return true, nil
		case 2:
			return false, errors.New("the denylist is broken")
		}
		return false, nil
	}
	for _, one := range []struct {
		guard **middleware.Authenticator
		cache int
	}{{&w.remembering, 0}, {&w.forgetful, -1}} {
		config.CacheTokens = one.cache
		guard, err := middleware.New(config)
		if err != nil {
			t.Fatal(err)
		}
		*one.guard = guard
	}
	return w
}

// verdict is all that a guard says about a token.
func verdict(guard *middleware.Authenticator, token string) (*claims.Token, middleware.Reason) {
	read, err := guard.Verify(context.Background(), token)
	return read, reasonOf(err)
}

// agree asks both about every token, the remembering one twice, and reports
// where they differ. It returns how many tokens were good.
func (w *twins) agree(t *testing.T, when string, tokens []vector) (good int) {
	t.Helper()
	for _, v := range tokens {
		want, reason := verdict(w.forgetful, v.token)
		for _, again := range []string{"first", "second"} {
			got, gotReason := verdict(w.remembering, v.token)
			if gotReason != reason {
				t.Errorf("%s, %s: the %s time %q if remembered, %q if not", v.name, when, again, gotReason, reason)
			} else if !reflect.DeepEqual(got, want) {
				t.Errorf("%s, %s: the %s time the token reads differently", v.name, when, again)
			}
		}
		if reason == "" {
			good++
		}
	}
	return good
}

// A vector is a token to judge.
type vector struct{ name, token string }

// moves are what happens to both between two judgements: the clock is set to
// a time relative to the start, and the denylist to what it says then.
var moves = []struct {
	name   string
	after  time.Duration
	denied int32
}{
	{"at the start", 0, 0},
	{"denied", 0, 1},
	{"with the denylist broken", 0, 2},
	{"allowed again", 0, 0},
	{"a minute later", time.Minute, 0},
	{"a day before", -24 * time.Hour, 0},
	{"just before the leeway ends", lifetime + 29*time.Second, 0},
	{"when the leeway ends", lifetime + 30*time.Second, 0},
	{"long expired", 3 * lifetime, 0},
	{"with the clock put back", 0, 0},
	{"with the clock put back, denied", 0, 1},
	{"at the end", 0, 0},
}

// lifetime is that of the tokens in these tests.
const lifetime = time.Hour

// through judges the tokens after every move.
func (w *twins) through(t *testing.T, tokens []vector) {
	t.Helper()
	start := w.clock.Load()
	for _, m := range moves {
		w.clock.Store(start + int64(m.after))
		w.denied.Store(m.denied)
		good := w.agree(t, m.name, tokens)
		switch {
		case m.denied != 0 && good > 0:
			t.Errorf("%s: %d tokens are good", m.name, good)
		case m.after > lifetime+time.Minute && good > 0:
			t.Errorf("%s: %d tokens are good", m.name, good)
		}
	}
}

// draftVectors are a good token, one of each algorithm, and defective ones.
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
		{"of an unknown key", g.head("kid", `"nobody"`).token()},
		{"of another key", g.by("ec-other", "ES256").token()},
		{"of a foreign key", g.by("foreign-ec", "ES256").token()},
		{"no key id", g.head("kid", "").token()},
		{"an ID token", g.claim("nonce", `"n"`).claim("at_hash", `"h"`).token()},
		{"a name twice", g.also(`"sub"`, `"other"`).token()},
		{"a name in another case", g.also(`"EXP"`, at(100*time.Hour)).token()},
		{"unsigned", g.head("alg", `"none"`).by("ec", "none").token()},
	}
	for kid, algs := range map[string][]string{"rsa": {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}, "ec384": {"ES384"}, "ec521": {"ES512"}, "ed": {"EdDSA"}} {
		for _, alg := range algs {
			vectors = append(vectors, vector{alg, g.signedBy(kid, alg).token()})
		}
	}
	token := g.token()
	dot := strings.LastIndexByte(token, '.')
	return append(vectors,
		vector{"the signature of another token", token[:dot] + g.claim("jti", `"2"`).token()[strings.LastIndexByte(g.claim("jti", `"2"`).token(), '.'):]},
		vector{"less its last character", token[:len(token)-1]},
		vector{"and one more", token + "A"},
		vector{"another last character", token[:len(token)-1] + string("AQgw"[rand.IntN(4)])},
		vector{"no signature", token[:dot+1]},
		vector{"padded", token + "="},
	)
}
