package middleware

import (
	"net/url"
	"strings"
)

// paths returns the patterns for the paths of the document, so spelled that
// http.ServeMux, Echo and Gin all take them and one of them matches in each.
func (m *resourceMetadata) paths() []string {
	if m.path == "" {
		return nil
	}
	var paths []string
	for _, path := range routerPaths(m.path) {
		other, slash := strings.CutSuffix(path, "/")
		if !slash {
			other = path + "/"
		}
		paths = append(paths, path, other)
	}
	return paths
}

// routerPaths returns patterns for an escaped path. http.ServeMux compares decoded
// segments. Echo and Gin compare the path as net/url has it: the decoded one, or the
// one that was sent if it cannot be told from the decoded one, which Gin sees only
// with UseRawPath. Gin has no way to write a colon or an asterisk.
//
// Where no literal pattern is right for all of them, there are two: a literal one, and
// one with a parameter of Echo and Gin, ":name", in place of the rest of a segment.
// For http.ServeMux the second is a path that no request needs. The MetadataHandler
// compares the whole path itself.
func routerPaths(escaped string) []string {
	u, err := url.Parse(escaped)
	if err != nil {
		return []string{escaped}
	}
	asSent := u.RawPath != ""
	if !asSent && isPlain(u.Path) {
		return []string{u.Path}
	}
	if asSent && isPlain(escaped) && !strings.Contains(escaped, "%") {
		return []string{escaped}
	}
	return []string{strings.NewReplacer("*", "%2A", ":", "%3A").Replace(escaped), withParameters(escaped)}
}

// isPlain reports whether all routers take the path literally, or, for a colon within
// a segment, as a pattern that includes it.
func isPlain(path string) bool {
	for segment := range strings.SplitSeq(path, "/") {
		for i := range len(segment) {
			if c := segment[i]; c <= ' ' || c == 0x7f || strings.IndexByte("*{}%", c) >= 0 {
				return false
			}
		}
		if at := strings.IndexByte(segment, ':'); at >= 0 && at != len(segment)-1 {
			if strings.Count(segment, ":") > 1 {
				return false
			}
		} else if at >= 0 {
			return false
		}
	}
	return true
}

// withParameters returns the escaped path with a parameter from the first character of
// each segment on that is not plain. A parameter is named after what it stands for, so
// that those of several resources differ. A slash that is escaped ends a segment for
// Gin; what follows it is a parameter.
func withParameters(escaped string) string {
	var b strings.Builder
	inParameter := false
	begin := func() {
		if !inParameter {
			b.WriteByte(':')
		}
		inParameter = true
	}
	for i := 0; i < len(escaped); i++ {
		switch c := escaped[i]; {
		case c == '/':
			b.WriteByte('/')
			inParameter = false
		case c == '%':
			code := escaped[i+1 : i+3]
			if strings.EqualFold(code, "2F") {
				b.WriteByte('/')
				inParameter = false
			}
			begin()
			b.WriteString(code)
			i += 2
		case c == '*' || c == ':':
			begin()
			b.WriteString(map[byte]string{'*': "2A", ':': "3A"}[c])
		case !inParameter || isLetterOrDigit(c):
			b.WriteByte(c)
		}
	}
	return b.String()
}
