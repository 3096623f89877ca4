package testutil_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/bearerguard/bearerguard/testutil"
)

// An api accepts tokens of an issuer that are bound to a key, with a proof that
// golang-jwt verifies. It requires a nonce if it has one.
type api struct {
	t      *testing.T
	issuer *testutil.Issuer
	mu     sync.Mutex
	nonce  string   // that proofs need
	next   string   // sent with a successful response, and needed from then on
	seen   []string // what became of each request, with its body
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	a.mu.Lock()
	defer a.mu.Unlock()
	outcome := a.judge(r)
	a.seen = append(a.seen, outcome+" "+string(body))
	switch outcome {
	case "ok":
		if a.next != "" {
			a.nonce, a.next = a.next, ""
			w.Header().Set("DPoP-Nonce", a.nonce)
		}
	case "nonce":
		w.Header().Set("DPoP-Nonce", a.nonce)
		w.Header().Add("WWW-Authenticate", `Bearer realm="a, b"`)
		w.Header().Add("WWW-Authenticate", `DPoP realm="a, \"b", error="use_dpop_nonce", algs="ES256"`)
		w.WriteHeader(http.StatusUnauthorized)
	default:
		w.Header().Set("WWW-Authenticate", `DPoP error="invalid_token"`)
		w.WriteHeader(http.StatusUnauthorized)
	}
}

// judge says what is wrong with r, or "ok".
func (a *api) judge(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	_, claims, err := tryVerify(a.t, a.issuer.JWKS(), token)
	if err != nil {
		return "token"
	}
	cnf, _ := claims["cnf"].(map[string]any)
	jkt, _ := cnf["jkt"].(string)
	if jkt == "" && scheme == "Bearer" && r.Header["Dpop"] == nil {
		return "ok"
	}
	if jkt == "" || scheme != "DPoP" {
		return "scheme"
	}
	fault := proofFault(a.t, r.Header["Dpop"], r.Method, "http://"+r.Host+r.URL.EscapedPath(), token,
		a.nonce, jkt)
	if fault == "" {
		return "ok"
	}
	return fault
}

// take returns what became of the requests since the last call.
func (a *api) take() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	seen := strings.Join(a.seen, ",")
	a.seen = nil
	return seen
}

func newAPI(t *testing.T) (*api, string) {
	t.Helper()
	a := &api{t: t, issuer: testutil.NewIssuer(t, testutil.Options{RequireNonce: true})}
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	return a, server.URL
}
