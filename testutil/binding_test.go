package testutil_test

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/testutil"
)

const demo = "grant_type=client_credentials&client_id=demo-client&client_secret=demo-secret"

// withProofs adds DPoP fields to a token request.
func withProofs(proofs ...string) func(*http.Request) {
	return func(r *http.Request) { r.Header["Dpop"] = proofs }
}

// bound returns the token_type of a response and the cnf of its token.
func bound(t *testing.T, i *testutil.Issuer, r reply) (tokenType string, cnf any) {
	t.Helper()
	if r.status != http.StatusOK {
		t.Fatalf("%d %s", r.status, r.body)
	}
	answer := decode(t, []byte(r.body))
	_, claims := verify(t, i.JWKS(), answer["access_token"].(string))
	return answer["token_type"].(string), claims["cnf"]
}

func TestATokenIsBoundToTheKeyOfTheProof(t *testing.T) {
	covers(t, "AS-17")
	i := testutil.NewIssuer(t, testutil.Options{Path: "/realms/acme"})
	for _, alg := range all {
		key := &testutil.ProofKey{Algorithm: alg}
		tokenType, cnf := bound(t, i, post(t, i, demo, withProofs(key.Proof("POST", i.TokenURL(), ""))))
		if tokenType != "DPoP" || !equal(cnf, key.Confirmation()) {
			t.Errorf("%s: token_type %s, cnf %v, want %v", alg, tokenType, cnf, key.Confirmation())
		}
	}
	if tokenType, cnf := bound(t, i, post(t, i, demo, nil)); tokenType != "Bearer" || cnf != nil {
		t.Errorf("without a proof: token_type %s, cnf %v", tokenType, cnf)
	}
	_, claims := verify(t, i.JWKS(), i.Mint(map[string]any{"cnf": new(testutil.ProofKey).Confirmation()}))
	if cnf, _ := claims["cnf"].(map[string]any); len(cnf) != 1 || cnf["jkt"] == "" {
		t.Errorf("minted cnf %v", claims["cnf"])
	}
}

