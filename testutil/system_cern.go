package testutil

import (
	"crypto/sha256"
	"crypto/x509"
	"net/http"
	"strings"
	"time"
)

// cern is CERN's single sign-on: a Keycloak realm with a token endpoint of its
// own for API access.
type cern struct{ standard }

func (cern) fill(o *Options) {
	o.Path = "/auth/realms/cern"
	fillDefaults(o, Options{
		Audience: "the-target-api",
		Lifetime: 20 * time.Minute,
		Keys:     []string{"RS256"},
		Clients: []Client{{
			ID:     "my-client-id",
			Secret: "00000000-0000-0000-0000-000000000000",
			Roles:  []string{"default-role", "writer"},
		}},
	})
}

// ordinary is Keycloak's own token endpoint, the one in the metadata. Tokens
// from there have no audience.
func (cern) ordinary(o *Options) string { return under(o, "/protocol/openid-connect/token") }

func (cern) tokenPath(o *Options) string { return under(o, "/api-access/token") }
func (cern) keysPath(o *Options) string  { return under(o, "/protocol/openid-connect/certs") }

func (s cern) routes(at *site) []route {
	o := &at.options
	const authorize = "/protocol/openid-connect/auth"
	metadata := at.document(func(*http.Request) []byte {
		return at.metadata(authorize).with(map[string]any{
			"token_endpoint": at.base() + s.ordinary(o),
		}).mustEncode()
	})
	return append(commonRoutes(at, authorize, metadata), route{s.ordinary(o), tokenEndpoint, nil})
}

func (s cern) isOrdinary(r *tokenRequest) bool {
	return r.http.URL.Path == s.ordinary(r.options)
}

// name makes the kid a digest of the public key, as Keycloak does.
func (cern) name(k *signingKey, o *Options) error {
	der, err := x509.MarshalPKIXPublicKey(k.public())
	if err != nil {
		return err
	}
	sum := sha256.Sum256(der)
	k.id = b64(sum[:])
	return k.certify(o)
}

func (cern) jwk(_ *site, k *signingKey) object {
	p := k.publicMembers()
	j := object{{"kid", k.id}, p[0], {"alg", k.alg}, {"use", "sig"}}
	if k.cert != nil {
		sum := sha256.Sum256(k.cert)
		j = append(j, object{{"x5c", k.x5c()}, {"x5t", b64(k.thumbprint())}, {"x5t#S256", b64(sum[:])}}...)
	}
	return append(j, p[1:]...)
}

func (cern) header(_ *site, k *signingKey) object {
	return object{{"alg", k.alg}, {"typ", "JWT"}, {"kid", k.id}}
}

// claims have the client in azp, a subject that is made from its id, and the
// roles that the client has in the application that is the audience.
func (cern) claims(at *site, g *grant) object {
	account := "service-account-" + g.client.ID
	c := object{
		{"exp", g.at.Add(at.options.Lifetime).Unix()},
		{"iat", g.at.Unix()},
		{"jti", randomGUID()},
		{"iss", at.url},
	}
	if len(g.audience) > 0 {
		c = append(c, member{"aud", oneOrMore(g.audience)})
	}
	c = append(c, object{
		{"sub", account},
		{"typ", "Bearer"},
		{"azp", g.client.ID},
	}...)
	roles := []string{}
	if len(g.audience) > 0 && len(g.client.Roles) > 0 {
		roles = g.client.Roles
		var access object
		for _, application := range g.audience {
			access = append(access, member{application, object{{"roles", roles}}})
		}
		c = append(c, member{"resource_access", access})
	}
	return append(c, object{
		{"scope", strings.Join(g.scopes, " ")},
		{"clientId", g.client.ID},
		{"cern_roles", roles},
		{"cern_upn", account},
		{"preferred_username", account},
	}...)
}

// accepts only credentials in the body at the API access endpoint.
func (s cern) accepts(r *tokenRequest) bool { return !r.basic || s.isOrdinary(r) }

func (cern) challenges(basic bool) bool { return basic }

// grant issues a token for any audience. The API must reject those for others.
func (s cern) grant(r *tokenRequest) (*grant, *refusal) {
	scopes, why := r.scopes()
	if why != nil || s.isOrdinary(r) {
		return &grant{scopes: scopes}, why
	}
	if r.param("audience") == "" {
		return nil, &refusal{cause: missingParameter, detail: "audience"}
	}
	return &grant{scopes: scopes, audience: []string{r.param("audience")}}, nil
}

func (cern) answer(at *site, token string, g *grant) object {
	return object{
		{"access_token", token},
		{"expires_in", at.expiresIn()},
		{"refresh_expires_in", 0},
		{"token_type", "Bearer"},
		{"not-before-policy", 0},
		{"scope", strings.Join(g.scopes, " ")},
	}
}

// refuse distinguishes a wrong secret from an unknown client by the code only.
func (cern) refuse(r *tokenRequest, why *refusal) (int, object) {
	const badCredentials = "Invalid client or Invalid client credentials"
	f := standardRefusals[why.cause]
	switch why.cause {
	case noCredentials, unknownClient:
		f.description = badCredentials
	case wrongSecret:
		f.code, f.description = "unauthorized_client", badCredentials
	case grantNotAllowed:
		f.status, f.description = http.StatusUnauthorized, "Client not enabled to retrieve service account"
	case badScope:
		f.description = "Invalid scopes: " + r.param("scope")
	case missingParameter:
		f.description = "Missing form parameter: " + why.detail
	case unsupportedGrant:
		f.description = "Unsupported grant_type"
	}
	return f.status, f.body()
}

func (cern) curl(at *site) []string {
	c := at.options.Clients[0]
	return []string{"-s", "--location", "--request", "POST", at.tokenURL(),
		"--header", "Content-Type: application/x-www-form-urlencoded",
		"--data-urlencode", "grant_type=client_credentials",
		"--data-urlencode", "client_id=" + c.ID,
		"--data-urlencode", "client_secret=" + c.Secret,
		"--data-urlencode", "audience=" + at.options.Audience}
}
