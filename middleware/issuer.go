package middleware

import (
	"regexp"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware/internal/jws"
	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// An issuer is a configured Issuer, ready to judge tokens. It is immutable.
type issuer struct {
	Issuer
	types      []string // accepted typ values, lower case
	algorithms map[string]*jws.Algorithm
	audiences  []string

	ring *keyring.Ring // nil for a template

	family        *keyring.Tenants // nil but for a template
	before, after string           // of the placeholder
	name          string           // of the placeholder, without braces
	pattern       *regexp.Regexp
}

func newIssuer(config Issuer, audiences []string, options keyring.Options) (*issuer, error) {
	is := &issuer{
		Issuer:     config,
		algorithms: allowedAlgorithms(config.Algorithms),
		audiences:  audiences,
	}
	if config.Audiences != nil {
		is.audiences = config.Audiences
	}
	is.types = []string{"at+jwt", "jwt", ""}
	if len(config.Dialect.Types) > 0 {
		is.types = nil
		for _, typ := range config.Dialect.Types {
			is.types = append(is.types, strings.TrimPrefix(strings.ToLower(typ), "application/"))
		}
	}
	source := keyring.Source{
		Issuer:         config.URL,
		MetadataURL:    config.MetadataURL,
		MetadataIssuer: config.MetadataIssuer,
		JWKSURL:        config.JWKSURL,
		JWKS:           config.JWKS,
		AllowHTTP:      config.DangerouslyAllowHTTP,
	}
	at := placeholder.FindStringIndex(config.URL)
	if at == nil {
		ring, err := keyring.New(source, options)
		is.ring = ring
		return is, err
	}
	is.before, is.after = config.URL[:at[0]], config.URL[at[1]:]
	is.name = config.URL[at[0]+1 : at[1]-1]
	if config.TenantPattern != "" {
		pattern, err := wholly(config.TenantPattern)
		if err != nil {
			return nil, err // New has refused it
		}
		is.pattern = pattern
	}
	source.RefusePrivate = !config.DangerouslyAllowPrivateAddresses
	options.KnownTenants = len(config.Tenants) > 0
	family, err := keyring.NewTenants(source, len(config.Tenants), options)
	is.family = family
	return is, err
}

// tenant returns the value of the placeholder in iss, and whether it is one
// that the configuration allows. Nothing else is taken from an unverified
// token, and nothing but an allowed tenant leads to a request.
func (is *issuer) tenant(iss string) (string, bool) {
	if len(iss) <= len(is.before)+len(is.after) {
		return "", false
	}
	rest, ok := strings.CutPrefix(iss, is.before)
	if !ok {
		return "", false
	}
	tenant, ok := strings.CutSuffix(rest, is.after)
	if !ok || strings.ContainsAny(tenant, "/?#\\@: ") {
		return "", false
	}
	if is.pattern != nil {
		return tenant, is.pattern.MatchString(tenant)
	}
	return tenant, slices.Contains(is.Tenants, tenant)
}

// issuers are all that are configured, by what tokens say: an exact name goes
// before a template.
type issuers struct {
	exact     map[string]*issuer
	names     map[string]bool // all configured URLs, for hints
	templates []*issuer
	anonymous *issuer // whose tokens have no iss, nil if there is none

	entraV1, entraV2 bool // whether one of Entra's is among them, for hints
}

// add makes is known.
func (all *issuers) add(is *issuer) {
	all.names[is.URL] = true
	all.entraV1 = all.entraV1 || strings.HasPrefix(is.URL, entraV1)
	all.entraV2 = all.entraV2 || strings.HasPrefix(is.URL, entraV2)
	if is.family != nil {
		all.templates = append(all.templates, is)
	} else {
		all.exact[is.URL] = is
	}
	if is.DangerouslyAllowMissingIssuer {
		all.anonymous = is
	}
}

// template returns the template that iss fits, nil if there is none.
func (all *issuers) template(iss string) *issuer {
	for _, is := range all.templates {
		if _, ok := is.tenant(iss); ok {
			return is
		}
	}
	return nil
}

// configured returns the URL of the issuer whose tokens have this iss, as the
// configuration writes it.
func (all *issuers) configured(iss string) string {
	is := all.exact[iss]
	if is == nil && iss == "" {
		is = all.anonymous
	}
	if is == nil {
		is = all.template(iss)
	}
	if is == nil {
		return ""
	}
	return is.URL
}

// admits judges the header: is the algorithm allowed for this issuer, and is
// this the typ of an access token (RFC 8725, sections 3.1 and 3.11)?
func (is *issuer) admits(h *jws.Header) Reason {
	switch {
	case is.algorithms[h.Algorithm] == nil:
		return ErrWrongAlgorithm
	case !slices.Contains(is.types, h.Type):
		return ErrNotAccessToken
	}
	return ""
}

// tenantOf returns the token's tenant: the placeholder's value unless the
// dialect says where a tenant is. A claim of the standard name does not count
// against it, because each tenant's server writes the claims that it likes.
func (is *issuer) tenantOf(t *claims.Token) string {
	d := &is.Dialect
	if is.family == nil || d.Tenant != nil || d.TenantInIssuer != "" ||
		d.TenantPrefix != "" || d.Clients != nil || d.Customize != nil {
		return t.Tenant
	}
	tenant, _ := is.tenant(t.Issuer)
	return tenant
}

// How Entra's issuers begin, by the version of their tokens.
const (
	entraV1 = "https://sts.windows.net/"
	entraV2 = "https://login.microsoftonline.com/"
)
