package fetch_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
	"github.com/bearerguard/bearerguard/middleware/internal/fetch"
)

const (
	issuerURL = "https://issuer.test/realm"
	jwksURL   = "https://issuer.test/realm/keys"
)

// documents is an http.RoundTripper that serves one document at every URL.
type documents string

func (d documents) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{}, Request: r,
		Body: io.NopCloser(strings.NewReader(string(d))), ContentLength: int64(len(d)),
	}, nil
}

// jwksURI asks a location of issuerURL that serves the document.
func jwksURI(t testing.TB, kind fetch.Kind, document string) (uri string, f fault.Fault, requests int) {
	t.Helper()
	client, err := fetch.HTTPClient(&http.Client{Transport: documents(document)}, false)
	if err != nil {
		t.Fatal(err)
	}
	s := &fetch.Session{Client: fetch.NewClient(client), Now: func() int64 { return 0 }}
	d := &fetch.Discovery{Issuer: issuerURL}
	for _, l := range d.Locations() {
		if l.Kind == kind {
			uri, f = s.JWKSURI(t.Context(), d, l)
		}
	}
	return uri, f, s.Requests
}

// TestMembersThatDoNotCount: a member that is not used here may have any type,
// also one that go-oidc would reject, and costs no second request.
func TestMembersThatDoNotCount(t *testing.T) {
	const good = `"issuer":"` + issuerURL + `","jwks_uri":"` + jwksURL + `"`
	for _, c := range []struct {
		name, document string
		want           fault.Fault
	}{
		{"only what counts", `{` + good + `}`, ""},
		{"an endpoint that is a number", `{` + good + `,"token_endpoint":7}`, ""},
		{"algorithms in one string", `{` + good + `,"id_token_signing_alg_values_supported":"RS256"}`, ""},
		{"an endpoint that is a number, of another issuer", `{"issuer":"https://other.test","jwks_uri":"` + jwksURL + `","token_endpoint":7}`,
			fault.IssuerMismatch},
		{"an endpoint that is a number, no jwks_uri", `{"issuer":"` + issuerURL + `","token_endpoint":7}`, fault.NoJWKSURI},
		{"a jwks_uri that is a number", `{"issuer":"` + issuerURL + `","jwks_uri":7}`, fault.BadJWKSURI},
		{"not an object", `null`, fault.MalformedJSON},
	} {
		for _, kind := range []fetch.Kind{fetch.OpenID, fetch.OAuth} {
			uri, f, requests := jwksURI(t, kind, c.document)
			if f != c.want || f == "" && uri != jwksURL || requests != 1 {
				t.Errorf("%s, kind %d: %q, fault %q, want %q; %d requests", c.name, kind, uri, f, c.want, requests)
			}
		}
	}
}

// FuzzMetadata checks that metadata that is accepted says what the standard
// library reads, too, and that it is accepted or rejected alike where go-oidc
// reads it and where it does not.
func FuzzMetadata(f *testing.F) {
	for _, seed := range []string{
		`{"issuer":"` + issuerURL + `","jwks_uri":"` + jwksURL + `"}`, `{}`, `[]`, ``, `<html>`, `null`,
		`{"issuer":"x","issuer":"` + issuerURL + `"}`, `{"Issuer":"x","issuer":"` + issuerURL + `","JWKS_URI":"http://x"}`,
		`{"issuer":"` + issuerURL + `","jwks_uri":7}`, `{"access_token_issuer":"` + issuerURL + `"}`,
		`{"issuer":"` + issuerURL + `","jwks_uri":"` + jwksURL + `","token_endpoint":7}`,
	} {
		f.Add([]byte(seed))
	}
	f.Add([]byte(`{"issuer":"` + issuerURL + `","scopes_supported":["` + strings.Repeat(`a","`, 4000) + `"]}`))
	f.Fuzz(func(t *testing.T, document []byte) {
		var uri, other string
		var first, second fault.Fault
		frugal(t, len(document), func() { uri, first, _ = jwksURI(t, fetch.OpenID, string(document)) })
		frugal(t, len(document), func() { other, second, _ = jwksURI(t, fetch.OAuth, string(document)) })
		if uri != other || first != second {
			t.Errorf("%q %q with go-oidc, %q %q without", uri, first, other, second)
		}
		issuer, uri, f := fetch.ReadMetadata(document)
		if f != "" {
			if issuer != "" || uri != "" {
				t.Errorf("%s with %q and %q", f, issuer, uri)
			}
			return
		}
		var members map[string]any
		if err := json.Unmarshal(document, &members); err != nil {
			t.Fatalf("%v: %q", err, document)
		}
		if got, _ := members["issuer"].(string); got != issuer {
			t.Errorf("issuer %q, encoding/json has %q", issuer, got)
		}
		if got, _ := members["jwks_uri"].(string); got != uri {
			t.Errorf("jwks_uri %q, encoding/json has %q", uri, got)
		}
	})
}
