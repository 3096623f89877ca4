package middleware_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// A boundAPI is an API that accepts bound tokens, with a clock of its own. It fetches
// nothing: no other goroutine reads the clock.
type boundAPI struct {
	*middleware.Authenticator
	issuer *testutil.Issuer
	key    *testutil.ProofKey
	cert   *testutil.ClientCertificate
	now    time.Time
}

const theBase = "https://api.example.com"

func newBoundAPI(t testing.TB, change func(*middleware.Config)) *boundAPI {
	t.Helper()
	api := &boundAPI{
		key: new(testutil.ProofKey), cert: &testutil.ClientCertificate{Name: "client"},
	}
	api.now = time.Unix(1_800_000_000, 0)
	api.issuer = testutil.NewIssuer(t, testutil.Options{
		InProcess: true, Keys: []string{"ES256"}, Now: func() time.Time { return api.now },
	})
	config := middleware.Config{
		Audiences:    []string{api.issuer.Audience()},
		Issuers:      []middleware.Issuer{{URL: api.issuer.URL(), JWKS: api.issuer.JWKS()}},
		DPoP:         &middleware.DPoP{BaseURLs: []string{theBase}},
		Certificates: &middleware.Certificates{},
		Now:          func() time.Time { return api.now },
	}
	if change != nil {
		change(&config)
	}
	var err error
	if api.Authenticator, err = middleware.New(config); err != nil {
		t.Fatal(err)
	}
	return api
}

// mint returns a token with these confirmations.
func (api *boundAPI) mint(cnf ...map[string]any) string {
	all := map[string]any{}
	for _, c := range cnf {
		maps.Copy(all, c)
	}
	if len(cnf) == 0 {
		return api.issuer.Mint(map[string]any{"scope": "deals-read"})
	}
	return api.issuer.Mint(map[string]any{"scope": "deals-read", "cnf": all})
}

// A presented is how a token comes: "Bearer" or "DPoP", with a proof, and with a certificate.
type presented struct {
	scheme, token string
	proofs        []string
	certificate   *testutil.ClientCertificate
}

func (p presented) request() *middleware.Request {
	r := &middleware.Request{
		Method: "GET", Target: "/v1/deals?page=2", Host: "internal.example", Header: map[string][]string{
			"Authorization": {p.scheme + " " + p.token},
		},
	}
	if p.proofs != nil {
		r.Header["Dpop"] = p.proofs
	}
	if p.certificate != nil {
		r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{p.certificate.TLS().Leaf}}
	}
	return r
}

// proof returns a good proof for the token at this API.
func (api *boundAPI) proof(token string) string {
	return api.key.Sign(testutil.Proof{URL: theBase + "/v1/deals", Token: token, At: api.now})
}

// TestTheMatrixOfBindings has each scheme with each binding of the token.
func TestTheMatrixOfBindings(t *testing.T) {
	covers(t, "DP-21 DP-22 DP-23 DP-39 ML-01 ML-03 ML-06 ML-07 ML-10 BC-01 ATK-I01 ATK-I08 ATK-I09 ATK-I10 CF-03")
	api := newBoundAPI(t, nil)
	jkt, x5t := api.key.Confirmation(), api.cert.Confirmation()
	other := &testutil.ClientCertificate{Name: "other"}
	tokens := map[string]string{
		"unbound": api.mint(), "jkt": api.mint(jkt), "x5t": api.mint(x5t), "both": api.mint(jkt, x5t),
		"another method":  api.mint(map[string]any{"kid": "1"}),
		"jkt and another": api.mint(jkt, map[string]any{"kid": "1"}),
		"another key":     api.mint(new(testutil.ProofKey).Confirmation()), "empty": api.mint(map[string]any{}),
	}
	const pass = middleware.Reason("")
	for _, c := range []struct {
		token, scheme string
		proof         bool
		certificate   *testutil.ClientCertificate
		want          middleware.Reason
	}{
		{"unbound", "Bearer", false, nil, pass},
		{"unbound", "Bearer", true, nil, pass}, // the field is ignored
		{"unbound", "Bearer", false, api.cert, pass},
		{"unbound", "DPoP", true, nil, middleware.ErrNotHolder},
		{"unbound", "DPoP", false, nil, middleware.ErrBadProof},
		{"jkt", "Bearer", false, nil, middleware.ErrNotHolder},
		{"jkt", "Bearer", true, nil, middleware.ErrNotHolder},
		{"jkt", "Bearer", true, api.cert, middleware.ErrNotHolder},
		{"jkt", "DPoP", true, nil, pass},
		{"jkt", "dpop", true, nil, pass},
		{"jkt", "DPoP", false, nil, middleware.ErrBadProof},
		{"x5t", "Bearer", false, api.cert, pass},
		{"x5t", "Bearer", true, api.cert, pass},
		{"x5t", "Bearer", false, other, middleware.ErrNotHolder},
		{"x5t", "Bearer", false, nil, middleware.ErrNotHolder},
		{"x5t", "DPoP", true, api.cert, middleware.ErrNotHolder},
		{"x5t", "DPoP", false, api.cert, middleware.ErrBadProof},
		{"both", "DPoP", true, api.cert, pass},
		{"both", "DPoP", true, other, middleware.ErrNotHolder},
		{"both", "DPoP", true, nil, middleware.ErrNotHolder},
		{"both", "Bearer", false, api.cert, middleware.ErrNotHolder},
		{"both", "Bearer", true, api.cert, middleware.ErrNotHolder},
		{"both", "DPoP", false, api.cert, middleware.ErrBadProof},
		{"another method", "Bearer", false, api.cert, middleware.ErrNotHolder},
		{"another method", "Bearer", true, api.cert, middleware.ErrNotHolder},
		{"another method", "DPoP", true, api.cert, middleware.ErrNotHolder},
		{"another method", "DPoP", false, api.cert, middleware.ErrBadProof},
		{"jkt and another", "DPoP", true, nil, middleware.ErrNotHolder},
		{"another key", "DPoP", true, nil, middleware.ErrNotHolder},
		{"empty", "Bearer", false, nil, middleware.ErrNotHolder},
	} {
		name := c.token + " with " + c.scheme
		p := presented{scheme: c.scheme, token: tokens[c.token], certificate: c.certificate}
		for range 2 { // verified, and cached
			if c.proof {
				p.proofs = []string{api.proof(p.token)}
				name += " and a proof"
			}
			admitted, err := api.Decide(t.Context(), p.request())
			if got := reasonOf(err); got != c.want {
				t.Errorf("%s, certificate %v: %q, want %q", name, c.certificate != nil, got, c.want)
			}
			if err == nil && (admitted.Token().KeyThumbprint != "") != (strings.Contains("jkt both", c.token)) {
				t.Errorf("%s: the token says %q", name, admitted.Token().KeyThumbprint)
			}
		}
	}
}

