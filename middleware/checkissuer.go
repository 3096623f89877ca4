package middleware

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bearerguard/bearerguard/middleware/internal/jws"
	"github.com/bearerguard/bearerguard/middleware/internal/weburl"
)

// A checkedIssuer is an Issuer that has been checked once, with what the check
// has parsed.
type checkedIssuer struct {
	Issuer
	tenantTemplate          // of Issuer.URL
	field          string   // where Config has it, such as "Issuers[1]"
	audiences      []string // its own or Config's
	templates      []audienceTemplate
	refusePrivate  bool // refuse private addresses: tokens choose the host
}

// check reports every mistake in issuer, which c has at field.
func (issuer *Issuer) check(errs *configErrors, field string, c *Config) checkedIssuer {
	checked := checkedIssuer{Issuer: *issuer, field: field, audiences: c.Audiences}
	if issuer.Audiences != nil {
		checked.audiences = issuer.Audiences
	}
	issuer.checkURLs(errs, field)
	checked.tenantTemplate = issuer.checkTenants(errs, field)
	checked.checkTransport(errs, c.HTTPClient)
	for _, name := range issuer.Algorithms {
		if jws.ByName(name) == nil {
			errs.add(field+".Algorithms", name, adviseAlgorithm(name))
		}
	}
	issuer.checkAudiences(errs, field, c.Audiences)
	checked.templates = checkAudienceTemplates(errs, field+".AudienceTemplates", issuer.AudienceTemplates)
	if issuer.MaxAge < 0 {
		errs.add(field+".MaxAge", issuer.MaxAge.String(), "use a positive duration, or 0 for no limit")
	}
	if issuer.DangerouslyAllowMissingIssuer && issuer.JWKS == nil && issuer.JWKSURL == "" {
		errs.add(field+".DangerouslyAllowMissingIssuer", "", "set JWKS or JWKSURL too")
	}
	return checked
}

// checkURLs reports what is wrong with the URLs, each for itself.
func (issuer *Issuer) checkURLs(errs *configErrors, field string) {
	switch {
	case issuer.URL == "":
		errs.add(field+".URL", "", "write the issuer identifier, which is the iss of its tokens")
	case strings.ContainsAny(issuer.URL, " \t\r\n"):
		errs.addURL(field+".URL", issuer.URL, "remove the white space")
	case issuer.explicit():
		if reason := adviseIdentifier(issuer.URL, true); reason != "" {
			errs.addURL(field+".URL", issuer.URL, reason)
		}
	default:
		u := checkURL(errs, field+".URL", issuer.URL, issuer.DangerouslyAllowHTTP)
		if u == nil {
			break
		}
		if u.RawQuery != "" || u.ForceQuery {
			errs.addURL(field+".URL", issuer.URL,
				"remove the query: an issuer identifier has none (RFC 8414, section 2)")
		}
		if reason := adviseIdentifier(issuer.URL, false); reason != "" {
			errs.addURL(field+".URL", issuer.URL, reason)
		}
	}
	if issuer.MetadataURL != "" {
		checkURL(errs, field+".MetadataURL", issuer.MetadataURL, issuer.DangerouslyAllowHTTP)
	}
	if issuer.JWKSURL != "" {
		checkURL(errs, field+".JWKSURL", issuer.JWKSURL, issuer.DangerouslyAllowHTTP)
	}
	if issuer.JWKS != nil && !issuer.static() && strings.Contains(issuer.place(), "{") {
		errs.add(field+".JWKS", "", "remove it: each tenant has its own key set, and must not share a seed")
	}
	if issuer.discovers() {
		issuer.checkMetadataIssuer(errs, field)
	}
}

// checkMetadataIssuer reports a name that no metadata can have.
func (issuer *Issuer) checkMetadataIssuer(errs *configErrors, field string) {
	name := cmp.Or(issuer.MetadataIssuer, issuer.URL)
	if placeholder.MatchString(issuer.URL) && !issuer.shared() { // else the metadata names the template itself
		name = placeholder.ReplaceAllString(name, "x")
	}
	isControl := func(c rune) bool { return c < ' ' || c == 0x7f }
	if _, err := url.Parse(name); err != nil || strings.ContainsFunc(name, isControl) {
		errs.addURL(field+".MetadataIssuer", issuer.MetadataIssuer,
			"write the issuer that the metadata names, a URL")
	}
}

// explicit reports whether the configuration says where the keys come from.
func (issuer *Issuer) explicit() bool {
	return issuer.MetadataURL != "" || issuer.JWKSURL != "" || issuer.JWKS != nil
}

// static reports whether the configuration has the keys, and nothing is fetched.
func (issuer *Issuer) static() bool { return issuer.explicit() && issuer.source() == "" }

