package middleware_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// TestAProofCountsOnce sends proofs again, in nested guards and to other handlers.
func TestAProofCountsOnce(t *testing.T) {
	covers(t, "DP-18 DP-19 BC-07 ATK-I05")
	api := newBoundAPI(t, nil)
	token := api.mint(api.key.Confirmation())
	p := presented{scheme: "DPoP", token: token, proofs: []string{api.proof(token)}}
	r := p.request()

	if _, err := api.Decide(t.Context(), r,
		scopes.Scope("deals-write")); reasonOf(err) != middleware.ErrInsufficientScope {
		t.Fatal(err)
	}
	admitted, err := api.Guard(t.Context(), r)
	if err != nil {
		t.Fatalf("a rejected request has used the proof up: %v", err)
	}
	if _, err := api.Guard(admitted, r, scopes.Scope("deals-read")); err != nil {
		t.Errorf("an inner guard: %v", err)
	}
	api.now = api.now.Add(10 * time.Minute) // a long stream
	if _, err := api.Decide(admitted, r); err != nil {
		t.Errorf("the handler asks again: %v", err)
	}
	api.now = api.now.Add(-10 * time.Minute)
	if _, err := api.Decide(context.Background(), r); reasonOf(err) != middleware.ErrReplayed {
		t.Errorf("the proof comes again: %v", err)
	}
	p.proofs = []string{api.proof(token)}
	if _, err := api.Guard(admitted, p.request()); err != nil {
		t.Errorf("another proof within the request: %v", err)
	}
	if _, err := api.Guard(context.Background(), p.request()); reasonOf(err) != middleware.ErrReplayed {
		t.Errorf("a proof that was used within a request comes again: %v", err)
	}
	if s := api.Stats(); s.Proofs != 2 || s.ProofBytes == 0 {
		t.Errorf("%d proofs, %d bytes", s.Proofs, s.ProofBytes)
	}
}

