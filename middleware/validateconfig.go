package middleware

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/middleware/internal/jws"
)

// check reports every mistake in c.
func (c *Config) check(m *mistakes) {
	if len(c.Issuers) == 0 {
		m.add("Issuers", "", "at least one issuer is needed")
	}
	checkList(m, "Audiences", c.Audiences)
	if c.Leeway > maxLeeway {
		m.add("Leeway", c.Leeway.String(), "at most 5 minutes")
	}
	if c.MaxTokenBytes < 0 || c.MaxTokenBytes > maxMaxTokenBytes {
		m.add("MaxTokenBytes", fmt.Sprint(c.MaxTokenBytes), "between 1 and 1 MiB, or zero for the default")
	}
	if !quotable(c.Realm) {
		m.add("Realm", c.Realm, "printable ASCII only")
	}
	if c.Resource != "" {
		if reason := checkResource(c.Resource); reason != "" {
			shown := c.Resource
			if strings.Contains(shown, "@") {
				shown = "" // a password may be before it
			}
			m.add("Resource", shown, reason)
		}
	}
	checkMetadata(m, c)
	checkStatusNames(m, c.StatusNames)
	seen := map[string]bool{}
	missing := 0
	for i := range c.Issuers {
		is := &c.Issuers[i]
		field := fmt.Sprintf("Issuers[%d]", i)
		if seen[is.URL] {
			m.add(field+".URL", is.URL, "listed twice")
		}
		seen[is.URL] = true
		if is.DangerouslyAllowMissingIssuer {
			missing++
		}
		is.check(m, field, c.Audiences)
	}
	if missing > 1 {
		m.add("Issuers", "", "only one issuer may have DangerouslyAllowMissingIssuer: nothing would tell their tokens apart")
	}
}

// check reports every mistake in is, which Config has at field.
func (is *Issuer) check(m *mistakes, field string, audiences []string) {
	explicit := is.MetadataURL != "" || is.JWKSURL != "" || is.JWKS != nil
	switch {
	case is.URL == "":
		m.add(field+".URL", "", "an issuer identifier is needed")
	case !explicit:
		checkURL(m, field+".URL", is.URL, is.DangerouslyAllowHTTP)
	case strings.ContainsAny(is.URL, " \t\r\n"):
		m.add(field+".URL", is.URL, "no white space")
	}
	if is.MetadataURL != "" {
		checkURL(m, field+".MetadataURL", is.MetadataURL, is.DangerouslyAllowHTTP)
	}
	if is.JWKSURL != "" {
		checkURL(m, field+".JWKSURL", is.JWKSURL, is.DangerouslyAllowHTTP)
	}
	if is.JWKS != nil && (is.JWKSURL != "" || is.MetadataURL != "") {
		m.add(field+".JWKS", "", "excludes JWKSURL and MetadataURL")
	}
	is.checkTemplate(m, field)

	for _, name := range is.Algorithms {
		if jws.ByName(name) == nil {
			m.add(field+".Algorithms", name, "not an asymmetric signature algorithm of RFC 7518 or RFC 8037")
		}
	}
	checkList(m, field+".Audiences", is.Audiences)
	checkList(m, field+".AudienceFromClients", is.AudienceFromClients)
	sources := 0
	for _, set := range []bool{is.Audiences != nil, is.AudienceFromClients != nil, is.AudienceFromScope != ""} {
		if set {
			sources++
		}
	}
	switch {
	case sources > 1:
		m.add(field+".Audiences", "", "only one of Audiences, AudienceFromClients and AudienceFromScope")
	case sources == 0 && len(audiences) == 0:
		m.add(field+".Audiences", "", "an audience is needed, here or in Config.Audiences, or an explicit substitute: without one a token for any other API would pass")
	case is.Audiences != nil && len(is.Audiences) == 0:
		m.add(field+".Audiences", "", "an empty list would accept nothing")
	case is.AudienceFromClients != nil && len(is.AudienceFromClients) == 0:
		m.add(field+".AudienceFromClients", "", "an empty list would accept nothing")
	}
	if is.MaxAge < 0 {
		m.add(field+".MaxAge", is.MaxAge.String(), "not negative")
	}
	if is.DangerouslyAllowMissingIssuer && is.JWKS == nil && is.JWKSURL == "" {
		m.add(field+".DangerouslyAllowMissingIssuer", "", "needs JWKS or JWKSURL")
	}
}