// TestBoundTokensWithoutAConfiguration are rejected, with a hint that names the field.
func TestBoundTokensWithoutAConfiguration(t *testing.T) {
	api := newBoundAPI(t, func(c *middleware.Config) { c.DPoP, c.Certificates = nil, nil })
	for field, cnf := range map[string]map[string]any{
		"Config.DPoP": api.key.Confirmation(), "Config.Certificates": api.cert.Confirmation(),
	} {
		for _, scheme := range []string{"Bearer", "DPoP"} {
			p := presented{scheme: scheme, token: api.mint(cnf), certificate: api.cert}
			p.proofs = []string{api.proof(p.token)}
			_, err := api.Decide(t.Context(), p.request())
			var e *middleware.Error
			if !errors.As(err, &e) {
				t.Fatalf("%s with %s: %v", field, scheme, err)
			}
			if scheme == "Bearer" && (e.Reason != middleware.ErrNotHolder || !strings.Contains(e.Hint, field)) ||
				scheme == "DPoP" && e.Reason != middleware.ErrNoToken {
				t.Errorf("%s with %s: %s, %s", field, scheme, e.Reason, e.Hint)
			}
		}
	}
}

// TestRequiredBindings demands bound tokens for the API and for a route.
func TestRequiredBindings(t *testing.T) {
	covers(t, "BC-01 FA-05")
	dpop := newBoundAPI(t, func(c *middleware.Config) { c.DPoP.Required = true })
	both := newBoundAPI(t, func(c *middleware.Config) { c.DPoP.Required, c.Certificates.Required = true, true })
	mtls := newBoundAPI(t, func(c *middleware.Config) { c.Certificates.Required, c.DPoP = true, nil })
	plain := newBoundAPI(t, nil)
	for _, c := range []struct {
		name string
		api  *boundAPI
		cnf  []map[string]any
		need []scopes.Requirement
		want middleware.Reason
	}{
		{"an unbound token where DPoP is required", dpop, nil, nil, middleware.ErrNotHolder},
		{"a certificate where DPoP is required", dpop, []map[string]any{dpop.cert.Confirmation()}, nil,
			middleware.ErrNotHolder},
		{"an unbound token where a certificate is required", mtls, nil, nil, middleware.ErrNotHolder},
		{"a certificate where one is required", mtls, []map[string]any{mtls.cert.Confirmation()}, nil, ""},
		{"a key where both are required", both, []map[string]any{both.key.Confirmation()}, nil,
			middleware.ErrNotHolder},
		{"both where both are required", both, []map[string]any{both.key.Confirmation(),
			both.cert.Confirmation()}, nil, ""},
		{"an unbound token on a route for bound ones", plain, nil, []scopes.Requirement{scopes.Bound()},
			middleware.ErrNotHolder},
		{"a certificate on a route for bound ones", plain, []map[string]any{plain.cert.Confirmation()},
			[]scopes.Requirement{scopes.Scope("deals-read"), scopes.Bound()}, ""},
		{"a scope is missing too", plain, []map[string]any{plain.cert.Confirmation()},
			[]scopes.Requirement{scopes.Scope("deals-write"), scopes.Bound()}, middleware.ErrInsufficientScope},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := presented{scheme: "Bearer", token: c.api.mint(c.cnf...), certificate: c.api.cert}
			if c.api == both {
				p.scheme, p.proofs = "DPoP", []string{both.proof(p.token)}
			}
			if _, err := c.api.Decide(t.Context(), p.request(), c.need...); reasonOf(err) != c.want {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

// TestAnInnerGuardComparesTheCertificate passes an admission to a request with the same
// token that came over another connection.
func TestAnInnerGuardComparesTheCertificate(t *testing.T) {
	api := newBoundAPI(t, nil)
	p := presented{scheme: "Bearer", token: api.mint(api.cert.Confirmation()), certificate: api.cert}
	admitted, err := api.Guard(t.Context(), p.request())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := api.Guard(admitted, p.request()); err != nil {
		t.Errorf("the same connection: %v", err)
	}
	p.certificate = &testutil.ClientCertificate{Name: "other"}
	if _, err := api.Guard(admitted, p.request()); reasonOf(err) != middleware.ErrNotHolder {
		t.Errorf("another connection: %v, want %q", err, middleware.ErrNotHolder)
	}
}
