package testutil

import (
	"net/http"
	"strings"
	"time"
)

// entra is C4T: Microsoft Entra ID with the v2.0 token endpoint and tokens of
// either version.
type entra struct{ standard }

// templateTenant stands for the directory in metadata that serves all of them.
const templateTenant = "{tenantid}"

func (entra) variants() []string { return []string{"", "v1", "v2"} }

func (entra) fill(o *Options) {
	o.Path = ""
	if o.Variant == "" {
		o.Variant = "v2"
	}
	if o.Tenant == "" {
		o.Tenant = "5f0c2a6e-8a5b-4a0e-9c55-0f7b6a1d2e3f"
	}
	// C4T gives a customer one client for each source system. Only v2 tokens
	// name the system themselves; for v1 tokens the API knows it by the client.
	roles := []string{"Declarations.Write", "Declarations.Read"}
	sap := map[string]any{"app_displayname": "Customer 0042 - SAP"}
	warehouse := map[string]any{"app_displayname": "Customer 0042 - WMS"}
	if o.Variant == "v2" {
		sap = map[string]any{"source_system": "SAP-ECC-BE01"}
		warehouse = map[string]any{"source_system": "WMS-ANTWERP"}
	}
	fillDefaults(o, Options{
		Audience: "0b6a5a52-5d5e-4b3c-9f0a-8c1d2e3f4a5b",
		Lifetime: 3599 * time.Second,
		Keys:     []string{"RS256"},
		Clients: []Client{
			{ID: "1c7d9d3e-54b6-4f4c-b8a0-2f6f0f1f7a11", Secret: "c4t-demo-secret-1", Roles: roles, Claims: sap},
			{ID: "1c7d9d3e-54b6-4f4c-b8a0-2f6f0f1f7a12", Secret: "c4t-demo-secret-2", Roles: roles[1:], Claims: warehouse},
		},
	})
}

func (entra) identifier(base string, o *Options) string {
	return base + entraPath(o.Variant, o.Tenant)
}

// entraPath is the path of the issuer identifier of one token version.
func entraPath(variant, tenant string) string {
	if variant == "v1" {
		return "/" + tenant + "/"
	}
	return "/" + tenant + "/v2.0"
}

func (entra) tokenPath(o *Options) string { return "/" + o.Tenant + "/oauth2/v2.0/token" }

func (entra) keysPath(o *Options) string {
	if o.Variant == "v1" {
		return "/common/discovery/keys"
	}
	return "/" + o.Tenant + "/discovery/v2.0/keys"
}

func (entra) metadataPath(o *Options) string {
	return strings.TrimSuffix(entraPath(o.Variant, o.Tenant), "/") + "/.well-known/openid-configuration"
}

// routes serve any directory whose name is a GUID, and common.
func (s entra) routes(at *site) []route {
	metadata := func(variant string) http.HandlerFunc {
		return at.document(func(r *http.Request) []byte { return s.metadata(at, variant, r.PathValue("tid")) })
	}
	keys := func(variant string) http.HandlerFunc {
		return at.document(func(*http.Request) []byte {
			return at.keyDocument(func(k *signingKey) object { return s.key(at, variant, k) })
		})
	}
	return []route{
		{"/{tid}/.well-known/openid-configuration", metadataEndpoint, metadata("v1")},
		{"/{tid}/v2.0/.well-known/openid-configuration", metadataEndpoint, metadata("v2")},
		{"/{tid}/discovery/keys", keysEndpoint, keys("v1")},
		{"/{tid}/discovery/v2.0/keys", keysEndpoint, keys("v2")},
		{"/{tid}/oauth2/v2.0/token", tokenEndpoint, nil},
		{"/{tid}/oauth2/v2.0/authorize", uncounted, noAuthorization},
	}
}

// issuer returns the identifier for a directory and token version.
func (entra) issuer(at *site, variant, tenant string) string {
	if variant == at.options.Variant {
		return strings.ReplaceAll(at.url, at.options.Tenant, tenant)
	}
	return at.base() + entraPath(variant, tenant)
}

// metadata returns nil if the path names no directory.
func (s entra) metadata(at *site, variant, tenant string) []byte {
	keys := "/common/discovery/keys"
	if variant == "v2" {
		keys = "/" + tenant + "/discovery/v2.0/keys"
	}
	issuer := s.issuer(at, variant, tenant)
	if tenant == "common" {
		issuer = s.issuer(at, variant, templateTenant)
	} else if !isGUID(tenant) {
		return nil
	}
	return object{
		{"token_endpoint", at.base() + "/" + tenant + "/oauth2/v2.0/token"},
		{"token_endpoint_auth_methods_supported", []string{"client_secret_post", "client_secret_basic"}},
		{"jwks_uri", at.base() + keys},
		{"subject_types_supported", []string{"pairwise"}},
		{"id_token_signing_alg_values_supported", at.options.Keys},
		{"response_types_supported", []string{"none"}},
		{"issuer", issuer},
		{"authorization_endpoint", at.base() + "/" + tenant + "/oauth2/v2.0/authorize"},
		{"cloud_instance_name", "microsoftonline.com"},
	}.mustEncode()
}

// name makes the kid the certificate's thumbprint, the same as x5t.
func (entra) name(k *signingKey, o *Options) error {
	err := k.certify(o)
	k.id = b64(k.thumbprint())
	return err
}

func (s entra) jwk(at *site, k *signingKey) object { return s.key(at, at.options.Variant, k) }

// key has no alg. Only the keys for v2 tokens name the issuer they are for.
func (s entra) key(at *site, variant string, k *signingKey) object {
	p := k.publicMembers()
	j := object{p[0], {"use", "sig"}, {"kid", k.id}}
	if k.cert != nil {
		j = append(j, member{"x5t", b64(k.thumbprint())})
	}
	j = append(j, p[1:]...)
	if k.cert != nil {
		j = append(j, member{"x5c", k.x5c()})
	}
	if variant == "v2" {
		j = append(j, member{"cloud_instance_name", "microsoftonline.com"}, member{"issuer", s.issuer(at, variant, templateTenant)})
	}
	return j
}
