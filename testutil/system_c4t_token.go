package testutil

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// header of a v1 token repeats the kid as x5t.
func (entra) header(at *site, k *signingKey) object {
	h := object{{"typ", "JWT"}, {"alg", k.alg}}
	if at.options.Variant == "v1" {
		h = append(h, member{"x5t", k.id})
	}
	return append(h, member{"kid", k.id})
}

// applicationURI is the name that a client asks for the API by, and the
// audience of v1 tokens.
func (entra) applicationURI(o *Options) string {
	if strings.Contains(o.Audience, "://") {
		return o.Audience
	}
	return "api://" + o.Audience
}

// application is the API's client id, the audience of v2 tokens.
func (s entra) application(uri string) string { return strings.TrimPrefix(uri, "api://") }

func (s entra) audience(at *site) string {
	uri := s.applicationURI(&at.options)
	if at.options.Variant == "v1" {
		return uri
	}
	return s.application(uri)
}

// claims are those of an application, without scp. Entra dates them back by five
// minutes.
func (s entra) claims(at *site, g *grant) object {
	var (
		v1      = at.options.Variant == "v1"
		issuer  = s.issuer(at, at.options.Variant, g.tenant)
		from    = g.at.Add(-5 * time.Minute).Unix()
		service = derivedGUID(g.tenant + g.client.ID) // the client's object in that directory
	)
	c := object{
		{"aud", oneOrMore(g.audience)},
		{"iss", issuer},
		{"iat", from},
		{"nbf", from},
		{"exp", g.at.Add(at.options.Lifetime).Unix()},
		{"aio", opaque(23)},
	}
	if v1 {
		c = append(c, object{{"appid", g.client.ID}, {"appidacr", "1"}, {"idp", issuer}}...)
	} else {
		c = append(c, object{{"azp", g.client.ID}, {"azpacr", "1"}}...)
	}
	c = append(c, object{
		{"oid", service},
		{"rh", "0." + opaque(18)},
		{"sub", service},
		{"tid", g.tenant},
		{"uti", opaque(16)},
		{"ver", map[bool]string{true: "1.0", false: "2.0"}[v1]},
		{"idtyp", "app"},
	}...)
	if name := g.client.Claims["app_displayname"]; name != nil {
		c = append(c, member{"app_displayname", name})
	}
	if len(g.client.Roles) > 0 {
		c = append(c, member{"roles", g.client.Roles})
	}
	return c
}

// opaque returns random text as Entra's own claims have it.
func opaque(size int) string {
	b := make([]byte, size)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

func (entra) challenges(basic bool) bool { return basic }

func (entra) headers(h http.Header) {
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-store, no-cache")
	h.Set("Pragma", "no-cache")
}

// grant requires a scope that names one API: its URI, then "/.default".
func (s entra) grant(r *tokenRequest) (*grant, *refusal) {
	o := r.options
	tenant, scope := r.http.PathValue("tid"), r.param("scope")
	if !isGUID(tenant) {
		return nil, &refusal{cause: unknownTenant, detail: tenant}
	}
	if scope == "" {
		return nil, &refusal{cause: missingParameter, detail: "scope"}
	}
	uri, ok := strings.CutSuffix(scope, "/.default")
	known := append(slices.Clone(o.Resources), o.Audience, s.applicationURI(o))
	if !ok || !slices.Contains(known, strings.TrimSuffix(uri, "/")) {
		return nil, &refusal{cause: badScope, detail: scope}
	}
	// A v1 token has the URI as it was asked for, even with a slash too many.
	audience := uri
	if o.Variant == "v2" {
		audience = s.application(strings.TrimSuffix(uri, "/"))
	}
	return &grant{tenant: tenant, audience: []string{audience}}, nil
}

func (entra) answer(at *site, token string, _ *grant) object {
	return object{
		{"token_type", "Bearer"},
		{"expires_in", at.expiresIn()},
		{"ext_expires_in", at.expiresIn()},
		{"access_token", token},
	}
}

// entraRefusals are the responses with Entra's own numbers. %s is the detail.
var entraRefusals = map[cause]struct {
	status int
	code   string
	number int
	text   string
}{
	wrongMethod:        {405, "invalid_request", 900561, "The endpoint only accepts POST requests. Received a %s request."},
	malformedRequest:   {400, "invalid_request", 90013, "Invalid input received from the user."},
	repeatedParameter:  {400, "invalid_request", 90013, "Invalid input received from the user."},
	severalCredentials: {400, "invalid_request", 90013, "Invalid input received from the user."},
	missingParameter:   {400, "invalid_request", 900144, "The request body must contain the following parameter: '%s'."},
	unknownTenant:      {400, "invalid_request", 90002, "Tenant '%s' not found."},
	noCredentials:      {401, "invalid_client", 7000216, "'client_assertion' or 'client_secret' is required for the 'client_credentials' grant type."},
	unknownClient:      {400, "unauthorized_client", 700016, "Application with identifier '%s' was not found in the directory."},
	wrongSecret:        {401, "invalid_client", 7000215, "Invalid client secret provided."},
	grantNotAllowed:    {400, "unauthorized_client", 7000112, "Application '%s' is disabled."},
	unsupportedGrant:   {400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type '%s'."},
	badScope:           {400, "invalid_scope", 70011, "The provided value for the input parameter 'scope' is not valid. The scope %s is not valid."},
}

// refuse gives every response an ID, by which support can find it.
func (entra) refuse(r *tokenRequest, why *refusal) (int, object) {
	f := entraRefusals[why.cause]
	text := f.text
	if strings.Contains(text, "%s") {
		text = fmt.Sprintf(text, why.detail)
	}
	// One response has line breaks where the others have spaces.
	gap := " "
	if why.cause == badScope {
		gap = "\r\n"
	}
	trace, correlation := randomGUID(), randomGUID()
	timestamp := r.at.UTC().Format("2006-01-02 15:04:05Z")
	return f.status, object{
		{"error", f.code},
		{"error_description", fmt.Sprintf("AADSTS%d: %s\r\nTrace ID: %s%sCorrelation ID: %s%sTimestamp: %s", f.number, text, trace, gap, correlation, gap, timestamp)},
		{"error_codes", []int{f.number}},
		{"timestamp", timestamp},
		{"trace_id", trace},
		{"correlation_id", correlation},
	}
}

func (s entra) curl(at *site) []string {
	c := at.options.Clients[0]
	return []string{"-s", "-X", "POST", at.tokenURL(),
		"-H", "Content-Type: application/x-www-form-urlencoded",
		"-d", form(
			"client_id", c.ID,
			"scope", s.applicationURI(&at.options)+"/.default",
			"client_secret", c.Secret,
			"grant_type", "client_credentials")}
}
