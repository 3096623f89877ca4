package testutil_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/testutil"
)

// Where each system keeps its documents, and what it says there about itself.
func TestSystemMetadata(t *testing.T) {
	const tid = "5f0c2a6e-8a5b-4a0e-9c55-0f7b6a1d2e3f"
	for _, tc := range []struct {
		name           string
		options        testutil.Options
		issuer         string // below the server's address
		metadata, keys string
		token          string // in the metadata
	}{
		{"c4t v2", testutil.Options{System: "c4t"}, "/" + tid + "/v2.0",
			"/" + tid + "/v2.0/.well-known/openid-configuration", "/" + tid + "/discovery/v2.0/keys",
			"/" + tid + "/oauth2/v2.0/token"},
		{"c4t v1", testutil.Options{System: "c4t", Variant: "v1"}, "/" + tid + "/",
			"/" + tid + "/.well-known/openid-configuration", "/common/discovery/keys",
			"/" + tid + "/oauth2/v2.0/token"},
		{"ipreo", testutil.Options{System: "ipreo"}, "",
			"/.well-known/openid-configuration", "/.well-known/openid-configuration/jwks", "/connect/token"},
		{"cadasto complete", testutil.Options{System: "cadasto", Variant: "complete"}, "",
			"/.well-known/smart-configuration", "/.well-known/jwks.json", "/oauth/token"},
		{"connect2id", testutil.Options{System: "connect2id"}, "",
			"/.well-known/openid-configuration", "/jwks.json", "/token"},
		{"cern", testutil.Options{System: "cern"}, "/auth/realms/cern",
			"/auth/realms/cern/.well-known/openid-configuration", "/auth/realms/cern/protocol/openid-connect/certs",
			"/auth/realms/cern/protocol/openid-connect/token"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			i := testutil.NewIssuer(t, tc.options)
			base := strings.TrimSuffix(i.MetadataURL(), tc.metadata)
			if i.URL() != base+tc.issuer || i.JWKSURL() != base+tc.keys {
				t.Errorf("URL %s, JWKSURL %s, MetadataURL %s", i.URL(), i.JWKSURL(), i.MetadataURL())
			}
			m := decode(t, get(t, base+tc.metadata))
			if m["issuer"] != i.URL() || m["jwks_uri"] != i.JWKSURL() || m["token_endpoint"] != base+tc.token {
				t.Errorf("metadata %v", m)
			}
			if n := len(decode(t, get(t, i.JWKSURL()))["keys"].([]any)); n != 1 {
				t.Errorf("%d keys", n)
			}
			if m["authorization_endpoint"] != nil {
				resp, err := http.Get(m["authorization_endpoint"].(string))
				if err != nil || resp.StatusCode != http.StatusBadRequest {
					t.Errorf("authorization endpoint: %v %v", resp, err)
				}
			}
			if i.MetadataRequests() != 1 || i.KeyRequests() != 1 {
				t.Errorf("counted %d and %d", i.MetadataRequests(), i.KeyRequests())
			}
		})
	}
}

// Cadasto's documented metadata has these members and no others, in this order.
func TestCadastoDocumentedMetadata(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{System: "cadasto"})
	base := strings.TrimSuffix(i.TokenURL(), "/oauth/token")
	want := `{"authorization_endpoint":"` + base + `/oauth/authorize","token_endpoint":"` + base +
		`/oauth/token","grant_types_supported":["client_credentials"],"scopes_supported":["api.read","api.write"]}`
	req, _ := http.NewRequest(http.MethodGet, i.MetadataURL(), nil)
	req.Header.Set("Accept", "text/html")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	if string(body) != want || resp.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%s\n%s\nwant %s", resp.Header.Get("Content-Type"), body, want)
	}
	if resp, err := http.Get(base + "/.well-known/openid-configuration"); err != nil ||
		resp.StatusCode != http.StatusNotFound {
		t.Errorf("openid-configuration: %v %v", resp, err)
	}
}