func TestTheTokenEndpointJudgesProofs(t *testing.T) {
	covers(t, "AS-17")
	i := testutil.NewIssuer(t, testutil.Options{Clients: []testutil.Client{
		{ID: "demo-client", Secret: "demo-secret"}, {ID: "strict", Secret: "s", RequireDPoP: true},
	}})
	i.SetNow(time.Unix(1767225600, 0))
	key := new(testutil.ProofKey)
	good := testutil.Proof{Method: "POST", URL: i.TokenURL(), At: i.Now()}
	// sign makes one field of the good proof after a change.
	sign := func(change func(*testutil.Proof)) []string {
		p := good
		change(&p)
		return []string{key.Sign(p)}
	}
	header := func(name string, value any) []string {
		return sign(func(p *testutil.Proof) { p.Header = map[string]any{name: value} })
	}
	claim := func(name string, value any) []string {
		return sign(func(p *testutil.Proof) { p.Claims = map[string]any{name: value} })
	}
	jwk := func(key *testutil.ProofKey, name string, value any) []string {
		k := key.JWK()
		k[name] = value
		p := good
		p.Header = map[string]any{"jwk": k}
		return []string{key.Sign(p)}
	}
	rsa := &testutil.ProofKey{Algorithm: "RS256"}
	const strict = "grant_type=client_credentials&client_id=strict&client_secret=s"
	for _, tc := range []struct {
		name   string
		form   string
		fields []string
		fault  string // part of the description; "" if a token is issued
	}{
		{"good", demo, []string{key.Sign(good)}, ""},
		{"client that requires it", strict, []string{key.Sign(good)}, ""},
		{"client that requires it, no proof", strict, nil, "exactly one DPoP field"},
		{"announced key", demo + "&dpop_jkt=" + key.Thumbprint(), []string{key.Sign(good)}, ""},
		{"other key was announced", demo + "&dpop_jkt=x", []string{key.Sign(good)}, "dpop_jkt"},
		{"key announced, no proof", demo + "&dpop_jkt=" + key.Thumbprint(), nil, "exactly one DPoP field"},
		{"empty dpop_jkt", demo + "&dpop_jkt=", []string{key.Sign(good)}, ""},
		{"unknown members", demo, sign(func(p *testutil.Proof) {
			p.Header, p.Claims = map[string]any{"kid": "x"}, map[string]any{"tx": 1, "ath": "x"}
		}), ""},
		{"nonce that is not needed", demo, claim("nonce", "x"), ""},
		{"Ed25519", demo, []string{(&testutil.ProofKey{Algorithm: "EdDSA"}).Sign(testutil.Proof{
			Method: "POST", URL: i.TokenURL(), At: i.Now(), Header: map[string]any{"alg": "Ed25519"}})}, ""},
		{"more in jwk", demo, jwk(key, "kid", "x"), ""},
		{"two fields", demo, []string{key.Sign(good), key.Sign(good)}, "exactly one DPoP field"},
		{"two proofs in one field", demo, []string{key.Sign(good) + ", " + key.Sign(good)}, "not one JWT"},
		{"empty field", demo, []string{""}, "not one JWT"},
		{"padding", demo, []string{key.Sign(good) + "="}, "not one JWT"},
		{"too long", demo, claim("x", strings.Repeat("x", 8<<10)), "not one JWT"},
		{"repeated member", demo, sign(func(p *testutil.Proof) { p.RawPayload = []byte(`{"jti":"a","jti":"b"}`) }), "not one JWT"},
		{"typ", demo, header("typ", "JWT"), "typ"},
		{"no typ", demo, header("typ", nil), "typ"},
		{"crit", demo, header("crit", []string{"x"}), "crit"},
		{"none", demo, header("alg", "none"), "alg"},
		{"no alg", demo, header("alg", nil), "alg"},
		{"HS256", demo, []string{(&testutil.ProofKey{Algorithm: "HS256"}).Sign(good)}, "alg"},
		{"no jwk", demo, header("jwk", nil), "jwk"},
		{"alg of another type", demo, header("alg", "RS256"), "jwk"},
		{"alg of another curve", demo, header("alg", "ES384"), "jwk"},
		{"private key", demo, sign(func(p *testutil.Proof) { p.DangerouslyExposePrivate = true }), "jwk"},
		{"empty private member", demo, jwk(key, "d", ""), "jwk"},
		{"k in an EC key", demo, jwk(key, "k", "AAAA"), "jwk"},
		{"point not on the curve", demo, jwk(key, "x", strings.Repeat("A", 43)), "jwk"},
		{"short coordinate", demo, jwk(key, "x", "AAAA"), "jwk"},
		{"crv of another curve", demo, jwk(key, "crv", "P-384"), "jwk"},
		{"exponent 1", demo, jwk(rsa, "e", "AQ"), "jwk"},
		{"even exponent", demo, jwk(rsa, "e", "AQAA"), "jwk"},
		{"exponent with a leading zero", demo, jwk(rsa, "e", "AAEAAQ"), "jwk"},
		{"no exponent", demo, jwk(rsa, "e", nil), "jwk"},
		{"small modulus", demo, jwk(rsa, "n", "8888"), "jwk"},
		{"huge modulus", demo, jwk(rsa, "n", "-"+strings.Repeat("_", 1023)+"w"), "jwk"},
		{"key of another", demo, jwk(key, "x", new(testutil.ProofKey).JWK()["x"]), "jwk"},
		{"signature of another", demo, []string{new(testutil.ProofKey).Sign(testutil.Proof{
			Method: "POST", URL: i.TokenURL(), At: i.Now(), Header: map[string]any{"jwk": key.JWK()}})}, "signature"},
		{"signature", demo, sign(func(p *testutil.Proof) {
			p.Signature = func(right []byte) []byte { right[0] ^= 1; return right }
		}), "signature"},
		{"no signature", demo, sign(func(p *testutil.Proof) { p.Signature = func([]byte) []byte { return nil } }), "signature"},
		{"GET", demo, sign(func(p *testutil.Proof) { p.Method = "" }), "htm"},
		{"post", demo, claim("htm", "post"), "htm"},
		{"no htu", demo, claim("htu", nil), "htu"},
		{"URL of the issuer", demo, claim("htu", i.URL()), "htu"},
		{"https", demo, claim("htu", strings.Replace(i.TokenURL(), "http:", "https:", 1)), "htu"},
		{"user in the URL", demo, claim("htu", strings.Replace(i.TokenURL(), "//", "//a@", 1)), "htu"},
		{"path in another case", demo, claim("htu", i.URL()+"/Token"), "htu"},
		{"URL with query and fragment", demo, claim("htu", i.TokenURL()+"?a#b"), ""},
		{"scheme in another case", demo, claim("htu", "HTTP"+strings.TrimPrefix(i.TokenURL(), "http")), ""},
		{"no jti", demo, claim("jti", nil), "jti"},
		{"empty jti", demo, claim("jti", ""), "jti"},
		{"jti is a number", demo, claim("jti", 1), "jti"},
		{"long jti", demo, claim("jti", strings.Repeat("x", 257)), "jti"},
		{"jti of the longest length", demo, claim("jti", strings.Repeat("x", 256)), ""},
		{"no iat", demo, claim("iat", nil), "iat"},
		{"iat is a string", demo, claim("iat", "1767225600"), "iat"},
		{"a minute ago", demo, claim("iat", i.Now().Unix()-60), ""},
		{"more than a minute ago", demo, claim("iat", i.Now().Unix()-61), "iat"},
		{"in a minute", demo, claim("iat", i.Now().Unix()+60), ""},
		{"in more than a minute", demo, claim("iat", i.Now().Unix()+61), "iat"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := post(t, i, tc.form, withProofs(tc.fields...))
			if tc.fault == "" {
				if tokenType, _ := bound(t, i, r); tokenType != "DPoP" {
					t.Errorf("token_type %s", tokenType)
				}
				return
			}
			answer := decode(t, []byte(r.body))
			description, _ := answer["error_description"].(string)
			fault := strings.TrimPrefix(description, "The DPoP proof is missing or invalid: ")
			if r.status != http.StatusBadRequest || answer["error"] != "invalid_dpop_proof" || !strings.Contains(fault, tc.fault) {
				t.Errorf("%d %s, want the fault %q", r.status, r.body, tc.fault)
			}
			if r.header.Get("DPoP-Nonce") != "" || r.header.Get("Cache-Control") != "no-store" {
				t.Errorf("header %v", r.header)
			}
		})
	}
}

