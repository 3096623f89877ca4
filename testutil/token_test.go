package testutil_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/testutil"
)

// A reply is an answer of a token endpoint.
type reply struct {
	status int
	header http.Header
	body   string
}

// post sends a token request. change may do to the request what it wants.
func post(t *testing.T, i *testutil.Issuer, form string, change func(*http.Request)) reply {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, i.TokenURL(), strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if change != nil {
		change(req)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{resp.StatusCode, resp.Header, string(body)}
}

func basic(id, secret string) func(*http.Request) {
	return func(r *http.Request) { r.SetBasicAuth(id, secret) }
}

var clients = []testutil.Client{
	{ID: "plain", Secret: "s3cret", Scopes: []string{"deals-read", "deals-write"}},
	{ID: "a b:c", Secret: "p+q%/ü", Scopes: []string{"deals-read"}},
	{ID: "raw%41", Secret: "100%+", Scopes: []string{"deals-read"}},
	{ID: "bare", Secret: "bare"},
	{ID: "barred", Secret: "barred", NoGrant: true},
}

func TestTokenGranted(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{Clients: clients, Resources: []string{"https://other.example/api"}})
	body := "grant_type=client_credentials&client_id=plain&client_secret=s3cret"
	grant := "grant_type=client_credentials"
	for _, tc := range []struct {
		name   string
		form   string
		change func(*http.Request)
		client string
		scope  any // of the answer and the token; nil for none
		aud    any
	}{
		{"body", body, nil, "plain", "deals-read deals-write", "https://api.example.com"},
		{"basic", grant, basic("plain", "s3cret"), "plain", "deals-read deals-write", "https://api.example.com"},
		{"AS-11 basic form-encoded", grant, basic(url.QueryEscape("a b:c"), url.QueryEscape("p+q%/ü")), "a b:c", "deals-read", "https://api.example.com"},
		{"basic not encoded", grant, basic("raw%41", "100%+"), "raw%41", "deals-read", "https://api.example.com"},
		{"basic and the same client_id", grant + "&client_id=plain", basic("plain", "s3cret"), "plain", "deals-read deals-write", "https://api.example.com"},
		{"AS-06 scope", body + "&scope=deals-write", nil, "plain", "deals-write", "https://api.example.com"},
		{"scope twice", body + "&scope=deals-write+deals-write", nil, "plain", "deals-write", "https://api.example.com"},
		{"AS-14 empty scope", body + "&scope=", nil, "plain", "deals-read deals-write", "https://api.example.com"},
		{"AS-14 unknown parameter", body + "&colour=red", nil, "plain", "deals-read deals-write", "https://api.example.com"},
		{"no scopes at all", grant, basic("bare", "bare"), "bare", nil, "https://api.example.com"},
		{"charset", body, func(r *http.Request) {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
		}, "plain", "deals-read deals-write", "https://api.example.com"},
		{"AS-20 resource", body + "&resource=https://other.example/api", nil, "plain", "deals-read deals-write", "https://other.example/api"},
		{"AS-20 two resources", body + "&resource=https://other.example/api&resource=https://api.example.com", nil, "plain", "deals-read deals-write", []any{"https://other.example/api", "https://api.example.com"}},
		{"audience", body + "&audience=https://other.example/api", nil, "plain", "deals-read deals-write", "https://other.example/api"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := post(t, i, tc.form, tc.change)
			if r.status != http.StatusOK {
				t.Fatalf("%d %s", r.status, r.body)
			}
			for name, want := range map[string]string{"Content-Type": "application/json", "Cache-Control": "no-store", "Pragma": "no-cache"} {
				if got := r.header.Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
			answer := decode(t, []byte(r.body))
			if answer["token_type"] != "Bearer" || answer["expires_in"] != 3600.0 || answer["scope"] != tc.scope {
				t.Errorf("answer %v", answer)
			}
			if _, ok := answer["refresh_token"]; ok {
				t.Error("AS-07: a refresh token was issued")
			}
			header, claims := verify(t, get(t, i.JWKSURL()), answer["access_token"].(string))
			if header["typ"] != "at+jwt" {
				t.Errorf("header %v", header)
			}
			// AS-16: all that RFC 9068 section 2.2 requires.
			for _, name := range []string{"iss", "exp", "aud", "sub", "client_id", "iat", "jti"} {
				if claims[name] == nil {
					t.Errorf("no %s in %v", name, claims)
				}
			}
			if claims["iss"] != i.URL() || claims["client_id"] != tc.client || claims["sub"] != tc.client || claims["scope"] != tc.scope || !equal(claims["aud"], tc.aud) {
				t.Errorf("claims %v", claims)
			}
		})
	}
	if r := post(t, i, body, nil); r.status != http.StatusOK || strings.Index(r.body, "access_token") > strings.Index(r.body, "token_type") {
		t.Errorf("members out of order: %s", r.body)
	}
}
