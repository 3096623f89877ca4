package keyring_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// TestTenantNames has values that must not get into a URL.
func TestTenantNames(t *testing.T) {
	t.Run("names of tenants", func(t *testing.T) {
		covers(t, "ATK-F04")
		s := newTenants()
		f := ringsOf(t, s, 0)
		path, err := keyring.NewTenants(keyring.Source{Issuer: "https://as.example/{t}/v2"}, 0,
			keyring.Options{Client: &http.Client{Transport: s}})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"", ".", "..", "a/b", "a.b", "a:1", "a@b", "a%2e", "a?b", "a#b", "a\\b", "-a",
			"a-", "a b", "a\n", "ä",
			"a{t}", strings.Repeat("a", 64), "127.0.0.1", "[::1]", "evil.com/"} {
			if _, err := f.Ring(map[string]string{"company": name}, "https://"+name+".auth.example"); !errors.Is(err,
				keyring.ErrTenantName) {
				t.Errorf("host, %q: %v", name, err)
			}
			if name == "a.b" || name == "-a" || name == "a-" || name == "127.0.0.1" || len(name) == 64 {
				continue // fit for a path
			}
			if _, err := path.Ring(map[string]string{"t": name}, "https://as.example/"+name+"/v2"); !errors.Is(err,
				keyring.ErrTenantName) {
				t.Errorf("path, %q: %v", name, err)
			}
		}
		if _, err := f.Ring(nil, "https://a.auth.example"); !errors.Is(err, keyring.ErrTenantName) {
			t.Errorf("no value: %v", err)
		}
		if _, err := f.Ring(map[string]string{"company": "a"}, "https://b.auth.example"); !errors.Is(err,
			keyring.ErrTenantName) {
			t.Errorf("another iss: %v", err)
		}
		if s.asked != 0 {
			t.Errorf("%d requests", s.asked)
		}
	})
}

func TestBadTemplates(t *testing.T) {
	for name, s := range map[string]keyring.Source{
		"no placeholder":           {Issuer: "https://as.example"},
		"unbalanced":               {Issuer: "https://as.example/{t"},
		"unbalanced the other way": {Issuer: "https://as.example/{t}}"},
		"empty":                    {Issuer: "https://as.example/{}"},
		"nested":                   {Issuer: "https://as.example/{a{b}}"},
		"the whole host":           {Issuer: "https://{host}/"},
		"the end of the host":      {Issuer: "https://as.{tld}"},
		"the host before the port": {Issuer: "https://as.{tld}:443"},
		"joined to the domain":     {Issuer: "https://{a}auth.example"},
		"the scheme":               {Issuer: "{scheme}://as.example"},
		"http":                     {Issuer: "http://{a}.as.example"},
		"the host of the JWKS URL": {Issuer: "https://{a}.as.example", JWKSURL: "https://{a}"},
		"the host of the metadata": {Issuer: "urn:{a}", MetadataURL: "https://{a}/m"},
		"user information":         {Issuer: "https://{a}@as.example"},
	} {
		if _, err := keyring.NewTenants(s, 0, keyring.Options{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestSharedRing is Entra ID's common endpoint: many issuers, one key set, and
// metadata that names the template.
func TestSharedRing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const template = "https://login.example/{tenantid}/v2.0"
		a := newSigner("a")
		p := &pages{bodies: map[string]string{
			"https://login.example/common/v2.0/.well-known/openid-configuration": `{"issuer":"` + template +
				`","jwks_uri":"https://login.example/keys"}`,
			"https://login.example/keys": keySet(a.jwk(map[string]any{"issuer": template})),
		}}
		f, err := keyring.NewTenants(keyring.Source{Issuer: template,
			MetadataURL: "https://login.example/common/v2.0/.well-known/openid-configuration"}, 0,
			keyring.Options{Client: &http.Client{Transport: p}})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 1000 {
			tenant := fmt.Sprint("t", i)
			r, err := f.Ring(map[string]string{"tenantid": tenant}, "https://login.example/"+tenant+"/v2.0")
			if err != nil {
				t.Fatal(err)
			}
			if ok, err := a.admitted(t.Context(), r, "a"); !ok {
				t.Fatal(err)
			}
		}
		if len(p.asked) != 2 || len(f.Rings()) != 1 {
			t.Errorf("asked %q, %d rings", p.asked, len(f.Rings()))
		}
	})
}

// TestTemplatePerTenantMetadata is Entra ID's v1: iss on another host than the
// metadata, both with the tenant's name.
func TestTemplatePerTenantMetadata(t *testing.T) {
	a := newSigner("a")
	p := &pages{bodies: map[string]string{
		"https://login.example/t1/.well-known/openid-configuration": `{"issuer":"https://sts.example/t1/","jwks_uri":"https://login.example/keys"}`,
		"https://login.example/keys":                                signerSet(a),
	}}
	f, err := keyring.NewTenants(keyring.Source{Issuer: "https://sts.example/{t}/",
		MetadataURL: "https://login.example/{t}/.well-known/openid-configuration"}, 0,
		keyring.Options{Client: &http.Client{Transport: p}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := f.Ring(map[string]string{"t": "t1"}, "https://sts.example/t1/")
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := a.admitted(t.Context(), r, "a"); !ok {
		t.Error(err)
	}
}
