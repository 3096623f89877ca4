package middleware

import (
	"regexp"
	"slices"
	"strings"
)

// A tenantTemplate is an Issuer.URL with a placeholder, and the tenants that may
// stand in its place. The zero tenantTemplate is that of a URL without one.
type tenantTemplate struct {
	before, after string // the placeholder
	name          string // of the placeholder, without braces
	listed        []string
	pattern       *regexp.Regexp // nil if the tenants are listed
}

// placeholder is the part of a URL that stands for the tenant.
var placeholder = regexp.MustCompile(`\{[A-Za-z][A-Za-z0-9_]*\}`)

// splitTemplate returns raw split at its first placeholder.
func splitTemplate(raw string) tenantTemplate {
	at := placeholder.FindStringIndex(raw)
	if at == nil {
		return tenantTemplate{}
	}
	return tenantTemplate{before: raw[:at[0]], after: raw[at[1]:], name: raw[at[0]+1 : at[1]-1]}
}

// tenantSeparators are the characters that no tenant holds, because they would
// end its part of a URL.
const tenantSeparators = "/?#\\@: "

// tenant returns the tenant that iss names, and whether the configuration allows
// it. An issuer of an unverified token leads to a request only if it is allowed.
func (template *tenantTemplate) tenant(iss string) (string, bool) {
	if len(iss) <= len(template.before)+len(template.after) {
		return "", false
	}
	rest, ok := strings.CutPrefix(iss, template.before)
	if !ok {
		return "", false
	}
	tenant, ok := strings.CutSuffix(rest, template.after)
	if !ok || strings.ContainsAny(tenant, tenantSeparators) {
		return "", false
	}
	if template.pattern != nil {
		return tenant, template.pattern.MatchString(tenant)
	}
	return tenant, slices.Contains(template.listed, tenant)
}

// compileAnchored compiles a regular expression that matches whole strings only.
// The expression must be valid by itself, so that a parenthesis in it cannot end
// the group, and within the group, where a quotation (\Q) would not end.
func compileAnchored(pattern string) (*regexp.Regexp, error) {
	if _, err := regexp.Compile(pattern); err != nil {
		return nil, err
	}
	return regexp.Compile(`^(?:` + pattern + `)$`)
}

// hostOf returns the authority of a URL that may hold placeholders, which
// net/url does not parse within a host.
func hostOf(raw string) string {
	_, rest, _ := strings.Cut(raw, "://")
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return rest
}
