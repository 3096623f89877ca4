package testutil

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// connect2id is a Connect2id server with its classic token profile.
type connect2id struct{ standard }

func (connect2id) fill(o *Options) {
	o.Path = ""
	fillDefaults(o, Options{
		Lifetime: time.Hour,
		Keys:     []string{"RS256"},
		Clients: []Client{{
			ID:     "yfwkw4qlmhv4q",
			Secret: "2Ua4B5sFXfgzMytywQjOMc5K1bjVyxWytrIWlNjPnWw",
			Scopes: []string{"access_cam", "read_thermostat", "set_thermostat"},
			Claims: map[string]any{
				"clm": []string{"email"},
				"dat": map[string]any{"source_system": "house-gw-7"},
			},
		}},
	})
}

func (connect2id) keysPath(*Options) string { return "/jwks.json" }

func (connect2id) routes(at *site) []route {
	const authorize = "/login"
	return commonRoutes(at, authorize, at.document(func(*http.Request) []byte {
		return at.metadata(authorize).with(map[string]any{
			"token_endpoint_auth_methods_supported": []string{"client_secret_basic"},
		}).mustEncode()
	}))
}

// name counts the keys from "1", a kid that other issuers use too.
func (connect2id) name(k *signingKey, _ *Options) error {
	k.id = strconv.Itoa(k.serial)
	return nil
}

// header has no typ.
func (connect2id) header(_ *site, k *signingKey) object {
	return object{{"alg", k.alg}, {"kid", k.id}}
}

// claims have the client in cid and the scopes in an array, with openid among
// them, and an audience only if the request names one.
func (connect2id) claims(at *site, g *grant) object {
	c := object{
		{"scp", append([]string{"openid"}, g.scopes...)},
		{"iss", at.url},
		{"sub", g.client.ID},
	}
	if len(g.audience) > 0 {
		c = append(c, member{"aud", g.audience})
	}
	c = append(c, member{"cid", g.client.ID})
	if clm := g.client.Claims["clm"]; clm != nil {
		c = append(c, member{"clm", clm})
	}
	return append(c, object{
		{"jti", randomID()},
		{"iat", g.at.Unix()},
		{"exp", g.at.Add(at.options.Lifetime).Unix()},
	}...)
}

// accepts only Basic, the method that the documents' client is registered with.
func (connect2id) accepts(r *tokenRequest) bool { return r.basic }

func (connect2id) grant(r *tokenRequest) (*grant, *refusal) {
	scopes, why := r.scopes()
	if why != nil {
		return nil, why
	}
	g := &grant{scopes: scopes}
	if r.options.Audience != "" || r.form.Has("resource") {
		g.audience, why = r.audience()
	}
	return g, why
}

func (connect2id) answer(at *site, token string, g *grant) object {
	a := object{
		{"token_type", "Bearer"},
		{"access_token", token},
		{"expires_in", at.expiresIn()},
	}
	if len(g.scopes) > 0 {
		a = append(a, member{"scope", strings.Join(g.scopes, " ")})
	}
	return a
}

// refuse describes only a failed authentication.
func (connect2id) refuse(_ *tokenRequest, why *refusal) (int, object) {
	f := standardRefusals[why.cause]
	f.description = ""
	if f.code == "invalid_client" {
		f.description = "Client authentication failed"
	}
	return f.status, f.body()
}

func (connect2id) curl(at *site) []string {
	c := at.options.Clients[0]
	credentials := base64.StdEncoding.EncodeToString([]byte(c.userPassword()))
	return []string{"-s", "-X", "POST", at.tokenURL(),
		"-H", "Authorization: Basic " + credentials,
		"-H", "Content-Type: application/x-www-form-urlencoded",
		"-d", "grant_type=client_credentials"}
}
