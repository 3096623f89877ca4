package testutil_test

import (
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
	rsa, ed25519 := &testutil.ProofKey{Algorithm: "RS256"}, &testutil.ProofKey{Algorithm: "EdDSA"}
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
		{"repeated member", demo, sign(func(p *testutil.Proof) { p.RawPayload = []byte(`{"jti":"a","jti":"b"}`) }),
			"not one JWT"},
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
		{"huge modulus", demo, jwk(rsa, "n", strings.Repeat("_", 1024)), "jwk"},
		{"modulus with leading zeros", demo, jwk(rsa, "n", "AAAA"+rsa.JWK()["n"].(string)), "jwk"},
		{"crv of another Edwards curve", demo, jwk(ed25519, "crv", "Ed448"), "jwk"},
		{"key of another", demo, jwk(key, "x", new(testutil.ProofKey).JWK()["x"]), "jwk"},
		{"signature of another", demo, []string{new(testutil.ProofKey).Sign(testutil.Proof{
			Method: "POST", URL: i.TokenURL(), At: i.Now(), Header: map[string]any{"jwk": key.JWK()}})}, "signature"},
		{"signature", demo, sign(func(p *testutil.Proof) {
			p.Signature = func(right []byte) []byte { right[0] ^= 1; return right }
		}), "signature"},
		{"no signature", demo, sign(func(p *testutil.Proof) { p.Signature = func([]byte) []byte { return nil } }),
			"signature"},
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
			if r.status != http.StatusBadRequest || answer["error"] != "invalid_dpop_proof" ||
				!strings.Contains(fault, tc.fault) {
				t.Errorf("%d %s, want the fault %q", r.status, r.body, tc.fault)
			}
			if r.header.Get("DPoP-Nonce") != "" || r.header.Get("Cache-Control") != "no-store" {
				t.Errorf("header %v", r.header)
			}
		})
	}
}