func TestAProofIsAcceptedOnce(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{})
	key, other := new(testutil.ProofKey), new(testutil.ProofKey)
	p := testutil.Proof{Method: "POST", URL: i.TokenURL(), ID: "one"}
	wrong := strings.Replace(demo, "demo-secret", "wrong", 1)
	for n, step := range []struct {
		form, proof string
		want        int
	}{
		{wrong, key.Sign(p), 401},
		{demo + "&scope=x", key.Sign(p), 400},
		{demo, key.Sign(testutil.Proof{URL: i.TokenURL(), ID: "one"}), 400},
		{demo, key.Sign(p), 200}, // nothing so far has used the jti
		{demo, key.Sign(p), 400}, // signed again, but the same jti
		{demo, other.Sign(p), 200},
	} {
		if r := post(t, i, step.form, withProofs(step.proof)); r.status != step.want {
			t.Errorf("step %d: %d %s, want %d", n, r.status, r.body, step.want)
		}
	}
}

func TestTheMemoryOfProofsIsBounded(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{InProcess: true})
	for n := range 2 * testutil.Remembered {
		if id := fmt.Sprint(n); !i.AcceptProof(id) || i.AcceptProof(id) {
			t.Fatalf("proof %d", n)
		}
		if got := i.RememberedProofs(); got > testutil.Remembered {
			t.Fatalf("%d are remembered after %d", got, n)
		}
	}
	if i.AcceptProof(fmt.Sprint(2*testutil.Remembered - testutil.Remembered/2 - 1)) {
		t.Error("one of the last half is accepted again")
	}
}

