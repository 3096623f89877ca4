package keyring_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// pages is an http.RoundTripper that serves bodies by URL and records the
// requests.
type pages struct {
	bodies map[string]string
	asked  []string
}

func (p *pages) RoundTrip(r *http.Request) (*http.Response, error) {
	p.asked = append(p.asked, r.URL.String())
	if body, ok := p.bodies[r.URL.String()]; ok {
		return respond(r, 200, body), nil
	}
	return respond(r, 404, "<html>not here"), nil
}

// TestMetadata has the locations and the contents of metadata.
func TestMetadata(t *testing.T) {
	a := newSigner("a")
	const (
		base = "https://as.example"
		keys = base + "/jwks"
	)
	doc := func(issuer string) string { return fmt.Sprintf(`{"issuer":%q,"jwks_uri":%q}`, issuer, keys) }
	for _, c := range []struct {
		name, ids string
		source    keyring.Source
		at, body  string
		want      fault.Fault // empty: keys are found
	}{
		{"OpenID", "MD-02", keyring.Source{Issuer: base}, base + "/.well-known/openid-configuration",
			doc(base), ""},
		{"OpenID with a path", "", keyring.Source{Issuer: base + "/a/b"},
			base + "/a/b/.well-known/openid-configuration", doc(base + "/a/b"), ""},
		{"OpenID with a final slash", "", keyring.Source{Issuer: base + "/"},
			base + "/.well-known/openid-configuration", doc(base + "/"), ""},
		{"OpenID with a port", "", keyring.Source{Issuer: base + ":443/x"},
			base + ":443/x/.well-known/openid-configuration", doc(base + ":443/x"), ""},
		{"RFC 8414", "MD-01", keyring.Source{Issuer: base}, base + "/.well-known/oauth-authorization-server",
			doc(base), ""},
		{"RFC 8414 with a path", "MD-01", keyring.Source{Issuer: base + "/a/b"},
			base + "/.well-known/oauth-authorization-server/a/b", doc(base + "/a/b"), ""},
		{"RFC 8414 with a final slash", "MD-01", keyring.Source{Issuer: base + "/a/"},
			base + "/.well-known/oauth-authorization-server/a", doc(base + "/a/"), ""},
		{"SMART", "", keyring.Source{Issuer: base + "/fhir"}, base + "/fhir/.well-known/smart-configuration",
			doc(base + "/fhir"), ""},
		{"SMART without issuer", "", keyring.Source{Issuer: base + "/fhir"},
			base + "/fhir/.well-known/smart-configuration", `{"jwks_uri":"` + keys + `"}`, ""},
		{"SMART with a relative jwks_uri", "", keyring.Source{Issuer: base + "/fhir"},
			base + "/fhir/.well-known/smart-configuration", `{"jwks_uri":"/jwks"}`, ""},
		{"SMART of another issuer", "", keyring.Source{Issuer: base + "/fhir"},
			base + "/fhir/.well-known/smart-configuration", doc(base), fault.IssuerMismatch},
		{"SMART without jwks_uri", "", keyring.Source{Issuer: base + "/fhir"},
			base + "/fhir/.well-known/smart-configuration", `{"capabilities":[]}`, fault.NoJWKSURI},
		{"JWKS URL configured, metadata of another", "",
			keyring.Source{Issuer: base, MetadataURL: base + "/m", JWKSURL: keys}, base + "/m",
			doc(base + "/other"), ""},
		{"explicit", "", keyring.Source{Issuer: base, MetadataURL: base + "/m?appid=1"}, base + "/m?appid=1",
			doc(base), ""},
		{"explicit, the issuer is no URL to ask", "",
			keyring.Source{Issuer: "urn:example:as", MetadataURL: base + "/m"}, base + "/m",
			doc("urn:example:as"), ""},
		{"explicit without issuer", "", keyring.Source{Issuer: base, MetadataURL: base + "/m"}, base + "/m",
			`{"jwks_uri":"` + keys + `"}`, fault.IssuerMismatch},
		{"explicit of another issuer", "", keyring.Source{Issuer: base, MetadataURL: base + "/m"}, base + "/m",
			doc(base + "/other"), fault.IssuerMismatch},
		{"another issuer by design", "", keyring.Source{Issuer: "https://sts.example/t/", MetadataURL: base + "/m",
			MetadataIssuer: base + "/t/v2.0"}, base + "/m", doc(base + "/t/v2.0"), ""},
		{"another issuer by design, but the wrong one", "",
			keyring.Source{Issuer: "https://sts.example/t/", MetadataURL: base + "/m",
				MetadataIssuer: base + "/t/v2.0"}, base + "/m", doc("https://sts.example/t/"), fault.IssuerMismatch},
		{"AD FS", "", keyring.Source{Issuer: "http://adfs.example/adfs/services/trust", MetadataURL: base + "/m"},
			base + "/m",
			`{"issuer":"https://adfs.example/adfs","access_token_issuer":"http://adfs.example/adfs/services/trust","jwks_uri":"` + keys + `"}`, ""},
		{"AD FS of another", "", keyring.Source{Issuer: "http://adfs.example/adfs/services/trust",
			MetadataURL: base + "/m"}, base + "/m",
			`{"issuer":"https://adfs.example/adfs","access_token_issuer":"http://evil.example/adfs/services/trust","jwks_uri":"` + keys + `"}`, fault.IssuerMismatch},
		{"access_token_issuer does not count at a well-known place", "", keyring.Source{Issuer: base},
			base + "/.well-known/openid-configuration",
			`{"issuer":"https://other.example","access_token_issuer":"` + base + `","jwks_uri":"` + keys + `"}`,
			fault.IssuerMismatch},
		{"Entra common names a template", "", keyring.Source{Issuer: base + "/{tenantid}/v2.0",
			MetadataURL: base + "/common"}, base + "/common", doc(base + "/{tenantid}/v2.0"), ""},
		{"final slash", "MD-04", keyring.Source{Issuer: base}, base + "/.well-known/openid-configuration",
			doc(base + "/"), fault.IssuerMismatch},
		{"case", "MD-04", keyring.Source{Issuer: base}, base + "/.well-known/openid-configuration",
			doc("https://AS.example"), fault.IssuerMismatch},
		{"scheme", "MD-04", keyring.Source{Issuer: base}, base + "/.well-known/openid-configuration",
			doc("http://as.example"), fault.IssuerMismatch},
		{"port", "MD-13", keyring.Source{Issuer: base}, base + "/.well-known/openid-configuration",
			doc(base + ":443"), fault.IssuerMismatch},
		{"issuer is no string", "MD-04", keyring.Source{Issuer: base}, base + "/.well-known/openid-configuration",
			`{"issuer":["` + base + `"],"jwks_uri":"` + keys + `"}`, fault.MalformedJSON},
		{"issuer in another case", "", keyring.Source{Issuer: base}, base + "/.well-known/openid-configuration",
			`{"Issuer":"` + base + `","jwks_uri":"` + keys + `"}`, fault.MalformedJSON},
		{"JWKS_URI and jwks_uri", "", keyring.Source{Issuer: base}, base + "/.well-known/openid-configuration",
			`{"issuer":"` + base + `","jwks_uri":"` + keys + `","JWKS_URI":"https://evil.example/"}`,
			fault.MalformedJSON},
		{"issuer twice", "", keyring.Source{Issuer: base}, base + "/.well-known/openid-configuration",
			`{"issuer":"https://evil.example","issuer":"` + base + `","jwks_uri":"` + keys + `"}`,
			fault.MalformedJSON},
		{"jwks_uri over http", "MD-06 ATK-F06", keyring.Source{Issuer: base},
			base + "/.well-known/openid-configuration",
			`{"issuer":"` + base + `","jwks_uri":"http://as.example/jwks"}`, fault.BadJWKSURI},
		{"jwks_uri to a file", "MD-06", keyring.Source{Issuer: base}, base + "/.well-known/openid-configuration",
			`{"issuer":"` + base + `","jwks_uri":"file:///etc/passwd"}`, fault.BadJWKSURI},
		{"jwks_uri with user information", "", keyring.Source{Issuer: base},
			base + "/.well-known/openid-configuration",
			`{"issuer":"` + base + `","jwks_uri":"https://a:b@as.example/jwks"}`, fault.BadJWKSURI},
		{"jwks_uri relative", "", keyring.Source{Issuer: base}, base + "/.well-known/openid-configuration",
			`{"issuer":"` + base + `","jwks_uri":"/jwks"}`, fault.BadJWKSURI},
		{"jwks_uri a number", "", keyring.Source{Issuer: base}, base + "/.well-known/openid-configuration",
			`{"issuer":"` + base + `","jwks_uri":7}`, fault.BadJWKSURI},
		{"jwks_uri missing", "", keyring.Source{Issuer: base}, base + "/.well-known/openid-configuration",
			`{"issuer":"` + base + `"}`, fault.NoJWKSURI},
		{"HTML", "MD-08", keyring.Source{Issuer: base}, base + "/.well-known/openid-configuration", `<html>login`,
			fault.NotJSON},
		{"array", "MD-08", keyring.Source{Issuer: base}, base + "/.well-known/openid-configuration", `[]`,
			fault.MalformedJSON},
		{"empty object", "", keyring.Source{Issuer: base}, base + "/.well-known/openid-configuration", `{}`,
			fault.IssuerMismatch},
		{"trailing data", "", keyring.Source{Issuer: base}, base + "/.well-known/openid-configuration",
			doc(base) + "x", fault.MalformedJSON},
		{"algorithms do not matter", "MD-12 ATK-F06", keyring.Source{Issuer: base},
			base + "/.well-known/openid-configuration",
			`{"issuer":"` + base + `","jwks_uri":"` + keys +
				`","id_token_signing_alg_values_supported":["none","HS256"]}`, ""},
		{"nowhere", "MD-03", keyring.Source{Issuer: base}, "", "", fault.NotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			covers(t, c.ids)
			p := &pages{bodies: map[string]string{keys: signerSet(a), c.at: c.body}}
			r, err := keyring.New(c.source, keyring.Options{Client: &http.Client{Transport: p}})
			if err != nil {
				t.Fatal(err)
			}
			ok, err := a.admitted(t.Context(), r, "a")
			var gone *keyring.UnavailableError
			switch {
			case c.want == "" && !ok:
				t.Errorf("%v, asked %q", err, p.asked)
			case c.want != "" && (!errors.As(err, &gone) || gone.Fault != c.want):
				t.Errorf("%v, want %s", err, c.want)
			}
			for _, u := range p.asked {
				if !strings.HasPrefix(u, base) {
					t.Errorf("asked %s", u)
				}
			}
		})
	}
}

