package middleware_test

import (
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"
)

// A wwwChallenge is one challenge of a WWW-Authenticate field.
type wwwChallenge struct {
	scheme  string // lower case
	token68 string
	params  map[string]string // names in lower case
	order   []string
	quoted  map[string]bool // whether the value was a quoted-string
	twice   bool            // a parameter is there twice, which section 11.2 forbids
}

var errChallenge = errors.New("no challenge by the grammar of RFC 9110, section 11")

// parseWWW reads a WWW-Authenticate field by the grammar of RFC 9110, sections
// 5.6 and 11. It accepts what the grammar accepts and nothing more.
func parseWWW(field string) ([]wwwChallenge, error) {
	p := &wwwParser{s: field}
	var all []wwwChallenge
	for {
		p.separators()
		if p.s == "" {
			return all, nil
		}
		c, ok := p.challenge()
		if !ok {
			return nil, errChallenge
		}
		all = append(all, c)
		if p.ws(); p.s != "" && p.s[0] != ',' {
			return nil, errChallenge
		}
	}
}

type wwwParser struct{ s string }

func (p *wwwParser) ws()         { p.s = strings.TrimLeft(p.s, " \t") }
func (p *wwwParser) separators() { p.s = strings.TrimLeft(p.s, " \t,") }

func (p *wwwParser) span(set string) string {
	n := 0
	for n < len(p.s) && (strings.IndexByte(set, p.s[n]) >= 0 ||
		'0' <= p.s[n] && p.s[n] <= '9' || 'a' <= p.s[n]|0x20 && p.s[n]|0x20 <= 'z') {
		n++
	}
	var found string
	found, p.s = p.s[:n], p.s[n:]
	return found
}

func (p *wwwParser) token() string { return p.span("!#$%&'*+-.^_`|~") }

func (p *wwwParser) challenge() (wwwChallenge, bool) {
	c := wwwChallenge{params: map[string]string{}, quoted: map[string]bool{}}
	if c.scheme = strings.ToLower(p.token()); c.scheme == "" {
		return c, false
	}
	if !strings.HasPrefix(p.s, " ") {
		return c, p.s == "" || p.s[0] == ','
	}
	p.s = strings.TrimLeft(p.s, " ")
	try := *p
	if text := try.span("-._~+/"); text != "" {
		rest := strings.TrimLeft(try.s, "=")
		text += try.s[:len(try.s)-len(rest)]
		if after := strings.TrimLeft(rest, " \t"); after == "" || after[0] == ',' {
			c.token68, p.s = text, rest
			return c, true
		}
	}
	for first := true; ; first = false {
		before := *p
		p.separators()
		if !first && before.s == p.s {
			return c, true // no comma: the caller reads what follows
		}
		ok, isParam := p.param(&c)
		if !isParam {
			*p = before // the next challenge, or the end
			return c, true
		}
		if !ok {
			return c, false
		}
		p.ws()
	}
}

// param reads one auth-param, if there is one.
func (p *wwwParser) param(c *wwwChallenge) (ok, isParam bool) {
	try := *p
	name := strings.ToLower(try.token())
	try.ws()
	if name == "" || !strings.HasPrefix(try.s, "=") {
		return false, false
	}
	try.s = try.s[1:]
	try.ws()
	*p = try
	value, isQuoted := "", strings.HasPrefix(p.s, `"`)
	if isQuoted {
		if value, ok = p.quotedString(); !ok {
			return false, true
		}
	} else if value = p.token(); value == "" {
		return false, true
	}
	_, there := c.params[name]
	c.twice = c.twice || there
	c.params[name], c.quoted[name] = value, isQuoted
	c.order = append(c.order, name)
	return true, true
}

func (p *wwwParser) quotedString() (string, bool) {
	var b strings.Builder
	for i := 1; i < len(p.s); i++ {
		switch c := p.s[i]; {
		case c == '"':
			p.s = p.s[i+1:]
			return b.String(), true
		case c == '\\':
			if i++; i == len(p.s) {
				return "", false
			}
			c = p.s[i]
			fallthrough
		default:
			if c != '\t' && c < ' ' || c >= 0x7f {
				return "", false
			}
			b.WriteByte(c)
		}
	}
	return "", false
}

// TestChallengeParser checks the parser that the other tests rely on.
func TestChallengeParser(t *testing.T) {
	t.Run("others' vectors", func(t *testing.T) {
		covers(t, "B-29 H-08")
		text, err := os.ReadFile("testdata/corpora/www-authenticate/vectors.json")
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Cases []struct {
				Description, Header string
				Expected            []struct {
					Scheme, Token68 string
					Parameters      map[string]string
				}
			}
		}
		if err := json.Unmarshal(text, &file); err != nil || len(file.Cases) == 0 {
			t.Fatal(err)
		}
		for _, c := range file.Cases {
			got, err := parseWWW(c.Header)
			if len(c.Expected) == 0 {
				if err == nil && len(got) > 0 {
					t.Errorf("%s: %q is read as %+v", c.Description, c.Header, got)
				}
				continue
			}
			if err != nil || len(got) != len(c.Expected) {
				t.Errorf("%s: %q: %d challenges, %v", c.Description, c.Header, len(got), err)
				continue
			}
			for i, want := range c.Expected {
				if g := got[i]; g.scheme != want.Scheme || g.token68 != want.Token68 || !reflect.DeepEqual(g.params, want.Parameters) {
					t.Errorf("%s: %q: got %+v", c.Description, c.Header, g)
				}
			}
			if doubled := strings.Contains(c.Description, "uplicate"); got[0].twice != doubled {
				t.Errorf("%s: repeated parameters: %v", c.Description, got[0].twice)
			}
		}
	})
	t.Run("the RFCs' examples", func(t *testing.T) {
		covers(t, "B-29")
		for _, c := range readRFC(t).Challenges {
			if got, err := parseWWW(c.S); err != nil || len(got) == 0 || got[0].twice {
				t.Errorf("%s: %q: %v", c.Src, c.S, err)
			}
		}
	})
}

// rfcVectors is the file of the RFCs' examples.
type rfcVectors struct {
	Vectors []struct {
		ID, Token, Signature, Note, Thumbprint string
		JWK                                    json.RawMessage
		Header, Claims                         json.RawMessage
		AccessToken                            string `json:"access_token_jwt"`
		HTTP                                   struct{ Method, URL, Authorization string }
	}
	Challenges []struct{ Src, S string }
	Servers    []struct {
		Src, Issuer, OIDC string
		URLs, Order       []string
	} `json:"as_metadata_urls"`
}

func readRFC(t testing.TB) rfcVectors {
	t.Helper()
	text, err := os.ReadFile("testdata/corpora/rfc/rfc_vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v rfcVectors
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}
