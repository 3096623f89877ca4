package middleware_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/golang-jwt/jwt/v5"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
)

func readCorpus(t testing.TB, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata/corpora", file))
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A trial is a token of a corpus with what it is tried against.
type trial struct {
	issuer    string
	audiences []string // nil: the corpus has none, and the test gives one to every token
	algs      []string
	jwks      json.RawMessage
	now       time.Time
	maxAge    time.Duration
	anonymous bool
}

// reason returns why the library rejects token, "" if it accepts it.
func (c trial) reason(t testing.TB, token string) middleware.Reason {
	t.Helper()
	issuer := middleware.Issuer{URL: c.issuer, JWKS: c.jwks, Algorithms: c.algs, MaxAge: c.maxAge,
		DangerouslyAllowMissingIssuer: c.anonymous}
	issuer.Dialect.Anonymous = true // most examples name neither a subject nor a client
	audiences := c.audiences
	if audiences == nil {
		audiences = []string{"given by the test"}
		issuer.Dialect.Customize = func(_ claims.Payload, t *claims.Token) { t.Audience = audiences }
	}
	auth, err := middleware.New(middleware.Config{Audiences: audiences, Issuers: []middleware.Issuer{issuer},
		Leeway: -1, Now: func() time.Time { return c.now }})
	if err != nil {
		t.Fatal(err)
	}
	_, err = auth.Verify(t.Context(), token)
	return reasonOf(err)
}

// TestCorpora runs published test vectors. Where this library's verdict differs
// from the corpus's, the table says so and why.
func TestCorpora(t *testing.T) {
	row(t, "the RFCs' examples", "J-01 J-16 A-08 U-01 T-03 P-06 P-18", func(t *testing.T) {
		want := map[string]middleware.Reason{
			"RFC7515-A.1":     wrongAlgorithm,                                                        // HS256: no shared secrets here
			"RFC7515-A.2":     wrongAudience,                                                         // RS256: the signature holds, the token has no aud
			"RFC7515-A.3":     wrongAudience,                                                         // ES256: likewise
			"RFC7515-A.4":     malformed,                                                             // the payload is text
			"RFC7515-A.5":     wrongAlgorithm,                                                        // none
			"RFC7515-E":       malformed,                                                             // crit
			"RFC8037-A.4":     malformed,                                                             // the payload is text
			"RFC7797-4.2":     malformed,                                                             // b64
			"RFC7519-A.1":     malformed,                                                             // JWE
			"RFC7519-A.2":     malformed,                                                             // JWE
			"RFC9449-proof-1": malformed, "RFC9449-proof-2": malformed, "RFC9449-proof-3": malformed, // no iss
		}
		filler, _ := json.Marshal(jwkWith("ec384"))
		tried := 0
		for _, v := range readRFC(t).Vectors {
			if v.Token == "" {
				continue
			}
			jwks := `{"keys":[` + string(filler) + `]}`
			if len(v.JWK) > 0 && string(v.JWK) != "null" {
				jwks = `{"keys":[` + string(filler) + `,` + string(v.JWK) + `]}`
			}
			c := trial{issuer: "joe", audiences: []string{"x"}, algs: everyAlgorithm, jwks: json.RawMessage(jwks),
				now: time.Unix(1300819000, 0)}
			if got := c.reason(t, v.Token); got != want[v.ID] || want[v.ID] == "" {
				t.Errorf("%s: %q, want %q", v.ID, got, want[v.ID])
			}
			if c.audiences = nil; want[v.ID] == wrongAudience && c.reason(t, v.Token) != "" {
				t.Errorf("%s is rejected with an audience too", v.ID)
			}
			tried++
		}
		if tried != len(want) {
			t.Errorf("%d tokens, want %d", tried, len(want))
		}
	})
	row(t, "RFC 9068's and RFC 9470's tokens", "AT-01 AT-08 J-14", func(t *testing.T) {
		for _, v := range readRFC(t).Vectors {
			if v.ID != "RFC9068-3" && v.ID != "RFC9470-6.1" {
				continue
			}
			var header map[string]any
			var payload struct {
				Iss string
				Exp int64
				Aud any
			}
			if json.Unmarshal(v.Header, &header) != nil || json.Unmarshal(v.Claims, &payload) != nil {
				t.Fatal(v.ID)
			}
			kid := map[string]string{"RS256": "rsa", "ES256": "ec"}[header["alg"].(string)]
			aud, _ := payload.Aud.(string)
			c := trial{issuer: payload.Iss, audiences: []string{aud}, jwks: keySet(jwkWith(kid, "kid", header["kid"])),
				now: time.Unix(payload.Exp-1, 0)}
			token := good().rawHeader(string(v.Header)).rawClaims(string(v.Claims)).by(kid,
				header["alg"].(string)).token()
			if got := c.reason(t, token); got != "" {
				t.Errorf("%s: %q", v.ID, got)
			}
		}
	})
	row(t, "RFC 9449's bound token", "ATK-H20 DP-23", func(t *testing.T) {
		w := newWorld(t, nil)
		for _, v := range readRFC(t).Vectors {
			if v.AccessToken != "" {
				w.rejects(t, bearing(v.AccessToken), unknownIssuer)
			}
			if v.HTTP.Authorization != "" {
				w.rejects(t, request("GET", "/deals", "Authorization", v.HTTP.Authorization), middleware.ErrNoToken)
			}
		}
	})
	row(t, "the JOSE cookbook", "J-01 J-02 T-03 T-16 P-06 ATK-C11 ATK-C12", func(t *testing.T) {
		w := newWorld(t, nil)
		files, _ := filepath.Glob("testdata/corpora/jose-cookbook/*/*.json")
		compact, serialized := 0, 0
		for _, file := range files {
			var example struct{ Output map[string]json.RawMessage }
			readCorpus(t, strings.TrimPrefix(file, "testdata/corpora/"), &example)
			for form, raw := range example.Output {
				var token string
				if json.Unmarshal(raw, &token) == nil {
					reason := malformed // text instead of claims, a detached payload, five segments
					if _, err := w.auth.Verify(t.Context(), token); reasonOf(err) != reason {
						t.Errorf("%s, %s: %v", file, form, err)
					}
					compact++
					continue
				}
				w.rejects(t, bearing(string(raw)), middleware.ErrMalformedRequest)
				serialized++
			}
		}
		if compact < 15 || serialized < 30 {
			t.Errorf("%d compact, %d in JSON", compact, serialized)
		}
	})
	row(t, "the cookbook's keys", "K-10 K-12 K-13 A-01 A-09", func(t *testing.T) {
		for file, alg := range map[string]string{"jwk/3_2.ec_private_key.json": "ES512",
			"jwk/3_4.rsa_private_key.json": "PS256", "curve25519/jws.json": "EdDSA"} {
			text, err := os.ReadFile(filepath.Join("testdata/corpora/jose-cookbook", file))
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(file, "curve") {
				var example struct{ Input struct{ Key json.RawMessage } }
				readCorpus(t, "jose-cookbook/"+file, &example)
				text = example.Input.Key
			}
			jwk, err := jwkset.NewJWKFromRawJSON(text, jwkset.JWKMarshalOptions{Private: true},
				jwkset.JWKValidateOptions{SkipAll: true})
			if err != nil {
				t.Fatal(err)
			}
			header := good().head("kid", "").head("alg", quoted(alg))
			sig, err := jwt.GetSigningMethod(alg).Sign(header.input(), jwk.Key())
			if err != nil {
				t.Fatal(err)
			}
			c := trial{issuer: theIssuer, audiences: []string{theAudience}, algs: []string{alg},
				jwks: json.RawMessage(`{"keys":[` + string(text) + `]}`), now: theTime}
			if got := c.reason(t, header.input()+"."+b64url(sig)); got != "" {
				t.Errorf("%s: %q", file, got)
			}
		}
	})
	row(t, "Spring Security's resource server", "T-07 T-08 T-10 J-19 B-20", func(t *testing.T) {
		var file struct {
			Cases []struct{ Name, Token, JWKS, Expect string }
		}
		readCorpus(t, "spring-security/manifest.json", &file)
		why := map[string]middleware.Reason{
			"Expired": expired, "MalformedPayload": malformed, "TooEarly": notYet, "Unsigned": wrongAlgorithm,
			"WrongAlgorithm": wrongAlgorithm, "WrongSignature": badSignature,
		}
		for _, c := range file.Cases {
			jwks, err := os.ReadFile("testdata/corpora/spring-security/" + c.JWKS)
			if err != nil {
				t.Fatal(err)
			}
			try := trial{issuer: "spring", jwks: jwks, now: theTime, anonymous: true}
			got := try.reason(t, c.Token)
			if (got == "") != (c.Expect == "accept") || got != why[c.Name] {
				t.Errorf("%s: %q, want %s", c.Name, got, c.Expect)
			}
			try.audiences, try.anonymous = []string{"x"}, false
			if try.reason(t, c.Token) == "" {
				t.Errorf("%s: accepted with neither iss nor aud", c.Name)
			}
		}
	})
	tables := []struct {
		name, ids, file string
		differ          map[string]middleware.Reason // from the corpus' verdict
	}{
		{"the MicroProfile-JWT TCK", "T-05 T-06 T-07 T-13 A-08 P-03 ATK-A06 ATK-A20",
			"mp-jwt-tck/tokens.json", nil},
		{"Kubernetes", "T-05 T-06 T-07 J-19 P-02 AT-04 ATK-D01", "kubernetes-oidc/tokens.json", nil},
	}
	for _, table := range tables {
		row(t, table.name, table.ids, func(t *testing.T) {
			var file struct {
				Now   int64
				Cases []struct {
					Name, Token, Issuer, Expect string
					Algs, Audiences             []string
					JWKS                        json.RawMessage
					MaxAge                      int64 `json:"max_token_age_s"`
				}
			}
			readCorpus(t, table.file, &file)
			for _, c := range file.Cases {
				got := trial{issuer: c.Issuer, audiences: c.Audiences, algs: c.Algs, jwks: c.JWKS,
					now: time.Unix(file.Now, 0), maxAge: time.Duration(c.MaxAge) * time.Second}.reason(t, c.Token)
				reject := false
				switch c.Expect {
				case "accept", "reject-k8s-policy": // theirs is a policy about names that a token may hold
				case "reject", "reject-recommended", "policy": // the policy is Google's issuer without its scheme
					reject = true
				default:
					t.Fatal(c.Expect)
				}
				if (got != "") != reject {
					t.Errorf("%s: %q, want %s", c.Name, got, c.Expect)
				}
			}
			if len(file.Cases) < 15 {
				t.Errorf("%d cases", len(file.Cases))
			}
		})
	}
}
