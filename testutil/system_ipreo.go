package testutil

import (
	"cmp"
	"encoding/hex"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// identityServer is Ipreo: IdentityServer4 of the 2.x line.
type identityServer struct{ standard }

func (identityServer) fill(o *Options) {
	o.Path = ""
	fillDefaults(o, Options{
		Lifetime: 20 * time.Minute,
		Keys:     []string{"RS256"},
		Clients: []Client{{
			ID:     "api-fake-test.client",
			Secret: "858b8c39-a389-4d30-ad13-a231010b8268",
			Scopes: []string{"deals-read", "permissions-read", "sockets-read"},
			Claims: map[string]any{"firm_id": "395465"},
		}},
	})
}

func (identityServer) tokenPath(*Options) string { return "/connect/token" }
func (identityServer) keysPath(*Options) string {
	return "/.well-known/openid-configuration/jwks"
}

func (s identityServer) routes(at *site) []route {
	const authorize = "/connect/authorize"
	return commonRoutes(at, authorize, at.document(func(r *http.Request) []byte {
		return at.metadata(authorize).with(map[string]any{"issuer": s.issuer(&at.options, at.url, r)}).mustEncode()
	}))
}

// issuer returns the identifier as IdentityServer infers it: from the host that
// the request names, in lower case, unless it is configured. A client that knows
// the server under another name gets tokens of another issuer.
func (identityServer) issuer(o *Options, url string, r *http.Request) string {
	if o.Issuer != "" || r.Host == "" {
		return url
	}
	return "http://" + strings.ToLower(r.Host)
}

// name makes the kid the certificate's thumbprint in upper-case hex. x5t is the
// same in base64url.
func (identityServer) name(k *signingKey, o *Options) error {
	err := k.certify(o)
	k.id = strings.ToUpper(hex.EncodeToString(k.thumbprint()))
	return err
}

func (identityServer) jwk(_ *site, k *signingKey) object {
	p := k.publicMembers()
	j := object{p[0], {"use", "sig"}, {"kid", k.id}}
	if k.cert != nil {
		j = append(j, member{"x5t", b64(k.thumbprint())})
	}
	j = append(j, p[1:]...)
	if k.cert != nil {
		j = append(j, member{"x5c", k.x5c()})
	}
	return append(j, member{"alg", k.alg})
}

func (identityServer) header(_ *site, k *signingKey) object {
	h := object{{"alg", k.alg}, {"kid", k.id}, {"typ", "JWT"}}
	if k.cert != nil {
		h = append(h, member{"x5t", b64(k.thumbprint())})
	}
	return h
}

func (identityServer) audience(at *site) string {
	if at.options.Audience != "" {
		return at.options.Audience
	}
	return at.url + "/resources"
}

// claims have no sub, iat or jti, and an audience for the server as a whole and
// for each API that a scope belongs to.
func (identityServer) claims(at *site, g *grant) object {
	issuer := cmp.Or(g.issuer, at.url)
	aud := []string{issuer + "/resources"}
	if at.options.Audience != "" {
		aud = append(aud, at.options.Audience)
	}
	c := object{
		{"nbf", g.at.Unix()},
		{"exp", g.at.Add(at.options.Lifetime).Unix()},
		{"iss", issuer},
		{"aud", oneOrMore(append(aud, g.scopes...))},
		{"client_id", g.client.ID},
	}
	for _, name := range slices.Sorted(maps.Keys(g.client.Claims)) {
		if c.get(name) == nil && name != "scope" {
			c = append(c, member{name, g.client.Claims[name]})
		}
	}
	if len(g.client.Roles) > 0 {
		c = append(c, member{"role", oneOrMore(g.client.Roles)})
	}
	if len(g.scopes) > 0 {
		c = append(c, member{"scope", g.scopes})
	}
	return c
}

func (identityServer) headers(h http.Header) {
	h.Set("Content-Type", "application/json; charset=UTF-8")
	h.Set("Cache-Control", "no-store, no-cache, max-age=0")
	h.Set("Pragma", "no-cache")
}

// grant knows no parameter for the audience: the scopes decide it.
func (s identityServer) grant(r *tokenRequest) (*grant, *refusal) {
	scopes, why := r.scopes()
	return &grant{scopes: scopes, issuer: s.issuer(r.options, r.url, r.http)}, why
}

func (identityServer) answer(at *site, token string, _ *grant) object {
	return object{
		{"access_token", token},
		{"expires_in", at.expiresIn()},
		{"token_type", "Bearer"},
	}
}

// refuse responds 400 to everything, without a description.
func (identityServer) refuse(_ *tokenRequest, why *refusal) (int, object) {
	f := standardRefusals[why.cause]
	if why.cause == missingParameter { // of grant_type, the only one that it requires
		f.code = "unsupported_grant_type"
	}
	f.description = ""
	return http.StatusBadRequest, f.body()
}

func (identityServer) curl(at *site) []string {
	c := at.options.Clients[0]
	return []string{"-s", "-X", "POST", at.tokenURL(),
		"-H", "Accept: */*",
		"-H", "Accept-Encoding: gzip",
		"-H", "Cache-Control: no-cache",
		"-H", "Content-Type: application/x-www-form-urlencoded",
		"-H", "Host: " + at.addr,
		"-d", form("grant_type", "client_credentials", "client_id", c.ID, "client_secret", c.Secret)}
}
