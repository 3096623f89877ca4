package keyring

import (
	"errors"
	"strings"
)

// checkTemplate returns what is wrong with a source as a template.
func checkTemplate(s *Source) error {
	if !strings.Contains(s.Issuer, "{") {
		return errors.New("put a placeholder into the issuer template")
	}
	for _, t := range []string{s.Issuer, s.MetadataURL, s.MetadataIssuer, s.JWKSURL} {
		if err := checkPlaceholders(t); err != nil {
			return err
		}
	}
	for _, t := range []string{s.MetadataURL, s.JWKSURL} {
		if err := checkHost(t); err != nil {
			return err
		}
	}
	if s.isShared() {
		return nil // New checks the source
	}
	if s.JWKS != nil {
		return errors.New("remove the key set: each tenant has its own, and must not share a seed")
	}
	if err := checkHost(s.place()); err != nil {
		return err
	}
	sample, err := s.substitute(func(string) (string, bool) { return "x", true })
	if err != nil {
		return err
	}
	return sample.check()
}

// checkPlaceholders rejects braces that are not those of a placeholder.
func checkPlaceholders(t string) error {
	for rest := t; ; {
		_, after, ok := strings.Cut(rest, "{")
		if !ok {
			if strings.Contains(rest, "}") {
				return errors.New("write braces in pairs, around the name of a placeholder")
			}
			return nil
		}
		name, next, ok := strings.Cut(after, "}")
		if !ok || name == "" || strings.Contains(name, "{") {
			return errors.New("write one name between the braces of a placeholder")
		}
		rest = next
	}
}

// hostOf returns the authority part of a URL template.
func hostOf(t string) string {
	_, rest, _ := strings.Cut(t, "://")
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	return rest
}

// checkHost rejects templates in which a token would choose the domain from
// which keys are fetched.
func checkHost(t string) error {
	if i := strings.Index(t, "{"); i >= 0 && !strings.Contains(t[:i], "://") {
		return errors.New("write a scheme before the first placeholder")
	}
	host := hostOf(t)
	i := strings.LastIndex(host, "}")
	if i < 0 {
		return nil
	}
	if domain := host[i+1:]; len(domain) < 2 || domain[0] != '.' || domain[1] == ':' {
		return errors.New("write a fixed domain after a placeholder in the host")
	}
	return nil
}

// isShared reports whether all tenants of the template have the same keys.
func (s *Source) isShared() bool {
	return s.static() || !strings.Contains(s.place(), "{")
}

// expand puts a tenant's values into a template.
func (s *Source) expand(vars map[string]string) (Source, error) {
	host := hostOf(s.place())
	return s.substitute(func(name string) (string, bool) {
		value, ok := vars[name]
		if !ok {
			return "", false
		}
		return value, isName(value, strings.Contains(host, "{"+name+"}"))
	})
}

// substitute returns the source with its placeholders replaced.
func (s *Source) substitute(value func(name string) (string, bool)) (Source, error) {
	filled := *s
	for _, t := range []*string{&filled.Issuer, &filled.MetadataURL, &filled.MetadataIssuer, &filled.JWKSURL} {
		var b strings.Builder
		rest := *t
		for {
			before, after, ok := strings.Cut(rest, "{")
			b.WriteString(before)
			if !ok {
				break
			}
			name, next, _ := strings.Cut(after, "}")
			v, ok := value(name)
			if !ok {
				return Source{}, ErrTenantName
			}
			b.WriteString(v)
			rest = next
		}
		*t = b.String()
	}
	return filled, nil
}

// isName reports whether a value can be put into a URL without changing other
// parts of it: in a path one segment or part of one, in a host one label.
func isName(v string, host bool) bool {
	if v == "" || len(v) > 128 || host && (len(v) > 63 || v[0] == '-' || v[len(v)-1] == '-') || v == "." || v == ".." {
		return false
	}
	for i := range len(v) {
		switch c := v[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-':
		case !host && (c == '.' || c == '_' || c == '~'):
		default:
			return false
		}
	}
	return true
}