// source returns the configured URL that is asked for the keys, or for the metadata
// that says where they are; "" if there is none.
func (issuer *Issuer) source() string { return cmp.Or(issuer.JWKSURL, issuer.MetadataURL) }

// place returns the URL that is asked first: URL itself if no other is configured.
func (issuer *Issuer) place() string { return cmp.Or(issuer.source(), issuer.URL) }

// discovers reports whether metadata tells where the keys are.
func (issuer *Issuer) discovers() bool { return issuer.JWKSURL == "" && !issuer.static() }

// shared reports whether all tenants have one key set.
func (issuer *Issuer) shared() bool {
	return issuer.explicit() && !strings.Contains(issuer.source(), "{")
}

// checkURL returns raw, which may hold a placeholder, as a URL. It returns nil
// and reports the mistake if nothing may be fetched from there.
func checkURL(errs *configErrors, field, raw string, allowHTTP bool) *url.URL {
	if strings.ContainsAny(raw, " \t\r\n") {
		errs.addURL(field, raw, "remove the white space")
		return nil
	}
	u, err := weburl.Parse(placeholder.ReplaceAllString(raw, "x"), allowHTTP)
	if err != nil {
		errs.addURL(field, raw, err.Error())
	}
	return u
}

// checkTenants returns the template that URL is, and reports what is wrong with
// its placeholder and its tenants.
func (issuer *Issuer) checkTenants(errs *configErrors, field string) tenantTemplate {
	template := splitTemplate(issuer.URL)
	template.listed = issuer.Tenants
	templated := template.name != ""
	rest := placeholder.ReplaceAllString(issuer.URL, "")
	switch {
	case strings.ContainsAny(rest, "{}"), slices.ContainsFunc(template.parts, placeholder.MatchString):
		errs.addURL(field+".URL", issuer.URL, `use one placeholder at most, such as "{tenant}"`)
	case templated && len(issuer.Tenants) == 0 && issuer.TenantPattern == "":
		errs.addURL(field+".URL", issuer.URL, "set Tenants or TenantPattern for the placeholder")
	case templated && len(issuer.Tenants) > 0 && issuer.TenantPattern != "":
		errs.addURL(field+".URL", issuer.URL, "set only one of Tenants and TenantPattern")
	case !templated && (len(issuer.Tenants) > 0 || issuer.TenantPattern != ""):
		errs.addURL(field+".URL", issuer.URL, "write a placeholder for Tenants or TenantPattern into URL")
	}
	if templated && issuer.JWKS == nil && issuer.DangerouslyAllowMissingIssuer {
		errs.add(field+".DangerouslyAllowMissingIssuer", "", "use it without a placeholder in URL")
	}
	errs.addFromList(field+".Tenants", issuer.Tenants)
	for _, tenant := range issuer.Tenants {
		if reason := template.adviseTenant(tenant, !issuer.shared()); reason != "" {
			errs.add(field+".Tenants", tenant, reason)
		}
	}
	if issuer.TenantPattern != "" {
		var reason string
		if template.pattern, reason = template.compile(issuer.TenantPattern, !issuer.shared()); reason != "" {
			errs.add(field+".TenantPattern", issuer.TenantPattern, reason)
		}
	}
	if issuer.MaxTenants < 0 {
		errs.add(field+".MaxTenants", strconv.Itoa(issuer.MaxTenants), "use a positive number, or 0 for the default")
	}
	if issuer.TenantPattern == "" && issuer.TenantExists != nil {
		errs.add(field+".TenantExists", "", "set TenantPattern too: listed tenants are known to exist")
	}
	if issuer.TenantPattern == "" && issuer.MaxTenants > 0 {
		errs.add(field+".MaxTenants", strconv.Itoa(issuer.MaxTenants),
			"set TenantPattern too: the keys of all listed tenants are kept")
	}
	issuer.checkPlaceholders(errs, field, template.name)
	return template
}

// checkPlaceholders reports what is wrong with the placeholders of the other URLs,
// where name is the name of URL's.
func (issuer *Issuer) checkPlaceholders(errs *configErrors, field, name string) {
	checkPlaceholderNames(errs, field+".MetadataURL", issuer.MetadataURL, name)
	checkPlaceholderNames(errs, field+".JWKSURL", issuer.JWKSURL, name)
	issuer.checkPlaceholderHost(errs, field+".MetadataURL", issuer.MetadataURL)
	issuer.checkPlaceholderHost(errs, field+".JWKSURL", issuer.JWKSURL)
	if !issuer.explicit() {
		issuer.checkPlaceholderHost(errs, field+".URL", issuer.URL)
	}
	switch {
	case name == "":
		// The metadata must name MetadataIssuer as it is.
	case issuer.shared():
		// As before, but its braces must be those of placeholders.
		rest := placeholder.ReplaceAllString(issuer.MetadataIssuer, "")
		checkPlaceholderNames(errs, field+".MetadataIssuer", rest, "")
	default:
		checkPlaceholderNames(errs, field+".MetadataIssuer", issuer.MetadataIssuer, name)
	}
}

