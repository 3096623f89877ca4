package attack

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/bearerguard/bearerguard/testutil"
)

// A harness is a Target with all that its cases need.
type harness struct {
	Target
	tb          interface{ Cleanup(func()) }
	issuer      *testutil.Issuer // the one that the API trusts
	otherIssuer *testutil.Issuer // one that the API has no reason to ask for anything
	key         *key             // signs unless the attack is in the signature
	unfit       map[string]*key  // of the issuer, and not for access tokens
	cases       []Case

	mu  sync.Mutex
	api http.Handler // nil until the first request
	ran atomic.Int64 // how often the handler ran
	// within is called once by the handler, unless it is nil.
	within atomic.Pointer[func(context.Context)]
}

func newHarness(tb interface{ Cleanup(func()) }, target Target) (*harness, error) {
	h := &harness{Target: target, tb: tb}
	if h.API == nil {
		return nil, errors.New("set Target.API, the function that builds the API")
	}
	for pattern, reason := range h.Without {
		if reason == "" {
			return nil, fmt.Errorf("give the reason as the value of Target.Without[%q]", pattern)
		}
	}
	if h.Method == "" {
		h.Method = http.MethodGet
	}
	if h.Path == "" {
		h.Path = "/"
	}
	if _, err := url.ParseRequestURI(h.Path); err != nil {
		return nil, fmt.Errorf("Target.Path: %w", err)
	}
	if h.DPoP == "" && h.Nonces {
		return nil, errors.New("set Target.DPoP, or leave Target.Nonces false")
	}
	if base, err := url.Parse(h.DPoP); h.DPoP != "" && (err != nil || base.Scheme == "" || base.Host == "") {
		return nil, errors.New("Target.DPoP: write a URL such as https://api.example.com")
	}
	if len(h.Algorithms) == 0 {
		h.Algorithms = []string{"RS256", "PS256", "ES256", "EdDSA"}
	}
	var err error
	if h.issuer, err = h.start(); err != nil {
		return nil, err
	}
	if h.otherIssuer, err = h.start(); err != nil {
		return nil, err
	}
	h.key = h.keyFor(h.Algorithms[0])
	h.addUnfitKeys()
	// The other issuer publishes keys under the names of the issuer's.
	for _, alg := range h.Algorithms {
		h.otherIssuer.AddKey(testutil.Key{ID: h.issuer.KeyID(alg), Algorithm: alg})
	}
	return h, nil
}

// start starts an issuer for the length of the test.
func (h *harness) start() (*testutil.Issuer, error) {
	i, err := testutil.Start(testutil.Options{Keys: h.Algorithms})
	if err == nil {
		h.tb.Cleanup(i.Close)
	}
	return i, err
}

// addUnfitKeys adds the keys that no API should use to the issuer's, before the
// API can have fetched any.
func (h *harness) addUnfitKeys() {
	secret := []byte("a secret of the issuer that its key set tells to all")
	alg := h.Algorithms[0]
	h.unfit = map[string]*key{}
	for name, k := range sorted(map[string]testutil.Key{
		"encryption":    {Algorithm: alg, Members: map[string]any{"use": "enc"}},
		"operations":    {Algorithm: alg, Members: map[string]any{"use": nil, "key_ops": []string{"encrypt"}}},
		"contradictory": {Algorithm: alg, Members: map[string]any{"use": "sig", "key_ops": []string{"encrypt"}}},
		"unbound":       {Algorithm: "RS256", Members: map[string]any{"alg": nil}},
		"weak":          {Algorithm: "RS256", Bits: 1024},
		"symmetric":     {Algorithm: "HS256", Secret: secret, DangerouslyExposePrivate: true},
		"bound":         {Algorithm: "PS512"},
		"unpublished":   {Algorithm: alg, Unpublished: true},
	}) {
		h.unfit[name] = issuersKey(h.issuer, h.issuer.AddKey(k), k.Algorithm)
	}
	h.unfit["symmetric"].private = secret
}

// separate returns a harness with an issuer and an API of its own, for cases that
// change one of them. prepare is called before the API can send the issuer a
// request; it may be nil.
func (h *harness) separate(prepare func(*testutil.Issuer)) *harness {
	issuer, err := h.start()
	if err != nil {
		panic("attack: " + err.Error()) // the same options have worked before
	}
	if prepare != nil {
		prepare(issuer)
	}
	own := &harness{Target: h.Target, tb: h.tb, issuer: issuer, otherIssuer: h.otherIssuer}
	own.key = own.keyFor(h.Algorithms[0])
	return own
}

// join adds the cases of another harness.
func (h *harness) join(own *harness) { h.cases = append(h.cases, own.cases...) }

// keyFor returns the issuer's key for alg, nil if the API does not accept it.
func (h *harness) keyFor(alg string) *key {
	if kid := h.issuer.KeyID(alg); kid != "" {
		return issuersKey(h.issuer, kid, alg)
	}
	return nil
}

// firstOf returns the issuer's key for the first of these algorithms that the API
// accepts, nil if it accepts none.
func (h *harness) firstOf(algs ...string) *key {
	for _, alg := range algs {
		if k := h.keyFor(alg); k != nil {
			return k
		}
	}
	return nil
}

// otherKey returns the other issuer's key for alg that has the name of the
// issuer's.
func (h *harness) otherKey(alg string) *key {
	return issuersKey(h.otherIssuer, h.issuer.KeyID(alg), alg)
}

// good returns a token that the API accepts.
func (h *harness) good() token { return h.goodBy(h.key, h.key.alg) }

// goodBy returns a token that names k, signed by k and alg.
func (h *harness) goodBy(k *key, alg string) token {
	claims := map[string]any{}
	if h.Scope != "" {
		claims["scope"] = h.Scope
	}
	maps.Copy(claims, h.Claims)
	minted := h.issuer.MintHeader(map[string]any{"kid": k.id, "alg": "none"}, claims)
	part := strings.Split(minted, ".")
	decode := func(segment string) object {
		text, err := base64.RawURLEncoding.DecodeString(segment)
		if err != nil {
			panic("attack: " + err.Error())
		}
		return parseObject(text)
	}
	return token{
		head:    decode(part[0]).with("alg", alg).withAll(h.Header),
		payload: decode(part[1]),
		key:     k,
		alg:     alg,
	}
}

// at returns a NumericDate (RFC 7519 section 2) so many seconds from now.
func (h *harness) at(seconds int64, fraction string) json.RawMessage {
	return json.RawMessage(strconv.FormatInt(h.issuer.Now().Unix()+seconds, 10) + fraction)
}
