package testutil

import (
	"net/url"
	"strings"
)

// shellQuote quotes word for a shell where that is necessary.
func shellQuote(word string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' ||
			strings.ContainsRune("-_./:=,+@%", r)
	}
	if word != "" && strings.TrimFunc(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// userPassword returns what curl -u takes, id and secret form-encoded as RFC 6749
// section 2.3.1 has it. Without that a colon would end the id.
func (c *Client) userPassword() string {
	return url.QueryEscape(c.ID) + ":" + url.QueryEscape(c.Secret)
}

// form returns form-encoded parameters in the given order of names and values.
func form(namesAndValues ...string) string {
	var b strings.Builder
	for n, s := range namesAndValues {
		switch {
		case n%2 == 1:
			b.WriteByte('=')
		case n > 0:
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(s))
	}
	return b.String()
}