// TestMetadataOrder: the three locations are tried in order, and the one that
// had the metadata is tried first the next time.
func TestMetadataOrder(t *testing.T) {
	virtual(t, "three locations", func(t *testing.T) {
		covers(t, "MD-03")
		a := newSigner("a")
		const place = "/realm/.well-known/smart-configuration"
		issuer := newIssuer(a)
		issuer.metadata = place
		r := ring(t, issuer)
		warm(t, r)
		for range 7 {
			time.Sleep(10 * time.Minute)
			r.Refresh(t.Context())
			synctest.Wait()
		}
		if issuer.asked[place] != 2 || issuer.asked["/realm/.well-known/openid-configuration"] != 1 ||
			issuer.asked["/.well-known/oauth-authorization-server/realm"] != 1 {
			t.Errorf("%v", issuer.asked)
		}
	})
}

func TestBadSources(t *testing.T) {
	for _, c := range []struct {
		name, ids string
		source    keyring.Source
	}{
		{"no issuer", "", keyring.Source{}},
		{"http", "MD-05", keyring.Source{Issuer: "http://as.example"}},
		{"query", "MD-05", keyring.Source{Issuer: "https://as.example?x"}},
		{"fragment", "MD-05", keyring.Source{Issuer: "https://as.example#x"}},
		{"no URL", "", keyring.Source{Issuer: "as.example"}},
		{"a path", "", keyring.Source{Issuer: "/as"}},
		{"another scheme", "", keyring.Source{Issuer: "ftp://as.example"}},
		{"user information", "", keyring.Source{Issuer: "https://a@as.example"}},
		{"no host", "", keyring.Source{Issuer: "https://"}},
		{"only a port", "", keyring.Source{Issuer: "https://:443"}},
		{"control characters", "", keyring.Source{Issuer: "https://as.example/\n"}},
		{"http JWKS URL", "", keyring.Source{Issuer: "x", JWKSURL: "http://as.example/jwks"}},
		{"http metadata URL", "", keyring.Source{Issuer: "x", MetadataURL: "http://as.example/m"}},
		{"loopback look-alike", "", keyring.Source{Issuer: "http://localhost.as.example"}},
		{"loopback look-alike IP", "", keyring.Source{Issuer: "http://127.0.0.1.as.example"}},
		{"empty static set", "", keyring.Source{Issuer: "x", JWKS: []byte{}}},
		{"http although over https", "", keyring.Source{Issuer: "https://as.example",
			JWKSURL: "http://as.example/jwks"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			covers(t, c.ids)
			if _, err := keyring.New(c.source, keyring.Options{}); err == nil {
				t.Error("no error")
			}
		})
	}
	for name, s := range map[string]keyring.Source{
		"https":                     {Issuer: "https://as.example/x"},
		"http on loopback":          {Issuer: "http://localhost:8080"},
		"http on 127.0.0.1":         {Issuer: "http://127.0.0.1:8080"},
		"http on ::1":               {Issuer: "http://[::1]:8080"},
		"http allowed":              {Issuer: "http://as.example", AllowHTTP: true},
		"any name with a JWKS URL":  {Issuer: "urn:issuer", JWKSURL: "https://as.example/jwks"},
		"any name with a metadata ": {Issuer: "http://sts.example", MetadataURL: "https://as.example/m"},
	} {
		if _, err := keyring.New(s, keyring.Options{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
