package testutil_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/testutil"
)

var all = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}

func TestAlgorithms(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{Keys: all})
	for _, alg := range all {
		header, claims := verify(t, get(t, i.JWKSURL()), i.MintHeader(map[string]any{"alg": alg}, nil))
		if header["alg"] != alg || header["kid"] != i.KeyID(alg) || claims["iss"] != i.URL() {
			t.Errorf("%s: %v", alg, header)
		}
	}
	// AS-21, and what RFC 7517 section 4 says of each member.
	kinds := map[string]string{"RSA": "kty use kid alg n e", "EC": "kty use kid alg crv x y",
		"OKP": "kty use kid alg crv x"}
	for _, k := range decode(t, i.JWKS())["keys"].([]any) {
		k := k.(map[string]any)
		names := strings.Fields(kinds[k["kty"].(string)])
		for _, name := range names {
			if k[name] == nil || k[name] == "" {
				t.Errorf("no %s in %v", name, k)
			}
		}
		if len(k) != len(names) || k["use"] != "sig" || i.KeyID(k["alg"].(string)) != k["kid"] {
			t.Errorf("key %v", k)
		}
	}
}

func TestMint(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{Lifetime: 5 * time.Minute, Clients: []testutil.Client{
		{ID: "first", Secret: "x", Scopes: []string{"a"}, Roles: []string{"r"},
			Claims: map[string]any{"tenant": "acme", "jti": nil}}, {ID: "second", Secret: "x"}}})
	i.SetNow(time.Unix(1767225600, 0))
	for _, tc := range []struct {
		name   string
		claims map[string]any
		want   string
	}{
		{"defaults", nil, `{"iss":"ISS","sub":"first","aud":"https://api.example.com","client_id":"first","iat":1767225600,"exp":1767225900,"roles":["r"],"tenant":"acme"}`},
		{"changes", map[string]any{"sub": nil, "exp": 1.5, "zz": "<&>", "aud": []string{"a", "b"}, "roles": nil,
			"aa": true},
			`{"iss":"ISS","aud":["a","b"],"client_id":"first","iat":1767225600,"exp":1.5,"tenant":"acme","aa":true,"zz":"<&>"}`},
		{"raw", map[string]any{"exp": json.RawMessage(`1,"exp":2`), "roles": nil, "tenant": nil},
			`{"iss":"ISS","sub":"first","aud":"https://api.example.com","client_id":"first","iat":1767225600,"exp":1,"exp":2}`},
		{"null", map[string]any{"sub": json.RawMessage("null"), "roles": nil, "tenant": nil},
			`{"iss":"ISS","sub":null,"aud":"https://api.example.com","client_id":"first","iat":1767225600,"exp":1767225900}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			token := i.Mint(tc.claims)
			parts := strings.Split(token, ".")
			if got, want := string(unbase64(t, parts[1])), strings.ReplaceAll(tc.want, "ISS", i.URL()); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if got, want := string(unbase64(t, parts[0])),
				`{"alg":"RS256","typ":"at+jwt","kid":"`+i.KeyID("RS256")+`"}`; got != want {
				t.Errorf("header %s, want %s", got, want)
			}
			verify(t, i.JWKS(), token)
		})
	}
}

func TestMintHeader(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{})
	old := i.KeyID("ES256")
	i.Rotate()
	small := i.AddKey(testutil.Key{Algorithm: "RS256", Bits: 1024})
	oct := i.AddKey(testutil.Key{Algorithm: "HS256", Secret: []byte("secret")})
	for _, tc := range []struct {
		name    string
		header  map[string]any
		want    string // the header written; KID is replaced
		good    bool   // by the key it names
		hasSign bool
	}{
		{"typ", map[string]any{"typ": "JWT"}, `{"alg":"RS256","typ":"JWT","kid":"KID"}`, true, true},
		{"no typ", map[string]any{"typ": nil}, `{"alg":"RS256","kid":"KID"}`, true, true},
		{"more", map[string]any{"crit": []string{"x"}, "a": 1},
			`{"alg":"RS256","typ":"at+jwt","kid":"KID","a":1,"crit":["x"]}`, true, true},
		{"alg", map[string]any{"alg": "EdDSA"}, `{"alg":"EdDSA","typ":"at+jwt","kid":"` + i.KeyID("EdDSA") + `"}`,
			true, true},
		{"alg of the same family", map[string]any{"alg": "PS384"}, `{"alg":"PS384","typ":"at+jwt","kid":"KID"}`,
			true, true},
		{"old kid", map[string]any{"kid": old}, `{"alg":"ES256","typ":"at+jwt","kid":"` + old + `"}`, true, true},
		{"added kid", map[string]any{"kid": small}, `{"alg":"RS256","typ":"at+jwt","kid":"` + small + `"}`,
			true, true},
		{"added kid and alg", map[string]any{"kid": small, "alg": "PS256"},
			`{"alg":"PS256","typ":"at+jwt","kid":"` + small + `"}`, true, true},
		{"unknown kid", map[string]any{"kid": "no-such-key"}, `{"alg":"RS256","typ":"at+jwt","kid":"no-such-key"}`,
			false, true},
		{"kid of another type", map[string]any{"kid": old, "alg": "RS256"},
			`{"alg":"RS256","typ":"at+jwt","kid":"` + old + `"}`, false, true},
		{"no kid", map[string]any{"kid": nil}, `{"alg":"RS256","typ":"at+jwt"}`, false, true},
		{"unknown alg", map[string]any{"alg": "RS257"}, `{"alg":"RS257","typ":"at+jwt","kid":"KID"}`, false, true},
		{"alg no string", map[string]any{"alg": 1}, `{"alg":1,"typ":"at+jwt","kid":"KID"}`, false, true},
		{"no alg", map[string]any{"alg": nil}, `{"typ":"at+jwt","kid":"KID"}`, false, true},
		{"none", map[string]any{"alg": "none"}, `{"alg":"none","typ":"at+jwt","kid":"KID"}`, false, false},
		{"nOnE", map[string]any{"alg": "nOnE"}, `{"alg":"nOnE","typ":"at+jwt","kid":"KID"}`, false, false},
		{"HS256", map[string]any{"alg": "HS256"}, `{"alg":"HS256","typ":"at+jwt","kid":"` + oct + `"}`,
			false, true},
		{"HS256 with another's kid", map[string]any{"alg": "HS256", "kid": old},
			`{"alg":"HS256","typ":"at+jwt","kid":"` + old + `"}`, false, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			token := i.MintHeader(tc.header, nil)
			parts := strings.Split(token, ".")
			if got, want := string(unbase64(t, parts[0])),
				strings.ReplaceAll(tc.want, "KID", i.KeyID("RS256")); got != want {
				t.Errorf("header %s, want %s", got, want)
			}
			if got := len(parts) == 3 && parts[2] != ""; got != tc.hasSign {
				t.Errorf("%d parts, signature %q", len(parts), parts[2])
			}
			if strings.Contains(parts[0], "HS256") || tc.name[:2] == "HS" {
				return // not for a public key to verify
			}
			if _, _, err := tryVerify(t, i.JWKS(), token); (err == nil) != tc.good {
				t.Errorf("verify: %v", err)
			}
		})
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic for an algorithm that no key signs by")
		}
	}()
	i.MintHeader(map[string]any{"alg": "ES512"}, nil)
}

func TestSign(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{})
	for _, key := range []string{"RS256", "ES256", "EdDSA", i.KeyID("ES256")} {
		token := i.Sign([]byte("{\"kid\":"), []byte("\xff not JSON"), key)
		parts := strings.Split(token, ".")
		if string(unbase64(t, parts[0])) != "{\"kid\":" || string(unbase64(t, parts[1])) != "\xff not JSON" ||
			parts[2] == "" {
			t.Errorf("%s: %s", key, token)
		}
	}
	kid := i.KeyID("ES256")
	verify(t, i.JWKS(), i.Sign([]byte(`{"alg":"ES256","kid":"`+kid+`"}`), []byte(`{}`), kid))
	if token := i.Sign([]byte("{}"), []byte("{}"), "none"); token != "e30.e30." {
		t.Error(token)
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic for an unknown key")
		}
	}()
	i.Sign(nil, nil, "no-such-key")
}

// The token of a client that a test changed is the one that the endpoint issues.
func TestClientClaims(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{Clients: []testutil.Client{
		{ID: "a", Secret: "b", Scopes: []string{"read"},
			Claims: map[string]any{"tenant": "acme", "client_id": nil, "sub": "other"}}}})
	r := post(t, i, "grant_type=client_credentials", basic("a", "b"))
	_, claims := verify(t, i.JWKS(), decode(t, []byte(r.body))["access_token"].(string))
	if _, ok := claims["client_id"]; ok || claims["tenant"] != "acme" || claims["sub"] != "other" ||
		claims["scope"] != "read" {
		t.Errorf("claims %v", claims)
	}
}

func TestClock(t *testing.T) {
	start := time.Unix(1767225600, 0)
	i := testutil.NewIssuer(t, testutil.Options{Now: func() time.Time { return start }, Lifetime: time.Minute})
	check := func(what string, want time.Time) {
		t.Helper()
		_, claims := verify(t, i.JWKS(), i.Mint(nil))
		if !i.Now().Equal(want) || claims["iat"] != float64(want.Unix()) ||
			claims["exp"] != float64(want.Unix()+60) {
			t.Errorf("%s: Now %v, claims %v, want %v", what, i.Now(), claims, want)
		}
	}
	check("start", start)
	i.Advance(time.Hour)
	check("Advance", start.Add(time.Hour))
	i.SetNow(start.Add(-time.Hour))
	check("SetNow", start.Add(-time.Hour))
	i.Advance(-time.Hour)
	check("Advance after SetNow", start.Add(-2*time.Hour))
}
