package fetch_test

import (
	"bytes"
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
	return discovered(t, &fetch.Discovery{Issuer: issuerURL}, kind, document)
}

// discovered asks a location of a Discovery that serves the document.
func discovered(t testing.TB, d *fetch.Discovery, kind fetch.Kind, document string) (uri string,
	f fault.Fault, requests int) {
	t.Helper()
	client, err := fetch.HTTPClient(&http.Client{Transport: documents(document)}, false)
	if err != nil {
		t.Fatal(err)
	}
	s := &fetch.Session{Client: fetch.NewClient(client), Now: func() int64 { return 0 }}
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
		{"an endpoint that is a number, of another issuer",
			`{"issuer":"https://other.test","jwks_uri":"` + jwksURL + `","token_endpoint":7}`,
			fault.IssuerMismatch},
		{"an endpoint that is a number, no jwks_uri", `{"issuer":"` + issuerURL + `","token_endpoint":7}`,
			fault.NoJWKSURI},
		{"a jwks_uri that is a number", `{"issuer":"` + issuerURL + `","jwks_uri":7}`, fault.BadJWKSURI},
		{"not an object", `null`, fault.MalformedJSON},

		// https://github.com/instructure/canvas-lms/issues/2639
		{"after a byte order mark", "\ufeff{" + good + `}`, ""},
		{"after a byte order mark, with an endpoint that is a number",
			"\ufeff{" + good + `,"token_endpoint":7}`, ""},
		{"after two byte order marks", "\ufeff\ufeff{" + good + `}`, fault.MalformedJSON},
		{"HTML after a byte order mark", "\ufeff<html>", fault.NotJSON},
		{"only a byte order mark", "\ufeff", fault.MalformedJSON},
		{"null for what the issuer does not have", `{` + good +
			`,"token_endpoint":null,"scopes_supported":null,"access_token_issuer":null}`, ""},
		{"a jwks_uri that is null", `{"issuer":"` + issuerURL + `","jwks_uri":null}`, fault.NoJWKSURI},
		{"an issuer that is null", `{"issuer":null,"jwks_uri":"` + jwksURL + `"}`, fault.IssuerMismatch},
		{"an issuer that is null, of two", `{"issuer":null,` + good + `}`, fault.MalformedJSON},
		{"an issuer that is a number", `{"issuer":7,"jwks_uri":"` + jwksURL + `"}`, fault.MalformedJSON},
		{"a jwks_uri that is an object", `{"issuer":"` + issuerURL + `","jwks_uri":{}}`, fault.BadJWKSURI},
	} {
		for _, kind := range []fetch.Kind{fetch.OpenID, fetch.OAuth} {
			uri, f, requests := jwksURI(t, kind, c.document)
			if f != c.want || f == "" && uri != jwksURL || requests != 1 {
				t.Errorf("%s, kind %d: %q, fault %q, want %q; %d requests", c.name, kind, uri, f, c.want, requests)
			}
		}
	}
}

// TestMembersThatAreNull: a jwks_uri that is null is none, and an issuer that is null is
// none where the metadata need not name one.
func TestMembersThatAreNull(t *testing.T) {
	for _, c := range []struct {
		name, document string
		kind           fetch.Kind
		want           fault.Fault
	}{
		{"a jwks_uri", `{"issuer":"` + issuerURL + `","jwks_uri":null}`, fetch.OAuth, fault.NoJWKSURI},
		{"both, of SMART", `{"issuer":null,"jwks_uri":null}`, fetch.SMART, fault.NoJWKSURI},
		{"an issuer of SMART", `{"issuer":null,"jwks_uri":"` + jwksURL + `"}`, fetch.SMART, ""},
		{"an issuer", `{"issuer":null,"jwks_uri":"` + jwksURL + `"}`, fetch.OpenID, fault.IssuerMismatch},
		{"a jwks_uri of another issuer of SMART", `{"issuer":"https://other.test","jwks_uri":null}`, fetch.SMART,
			fault.IssuerMismatch},
	} {
		if _, f, _ := discovered(t, &fetch.Discovery{Issuer: issuerURL}, c.kind, c.document); f != c.want {
			t.Errorf("%s: fault %q, want %q", c.name, f, c.want)
		}
	}
}

// FuzzMetadata checks that metadata that is accepted says what the standard
// library reads, too, and that it is accepted or rejected alike where go-oidc
// reads it and where it does not.
func FuzzMetadata(f *testing.F) {
	for _, seed := range []string{
		`{"issuer":"` + issuerURL + `","jwks_uri":"` + jwksURL + `"}`, `{}`, `[]`, ``, `<html>`, `null`,
		`{"issuer":"x","issuer":"` + issuerURL + `"}`,
		`{"Issuer":"x","issuer":"` + issuerURL + `","JWKS_URI":"http://x"}`,
		"\ufeff" + `{"issuer":"` + issuerURL + `","jwks_uri":null}`, `{"issuer":null,"jwks_uri":"` + jwksURL + `"}`,
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
		if err := json.Unmarshal(bytes.TrimPrefix(document, []byte("\ufeff")), &members); err != nil {
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
