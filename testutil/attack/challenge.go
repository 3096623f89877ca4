package attack

import (
	"errors"
	"strings"
)

// A challenge is one of a WWW-Authenticate field (RFC 9110 section 11.6.1).
type challenge struct {
	scheme string            // in lower case
	params map[string]string // names in lower case
}

// parseChallenges reads fields by the grammar of the RFC, as the strictest of
// clients do.
func parseChallenges(fields []string) ([]challenge, error) {
	var all []challenge
	for _, f := range fields {
		p := challengeParser{f}
		for p.skip(" \t,"); p.rest != ""; p.skip(" \t,") {
			c, err := p.challenge()
			if err != nil {
				return nil, err
			}
			all = append(all, c)
		}
	}
	if len(all) == 0 {
		return nil, errors.New("no challenge")
	}
	return all, nil
}

type challengeParser struct{ rest string }

func (p *challengeParser) skip(set string) { p.rest = strings.TrimLeft(p.rest, set) }

func (p *challengeParser) token() string {
	n := 0
	for n < len(p.rest) && isTokenChar(p.rest[n]) {
		n++
	}
	var t string
	t, p.rest = p.rest[:n], p.rest[n:]
	return t
}

func isTokenChar(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
}

// challenge reads one challenge and the comma after it.
func (p *challengeParser) challenge() (challenge, error) {
	c := challenge{strings.ToLower(p.token()), map[string]string{}}
	if c.scheme == "" {
		return c, errors.New("a scheme is missing")
	}
	if p.rest == "" || p.rest[0] == ',' {
		return c, nil
	}
	if p.rest[0] != ' ' {
		return c, errors.New("no space after the scheme")
	}
	p.skip(" ")
	if p.token68() {
		return c, nil
	}
	p.skip(" \t,") // elements of the list may be empty
	for {
		before := p.rest
		name := strings.ToLower(p.token())
		p.skip(" \t")
		if name == "" || !strings.HasPrefix(p.rest, "=") {
			p.rest = before // the next challenge
			return c, nil
		}
		p.rest = p.rest[1:]
		p.skip(" \t")
		value, ok := p.value()
		if _, twice := c.params[name]; twice || !ok {
			return c, errors.New("the parameter " + name + " occurs twice or has no value")
		}
		c.params[name] = value
		p.skip(" \t")
		if p.rest == "" {
			return c, nil
		}
		if p.rest[0] != ',' {
			return c, errors.New("no comma after the parameter " + name)
		}
		p.skip(" \t,")
	}
}

// token68 reads a token68 if one makes up the rest of the challenge.
func (p *challengeParser) token68() bool {
	try := challengeParser{p.rest}
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	n := len(try.rest) - len(strings.TrimLeft(try.rest, letters+"0123456789-._~+/"))
	try.rest = strings.TrimLeft(try.rest[n:], "=")
	try.skip(" \t")
	if n == 0 || try.rest != "" && try.rest[0] != ',' {
		return false
	}
	*p = try
	return true
}

// value reads a token or a quoted-string.
func (p *challengeParser) value() (string, bool) {
	if !strings.HasPrefix(p.rest, `"`) {
		t := p.token()
		return t, t != ""
	}
	var b strings.Builder
	for i := 1; i < len(p.rest); i++ {
		c := p.rest[i]
		if c == '"' {
			p.rest = p.rest[i+1:]
			return b.String(), true
		}
		if c == '\\' && i+1 < len(p.rest) {
			i++
			c = p.rest[i]
		}
		if c < ' ' && c != '\t' || c >= 0x7f {
			return "", false
		}
		b.WriteByte(c)
	}
	return "", false
}