func TestTheTokenEndpointRequiresItsNonce(t *testing.T) {
	covers(t, "AS-17")
	i := testutil.NewIssuer(t, testutil.Options{RequireNonce: true})
	key := new(testutil.ProofKey)
	send := func(nonce string, at time.Time) reply {
		t.Helper()
		return post(t, i, demo, withProofs(key.Sign(testutil.Proof{Method: "POST", URL: i.TokenURL(), Nonce: nonce, At: at})))
	}
	challenged := func(what string, r reply) string {
		t.Helper()
		if r.status != 400 || decode(t, []byte(r.body))["error"] != "use_dpop_nonce" || r.header.Get("DPoP-Nonce") != i.Nonce() {
			t.Errorf("%s: %d %s, nonce %q", what, r.status, r.body, r.header.Get("DPoP-Nonce"))
		}
		return r.header.Get("DPoP-Nonce")
	}
	passed := func(what string, r reply, next string) {
		t.Helper()
		if _, cnf := bound(t, i, r); !equal(cnf, key.Confirmation()) || r.header.Get("DPoP-Nonce") != next {
			t.Errorf("%s: cnf %v, nonce %q, want %q", what, cnf, r.header.Get("DPoP-Nonce"), next)
		}
	}
	wrongClock := time.Now().Add(-24 * time.Hour)
	first := challenged("no nonce", send("", time.Time{}))
	challenged("no nonce, wrong clock", send("", wrongClock))
	challenged("another server's nonce", send("x", time.Time{}))
	passed("current", send(first, time.Time{}), "")
	passed("current, wrong clock", send(first, wrongClock), "")
	i.RotateNonce()
	second := i.Nonce()
	if second == first {
		t.Error("the nonce stays the same")
	}
	passed("previous", send(first, time.Time{}), second)
	passed("current again", send(second, time.Time{}), "")
	i.RotateNonce()
	challenged("before the previous", send(first, time.Time{}))
	if tokenType, _ := bound(t, i, post(t, i, demo, nil)); tokenType != "Bearer" {
		t.Errorf("without a proof: %s", tokenType)
	}
	r := post(t, i, demo, withProofs(key.Sign(testutil.Proof{Method: "POST", URL: i.TokenURL(), Nonce: i.Nonce(), Claims: map[string]any{"iat": "x"}})))
	if r.status != 400 || decode(t, []byte(r.body))["error"] != "invalid_dpop_proof" {
		t.Errorf("iat is no number: %d %s", r.status, r.body)
	}

	none := testutil.NewIssuer(t, testutil.Options{})
	if none.RotateNonce(); none.Nonce() != "" {
		t.Errorf("nonce %q where none is required", none.Nonce())
	}
}

func TestATokenIsBoundToTheClientCertificate(t *testing.T) {
	certificate, key := &testutil.ClientCertificate{Name: "client"}, new(testutil.ProofKey)
	for _, tc := range []struct {
		name    string
		options testutil.Options
	}{
		{"TLS", testutil.Options{TLS: true}},
		{"TLS on IPv4 by another address", testutil.Options{TLS: true, Addr: "127.0.0.2:0"}},
		{"in process", testutil.Options{InProcess: true}},
		{"in process, TLS", testutil.Options{InProcess: true, TLS: true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			i := testutil.NewIssuer(t, tc.options)
			send := func(c *testutil.ClientCertificate, proofs ...string) reply {
				return postBy(t, i.HTTPClient(c), i, demo, withProofs(proofs...))
			}
			if tokenType, cnf := bound(t, i, send(nil)); tokenType != "Bearer" || cnf != nil {
				t.Errorf("no certificate: %s, cnf %v", tokenType, cnf)
			}
			want := map[string]any{"x5t#S256": digest(string(certificate.TLS().Certificate[0]))}
			if tokenType, cnf := bound(t, i, send(certificate)); tokenType != "Bearer" || !equal(cnf, want) {
				t.Errorf("certificate: %s, cnf %v, want %v", tokenType, cnf, want)
			}
			want["jkt"] = key.Thumbprint()
			if tokenType, cnf := bound(t, i, send(certificate, key.Proof("POST", i.TokenURL(), ""))); tokenType != "DPoP" || !equal(cnf, want) {
				t.Errorf("certificate and proof: %s, cnf %v, want %v", tokenType, cnf, want)
			}
			scheme := map[bool]string{true: "https://", false: "http://"}[tc.options.TLS]
			for _, u := range []string{i.URL(), i.TokenURL(), i.JWKSURL(), i.MetadataURL()} {
				if !strings.HasPrefix(u, scheme) {
					t.Errorf("URL %s", u)
				}
			}
		})
	}
}

