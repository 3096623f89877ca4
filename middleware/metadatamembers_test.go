package middleware_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"sync"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

func TestMetadataAuthorizationServers(t *testing.T) {
	const tenant = "8f0c2f6e-7f6b-4bb5-9b1d-3a1f0f2f7a11"
	keys := json.RawMessage(`{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"1","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`)
	for _, c := range []struct {
		name, ids string
		issuers   []middleware.Issuer
		want      []any // nil: the member is left out
	}{
		{"the issuers", "MCP-01", []middleware.Issuer{{URL: "https://a.example"}, {URL: "https://b.example/x/"}},
			[]any{"https://a.example", "https://b.example/x/"}},
		{"a template with its tenants", "",
			[]middleware.Issuer{{URL: "https://{company}.auth.example", Tenants: []string{"acme", "initech"}}},
			[]any{"https://acme.auth.example", "https://initech.auth.example"}},
		{"a template by pattern", "PRM-06",
			[]middleware.Issuer{{URL: "https://{company}.auth.example", TenantPattern: "[a-z]+"}}, nil},
		{"the name in the metadata", "",
			[]middleware.Issuer{{URL: "https://sts.example/" + tenant + "/",
				MetadataIssuer: "https://login.example/" + tenant + "/v2.0"}},
			[]any{"https://login.example/" + tenant + "/v2.0"}},
		{"a placeholder in the name in the metadata", "",
			[]middleware.Issuer{{URL: "https://sts.example/x/",
				MetadataIssuer: "https://login.example/{tenantid}/v2.0"}}, nil},
		{"one server for two issuers", "",
			[]middleware.Issuer{{URL: "https://a.example/1", MetadataIssuer: "https://a.example"},
				{URL: "https://a.example/2", MetadataIssuer: "https://a.example"}},
			[]any{"https://a.example"}},
		{"a name that is no URL", "PRM-06", []middleware.Issuer{{URL: "joe", JWKS: keys}}, nil},
		{"plain http", "", []middleware.Issuer{{URL: "http://a.example", DangerouslyAllowHTTP: true},
			{URL: "http://127.0.0.1:8080"}},
			[]any{"http://127.0.0.1:8080"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			covers(t, c.ids)
			config := describable("https://api.example.com")
			config.Issuers = c.issuers
			h := mountMetadata(newDescribed(t, config))
			document := metadataAt(t, h, "/.well-known/oauth-protected-resource")
			got, there := document["authorization_servers"]
			if there != (c.want != nil) || there && !reflect.DeepEqual(got, c.want) {
				t.Errorf("authorization_servers is %v, want %v", got, c.want)
			}
		})
	}
}

func TestMetadataScopes(t *testing.T) {
	const location = "/.well-known/oauth-protected-resource"
	t.Run("none", func(t *testing.T) {
		covers(t, "PRM-06")
		auth := newDescribed(t, describable("https://api.example.com"))
		auth.Declare()
		auth.Declare(scopes.Role("admin"))
		if got, there := metadataAt(t, mountMetadata(auth), location)["scopes_supported"]; there {
			t.Errorf("scopes_supported is %v", got)
		}
	})
	t.Run("gathered once each", func(t *testing.T) {
		auth := newDescribed(t, describable("https://api.example.com"))
		h := mountMetadata(auth)
		auth.Declare(scopes.Scope("write"), scopes.All(scopes.Scope("read"), scopes.Role("admin")))
		auth.Declare(scopes.Scope("read"))
		want := []any{"read", "write"}
		if got := metadataAt(t, h, location)["scopes_supported"]; !reflect.DeepEqual(got, want) {
			t.Errorf("scopes_supported is %v, want %v", got, want)
		}
	})
	t.Run("while requests come in", func(t *testing.T) {
		auth := newDescribed(t, describable("https://api.example.com"))
		h := mountMetadata(auth)
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() { auth.Declare(scopes.Scope(fmt.Sprintf("s%02d", i%10))) })
			all.Go(func() { askMetadata(h, "GET", location) })
		}
		all.Wait()
		got, _ := metadataAt(t, h, location)["scopes_supported"].([]any)
		if len(got) != 10 || got[0] != "s00" || got[9] != "s09" {
			t.Errorf("scopes_supported is %v", got)
		}
	})
	t.Run("offline_access", func(t *testing.T) {
		covers(t, "MCP-09")
		defer func() {
			if recover() == nil {
				t.Error("Declare did not panic")
			}
		}()
		newDescribed(t, describable("https://api.example.com")).Declare(scopes.Scope("offline_access"))
	})
}