// TestTwoAuthenticatorsUseAProofEach has guards of two Authenticators, one behind the other.
func TestTwoAuthenticatorsUseAProofEach(t *testing.T) {
	shared := new(rememberingStore)
	for name, c := range map[string]struct {
		outer, inner middleware.ReplayStore
		want         middleware.Reason
	}{
		"a memory of its own for each": {nil, nil, ""},
		"one store for both":           {shared, shared, middleware.ErrReplayed},
	} {
		outer := newBoundAPI(t, func(config *middleware.Config) { config.DPoP.Replays = c.outer })
		inner := newBoundAPI(t, func(config *middleware.Config) {
			config.Audiences = []string{outer.issuer.Audience()}
			config.Issuers[0].URL, config.Issuers[0].JWKS = outer.issuer.URL(), outer.issuer.JWKS()
			config.DPoP.Replays = c.inner
		})
		token := outer.mint(outer.key.Confirmation())
		r := presented{scheme: "DPoP", token: token, proofs: []string{outer.proof(token)}}.request()
		admitted, err := outer.Guard(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := inner.Guard(admitted, r); reasonOf(err) != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// A rememberingStore is a ReplayStore.
type rememberingStore struct{ used sync.Map }

func (s *rememberingStore) First(_ context.Context, key [32]byte, _ time.Time) (bool, error) {
	_, known := s.used.LoadOrStore(key, true)
	return !known, nil
}

// A failingStore is a ReplayStore that fails.
type failingStore struct{ err error }

func (s failingStore) First(ctx context.Context, _ [32]byte, _ time.Time) (bool, error) {
	return false, s.err
}

// TestTheReplayStoreFails rejects the request as unavailable, unless the owner has said
// otherwise.
func TestTheReplayStoreFails(t *testing.T) {
	covers(t, "DP-40")
	for _, c := range []struct {
		name    string
		store   error
		ignore  bool
		want    middleware.Reason
		failure uint64
	}{
		{"an error", errors.New("connection refused"), false, middleware.ErrUnavailable, 1},
		{"an error that counts for nothing", errors.New("connection refused"), true, "", 1},
		{"the proof is known", nil, true, middleware.ErrReplayed, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			api := newBoundAPI(t, func(config *middleware.Config) {
				config.DPoP.Replays = failingStore{c.store}
				config.DPoP.DangerouslyIgnoreReplayFailures = c.ignore
			})
			token := api.mint(api.key.Confirmation())
			_, err := api.Decide(t.Context(), presented{scheme: "DPoP", token: token,
				proofs: []string{api.proof(token)}}.request())
			if reasonOf(err) != c.want {
				t.Errorf("%v, want %q", err, c.want)
			}
			h := http.Header{}
			if status, _ := api.Refuse(h, err); c.want == middleware.ErrUnavailable &&
				(status != http.StatusServiceUnavailable || h.Get("Retry-After") == "") {
				t.Errorf("status %d, Retry-After %q", status, h.Get("Retry-After"))
			}
			if n := api.Stats().ReplayFailures; n != c.failure {
				t.Errorf("%d failures, want %d", n, c.failure)
			}
		})
	}
}

// TestNonces has a client that learns nonces from responses.
func TestNonces(t *testing.T) {
	covers(t, "DP-12 DP-13 DP-15 DP-16 DP-33a DP-35 DP-36 DP-37 ATK-I06")
	secrets := [][]byte{[]byte(strings.Repeat("a", 32))}
	with := func(c *middleware.Config) { c.DPoP.NonceSecrets, c.ExposeChallenge = secrets, true }
	api := newBoundAPI(t, with)
	token := api.mint(api.key.Confirmation())
	ask := func(auth *middleware.Authenticator, nonce string) (*middleware.Admission, error) {
		proof := api.key.Sign(testutil.Proof{URL: theBase + "/v1/deals", Token: token, At: api.now, Nonce: nonce})
		return auth.Decide(t.Context(), presented{scheme: "DPoP", token: token, proofs: []string{proof}}.request())
	}
	challenged := func(err error) string {
		t.Helper()
		if reasonOf(err) != middleware.ErrNonceNeeded {
			t.Fatalf("%v, want %q", err, middleware.ErrNonceNeeded)
		}
		h := http.Header{}
		status, _ := api.Refuse(h, err)
		fields := h["Www-Authenticate"]
		if status != http.StatusUnauthorized || len(fields) != 2 || strings.Contains(fields[0], "error") ||
			!strings.HasPrefix(fields[1], `DPoP realm="api", algs="ES256 `) ||
			!strings.Contains(fields[1], `error="use_dpop_nonce"`) {
			t.Errorf("status %d, challenges %q", status, fields)
		}
		if len(h["Dpop-Nonce"]) != 1 || h.Get("Cache-Control") != "no-store" {
			t.Errorf("header %v", h)
		}
		return h.Get("DPoP-Nonce")
	}
	_, err := ask(api.Authenticator, "")
	first := challenged(err)
	_, err = ask(api.Authenticator, "nonce-of-the-authorization-server")
	if again := challenged(err); again != first {
		t.Error("two nonces within a minute")
	}
	fields := func(m *middleware.Admission, err error) http.Header {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		h := http.Header{"Cache-Control": {"private"}}
		m.AddFields(h)
		return h
	}
	if h := fields(ask(api.Authenticator, first)); h.Get("DPoP-Nonce") != "" ||
		h.Get("Cache-Control") != "private" {
		t.Errorf("a current nonce: %v", h)
	}
	api.now = api.now.Add(time.Minute)
	h := fields(ask(api.Authenticator, first))
	second := h.Get("DPoP-Nonce")
	if second == "" || second == first || h.Get("Cache-Control") != "private, no-store" ||
		h.Get("Access-Control-Expose-Headers") != "DPoP-Nonce" {
		t.Errorf("the nonce before: %v", h)
	}
	replica := newBoundAPI(t, func(c *middleware.Config) {
		with(c)
		c.Issuers[0].URL, c.Issuers[0].JWKS = api.issuer.URL(), api.issuer.JWKS()
		c.Audiences = []string{api.issuer.Audience()}
		c.Now = func() time.Time { return api.now.Add(-30 * time.Second) }
	})
	fields(ask(replica.Authenticator, second))
	api.now = api.now.Add(5 * time.Minute)
	_, err = ask(api.Authenticator, second)
	challenged(err)
	_, err = ask(api.Authenticator, "")
	challenged(err)
}

// TestNoncesOnDemand ask those clients for one whose clock is wrong.
func TestNoncesOnDemand(t *testing.T) {
	covers(t, "DP-34")
	api := newBoundAPI(t, func(c *middleware.Config) {
		c.DPoP.NonceSecrets, c.DPoP.NonceOnDemand = [][]byte{[]byte(strings.Repeat("a", 32))}, true
	})
	token := api.mint(api.key.Confirmation())
	nonce := ""
	for _, c := range []struct {
		name string
		off  time.Duration
		with bool
		want middleware.Reason
	}{
		{"a right clock", 0, false, ""},
		{"a wrong clock", -24 * time.Hour, false, middleware.ErrNonceNeeded},
		{"a wrong clock and the nonce", -24 * time.Hour, true, ""},
	} {
		proof := testutil.Proof{URL: theBase + "/v1/deals", Token: token, At: api.now.Add(c.off)}
		if c.with {
			proof.Nonce = nonce
		}
		_, err := api.Decide(t.Context(), presented{scheme: "DPoP", token: token,
			proofs: []string{api.key.Sign(proof)}}.request())
		if reasonOf(err) != c.want {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
		if err != nil {
			h := http.Header{}
			api.Refuse(h, err)
			nonce = h.Get("DPoP-Nonce")
		}
	}
}

// TestInnerGuardsKnowTheProof of the outermost one, and the nonce for the response.
func TestInnerGuardsKnowTheProof(t *testing.T) {
	api := newBoundAPI(t, func(c *middleware.Config) {
		c.DPoP.NonceSecrets = [][]byte{[]byte(strings.Repeat("a", 32))}
	})
	token := api.mint(api.key.Confirmation())
	proof := testutil.Proof{URL: theBase + "/v1/deals", Token: token, At: api.now}
	p := presented{scheme: "DPoP", token: token, proofs: []string{api.key.Sign(proof)}}
	_, err := api.Guard(t.Context(), p.request())
	h := http.Header{}
	api.Refuse(h, err)
	proof.Nonce = h.Get("DPoP-Nonce")
	api.now = api.now.Add(time.Minute) // the nonce is accepted, and the next one is due
	p.proofs = []string{api.key.Sign(proof)}
	r, ctx := p.request(), t.Context()
	for depth := range 3 {
		admitted, err := api.Guard(ctx, r)
		if err != nil {
			t.Fatalf("guard %d: %v", depth, err)
		}
		h := http.Header{}
		admitted.AddFields(h)
		if next := h.Get("DPoP-Nonce"); next == "" || next == proof.Nonce {
			t.Errorf("guard %d: the next nonce is %q", depth, next)
		}
		ctx = context.WithValue(admitted, http.LocalAddrContextKey, "of a middleware in between")
	}
}