// Entra serves every directory, and common for all of them; its v2 keys name the
// issuer as a template, its v1 keys not at all.
func TestEntraDirectories(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{System: "c4t"})
	const other = "9188040d-6c67-4c5b-b112-36a304b66dad"
	base := i.URL()[:strings.Index(i.URL(), "/5f0c")]
	if m := decode(t, get(t,
		base+"/common/v2.0/.well-known/openid-configuration")); m["issuer"] != base+"/{tenantid}/v2.0" {
		t.Errorf("common: %v", m)
	}
	if m := decode(t, get(t,
		base+"/"+other+"/v2.0/.well-known/openid-configuration")); m["issuer"] != base+"/"+other+"/v2.0" {
		t.Errorf("another directory: %v", m)
	}
	if m := decode(t, get(t,
		base+"/"+other+"/.well-known/openid-configuration")); m["issuer"] != base+"/"+other+"/" {
		t.Errorf("another directory, v1: %v", m)
	}
	if resp, err := http.Get(base + "/nowhere/v2.0/.well-known/openid-configuration"); err != nil ||
		resp.StatusCode != http.StatusNotFound {
		t.Errorf("no directory: %v %v", resp, err)
	}
	key := func(path string) map[string]any {
		return decode(t, get(t, base+path))["keys"].([]any)[0].(map[string]any)
	}
	v2 := key("/" + other + "/discovery/v2.0/keys")
	if v2["issuer"] != base+"/{tenantid}/v2.0" || v2["x5t"] != v2["kid"] || v2["alg"] != nil ||
		v2["x5c"] == nil {
		t.Errorf("v2 key %v", v2)
	}
	if v1 := key("/common/discovery/keys"); v1["issuer"] != nil || v1["kid"] != v2["kid"] {
		t.Errorf("v1 key %v", v1)
	}

	c := i.Clients()[0]
	form := "grant_type=client_credentials&client_id=" + c.ID + "&client_secret=" + c.Secret +
		"&scope=api%3A%2F%2F" + i.Audience() + "%2F.default"
	ask := func(tenant string) reply {
		return post(t, i, form, func(r *http.Request) {
			r.URL.Path = "/" + tenant + "/oauth2/v2.0/token"
		})
	}
	_, claims := verify(t, i.JWKS(), decode(t, []byte(ask(other).body))["access_token"].(string))
	if claims["iss"] != base+"/"+other+"/v2.0" || claims["tid"] != other || claims["oid"] != claims["sub"] {
		t.Errorf("token of another directory: %v", claims)
	}
	if r := ask("common"); r.status != http.StatusBadRequest || !strings.Contains(r.body, "AADSTS90002") {
		t.Errorf("token of common: %d %s", r.status, r.body)
	}
}

// A v1 token has the API's URI as it was asked for; Entra's clients ask in
// several ways.
func TestEntraV1Audience(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{System: "c4t", Variant: "v1"})
	c := i.Clients()[0]
	const app = "0b6a5a52-5d5e-4b3c-9f0a-8c1d2e3f4a5b"
	for scope, want := range map[string]string{
		"api://" + app + "/.default":  "api://" + app,
		"api://" + app + "//.default": "api://" + app + "/",
		app + "/.default":             app,
	} {
		r := post(t, i, "grant_type=client_credentials&scope="+scope, basic(c.ID, c.Secret))
		token, _ := decode(t, []byte(r.body))["access_token"].(string)
		if _, claims := verify(t, i.JWKS(), token); claims["aud"] != want || claims["ver"] != "1.0" ||
			claims["appid"] != c.ID {
			t.Errorf("%s: %v", scope, claims)
		}
	}
}

// CERN issues tokens for any audience, and its ordinary token endpoint
// issues them without an audience.
func TestCERNAudience(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{System: "cern", Resources: []string{"the-target-api"}})
	const form = "grant_type=client_credentials&client_id=my-client-id&client_secret=00000000-0000-0000-0000-000000000000"
	claimsOf := func(r reply) map[string]any {
		token, _ := decode(t, []byte(r.body))["access_token"].(string)
		_, claims := verify(t, i.JWKS(), token)
		return claims
	}
	other := claimsOf(post(t, i, form+"&audience=other-app", nil))
	if other["aud"] != "other-app" || !equal(other["resource_access"],
		map[string]any{"other-app": map[string]any{"roles": []string{"default-role", "writer"}}}) {
		t.Errorf("another audience: %v", other)
	}
	ordinary := claimsOf(post(t, i, form, func(r *http.Request) {
		r.URL.Path = "/auth/realms/cern/protocol/openid-connect/token"
	}))
	if ordinary["aud"] != nil || ordinary["resource_access"] != nil ||
		!equal(ordinary["cern_roles"], []string{}) {
		t.Errorf("ordinary endpoint: %v", ordinary)
	}
}

