package middleware

import (
	"slices"
	"strings"
)

// An audienceTemplate is one of Issuer.AudienceTemplates, split at its slashes.
type audienceTemplate []audienceSegment

// An audienceSegment stands for its text, or for any text but the empty one.
type audienceSegment struct {
	text string
	any  bool
}

// matches reports whether aud has the segments of the template, all of them and no
// other.
func (template audienceTemplate) matches(aud string) bool {
	for i, want := range template {
		segment, rest, more := strings.Cut(aud, "/")
		if more != (i < len(template)-1) {
			return false
		}
		if want.any && segment == "" || !want.any && segment != want.text {
			return false
		}
		aud = rest
	}
	return true
}

// checkAudienceTemplates returns the templates, and reports what is wrong with them.
func checkAudienceTemplates(errs *configErrors, field string, list []string) []audienceTemplate {
	errs.addFromList(field, list)
	if list != nil && len(list) == 0 {
		errs.add(field, "", "add a template, or leave the list nil")
	}
	var templates []audienceTemplate
	for _, raw := range list {
		if raw == "" {
			continue // addFromList has reported it
		}
		template, reason := splitAudience(raw)
		if reason != "" {
			errs.addURL(field, raw, reason)
		}
		templates = append(templates, template)
	}
	return templates
}

// splitAudience returns raw as a template, or what is wrong with it.
func splitAudience(raw string) (template audienceTemplate, reason string) {
	var names []string
	for segment := range strings.SplitSeq(raw, "/") {
		switch name := placeholder.FindString(segment); {
		case !strings.ContainsAny(segment, "{}"):
			template = append(template, audienceSegment{text: segment})
		case name == "" || name != segment:
			return template, `use placeholders such as "{id}", each a whole segment between slashes`
		case slices.Contains(names, name):
			return template, "give each placeholder a name of its own: their values are not compared"
		default:
			names = append(names, name)
			template = append(template, audienceSegment{any: true})
		}
	}
	if len(names) == 0 {
		return template, "write it into Audiences: it has no placeholder"
	}
	before, _, _ := strings.Cut(raw, "{")
	if scheme, rest, ok := strings.Cut(before, ":"); ok && !strings.Contains(scheme, "/") {
		before = rest
	}
	if strings.Trim(before, "/") == "" {
		return template, "begin it with a fixed name, after the scheme if there is one: " +
			"a token for any other API could match"
	}
	return template, ""
}
