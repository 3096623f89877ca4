package testutil

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
)

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
	for _, group := range a.With {
		if !slices.Contains(furtherGroups, group) {
			return nil, fmt.Errorf("Target.With: no group %q, there are %q", group, furtherGroups)
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

// apart returns an arena with an issuer and an API of its own, for cases that
// change something about either. made is called before the API can ask the
// issuer for anything; it may be nil.
func (a *arena) apart(made func(*Issuer)) *arena {
	issuer, err := Start(Options{Keys: a.Algorithms})
	if err != nil {
		a.tb.Fatalf("testutil: %v", err)
		return nil
	}
	a.tb.Cleanup(issuer.Close)
	if made != nil {
		made(issuer)
	}
	b := &arena{Target: a.Target, tb: a.tb, issuer: issuer, stranger: a.stranger}
	b.key = b.signer(a.Algorithms[0])
	return b
}

// take adds the cases of another arena.
func (a *arena) take(b *arena) { a.cases = append(a.cases, b.cases...) }

// asks reports whether the target asks for a further group.
func (a *arena) asks(group string) bool { return slices.Contains(a.With, group) }

// latest returns the case that was added last.
func (a *arena) latest() *Case { return &a.cases[len(a.cases)-1] }

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
	a.add(v, name, tries, token, bearing(token))
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
