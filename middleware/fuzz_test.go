package middleware_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// fuzzed returns an Authenticator for fuzz targets and the issuer that it trusts. It has
// no cache, so every input is verified.
func fuzzed(f *testing.F) (*testutil.Issuer, *middleware.Authenticator) {
	issuer := testutil.NewIssuer(f, testutil.Options{InProcess: true, Keys: []string{"EdDSA"}})
	auth, err := middleware.New(middleware.Config{
		Audiences:   []string{issuer.Audience()},
		Issuers:     []middleware.Issuer{{URL: issuer.URL()}},
		HTTPClient:  &http.Client{Transport: issuer},
		CacheTokens: -1,
	})
	if err != nil {
		f.Fatal(err)
	}
	return issuer, auth
}

// FuzzCredential sends any text as the Authorization field. Only the good token after the
// right scheme is accepted.
func FuzzCredential(f *testing.F) {
	issuer, auth := fuzzed(f)
	good := issuer.Mint(map[string]any{"exp": time.Now().Add(24 * time.Hour).Unix()})
	for _, seed := range []string{
		"", "Bearer", "Bearer ", "bearer " + good, "BEARER  " + good, "Bearer\t" + good, "Bearer " + good + "=",
		"Bearer " + good + " ",
		"Bearer " + good + ", Bearer " + good, "Bearer Bearer " + good, `Bearer "` + good + `"`, "Basic dTpw",
		"DPoP " + good,
		"Bearer " + strings.Repeat("a", 15_000), "Bearer " + strings.Repeat(good[:20], 500), "Bearer a.b.c",
		"Bearer ..", "Bearer " + strings.Repeat(".", 100), "Bearer é", "Bearer2 " + good, "Bearer:" + good,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, field string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header["Authorization"] = []string{field}
		var err error
		frugal(t, len(field), func() { _, err = auth.Check(r) })
		if err == nil {
			scheme, token, _ := strings.Cut(strings.Trim(field, " \t"), " ")
			if !strings.EqualFold(scheme, "Bearer") || strings.TrimLeft(token, " ") != good {
				t.Errorf("%q passes", field)
			}
			return
		}
		var refusal *middleware.Error
		if !errors.As(err, &refusal) {
			t.Fatalf("%q: %v", field, err)
		}
		h := http.Header{}
		status, _ := auth.Refuse(h, err)
		if status != 400 && status != 401 || len(h["Www-Authenticate"]) != 1 {
			t.Errorf("%q: %d %v", field, status, h)
		}
	})
}

// FuzzHeader signs tokens with any header. If one is accepted, encoding/json must read
// its header in the same way.
func FuzzHeader(f *testing.F) {
	issuer, auth := fuzzed(f)
	kid := issuer.KeyID("EdDSA")
	payload := []byte(`{"iss":"` + issuer.URL() + `","aud":"` + issuer.Audience() + `","exp":4102444800}`)
	for _, seed := range []string{
		`{"alg":"EdDSA","kid":"` + kid + `"}`, `{"alg":"EdDSA","typ":"at+jwt"}`,
		`{"alg":"Ed25519","typ":"application/AT+JWT"}`,
		`{"alg":"none"}`, `{"alg":"EdDSA","crit":[]}`, `{"alg":"EdDSA","b64":true}`,
		`{"alg":"EdDSA","\u0061lg":"none"}`,
		`{"alg":"EdDSA","typ":"logout+jwt"}`, `{"alg":"EdDSA","cty":"JWT"}`, `{"ALG":"EdDSA"}`, `{"alg":["EdDSA"]}`,
		`{"alg":"EdDSA"} `,
		`{"alg":"EdDSA","jwk":{"kty":"OKP"}}`, `{"alg":"EdDSA","\u212Aid":"x"}`, `{"alg":"EdDSA","kid":null}`,
		`{"alg":"EdDSA","kid":""}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, header []byte) {
		token := issuer.Sign(header, payload, "EdDSA")
		var err error
		frugal(t, len(token), func() { _, err = auth.Verify(t.Context(), token) })
		if err != nil {
			return
		}
		var h map[string]any
		if err := json.Unmarshal(header, &h); err != nil {
			t.Fatalf("%q passes: %v", header, err)
		}
		if h["alg"] != "EdDSA" && h["alg"] != "Ed25519" {
			t.Errorf("%q passes", header)
		}
		if _, has := h["kid"]; has && h["kid"] != kid {
			t.Errorf("%q passes with another kid", header)
		}
		for _, name := range []string{"crit", "b64", "enc", "zip"} {
			if _, has := h[name]; has {
				t.Errorf("%q passes with %s", header, name)
			}
		}
		if typ, has := h["typ"].(string); has {
			switch strings.TrimPrefix(strings.ToLower(typ), "application/") {
			case "at+jwt", "jwt":
			default:
				t.Errorf("%q passes with this typ", header)
			}
		}
	})
}

// FuzzPayload signs tokens with any payload. If one is accepted, it must be from this
// issuer, for this API and valid now as encoding/json reads it.
func FuzzPayload(f *testing.F) {
	issuer, auth := fuzzed(f)
	iss, aud := issuer.URL(), issuer.Audience()
	good := `"iss":"` + iss + `","aud":"` + aud + `","exp":4102444800`
	for _, more := range []string{
		"", `,"nbf":1`, `,"iat":1.5`, `,"sub":"a"`, `,"scope":"a b"`, `,"scope":["a"]`, `,"cnf":{}`, `,"Sub":"a"`,
		`,"exp":1`, `,"nbf":9e18`,
		`,"aud":[]`, `,"x":{"a":[1,{"b":null}]}`, `,"sub":""`, `,"sub":"\ud800"`, `,"events":{}`, `,"x":1e400`,
		`,"auth_time":"a"`, `,"roles":{"a":1}`,
	} {
		f.Add([]byte("{" + good + more + "}"))
	}
	long := strings.Repeat(`a","`, 2500) + "a"
	for _, list := range []string{`"roles":["` + long + `"]`, `"amr":["` + long + `"]`,
		`"scope":"` + strings.Repeat("a ", 4000) + `a"`} {
		f.Add([]byte("{" + good + "," + list + "}"))
	}
	f.Add([]byte(`{"iss":"` + iss + `","aud":["x","` + aud + `"],"exp":4.1e9}`))
	header := []byte(`{"alg":"EdDSA"}`)
	f.Fuzz(func(t *testing.T, payload []byte) {
		signed := issuer.Sign(header, payload, "EdDSA")
		var token *claims.Token
		var err error
		frugal(t, len(signed), func() { token, err = auth.Verify(t.Context(), signed) })
		if err != nil {
			return
		}
		var c map[string]any
		if err := json.Unmarshal(payload, &c); err != nil {
			t.Fatalf("%q passes: %v", payload, err)
		}
		exp, _ := c["exp"].(float64)
		named := c["aud"] == aud
		if list, ok := c["aud"].([]any); ok {
			for _, one := range list {
				named = named || one == aud
			}
		}
		if c["iss"] != iss || !named || exp <= float64(time.Now().Add(-time.Minute).Unix()) {
			t.Errorf("%q passes", payload)
		}
		if sub, _ := c["sub"].(string); sub != token.Subject {
			t.Errorf("subject %q of %q", token.Subject, payload)
		}
		if _, bound := c["cnf"]; bound {
			t.Errorf("%q passes without proof", payload)
		}
	})
}
