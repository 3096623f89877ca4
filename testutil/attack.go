package testutil

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
)

// A Target is an API that is to be attacked in its owner's own test.
type Target struct {
	// API returns the API. It takes tokens of issuer for issuer.Audience(), and
	// calls handler, in place of what it serves or beside it, whenever its guard
	// lets a request through. It is called before the first request, and a
	// second time for the cases of the group "keyset", with another issuer.
	API func(issuer *Issuer, handler http.Handler) http.Handler

	// Method and Path are those of the guarded route. Empty means GET and "/".
	Method, Path string

	// Scope is the scope that the route demands. Empty means that it demands
	// none; the cases of the group "scope" are left out then.
	Scope string

	// Algorithms are those that the API accepts, out of those of Options.Keys.
	// The first signs whenever the attack is not in the signature. Nil means
	// RS256, PS256, ES256 and EdDSA.
	Algorithms []string

	// Header and Claims are what the API demands of good tokens beyond RFC 9068
	// section 2, by the rules of Issuer.MintHeader.
	Header, Claims map[string]any

	// Without names cases to leave out, each with the reason. A key may be a
	// pattern as of path.Match, such as "size/*".
	Without map[string]string
}

// A Case is one request to a Target, and what has to come of it.
type Case struct {
	// Name is the name of the group, a slash, and the name within it.
	Name string
	// Tries says what the request tries.
	Tries string
	// Want says what has to come of it: the allowed statuses and, if one must
	// be there or must not, the error code.
	Want string
	// Token is the token of the request, for APIs that are asked in another
	// way. It is empty if the attack is not in the token.
	Token string
	// Without is the reason why the case is to be left out, from
	// Target.Without. Try tries it all the same.
	Without string

	verdict verdict
	change  func(*http.Request)
	arena   *arena
}

// A Runner is a *testing.T. The package does not import "testing", so it is
// written as what Attack needs of one.
type Runner[T any] interface {
	TB
	Run(name string, f func(T)) bool
	Error(args ...any)
	Skip(args ...any)
}

// Attack sends good and hostile requests to an API, each in a subtest, and
// reports those that are answered wrongly: good ones that do not reach the
// handler; hostile ones that do, that get another status than the RFCs have for
// them, a 401 or 403 without a challenge or with one that clients cannot read
// or that has a wrong error code, an answer that holds the token, or that make
// the API fetch keys from where the token points.
//
// If good tokens do not pass, the hostile ones are not tried: that they are
// refused would prove nothing. An API that locks callers out after some bad
// requests has to be built without that.
func Attack[T Runner[T]](t T, target Target) {
	t.Helper()
	ok := true
	try := func(c Case) {
		passed := t.Run(c.Name, func(t T) {
			t.Helper()
			if c.Without != "" {
				t.Skip(c.Without)
			}
			if err := c.Try(); err != nil {
				t.Error(err)
			}
		})
		ok = ok && passed
	}
	all := Attacks(t, target)
	n := slices.IndexFunc(all, func(c Case) bool { return !c.Good() })
	for _, c := range all[:n] {
		try(c)
	}
	if !ok {
		t.Error("testutil: the API refuses good tokens, so the hostile ones were not tried")
		return
	}
	for _, c := range all[n:] {
		try(c)
	}
}

// Attacks returns the cases that Attack tries, in its order: good requests, the
// hostile ones, and one more good one. It fails tb if target cannot be attacked.
// The cases hold as long as the test runs.
func Attacks(tb TB, target Target) []Case {
	tb.Helper()
	a, err := newArena(tb, target)
	if err != nil {
		tb.Fatalf("testutil: %v", err)
		return nil
	}
	for _, group := range []func(*arena){
		goodTokens, algorithmAttacks, signatureAttacks, keyAttacks, headerAttacks,
		encodingAttacks, payloadAttacks, issuerAttacks, audienceAttacks, timeAttacks,
		kindAttacks, scopeAttacks, credentialAttacks, sizeAttacks, keySetCases,
	} {
		group(a)
	}
	a.token(served, "good/after-all-that", "A good token, after everything else.", a.good())
	for pattern := range sorted(a.Without) {
		if !slices.ContainsFunc(a.cases, func(c Case) bool { return c.is(pattern) }) {
			tb.Fatalf("testutil: Target.Without[%q] is the name of no case", pattern)
		}
	}
	return a.cases
}

// is reports whether pattern is for c.
func (c Case) is(pattern string) bool {
	ok, err := path.Match(pattern, c.Name)
	return ok && err == nil
}

// Good reports whether the request has to be served.
func (c Case) Good() bool { return c.verdict.serve }

// Try sends the request. The error says everything that is wrong with what came
// of it. Cases of one Target wait for each other.
func (c Case) Try() error { return c.arena.try(c) }