func TestTheServerIsReachableByTLSAfterDown(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{TLS: true})
	client := i.HTTPClient(nil)
	i.Down()
	if _, err := client.Get(i.JWKSURL()); err == nil {
		t.Error("reachable while down")
	}
	if err := i.Up(); err != nil {
		t.Fatal(err)
	}
	resp, err := client.Get(i.JWKSURL())
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if _, err := http.Get(i.JWKSURL()); err == nil {
		t.Error("a client trusts the server without being told to")
	}
}

func TestMetadataNamesWhatTokensAreBoundTo(t *testing.T) {
	for _, tc := range []struct {
		name         string
		options      testutil.Options
		proofs       bool
		certificates any
	}{
		{"plain", testutil.Options{}, true, nil},
		{"TLS", testutil.Options{TLS: true}, true, true},
		{"in process", testutil.Options{InProcess: true}, true, true},
		{"system", testutil.Options{System: "connect2id", TLS: true}, false, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			i := testutil.NewIssuer(t, tc.options)
			resp, err := i.HTTPClient(nil).Get(i.MetadataURL())
			if err != nil {
				t.Fatal(err)
			}
			m := decode(t, read(t, resp))
			algs, _ := m["dpop_signing_alg_values_supported"].([]any)
			if len(algs) > 0 != tc.proofs || m["tls_client_certificate_bound_access_tokens"] != tc.certificates {
				t.Errorf("metadata %v", m)
			}
			for _, alg := range algs {
				if alg != "Ed25519" && (&testutil.ProofKey{Algorithm: alg.(string)}).Signer() == nil || strings.HasPrefix(alg.(string), "HS") {
					t.Errorf("alg %v", alg)
				}
			}
		})
	}
}

// The known systems issue what they issued before: they read neither proofs nor
// certificates.
func TestASystemBindsNoTokens(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{System: "connect2id", TLS: true})
	c := i.Clients()[0]
	r := postBy(t, i.HTTPClient(&testutil.ClientCertificate{Name: "client"}), i, "grant_type=client_credentials&dpop_jkt=x",
		func(r *http.Request) { r.SetBasicAuth(c.ID, c.Secret); r.Header.Set("DPoP", "x") })
	if tokenType, cnf := bound(t, i, r); tokenType != "Bearer" || cnf != nil {
		t.Errorf("token_type %s, cnf %v", tokenType, cnf)
	}
}

func TestAClientCertificateProvesPossession(t *testing.T) {
	a, b := &testutil.ClientCertificate{Name: "a"}, &testutil.ClientCertificate{Name: "b"}
	if a.Thumbprint() == b.Thumbprint() || a.TLS().Leaf.Subject.CommonName != "a" {
		t.Errorf("thumbprints %s and %s, name %q", a.Thumbprint(), b.Thumbprint(), a.TLS().Leaf.Subject.CommonName)
	}
	if !equal(a.Confirmation(), map[string]any{"x5t#S256": digest(string(a.TLS().Certificate[0]))}) {
		t.Errorf("Confirmation %v", a.Confirmation())
	}
	if s := a.ConnectionState(); len(s.PeerCertificates) != 1 || !s.PeerCertificates[0].Equal(a.TLS().Leaf) || s.Version != tls.VersionTLS13 {
		t.Errorf("ConnectionState %v", s)
	}
	// A client that has only the certificate of a gets no connection.
	i := testutil.NewIssuer(t, testutil.Options{TLS: true})
	thief := i.HTTPClient(a)
	thief.Transport.(*http.Transport).TLSClientConfig.Certificates[0].PrivateKey = b.TLS().PrivateKey
	resp, err := thief.Get(i.JWKSURL())
	if err == nil {
		resp.Body.Close()
		t.Error("a certificate was accepted without its key")
	}
}
