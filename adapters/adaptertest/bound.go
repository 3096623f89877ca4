package adaptertest

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// origin is what clients write in front of the path.
const origin = "https://api.example.com"

// proofs tests tokens that come with a DPoP proof (RFC 9449).
func (s *suite) proofs(t *testing.T) {
	now := time.Now()
	var later atomic.Int64 // how much later the clock of the API is
	auth := s.auth(t, func(c *middleware.Config) {
		c.Now = func() time.Time { return now.Add(time.Duration(later.Load())) }
		c.DPoP = &middleware.DPoP{BaseURLs: []string{origin},
			NonceSecrets: [][]byte{[]byte(strings.Repeat("s", 32))}}
	})
	key := new(testutil.ProofKey)
	token := s.issuer.Mint(map[string]any{"scope": "deals-read", "cnf": key.Confirmation()})
	ask := func(scheme, token, nonce string) *http.Request {
		r := httptest.NewRequest(http.MethodGet, path+"?page=2", nil)
		r.Header.Set("Authorization", scheme+" "+token)
		at := now.Add(time.Duration(later.Load()))
		r.Header.Set("DPoP", key.Sign(testutil.Proof{URL: origin + path, Token: token, Nonce: nonce, At: at}))
		return r
	}
	api, seen := s.guarded(required(auth), required(auth, read)) // the inner guard uses no second proof
	expect := func(t *testing.T, r *http.Request, status int, error string) response {
		t.Helper()
		got := do(api, r)
		challenges := strings.Join(got.header["Www-Authenticate"], "\n")
		if got.status != status || error != "" && !strings.Contains(challenges, `error="`+error+`"`) {
			t.Fatalf("status %d, challenges %s; want %d, %s", got.status, challenges, status, error)
		}
		if status != http.StatusOK {
			seen.idle(t)
		}
		return got
	}
	challenge := expect(t, ask("DPoP", token, ""), http.StatusUnauthorized, "use_dpop_nonce")
	nonces := challenge.header["Dpop-Nonce"]
	if len(nonces) != 1 || challenge.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("DPoP-Nonce %q, Cache-Control %q", nonces, challenge.header.Get("Cache-Control"))
	}
	good := ask("DPoP", token, nonces[0])
	expect(t, good, http.StatusOK, "")
	seen.ran(t, "demo-client")
	expect(t, good, http.StatusUnauthorized, "invalid_dpop_proof")
	expect(t, ask("Bearer", token, nonces[0]), http.StatusUnauthorized, "invalid_token")
	expect(t, ask("DPoP", s.good(), nonces[0]), http.StatusUnauthorized, "invalid_token")
	two := ask("DPoP", token, nonces[0])
	two.Header.Add("Authorization", "Bearer "+token)
	expect(t, two, http.StatusBadRequest, "invalid_request")
	unbound := get(s.good())
	expect(t, unbound, http.StatusOK, "")
	seen.ran(t, "demo-client")

	t.Run("a new nonce", func(t *testing.T) {
		later.Store(int64(time.Minute))
		got := expect(t, ask("DPoP", token, nonces[0]), http.StatusOK, "")
		seen.ran(t, "demo-client")
		if fields := got.header["Dpop-Nonce"]; len(fields) != 1 || fields[0] == nonces[0] {
			t.Errorf("DPoP-Nonce: %q", fields)
		}
		if control := got.header.Get("Cache-Control"); control != "no-store" {
			t.Errorf("Cache-Control: %q", control)
		}
	})
	t.Run("a route for bound tokens", func(t *testing.T) {
		api, seen = s.guarded(required(auth, scopes.Bound()))
		expect(t, unbound, http.StatusUnauthorized, "invalid_token")
		expect(t, ask("DPoP", token, nonces[0]), http.StatusOK, "")
	})
	t.Run("an optional token", func(t *testing.T) {
		api, seen = s.guarded(optional(auth))
		expect(t, ask("DPoP", token, nonces[0]), http.StatusOK, "")
		seen.ran(t, "demo-client")
		expect(t, ask("Bearer", token, nonces[0]), http.StatusUnauthorized, "invalid_token")
	})
	t.Run("the authorization status", func(t *testing.T) {
		api = s.build([]Route{{Path: path, Status: auth}})
		got := expect(t, ask("DPoP", token, nonces[0]), http.StatusOK, "")
		if !strings.Contains(got.body, `"cnf":{"jkt":"`+key.Thumbprint()+`"}`) {
			t.Errorf("body %s", got.body)
		}
	})
}

// certificates tests tokens that are bound to a client certificate (RFC 8705).
func (s *suite) certificates(t *testing.T) {
	auth := s.auth(t, func(c *middleware.Config) { c.Certificates = new(middleware.Certificates) })
	client, other := new(testutil.ClientCertificate), new(testutil.ClientCertificate)
	token := s.issuer.Mint(map[string]any{"scope": "deals-read", "cnf": client.Confirmation()})
	api, seen := s.guarded(required(auth), required(auth, read))
	for _, c := range []struct {
		name   string
		state  *tls.ConnectionState
		status int
	}{
		{"its certificate", client.ConnectionState(), http.StatusOK},
		{"its certificate again", client.ConnectionState(), http.StatusOK},
		{"another certificate", other.ConnectionState(), http.StatusUnauthorized},
		{"no certificate", new(tls.ConnectionState), http.StatusUnauthorized},
		{"no TLS", nil, http.StatusUnauthorized},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := get(token)
			r.TLS = c.state
			got := do(api, r)
			if got.status != c.status {
				t.Errorf("status %d, want %d", got.status, c.status)
			}
			if c.status == http.StatusOK {
				seen.ran(t, "demo-client")
			} else if seen.idle(t); !strings.Contains(got.header.Get("WWW-Authenticate"), `error="invalid_token"`) {
				t.Errorf("challenge %q", got.header.Get("WWW-Authenticate"))
			}
		})
	}
}