// sorted ranges over m in the order of its keys.
func sorted[V any](m map[string]V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, name := range slices.Sorted(maps.Keys(m)) {
			if !yield(name, m[name]) {
				return
			}
		}
	}
}

// An arena is a Target with all that attacks on it need.
type arena struct {
	Target
	tb       TB
	issuer   *Issuer // whom the API trusts
	stranger *Issuer // whom it does not, and which nobody may ask for anything
	key      *signingKey
	cases    []Case
	extra    map[string]*signingKey // published keys that no API should use

	mu  sync.Mutex
	api http.Handler // nil until the first request
	ran atomic.Int64
}

func newArena(tb TB, target Target) (*arena, error) {
	a := &arena{Target: target, tb: tb, extra: map[string]*signingKey{}}
	if a.API == nil {
		return nil, fmt.Errorf("Target.API is nil")
	}
	for pattern, reason := range a.Without {
		if reason == "" {
			return nil, fmt.Errorf("Target.Without[%q] has no reason", pattern)
		}
	}
	if a.Method == "" {
		a.Method = http.MethodGet
	}
	if a.Path == "" {
		a.Path = "/"
	}
	if _, err := url.ParseRequestURI(a.Path); err != nil {
		return nil, fmt.Errorf("Target.Path: %w", err)
	}
	if len(a.Algorithms) == 0 {
		a.Algorithms = []string{"RS256", "PS256", "ES256", "EdDSA"}
	}
	var err error
	if a.issuer, err = Start(Options{Keys: a.Algorithms}); err != nil {
		return nil, err
	}
	tb.Cleanup(a.issuer.Close)
	if a.stranger, err = Start(Options{Keys: a.Algorithms}); err != nil {
		return nil, err
	}
	tb.Cleanup(a.stranger.Close)
	a.key = a.signer(a.Algorithms[0])
	a.publish()
	return a, nil
}

// canary is the handler behind the API's guard.
func (a *arena) canary(w http.ResponseWriter, _ *http.Request) {
	a.ran.Add(1)
	w.Write([]byte("served"))
}

// signer returns the issuer's key for alg, nil if the API does not accept it.
func (a *arena) signer(alg string) *signingKey { return a.issuer.keys.find(a.issuer.KeyID(alg)) }

// publish adds the keys that no API should use to the issuer's, before the API
// can have fetched any.
func (a *arena) publish() {
	alg := a.Algorithms[0]
	for name, k := range map[string]Key{
		"encryption":    {Algorithm: alg, Members: map[string]any{"use": "enc"}},
		"operations":    {Algorithm: alg, Members: map[string]any{"use": nil, "key_ops": []string{"encrypt"}}},
		"contradictory": {Algorithm: alg, Members: map[string]any{"use": "sig", "key_ops": []string{"encrypt"}}},
		"unbound":       {Algorithm: "RS256", Members: map[string]any{"alg": nil}},
		"weak":          {Algorithm: "RS256", Bits: 1024},
		"symmetric":     {Algorithm: "HS256"},
		"bound":         {Algorithm: "PS512"},
		"unpublished":   {Algorithm: alg, Unpublished: true},
	} {
		a.extra[name] = a.issuer.keys.find(a.issuer.AddKey(k))
	}
	// The stranger publishes keys under the names of the issuer's.
	for _, alg := range a.Algorithms {
		a.stranger.AddKey(Key{ID: a.issuer.KeyID(alg), Algorithm: alg})
	}
}

// add adds a case whose request is what change makes of one without a token.
func (a *arena) add(v verdict, name, tries, token string, change func(*http.Request)) {
	c := Case{Name: name, Tries: tries, Want: v.String(), Token: token, verdict: v, change: change, arena: a}
	for pattern, reason := range sorted(a.Without) {
		if c.is(pattern) {
			c.Without = reason
		}
	}
	a.cases = append(a.cases, c)
}

// raw adds a case with this token, in the way that RFC 6750 section 2.1 has it.
func (a *arena) raw(v verdict, name, tries, token string) {
	a.add(v, name, tries, token, func(r *http.Request) {
		r.Header["Authorization"] = []string{"Bearer " + token}
	})
}

// token adds a case with the token that f makes.
func (a *arena) token(v verdict, name, tries string, f forgery) { a.raw(v, name, tries, f.token()) }

// credential adds a case with these Authorization fields.
func (a *arena) credential(v verdict, name, tries, token string, fields ...string) {
	a.add(v, name, tries, token, func(r *http.Request) { r.Header["Authorization"] = fields })
}

// at returns a NumericDate (RFC 7519 section 2) so many seconds from now.
func (a *arena) at(seconds int64, fraction string) json.RawMessage {
	return json.RawMessage(strconv.FormatInt(a.issuer.Now().Unix()+seconds, 10) + fraction)
}
