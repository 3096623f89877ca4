package middleware

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware/internal/jws"
	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// A trustedIssuer is a checked Issuer, ready to judge tokens. It is immutable.
type trustedIssuer struct {
	checkedIssuer
	owner      *owner
	types      []string // accepted typ values, lower case
	algorithms map[string]*jws.Algorithm
	customize  func(claims.Payload, *claims.Token) // Dialect.Customize, which Dialect here has not

	caseVariant func(claims.Payload) string // of Dialect.CaseVariants

	ring   *keyring.Ring    // nil for a template
	family *keyring.Tenants // nil unless for a template
	fixed  []*keyring.Ring  // those that the configuration names: all but the ones that TenantPattern allows
}

// An owner stands for the Authenticator that the issuers belong to.
type owner struct{ leeway time.Duration }

// trustIssuers compiles the issuers, and reports the key sets and tenants that
// package keyring does not accept.
func trustIssuers(
	all []checkedIssuer, of *owner, options keyring.Options, o observer, errs *configErrors,
) []*trustedIssuer {
	var trusted []*trustedIssuer
	for i := range all {
		issuer := &trustedIssuer{
			checkedIssuer: all[i],
			owner:         of,
			types:         acceptedTypes(all[i].Dialect),
			algorithms:    allowedAlgorithms(all[i].Algorithms),
			customize:     all[i].Dialect.Customize,
			caseVariant:   all[i].Dialect.CaseVariants(),
		}
		issuer.Dialect.Customize = nil
		own := options
		own.Client = cmp.Or(issuer.HTTPClient, options.Client)
		own.Observe = func(e keyring.Event) { o.keys(&issuer.Issuer, e) }
		issuer.openKeys(own, errs)
		trusted = append(trusted, issuer)
	}
	return trusted
}

// acceptedTypes returns the values of typ that d accepts, as mediaType returns
// them.
func acceptedTypes(d claims.Dialect) []string {
	if len(d.Types) == 0 {
		return []string{"at+jwt", "jwt", ""}
	}
	var types []string
	for _, typ := range d.Types {
		types = append(types, strings.TrimPrefix(strings.ToLower(typ), "application/"))
	}
	return types
}

// openKeys makes the issuer's key ring, or those of the tenants that are listed.
// Nothing is fetched.
func (issuer *trustedIssuer) openKeys(options keyring.Options, errs *configErrors) {
	source := keyring.Source{
		Issuer:         issuer.URL,
		MetadataURL:    issuer.MetadataURL,
		MetadataIssuer: issuer.MetadataIssuer,
		JWKSURL:        issuer.JWKSURL,
		JWKS:           issuer.JWKS,
		AllowHTTP:      issuer.DangerouslyAllowHTTP,
		RefusePrivate:  issuer.refusePrivate,
	}
	var err error
	if issuer.name == "" {
		issuer.ring, err = keyring.New(source, options)
		issuer.fixed = []*keyring.Ring{issuer.ring}
	} else {
		options.KnownTenants = len(issuer.Tenants) > 0
		options.TenantExists = issuer.tenantExists()
		issuer.family, err = keyring.NewTenants(source, max(len(issuer.Tenants), issuer.MaxTenants), options)
	}
	if err != nil {
		var set *keyring.SetError
		if errors.As(err, &set) {
			errs.add(issuer.field+".JWKS", "", "set a key set with a usable public key: "+unusable(set))
		} else {
			errs.add(issuer.field, "", strings.TrimPrefix(err.Error(), "keyring: "))
		}
		return
	}
	if issuer.family == nil {
		return
	}
	for _, tenant := range issuer.Tenants {
		iss := issuer.fill(tenant)
		if _, err := issuer.family.Ring(map[string]string{issuer.name: tenant}, iss); err != nil {
			errs.add(issuer.field+".Tenants", tenant,
				"use letters, digits and hyphens, in a path also '.', '_' and '~': the tenant becomes a part of a URL")
		}
	}
	issuer.fixed = issuer.family.Rings()
}

// tenantExists returns Issuer.TenantExists as a function of the template's
// placeholders, nil if it is nil.
func (issuer *trustedIssuer) tenantExists() func(context.Context, map[string]string) (bool, error) {
	if issuer.TenantExists == nil {
		return nil
	}
	return func(ctx context.Context, vars map[string]string) (bool, error) {
		return issuer.TenantExists(ctx, vars[issuer.name])
	}
}

// unusable returns why a key set is unusable, in fixed words.
func unusable(set *keyring.SetError) string {
	words := []string{string(set.Fault)}
	if set.Looks != "" {
		words = append(words, "looks like "+string(set.Looks))
	}
	for _, remark := range set.Remarks {
		words = append(words, string(remark.Note))
	}
	return strings.Join(words, ", ")
}

// rings returns the key rings that there are by now.
func (issuer *trustedIssuer) rings() []*keyring.Ring {
	if issuer.family != nil {
		return issuer.family.Rings()
	}
	return issuer.fixed
}

// setTenant sets the tenant of a token of a template to the placeholder's value in
// iss. No claim counts, because each tenant's server chooses its claims and could
// name another tenant.
func (issuer *trustedIssuer) setTenant(t *claims.Token, iss string) {
	if issuer.family != nil && !issuer.DangerouslyTenantFromClaims {
		t.Tenant, _ = issuer.tenant(iss)
	}
}

// trustedIssuers finds the issuer of a token by its iss. An exact URL goes before
// a template.
type trustedIssuers struct {
	exact     map[string][]*trustedIssuer // all with the same URL, in the order of Config.Issuers
	templates [][]*trustedIssuer          // those with the same URL together
	anonymous []*trustedIssuer            // whose tokens have no iss, nil if there are none

	near             nearIssuers // all configured URLs, for hints
	entraV1, entraV2 bool        // whether one of Entra's is among them, for hints
}

func indexIssuers(all []*trustedIssuer) trustedIssuers {
	index := trustedIssuers{exact: map[string][]*trustedIssuer{}, near: nearIssuers{}}
	templates := map[string]int{} // their place in index.templates, by URL
	for _, issuer := range all {
		index.near.add(issuer.URL)
		index.entraV1 = index.entraV1 || strings.HasPrefix(issuer.URL, entraV1)
		index.entraV2 = index.entraV2 || strings.HasPrefix(issuer.URL, entraV2)
		at, found := templates[issuer.URL]
		switch {
		case issuer.family == nil:
			index.exact[issuer.URL] = append(index.exact[issuer.URL], issuer)
		case found:
			index.templates[at] = append(index.templates[at], issuer)
		default:
			templates[issuer.URL] = len(index.templates)
			index.templates = append(index.templates, []*trustedIssuer{issuer})
		}
		if issuer.DangerouslyAllowMissingIssuer {
			index.anonymous = append(index.anonymous, issuer)
		}
	}
	return index
}

// template returns all templates with the URL of the first that iss matches, and that
// one. It returns nil if there is none.
func (index *trustedIssuers) template(iss string) (all []*trustedIssuer, first *trustedIssuer) {
	for _, same := range index.templates {
		for _, issuer := range same {
			if _, ok := issuer.tenant(iss); ok {
				return same, issuer
			}
		}
	}
	return nil, nil
}

// How Entra's issuers begin, by the version of their tokens.
const (
	entraV1 = "https://sts.windows.net/"
	entraV2 = "https://login.microsoftonline.com/"
)
