package middleware

import (
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
)

// Bounds of a tenant's length: of a label of a host (RFC 1035, section 2.3.4), and of
// what package keyring puts into a path.
const (
	maxTenantLabel   = 63
	maxTenantSegment = 128
)

// adviseTenant returns what to write instead of a tenant that no token can name, ""
// if one can: iss is a URL, and the tenant a label of its host, or a segment of its
// path or a part of one. Where a URL to fetch has the placeholder, package keyring
// is stricter and reports the rest itself.
func (template *tenantTemplate) adviseTenant(tenant string, fetched bool) string {
	switch {
	case strings.ContainsAny(tenant, tenantSeparators):
		return `write the tenant alone, without any of "/?#\@:" and spaces`
	case adviseEntra(template.fill(tenant)) != "":
		return "write the ids of the tenants: tokens name their tenant, not an endpoint for many"
	case fetched:
		return ""
	case template.inHost() && !isLabel(tenant):
		return "use letters, digits and hyphens, in a path also '.', '_' and '~': " +
			"the tenant becomes a part of a URL"
	case len(tenant) > maxTenantSegment:
		return "write at most 128 characters"
	case tenant == ".", tenant == "..":
		return "write another name: no URL keeps a dot segment (RFC 3986, section 5.2.4)"
	case !isURLText(tenant):
		return "write the tenant as the URL has it, with percent-encoding (RFC 3986, section 2.1)"
	}
	return ""
}

// inHost reports whether the placeholder is in the host, and perhaps in the path too.
func (template *tenantTemplate) inHost() bool {
	return len(template.parts) > 0 && strings.HasSuffix(hostOf(template.parts[0]+"{"), "{")
}

func isLabel(s string) bool {
	for _, c := range []byte(s) {
		if !isLetterOrDigit(c) && c != '-' && c != '_' {
			return false
		}
	}
	return len(s) <= maxTenantLabel && !strings.HasPrefix(s, "-") && !strings.HasSuffix(s, "-")
}

// isURLText reports whether s may stand in a path, apart from the characters that
// tenantSeparators rejects.
func isURLText(s string) bool {
	for i := range len(s) {
		if s[i] == '%' {
			if _, err := strconv.ParseUint(s[i+1:min(i+3, len(s))], 16, 8); err != nil || len(s) < i+3 {
				return false
			}
		} else if !isURLByte(s[i]) {
			return false
		}
	}
	return true
}

// isURLByte reports whether c is an unreserved character or a delimiter that a segment
// may have (RFC 3986, section 3.3).
func isURLByte(c byte) bool {
	return isLetterOrDigit(c) || strings.IndexByte("-._~!$&'()*+,;=", c) >= 0
}

func isLetterOrDigit(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// compile returns the pattern of the tenants, or what to write instead.
func (template *tenantTemplate) compile(pattern string, fetched bool) (compiled *regexp.Regexp, reason string) {
	compiled, err := compileAnchored(pattern)
	if err != nil {
		return nil, "write a regular expression of package regexp"
	}
	if !matchesATenant(pattern) {
		return compiled, `write a pattern that a tenant can match: it has none of "/?#\@:" and spaces`
	}
	if only, complete := regexp.MustCompile(pattern).LiteralPrefix(); complete {
		return compiled, template.adviseTenant(only, fetched)
	}
	return compiled, ""
}

// matchesATenant reports whether there is a text of a URL that the pattern may match.
// It does not look at assertions, such as \b.
func matchesATenant(pattern string) bool {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return false
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return false
	}
	type state struct {
		at    uint32
		empty bool // nothing was matched so far
	}
	seen := map[state]bool{}
	for todo := []state{{uint32(program.Start), true}}; len(todo) > 0; {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[s] {
			continue
		}
		seen[s] = true
		switch inst := &program.Inst[s.at]; inst.Op {
		case syntax.InstMatch:
			if !s.empty {
				return true
			}
		case syntax.InstAlt, syntax.InstAltMatch:
			todo = append(todo, state{inst.Out, s.empty}, state{inst.Arg, s.empty})
		case syntax.InstCapture, syntax.InstEmptyWidth, syntax.InstNop:
			todo = append(todo, state{inst.Out, s.empty})
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			for c := byte('!'); c <= '~'; c++ {
				if (isURLByte(c) || c == '%') && inst.MatchRune(rune(c)) {
					todo = append(todo, state{inst.Out, false})
					break
				}
			}
		}
	}
	return false
}

// choosesDomain reports whether the placeholder in the host stands for a domain that
// anyone can register, because fewer than two fixed labels follow its last occurrence.
func choosesDomain(host string) bool {
	end := strings.LastIndexByte(host, '}')
	domain, _, _ := strings.Cut(host[end+1:], ":")
	labels := 0
	for label := range strings.SplitSeq(domain, ".") {
		if label != "" {
			labels++
		}
	}
	return end >= 0 && labels < 2
}
