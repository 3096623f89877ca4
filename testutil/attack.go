package testutil

import (
	"iter"
	"maps"
	"net/http"
	"path"
	"slices"
)

// A Target is an API that is to be attacked in its owner's own test.
type Target struct {
	// API returns the API. It takes tokens of issuer for issuer.Audience(), and
	// calls handler, in place of what it serves or beside it, whenever its guard
	// lets a request through. It is called before the first request, and again
	// with another issuer for cases about issuers with something odd to them.
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

	// With names further groups of cases, for APIs that promise more than the
	// RFCs demand:
	//
	//   - "strict" for what this library refuses beyond them, and for its answers;
	//   - "rfc9068" for APIs that insist on every claim of RFC 9068 section 2.2;
	//   - "discovery" for APIs that find the keys by the issuer's metadata;
	//   - "clock" for APIs whose clock is issuer.Now, which the cases move;
	//   - "age" for APIs that take no token issued more than a day ago.
	With []string

	// Revoke puts the token with this jti on the API's denylist. Nil leaves out
	// the cases of the group "revoked".
	Revoke func(jti string)

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
	before  func() error          // what has to happen before the request
	after   func(*recorder) error // what else has to be true of the answer
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
		revokedAttacks, strictAttacks, strictKeyAttacks, profileAttacks, discoveryAttacks, clockAttacks,
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
