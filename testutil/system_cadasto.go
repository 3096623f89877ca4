package testutil

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// cadasto is Cadasto's SMART on openEHR server.
type cadasto struct{ standard }

func (cadasto) variants() []string { return []string{"", "complete"} }

func (cadasto) fill(o *Options) {
	o.Path = ""
	fillDefaults(o, Options{
		Audience: "https://mycompany.api.prod.cadasto.io/openehr/v1",
		Lifetime: time.Hour,
		Keys:     []string{"RS256"},
		Clients: []Client{{
			ID:     "lab-connector",
			Secret: "lab-connector-secret",
			Scopes: []string{"api.read", "api.write"},
		}},
	})
}

func (cadasto) tokenPath(*Options) string    { return "/oauth/token" }
func (cadasto) keysPath(*Options) string     { return "/.well-known/jwks.json" }
func (cadasto) metadataPath(*Options) string { return "/.well-known/smart-configuration" }

func (s cadasto) routes(at *site) []route {
	return commonRoutes(at, "/oauth/authorize", at.document(func(*http.Request) []byte { return s.metadata(at).mustEncode() }))
}

// metadata is SMART's. As documented it has neither issuer nor jwks_uri, which
// SMART allows: an API must be told both.
func (cadasto) metadata(at *site) object {
	var m object
	if at.options.Variant == "complete" {
		m = object{{"issuer", at.url}, {"jwks_uri", at.keysURL()}}
	}
	m = append(m, object{
		{"authorization_endpoint", at.base() + "/oauth/authorize"},
		{"token_endpoint", at.tokenURL()},
		{"grant_types_supported", []string{"client_credentials"}},
	}...)
	if all := at.scopes(); len(all) > 0 {
		m = append(m, member{"scopes_supported", all})
	}
	if at.options.Variant == "complete" {
		m = append(m, object{
			{"token_endpoint_auth_methods_supported", []string{"client_secret_basic", "client_secret_post"}},
			{"code_challenge_methods_supported", []string{"S256"}},
			{"services", object{{"org.openehr.rest", object{{"baseUrl", at.options.Audience}}}}},
			{"capabilities", []string{"context-openehr-ehr", "openehr-permission-v1"}},
		}...)
	}
	return m
}

func (cadasto) name(k *signingKey, _ *Options) error {
	k.id = fmt.Sprintf("cadasto-2026-%02d", k.serial)
	return nil
}

func (cadasto) header(_ *site, k *signingKey) object {
	return object{{"alg", k.alg}, {"typ", "JWT"}, {"kid", k.id}}
}

func (cadasto) claims(at *site, g *grant) object {
	c := object{
		{"iss", at.url},
		{"aud", oneOrMore(g.audience)},
		{"sub", g.client.ID},
		{"client_id", g.client.ID},
		{"jti", randomID()},
		{"iat", g.at.Unix()},
		{"nbf", g.at.Unix()},
		{"exp", g.at.Add(at.options.Lifetime).Unix()},
	}
	if len(g.scopes) > 0 {
		c = append(c, member{"scope", strings.Join(g.scopes, " ")})
	}
	return c
}

// grant requires the audience parameter.
func (s cadasto) grant(r *tokenRequest) (*grant, *refusal) {
	if r.param("audience") == "" {
		return nil, &refusal{cause: missingParameter, detail: "audience"}
	}
	return s.standard.grant(r)
}

// refuse says invalid_grant where RFC 6749 has unsupported_grant_type, and only
// invalid_client has a description.
func (cadasto) refuse(_ *tokenRequest, why *refusal) (int, object) {
	f := standardRefusals[why.cause]
	f.description = ""
	switch {
	case f.code == "invalid_client":
		f.description = "Client authentication failed."
	case why.cause == unsupportedGrant && why.detail == "refresh_token":
		f.code = "invalid_request"
	case why.cause == unsupportedGrant:
		f.code = "invalid_grant"
	}
	return f.status, f.body()
}

// curl sends the scope form-encoded and the audience as it is, as the document
// does.
func (cadasto) curl(at *site) []string {
	c := at.options.Clients[0]
	args := []string{"-s", "-X", "POST", at.tokenURL(),
		"-H", "Content-Type: application/x-www-form-urlencoded",
		"-u", c.userPassword(),
		"-d", "grant_type=client_credentials",
		"-d", "audience=" + at.options.Audience}
	if len(c.Scopes) > 0 {
		args = append(args, "-d", "scope="+url.QueryEscape(strings.Join(c.Scopes, " ")))
	}
	return args
}