func TestConfigMetadata(t *testing.T) {
	config := describable("https://api.example.com")
	config.Metadata = map[string]any{
		"resource_name":                         "Deals",
		"resource_name#it":                      "Affari",
		"jwks_uri":                              "https://api.example.com/jwks",
		"resource_signing_alg_values_supported": []string{"ES256"},
		"authorization_servers":                 []string{"https://other.example"},
		"scopes_supported":                      []string{"deals-read"},
	}
	t.Run("further members", func(t *testing.T) {
		covers(t, "PRM-18")
		auth := newDescribed(t, config)
		auth.Declare(scopes.Scope("internal"))
		want := map[string]any{
			"resource":                              "https://api.example.com",
			"bearer_methods_supported":              []any{"header"},
			"resource_name":                         "Deals",
			"resource_name#it":                      "Affari",
			"jwks_uri":                              "https://api.example.com/jwks",
			"resource_signing_alg_values_supported": []any{"ES256"},
			"authorization_servers":                 []any{"https://other.example"},
			"scopes_supported":                      []any{"deals-read"},
		}
		got := metadataAt(t, mountMetadata(auth), "/.well-known/oauth-protected-resource")
		if !reflect.DeepEqual(got, want) {
			t.Errorf("metadata is %v\nwant %v", got, want)
		}
	})
	for _, c := range []struct {
		name, ids, member string
		value             any
	}{
		{"jwks_uri over http", "PRM-07", "jwks_uri", "http://api.example.com/jwks"},
		{"jwks_uri of another type", "PRM-07", "jwks_uri", 1},
		{"none", "PRM-08", "resource_signing_alg_values_supported", []string{"ES256", "none"}},
		{"no list", "PRM-08", "resource_signing_alg_values_supported", "none"},
		{"resource", "PRM-05", "resource", "https://other.example"},
		{"bearer methods", "PRM-10", "bearer_methods_supported", []string{"query"}},
		{"DPoP", "PRM-11", "dpop_bound_access_tokens_required", true},
		{"certificates", "PRM-11", "tls_client_certificate_bound_access_tokens", true},
		{"signed metadata", "PRM-14", "signed_metadata", "e30.e30.e30"},
		{"an empty list", "PRM-06", "resource_policy", []string{}},
		{"null", "PRM-06", "resource_name", nil},
		{"an empty text", "PRM-06", "resource_name", ""},
		{"offline_access", "MCP-09", "scopes_supported", []string{"a", "offline_access"}},
		{"scopes of another type", "", "scopes_supported", "a b"},
		{"a server over http", "MCP-01", "authorization_servers", []string{"http://id.example.com"}},
		{"a server with a query", "", "authorization_servers", []string{"https://id.example.com/?a"}},
		{"what is no JSON", "", "resource_name", func() {}},
	} {
		t.Run(c.name, func(t *testing.T) {
			covers(t, c.ids)
			config := config
			config.Metadata = map[string]any{c.member: c.value}
			_, err := middleware.New(config)
			wantMistake(t, err, "Metadata")
		})
	}
	t.Run("without Resource", func(t *testing.T) {
		config := config
		config.Resource = ""
		_, err := middleware.New(config)
		wantMistake(t, err, "Metadata")
	})
}
