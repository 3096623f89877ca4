package middleware

import (
	"strings"
)

// nearIssuers finds configured issuers whose identifier differs from an iss in one
// respect. It holds a form of each identifier for each respect, so that the cost of a
// search does not depend on their number.
type nearIssuers map[string]struct{}

// A respect is one in which the forms of two identifiers agree although they differ.
type respect byte

// The respects, in the order in which they are looked for.
const (
	trailingSlash respect = iota
	letters
	loopback
	port
	scheme
	spelling
	host
	place // host and port
	respects
)

// respectHints are the hints for the respects.
var respectHints = [respects]string{
	trailingSlash: hintSlash, scheme: hintScheme, letters: hintLetters, loopback: hintLoopback,
	port: hintPort, spelling: hintSpelling, host: hintHost, place: hintHost,
}

// add adds the forms of a configured identifier.
func (near nearIssuers) add(url string) {
	id := splitIdentifier(url)
	for r := range respects {
		near[string(id.appendForm(nil, r))] = struct{}{}
	}
}

// hint returns what to do about an iss that is near a configured one, "" if it is not.
func (near nearIssuers) hint(iss string) (hint string, quiet bool) {
	id := splitIdentifier(iss)
	var buf [256]byte
	for r := range respects {
		noPath := strings.Trim(id.path, "/") == ""
		if r == host && noPath && !isLocal(id.host) || r == place && noPath {
			continue // two servers, of which nothing says that they are one
		}
		if _, ok := near[string(id.appendForm(buf[:0], r))]; ok {
			return respectHints[r], r >= host
		}
	}
	return "", false
}

// An identifier is an issuer identifier in parts.
type identifier struct {
	scheme string // "" if there is none
	host   string
	port   string // with its colon, "" if there is none
	path   string // and all that follows
}

func splitIdentifier(raw string) identifier {
	var id identifier
	rest := raw
	if before, after, ok := strings.Cut(raw, "://"); ok {
		id.scheme, rest = before, after
	}
	id.host = rest
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		id.host, id.path = rest[:end], rest[end:]
	}
	if at := strings.LastIndexByte(id.host, ':'); at > strings.LastIndexByte(id.host, ']') {
		id.host, id.port = id.host[:at], id.host[at:]
	}
	return id
}

// appendForm appends to b what has to agree for identifiers that differ in r only.
func (id identifier) appendForm(b []byte, r respect) []byte {
	b = append(b, byte('0'+r))
	if r != scheme && r != spelling {
		b = append(append(b, id.scheme...), "://"...)
	}
	switch {
	case r == host, r == place:
	case (r == loopback || r == spelling) && isLoopback(id.host):
		b = append(b, "localhost"...)
	default:
		b = append(b, id.host...)
	}
	isUsual := id.port == ":443" && id.scheme == "https" || id.port == ":80" && id.scheme == "http"
	if r != port && r != spelling && r != place && !(r == scheme && isUsual) {
		b = append(b, id.port...)
	}
	path := id.path
	if r == trailingSlash || r == spelling {
		path = strings.TrimSuffix(path, "/")
	}
	b = append(b, path...)
	if r == letters || r == spelling {
		for i, c := range b {
			if 'A' <= c && c <= 'Z' {
				b[i] = c + 'a' - 'A'
			}
		}
	}
	return b
}

// isLoopback reports whether host is a name of the machine itself.
func isLoopback(host string) bool {
	return host == "localhost" || host == "[::1]" || strings.HasPrefix(host, "127.") ||
		strings.HasSuffix(host, ".localhost")
}

// isLocal reports whether host is a name that only one machine or network knows, such as
// a container's.
func isLocal(host string) bool {
	return isLoopback(host) || host == "host.docker.internal" || host != "" && !strings.Contains(host, ".")
}
