package middleware_test

import (
	"bufio"
	"crypto/elliptic"
	"encoding/base64"
	"math/big"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// TestConformanceProofRequests has requests with a bound token whose form differs from the
// usual one.
func TestConformanceProofRequests(t *testing.T) {
	api := newBoundAPI(t, nil)
	token := api.mint(api.key.Confirmation())
	spoofed := api.key.Sign(testutil.Proof{URL: "https://evil.example/v1/deals", Token: token, At: api.now})
	const pass = middleware.Reason("")
	for _, c := range []struct {
		name, ids string
		change    func(h http.Header, proof string)
		want      middleware.Reason
	}{
		{"the usual request", "DP-01", func(http.Header, string) {}, pass},
		{"no proof", "DP-01", func(h http.Header, _ string) { delete(h, "Dpop") }, middleware.ErrBadProof},
		{"an empty proof", "DP-01", func(h http.Header, _ string) { h["Dpop"] = []string{""} },
			middleware.ErrBadProof},
		{"two proofs", "DP-01", func(h http.Header, _ string) { h.Add("Dpop", api.proof(token)) },
			middleware.ErrBadProof},
		{"the same proof twice", "DP-01", func(h http.Header, proof string) { h.Add("Dpop", proof) },
			middleware.ErrBadProof},
		{"two proofs in one field", "DP-01", func(h http.Header, proof string) {
			h.Set("Dpop", proof+", "+api.proof(token))
		}, middleware.ErrBadProof},
		{"the token in Proxy-Authorization", "DP-28", func(h http.Header, _ string) {
			h["Proxy-Authorization"] = h["Authorization"]
			delete(h, "Authorization")
		}, middleware.ErrNoToken},
		{"a spoofed host", "DP-11 DP-47 ATK-I04 BC-05", func(h http.Header, _ string) { spoof(h) }, pass},
		{"a proof for a spoofed host", "DP-11 DP-47 ATK-I04 BC-05", func(h http.Header, _ string) {
			spoof(h)
			h.Set("Dpop", spoofed)
		}, middleware.ErrBadProof},
	} {
		row(t, c.name, c.ids, func(t *testing.T) {
			proof := api.proof(token)
			r := presented{scheme: "DPoP", token: token, proofs: []string{proof}}.request()
			r.Host = "evil.example"
			c.change(r.Header, proof)
			if _, err := api.Decide(t.Context(), r); reasonOf(err) != c.want {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	for _, names := range [][]string{{"AUTHORIZATION", "DPOP"}, {"authorization", "dpop"},
		{"aUTHORIZATION", "dPoP"}} {
		row(t, "names of fields such as "+names[1], "DP-31", func(t *testing.T) {
			text := "GET /v1/deals HTTP/1.1\r\nHost: a\r\n" + names[0] + ": DPoP " + token + "\r\n" +
				names[1] + ": " + api.proof(token) + "\r\n\r\n"
			r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text)))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := api.Check(r); err != nil {
				t.Error(err)
			}
		})
	}
}

// spoof adds what a client can write about the host to the header of a request.
func spoof(h http.Header) {
	for name, value := range map[string]string{
		"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/evil",
		"Forwarded": "host=evil.example;proto=https", "X-Original-Url": "https://evil.example/v1/deals",
		"X-Original-Host": "evil.example", "Host": "evil.example",
	} {
		h.Set(name, value)
	}
}

// TestConformancePrefix has an API behind a proxy that removes the prefix of the path.
func TestConformancePrefix(t *testing.T) {
	covers(t, "DP-11 DP-47")
	api := newBoundAPI(t, func(c *middleware.Config) { c.DPoP.BaseURLs = []string{theBase + "/api"} })
	token := api.mint(api.key.Confirmation())
	for url, want := range map[string]middleware.Reason{
		theBase + "/api/v1/deals": "", theBase + "/v1/deals": middleware.ErrBadProof,
		theBase + "/evil/v1/deals": middleware.ErrBadProof,
	} {
		proof := api.key.Sign(testutil.Proof{URL: url, Token: token, At: api.now})
		r := presented{scheme: "DPoP", token: token, proofs: []string{proof}}.request()
		spoof(r.Header)
		if _, err := api.Decide(t.Context(), r); reasonOf(err) != want {
			t.Errorf("a proof for %s: %v, want %q", url, err, want)
		}
	}
}

// TestConformanceOwnChecks sends tokens with a good proof that are rejected by themselves.
func TestConformanceOwnChecks(t *testing.T) {
	covers(t, "DP-32")
	api := newBoundAPI(t, nil)
	for _, c := range []struct {
		name  string
		claim string
		value any
		want  middleware.Reason
	}{
		{"a good one", "scope", "deals-read", ""},
		{"expired", "exp", api.now.Add(-time.Hour).Unix(), middleware.ErrExpired},
		{"for another API", "aud", "https://other.example", middleware.ErrWrongAudience},
		{"of another issuer", "iss", "https://other.example", middleware.ErrUnknownIssuer},
		{"without the scope", "scope", "openid", middleware.ErrInsufficientScope},
	} {
		claims := map[string]any{"cnf": api.key.Confirmation(), "scope": "deals-read"}
		claims[c.claim] = c.value
		token := api.issuer.Mint(claims)
		r := presented{scheme: "DPoP", token: token, proofs: []string{api.proof(token)}}.request()
		if _, err := api.Decide(t.Context(), r, scopes.Scope("deals-read")); reasonOf(err) != c.want {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// TestConformanceReplays sends proofs that are others, and some that are not.
func TestConformanceReplays(t *testing.T) {
	api := newBoundAPI(t, nil)
	other := new(testutil.ProofKey)
	token, ofOther := api.mint(api.key.Confirmation()), api.mint(other.Confirmation())
	began := api.now
	first := api.key.Sign(testutil.Proof{URL: theBase + "/v1/deals", Token: token, At: began, ID: "one"})
	for _, c := range []struct {
		name, ids, token, proof string
		after                   time.Duration
		want                    middleware.Reason
	}{
		{"a proof", "DP-18", token, first, 0, ""},
		{"the same proof", "DP-18 BC-07 ATK-I05", token, first, 0, middleware.ErrReplayed},
		{"another form of its signature", "DP-18 BC-07 ATK-I05", token, malleated(t, first), 0,
			middleware.ErrReplayed},
		{"the same jti in another proof", "DP-18 ATK-I05", token,
			api.key.Sign(testutil.Proof{URL: theBase + "/v1/deals", Token: token, At: began, ID: "one"}), 0,
			middleware.ErrReplayed},
		{"the same jti of another key", "DP-43 ATK-I05", ofOther,
			other.Sign(testutil.Proof{URL: theBase + "/v1/deals", Token: ofOther, At: began, ID: "one"}), 0, ""},
		{"the same proof at its last moment", "DP-42 ATK-I05", token, first, 90 * time.Second,
			middleware.ErrReplayed},
		{"the same proof a second later", "DP-17 DP-42", token, first, 91 * time.Second, middleware.ErrBadProof},
	} {
		row(t, c.name, c.ids, func(t *testing.T) {
			api.now = began.Add(c.after)
			r := presented{scheme: "DPoP", token: c.token, proofs: []string{c.proof}}.request()
			if _, err := api.Decide(t.Context(), r); reasonOf(err) != c.want {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

// malleated returns a proof by ES256 with the other signature that its key has for the same
// text: no private key is needed for it.
func malleated(t *testing.T, proof string) string {
	t.Helper()
	i := strings.LastIndexByte(proof, '.') + 1
	signature, err := base64.RawURLEncoding.DecodeString(proof[i:])
	if err != nil || len(signature) != 64 {
		t.Fatalf("%d bytes, %v", len(signature), err)
	}
	s := new(big.Int).SetBytes(signature[32:])
	s.Sub(elliptic.P256().Params().N, s).FillBytes(signature[32:])
	return proof[:i] + base64.RawURLEncoding.EncodeToString(signature)
}

// TestConformanceFullMemory has a client that fills its share of the memory for proofs.
func TestConformanceFullMemory(t *testing.T) {
	covers(t, "DP-41 ATK-I05")
	api := newBoundAPI(t, func(c *middleware.Config) { c.DPoP.MaxReplayBytes = 1 << 20 })
	other := new(testutil.ProofKey)
	api.UseProofs(api.key.Thumbprint(), api.now)
	before := api.Stats()
	for _, c := range []struct {
		name string
		key  *testutil.ProofKey
		want middleware.Reason
	}{{"the client", api.key, middleware.ErrUnavailable}, {"another client", other, ""}} {
		token := api.mint(c.key.Confirmation())
		proof := c.key.Sign(testutil.Proof{URL: theBase + "/v1/deals", Token: token, At: api.now})
		_, err := api.Decide(t.Context(), presented{scheme: "DPoP", token: token,
			proofs: []string{proof}}.request())
		if reasonOf(err) != c.want {
			t.Errorf("%s, after %d proofs: %v, want %q", c.name, before.Proofs, err, c.want)
		}
		h := http.Header{}
		if status, _ := api.Refuse(h, err); err != nil && (status != 503 || h.Get("Retry-After") == "") {
			t.Errorf("%s: status %d, header %v", c.name, status, h)
		}
	}
	after := api.Stats()
	if before.Proofs < 1000 || after.Proofs != before.Proofs+1 {
		t.Errorf("%d proofs, before %d", after.Proofs, before.Proofs)
	}
	if n := after.ProofsWithoutRoom - before.ProofsWithoutRoom; n != 1 {
		t.Errorf("%d proofs without room", n)
	}
}
