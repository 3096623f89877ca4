package middleware

import (
	"regexp"
	"slices"
	"strings"
)

// A tenantTemplate is an Issuer.URL with a placeholder, and the tenants that may
// stand in its place. The zero tenantTemplate is that of a URL without one.
type tenantTemplate struct {
	parts   []string // of the URL, around the placeholder, which may occur several times
	fixed   int      // the length of all parts
	name    string   // of the placeholder, without braces
	listed  []string
	pattern *regexp.Regexp // nil if the tenants are listed
}

// placeholder is the part of a URL that stands for the tenant.
var placeholder = regexp.MustCompile(`\{[A-Za-z][A-Za-z0-9_]*\}`)

// splitTemplate returns raw split at its placeholder, wherever it occurs. Another
// placeholder after the first stays in the parts.
func splitTemplate(raw string) tenantTemplate {
	at := placeholder.FindStringIndex(raw)
	if at == nil {
		return tenantTemplate{}
	}
	template := tenantTemplate{name: raw[at[0]+1 : at[1]-1], parts: strings.Split(raw, raw[at[0]:at[1]])}
	for _, part := range template.parts {
		template.fixed += len(part)
	}
	return template
}

// fill returns the template with tenant in the place of its placeholder.
func (template *tenantTemplate) fill(tenant string) string {
	return strings.Join(template.parts, tenant)
}

// value returns the text that stands in iss in the place of the placeholder, and
// whether iss is the template otherwise. Every occurrence must have the same value:
// one that differs could name one tenant to this API and another one to the issuer.
// The length of iss says how long the value is, so nothing is tried twice.
func (template *tenantTemplate) value(iss string) (string, bool) {
	occurrences := len(template.parts) - 1
	rest := len(iss) - template.fixed
	if occurrences < 1 || rest <= 0 || rest%occurrences != 0 {
		return "", false
	}
	length, first := rest/occurrences, len(template.parts[0])
	value := iss[first : first+length]
	for i, part := range template.parts {
		if i > 0 {
			if iss[:length] != value {
				return "", false
			}
			iss = iss[length:]
		}
		if iss[:len(part)] != part {
			return "", false
		}
		iss = iss[len(part):]
	}
	return value, true
}

// tenantSeparators are the characters that no tenant holds, because they would
// end its part of a URL.
const tenantSeparators = "/?#\\@: "

// tenant returns the tenant that iss names, and whether the configuration allows
// it. An issuer of an unverified token leads to a request only if it is allowed.
func (template *tenantTemplate) tenant(iss string) (string, bool) {
	tenant, ok := template.value(iss)
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