// checkPlaceholderNames reports a brace in raw that does not belong to the
// placeholder of this name.
func checkPlaceholderNames(errs *configErrors, field, raw, name string) {
	rest := raw
	if name != "" {
		rest = strings.ReplaceAll(raw, "{"+name+"}", "")
	}
	if strings.ContainsAny(rest, "{}") {
		errs.addURL(field, raw, "use the placeholder of URL only: nothing else stands for a tenant")
	}
}

// checkPlaceholderHost reports a placeholder with which a token would choose the
// domain that is asked for keys.
func (issuer *Issuer) checkPlaceholderHost(errs *configErrors, field, raw string) {
	host := hostOf(raw)
	end := strings.LastIndexByte(host, '}')
	if end < 0 {
		return
	}
	if domain := host[end+1:]; len(domain) < 2 || domain[0] != '.' || domain[1] == ':' {
		errs.addURL(field, raw,
			"write a fixed domain after a placeholder in the host, such as {tenant}.example.com")
	} else if issuer.TenantPattern != "" && !issuer.DangerouslyAllowAnyDomain && choosesDomain(host) {
		errs.addURL(field, raw, "write a domain of two labels after the placeholder, list Tenants, or set "+
			"DangerouslyAllowAnyDomain: a token could name a domain that its sender has registered")
	}
}

// checkTransport reports a transport that cannot be kept from private addresses.
// They can be reached only where a token chooses a part of the host. common is
// Config.HTTPClient.
func (checked *checkedIssuer) checkTransport(errs *configErrors, common *http.Client) {
	client, field := common, "HTTPClient"
	if checked.HTTPClient != nil {
		client, field = checked.HTTPClient, checked.field+".HTTPClient"
	}
	open := checked.pattern != nil && !checked.static() && strings.Contains(hostOf(checked.place()), "{")
	checked.refusePrivate = open && !checked.DangerouslyAllowPrivateAddresses
	if !checked.refusePrivate || client == nil || client.Transport == nil {
		return
	}
	if _, ok := client.Transport.(*http.Transport); !ok {
		errs.add(field, "", "use an *http.Transport, list the tenants in "+checked.field+".Tenants, or set "+
			checked.field+".DangerouslyAllowPrivateAddresses: no other transport can be kept from "+
			"private addresses, and TenantPattern lets tokens choose the host")
	}
}

// checkAudiences reports what is wrong with the audiences and their substitutes.
func (issuer *Issuer) checkAudiences(errs *configErrors, field string, audiences []string) {
	errs.addFromList(field+".Audiences", issuer.Audiences)
	errs.addFromList(field+".AudienceFromClients", issuer.AudienceFromClients)
	sources := 0
	for _, set := range []bool{
		issuer.Audiences != nil, issuer.AudienceFromClients != nil, issuer.AudienceFromScope != "",
	} {
		if set {
			sources++
		}
	}
	switch {
	case sources > 1:
		errs.add(field+".Audiences", "", "set only one of Audiences, AudienceFromClients and AudienceFromScope")
	case sources == 0 && len(audiences) == 0 && issuer.AudienceTemplates == nil &&
		!issuer.DangerouslyAllowMissingAudience:
		errs.add(field+".Audiences", "", "set an audience here or in Config.Audiences, or a substitute: "+
			"without one a token for any other API would pass")
	case issuer.Audiences != nil && len(issuer.Audiences) == 0:
		errs.add(field+".Audiences", "",
			"add an audience, or leave the list nil: an empty list would accept no token")
	case issuer.AudienceFromClients != nil && len(issuer.AudienceFromClients) == 0:
		errs.add(field+".AudienceFromClients", "",
			"add a client, or leave the list nil: an empty list would accept no token")
	}
	if issuer.AudienceFromClients == nil && issuer.AudienceFromScope == "" {
		return
	}
	if issuer.AudienceTemplates != nil {
		errs.add(field+".AudienceTemplates", "", "remove it, or AudienceFromClients and AudienceFromScope: "+
			"these replace every audience")
	}
	if issuer.DangerouslyAllowMissingAudience {
		errs.add(field+".DangerouslyAllowMissingAudience", "", "remove it, or AudienceFromClients and "+
			"AudienceFromScope: these already accept tokens without aud")
	}
}
