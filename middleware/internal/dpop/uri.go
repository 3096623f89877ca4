package dpop

import (
	"bytes"
	"net/netip"
)

// What a byte of a path may be.
const (
	refused    = iota // no URI has it, or it ends the path
	literal           // a character of a path (RFC 3986, section 3.3)
	unreserved        // such a one that means the same with and without an escape (section 2.3)
	stray             // printable, but in no path
)

// classes holds for each byte what it may be. The strays are characters that browsers and
// other clients send although RFC 3986 allows only their escapes, so they have one
// meaning. The backslash is not among them: some clients read it as a slash.
var classes = func() (t [256]uint8) {
	for class, text := range map[uint8]string{
		literal:    "!$&'()*+,;=:@/",
		unreserved: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~",
		stray:      "\"<>[]^`{|}",
	} {
		for i := range len(text) {
			t[text[i]] = class
		}
	}
	return t
}()

// appendURI appends the normalized form of an absolute http or https URI without its query
// and fragment (RFC 9449, section 4.3, item 9; RFC 3986, sections 6.2.2 and 6.2.3): scheme
// and host in lower case, no default or empty port, and the path as appendPath writes it.
// IPv6 addresses are written as RFC 5952 says.
//
// It returns false if uri is no such URI, has user information, or a host that is neither
// a name in ASCII nor an address.
func appendURI(dst, uri []byte) ([]byte, bool) {
	if i := bytes.IndexAny(uri, "?#"); i >= 0 {
		uri = uri[:i]
	}
	scheme, rest, ok := bytes.Cut(uri, []byte("://"))
	if !ok {
		return dst, false
	}
	port := ""
	switch {
	case bytes.EqualFold(scheme, []byte("https")) && len(scheme) == len("https"): // U+017F folds to s
		dst, port = append(dst, "https://"...), "443"
	case bytes.EqualFold(scheme, []byte("http")):
		dst, port = append(dst, "http://"...), "80"
	default:
		return dst, false
	}
	authority, path := rest, []byte(nil)
	if i := bytes.IndexByte(rest, '/'); i >= 0 {
		authority, path = rest[:i], rest[i:]
	}
	if dst, ok = appendAuthority(dst, authority, port); !ok {
		return dst, false
	}
	return appendPath(dst, path)
}

// appendAuthority appends a host, and a port other than the default one. User information
// has characters that no host has.
func appendAuthority(dst, authority []byte, defaultPort string) ([]byte, bool) {
	host, port, hasPort := bytes.Cut(authority, []byte(":"))
	ok := false
	if len(authority) > 0 && authority[0] == '[' {
		end := bytes.IndexByte(authority, ']')
		if end < 0 {
			return dst, false
		}
		host, port = authority[1:end], authority[end+1:]
		if hasPort = len(port) > 0; hasPort {
			if port[0] != ':' {
				return dst, false
			}
			port = port[1:]
		}
		dst, ok = appendIPv6(dst, host)
	} else {
		dst, ok = appendHost(dst, host)
	}
	if !ok || !hasPort || len(port) == 0 || string(port) == defaultPort {
		return dst, ok
	}
	dst = append(dst, ':')
	return append(dst, port...), isPort(port)
}

// appendHost appends a name or an IPv4 address (RFC 3986, section 3.2.2). It must consist
// of unreserved characters and escapes of them, as all names in the DNS do.
func appendHost(dst, host []byte) ([]byte, bool) {
	for i := 0; i < len(host); i++ {
		c := host[i]
		if c == '%' {
			var ok bool
			if c, ok = escaped(host[i:]); !ok {
				return dst, false
			}
			i += 2
		}
		if classes[c] != unreserved {
			return dst, false
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst, len(host) > 0
}

// appendIPv6 appends an address that stood in brackets, and the brackets. A zone has no
// meaning for another machine, so it is rejected.
func appendIPv6(dst, host []byte) ([]byte, bool) {
	address, err := netip.ParseAddr(string(host))
	if err != nil || !address.Is6() || address.Zone() != "" {
		return dst, false
	}
	dst = append(dst, '[')
	dst = address.AppendTo(dst)
	return append(dst, ']'), true
}

// isPort reports whether text is a port in its only spelling, from 1 to 65535.
func isPort(text []byte) bool {
	if len(text) > 5 || text[0] == '0' {
		return false
	}
	n := 0
	for _, c := range text {
		if c < '0' || c > '9' {
			return false
		}
		n = n*10 + int(c-'0')
	}
	return n <= 65535
}

// appendPath appends the normalized form of a path that begins with a slash or is empty,
// which means the same as a slash: without dot segments (RFC 3986, section 5.2.4), without
// escapes of unreserved characters, and with other escapes in capitals. An escaped slash
// stays what it is. Nothing that stands in dst is removed by dot segments.
func appendPath(dst, path []byte) ([]byte, bool) {
	root := len(dst)
	dst = append(dst, '/')
	if len(path) == 0 {
		return dst, true
	}
	if path[0] != '/' {
		return dst, false
	}
	segment := len(dst) // where the last one begins
	for i := 1; i < len(path); i++ {
		switch c := path[i]; {
		case c == '/':
			var dots bool
			if dst, dots = endSegment(dst, root, segment); !dots {
				dst = append(dst, '/')
			}
			segment = len(dst)
		case c == '%':
			code, ok := escaped(path[i:])
			if !ok {
				return dst, false
			}
			dst = appendByte(dst, code)
			i += 2
		case classes[c] == refused:
			return dst, false
		case classes[c] == stray:
			dst = appendByte(dst, c)
		default:
			dst = append(dst, c)
		}
	}
	dst, _ = endSegment(dst, root, segment)
	return dst, true
}

// endSegment ends the last segment of the path that begins at root. If the segment is a dot
// segment, endSegment removes it, for two dots with the one before it, so that a slash is
// last. The dots may have been escapes.
func endSegment(dst []byte, root, segment int) (_ []byte, dots bool) {
	switch string(dst[segment:]) {
	case ".":
		return dst[:segment], true
	case "..":
		if segment-1 > root {
			segment = root + 1 + bytes.LastIndexByte(dst[root:segment-1], '/')
		}
		return dst[:segment], true
	}
	return dst, false
}

// escaped returns the byte that the escape at the beginning of text stands for.
func escaped(text []byte) (byte, bool) {
	if len(text) < 3 {
		return 0, false
	}
	high, low := unhex(text[1]), unhex(text[2])
	return high<<4 | low&0xf, high|low <= 0xf
}

// unhex returns the value of a hexadecimal digit, more than 15 if c is none.
func unhex(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 0xff
}

// appendByte appends an unreserved character as it is, and each other one as its escape.
func appendByte(dst []byte, c byte) []byte {
	if classes[c] == unreserved {
		return append(dst, c)
	}
	const digits = "0123456789ABCDEF"
	return append(dst, '%', digits[c>>4], digits[c&0xf])
}