func (is *Issuer) checkTemplate(m *mistakes, field string) {
	n := len(placeholder.FindAllString(is.URL, -1))
	if n > 1 || n == 0 && strings.ContainsAny(is.URL, "{}") {
		m.add(field+".URL", is.URL, `at most one placeholder, such as "{tenant}"`)
	}
	templated := n == 1
	switch {
	case templated && (len(is.Tenants) == 0) == (is.TenantPattern == ""):
		m.add(field+".URL", is.URL, "a placeholder needs either Tenants or TenantPattern")
	case !templated && (len(is.Tenants) > 0 || is.TenantPattern != ""):
		m.add(field+".URL", is.URL, "Tenants and TenantPattern need a placeholder in URL")
	}
	if templated && is.JWKS == nil && is.DangerouslyAllowMissingIssuer {
		m.add(field+".DangerouslyAllowMissingIssuer", "", "not together with a placeholder in URL")
	}
	checkList(m, field+".Tenants", is.Tenants)
	for _, t := range is.Tenants {
		if strings.ContainsAny(t, "/?#\\ ") {
			m.add(field+".Tenants", t, "a tenant holds no slash, query, fragment or space")
		}
	}
	if is.TenantPattern != "" {
		if _, err := wholly(is.TenantPattern); err != nil {
			m.add(field+".TenantPattern", is.TenantPattern, "not a regular expression")
		}
	}
	own := placeholder.FindString(is.URL)
	for _, other := range []struct{ name, url string }{{".MetadataURL", is.MetadataURL}, {".JWKSURL", is.JWKSURL}} {
		for _, name := range placeholder.FindAllString(other.url, -1) {
			if name != own {
				m.add(field+other.name, other.url, "a placeholder must be the one of URL: nothing else stands for a tenant")
			}
		}
	}
}

// checkList reports empty strings and repetitions in list.
func checkList(m *mistakes, field string, list []string) {
	for i, s := range list {
		if s == "" {
			m.add(field, "", "an empty string is no name")
		} else if slices.Contains(list[:i], s) {
			m.add(field, s, "listed twice")
		}
	}
}

// checkURL reports why raw, which may hold a placeholder, must not be fetched.
func checkURL(m *mistakes, field, raw string, allowHTTP bool) {
	u, err := url.Parse(placeholder.ReplaceAllString(raw, "x"))
	shown := raw
	if strings.Contains(raw, "@") {
		shown = "" // a password may be before it, whatever else is wrong
	}
	switch {
	case err != nil || u.Host == "":
		m.add(field, shown, "not an absolute URL")
	case u.Scheme != "https" && u.Scheme != "http":
		m.add(field, shown, "https is needed")
	case u.Scheme == "http" && !allowHTTP && !loopback(u.Hostname()):
		m.add(field, shown, "plain http is accepted from this host's loopback addresses only")
	case u.User != nil:
		m.add(field, shown, "no user information in a URL")
	case u.Fragment != "" || strings.Contains(raw, "#"):
		m.add(field, shown, "no fragment")
	case strings.HasSuffix(field, "].URL") && (u.RawQuery != "" || u.ForceQuery):
		m.add(field, shown, "no query in an issuer identifier (RFC 8414, section 2)")
	}
}

// checkResource reports what is wrong with a resource identifier, "" if nothing.
func checkResource(raw string) string {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Host == "" || u.Opaque != "":
		return "not an absolute URL"
	case u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())):
		return "https is needed (RFC 9728, section 2)"
	case u.Fragment != "" || strings.Contains(raw, "#"):
		return "no fragment (RFC 8707, section 2)"
	case u.User != nil:
		return "no user information"
	case slices.Contains(strings.Split(u.Path, "/"), "."), slices.Contains(strings.Split(u.Path, "/"), ".."):
		return "no dot segments: clients take them away (RFC 3986, section 5.2.4)"
	case !quotable(raw) || strings.ContainsAny(raw, " \"<>\\^`{|}"):
		return "only what RFC 3986 allows in a URL; the rest has to be percent-encoded"
	}
	return ""
}

// quotable reports whether s can be sent as a quoted-string (RFC 9110, section
// 5.6.4) without loss.
func quotable(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}
