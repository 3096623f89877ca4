package clientcert

import "strings"

// readXFCC reads a field value that must have exactly one element. Proxies that append
// to what they received (APPEND_FORWARD) write several, and nothing says which of them
// trusted proxies wrote.
//
// Envoy always writes Hash, and Cert if it is configured to. Hash decides; Cert must
// agree with it. An element with neither is Malformed, even with a Chain: Envoy writes
// none like it, and the order of a chain is not needed for anything else.
//
// A value that a client controls, such as the URI of its certificate, may hold text
// that ends the value and adds a Hash. Envoy's own Hash is there as well then, and two
// are Malformed.
func readXFCC(text string) (hash [32]byte, found Finding) {
	if text == "" {
		return hash, None
	}
	e, ok := parseElement(text)
	if !ok || !e.hash.set && !e.cert.set {
		return hash, Malformed
	}
	if e.cert.set {
		if hash, found = readPEM(e.cert.text); found != Found {
			return [32]byte{}, Malformed
		}
	}
	if e.hash.set {
		sum, ok := parseHex(e.hash.text)
		if !ok || e.cert.set && sum != hash {
			return [32]byte{}, Malformed
		}
		hash = sum
	}
	return hash, Found
}

// An element holds the pairs of an element that name the certificate.
type element struct{ hash, cert value }

// A value is that of a pair, without quotes. Escapes stay in it: neither hexadecimal
// digits nor percent-encoded PEM have any.
type value struct {
	text string
	set  bool
}

// parseElement reads name=value pairs that are separated by semicolons. It returns false
// for two elements, for two pairs with the same name among those that decide, and for
// everything that is not such a list.
func parseElement(text string) (e element, ok bool) {
	for {
		name, rest, found := strings.Cut(text, "=")
		if !found || !isName(name) {
			return e, false
		}
		v := value{set: true}
		if v.text, rest, ok = cutValue(rest); !ok {
			return e, false
		}
		switch {
		case strings.EqualFold(name, "Hash"):
			ok = e.hash.putOnce(v)
		case strings.EqualFold(name, "Cert"):
			ok = e.cert.putOnce(v)
		}
		if !ok || rest == "" {
			return e, ok
		}
		text = rest[1:] // a semicolon
	}
}

// putOnce sets v to w, and returns false if it was set before.
func (v *value) putOnce(w value) bool {
	if v.set {
		return false
	}
	*v = w
	return true
}

// isName reports whether text consists of ASCII letters alone, as all names do. A name
// with a space before it may be the name without for the next parser.
func isName(text string) bool {
	for i := range len(text) {
		if c := text[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return text != ""
}

// cutValue cuts the value with which text begins. The rest is empty or begins with a
// semicolon. Within quotes a backslash makes the next character a part of the value.
// Outside of them, quotes and backslashes are rejected.
func cutValue(text string) (v, rest string, ok bool) {
	if !strings.HasPrefix(text, `"`) {
		end := strings.IndexAny(text, `;,"\`)
		if end < 0 {
			return text, "", true
		}
		return text[:end], text[end:], text[end] == ';'
	}
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			rest = text[i+1:]
			return text[1:i], rest, rest == "" || rest[0] == ';'
		}
	}
	return "", "", false
}