// IdentityServer's kid is the upper-case hex of what x5t has in base64url, and
// the audience names the API of each scope granted.
func TestIpreoToken(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{System: "ipreo", Issuer: "https://cas-identity.demo.ipreo.com",
		Audience: "extra"})
	c := i.Clients()[0]
	r := post(t, i, "grant_type=client_credentials&scope=deals-read&client_id="+c.ID+"&client_secret="+c.Secret, nil)
	header, claims := verify(t, i.JWKS(), decode(t, []byte(r.body))["access_token"].(string))
	x5t, _ := header["x5t"].(string)
	if hex := strings.ToUpper(hexOf(unbase64(t, x5t))); header["kid"] != hex || len(hex) != 40 {
		t.Errorf("kid %v, x5t %v", header["kid"], x5t)
	}
	if !equal(claims["aud"], []string{"https://cas-identity.demo.ipreo.com/resources", "extra", "deals-read"}) ||
		!equal(claims["scope"], []string{"deals-read"}) {
		t.Errorf("claims %v", claims)
	}
	if m := decode(t, get(t, i.MetadataURL())); m["issuer"] != i.URL() || m["jwks_uri"] != i.JWKSURL() {
		t.Errorf("metadata %v", m)
	}
}

// IdentityServer takes its name from the request unless it was given one.
func TestIpreoHost(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{System: "ipreo"})
	port := i.URL()[strings.LastIndex(i.URL(), ":"):]
	c := i.Clients()[0]
	r := post(t, i, "grant_type=client_credentials&client_id="+c.ID+"&client_secret="+c.Secret,
		func(r *http.Request) {
			r.Host = "Identity.Example" + port
		})
	_, claims := verify(t, i.JWKS(), decode(t, []byte(r.body))["access_token"].(string))
	if want := "http://identity.example" + port; claims["iss"] != want ||
		claims["aud"].([]any)[0] != want+"/resources" {
		t.Errorf("claims %v", claims)
	}
}

func TestConnect2idAudience(t *testing.T) {
	for _, tc := range []struct {
		audience, form string
		want           any
	}{
		{"", "", nil},
		{"https://api.example.com", "", []string{"https://api.example.com"}},
		{"", "&resource=https://other.example", []string{"https://other.example"}},
	} {
		i := testutil.NewIssuer(t, testutil.Options{System: "connect2id", Audience: tc.audience})
		c := i.Clients()[0]
		r := post(t, i, "grant_type=client_credentials"+tc.form, basic(c.ID, c.Secret))
		_, claims := verify(t, i.JWKS(), decode(t, []byte(r.body))["access_token"].(string))
		if !equal(claims["aud"], tc.want) || i.Audience() != tc.audience {
			t.Errorf("%q %q: aud %v, Audience %q", tc.audience, tc.form, claims["aud"], i.Audience())
		}
	}
}

// Documents are for GET and HEAD.
func TestDocumentMethods(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{})
	for _, client := range []*http.Client{http.DefaultClient, {Transport: i}} {
		for method, want := range map[string]int{"GET": 200, "HEAD": 200, "POST": 405, "DELETE": 405} {
			for _, u := range []string{i.MetadataURL(), i.JWKSURL()} {
				req, _ := http.NewRequest(method, u, nil)
				resp, err := client.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				body, _ := io.ReadAll(resp.Body)
				resp.Body.Close()
				if resp.StatusCode != want || (resp.Header.Get("Allow") == "GET, HEAD") != (want == 405) ||
					method == "HEAD" && len(body) > 0 {
					t.Errorf("%s %s: %d %v", method, u, resp.StatusCode, resp.Header)
				}
			}
		}
	}
}
