package scopes

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Parse reads a requirement from its text, as [Requirement.String] writes it:
//
//	deals-read
//	deals-write and (role:trader or role:"Desk Head")
//	deals-write and authentication(max_age:300 acr:urn:example:silver)
//
// A word is a [Scope]. With the prefix "role:", "group:" or "filtered:" it is a
// [Role], a [Group] or a [SMARTFiltered]. Write a name as a Go string in double
// quotes if it contains spaces, parentheses or other characters than printable
// ASCII. Quote also a scope that is called "and" or "or" or begins with one of
// the prefixes. Parts are joined by "and" or by "or"; an expression with both
// needs parentheses. "all()" is the zero Requirement, no token satisfies "any()",
// and "bound()" is [Bound].
//
// Parse cannot read a [Where], which is written as "where:" and its name,
// because its condition is code. The empty text and more than 64 nested
// parentheses are errors.
//
// With an error, Parse also returns a requirement that no token satisfies and
// whose Err is the same error. A caller that ignores the error opens no route.
func Parse(s string) (Requirement, error) {
	p := parser{text: s}
	r, err := p.requirement(0)
	if err == nil {
		p.space()
		if p.pos < len(p.text) {
			err = p.errorf("unexpected %q", p.text[p.pos])
		}
	}
	if err != nil {
		return Requirement{&node{kind: kindAny, err: err}}, err
	}
	return r, r.Err()
}

const maxDepth = 64

type parser struct {
	text string
	pos  int
}

func (p *parser) errorf(format string, args ...any) error {
	return fmt.Errorf("scopes: requirement, byte %d: %s", p.pos, fmt.Sprintf(format, args...))
}

// requirement reads one or more parts with the same operator between them.
func (p *parser) requirement(depth int) (Requirement, error) {
	if depth > maxDepth {
		return Requirement{}, p.errorf("nested too deeply")
	}
	first, err := p.part(depth)
	if err != nil {
		return Requirement{}, err
	}
	parts := []Requirement{first}
	operator := ""
	for {
		p.space()
		if p.pos == len(p.text) || p.text[p.pos] == ')' {
			break
		}
		start := p.pos
		word := p.word()
		switch {
		case word != wordAnd && word != wordOr:
			p.pos = start
			return Requirement{}, p.errorf("expected %q or %q", wordAnd, wordOr)
		case operator != "" && word != operator:
			p.pos = start
			return Requirement{}, p.errorf("%q and %q need parentheses", wordAnd, wordOr)
		}
		operator = word
		part, err := p.part(depth)
		if err != nil {
			return Requirement{}, err
		}
		parts = append(parts, part)
	}
	if operator == wordOr {
		return Any(parts...), nil
	}
	return All(parts...), nil
}

// part reads one name, one call, or a requirement in parentheses.
func (p *parser) part(depth int) (Requirement, error) {
	p.space()
	if p.accept('(') {
		r, err := p.requirement(depth + 1)
		if err == nil && !p.accept(')') {
			err = p.errorf("expected %q", ')')
		}
		return r, err
	}
	if p.quoted() {
		name, err := p.name()
		return Scope(name), err
	}
	start := p.pos
	word := p.word()
	if p.pos < len(p.text) && p.text[p.pos] == '(' {
		return p.call(word)
	}
	for _, prefixed := range []struct {
		prefix string
		make   func(string) Requirement
	}{
		{prefixRole, Role}, {prefixGroup, Group}, {prefixFiltered, SMARTFiltered},
	} {
		if strings.HasPrefix(word, prefixed.prefix) {
			p.pos = start + len(prefixed.prefix)
			name, err := p.name()
			return prefixed.make(name), err
		}
	}
	p.pos = start
	switch {
	case strings.HasPrefix(word, prefixWhere), strings.HasPrefix(word, prefixPath):
		return Requirement{}, p.errorf("a condition is code and cannot be read from text")
	case word == "" || word == wordAnd || word == wordOr:
		return Requirement{}, p.errorf("expected a scope, a role or a group")
	}
	name, err := p.name()
	return Scope(name), err
}

// call reads the parentheses after word.
func (p *parser) call(word string) (Requirement, error) {
	p.accept('(')
	switch word {
	case callAll, callAny, callBound:
		p.space()
		if !p.accept(')') {
			return Requirement{}, p.errorf("expected %q: %s() takes no arguments; join parts by %q or %q",
				')', word, wordAnd, wordOr)
		}
		switch word {
		case callAny:
			return Any(), nil
		case callBound:
			return Bound(), nil
		}
		return All(), nil
	case callAuthentication:
		return p.authentication()
	}
	p.pos--
	return Requirement{}, p.errorf("expected %q or %q before a parenthesis", wordAnd, wordOr)
}

func (p *parser) authentication() (Requirement, error) {
	var maxAge time.Duration
	var acr []string
	for {
		p.space()
		if p.accept(')') {
			return Authentication(maxAge, acr...), nil
		}
		switch rest := p.text[p.pos:]; {
		case strings.HasPrefix(rest, prefixACR):
			p.pos += len(prefixACR)
			value, err := p.name()
			if err != nil {
				return Requirement{}, err
			}
			acr = append(acr, value)
		case strings.HasPrefix(rest, prefixMaxAge) && maxAge == 0:
			p.pos += len(prefixMaxAge)
			seconds, err := strconv.ParseUint(p.word(), 10, 64)
			if err != nil || seconds == 0 || seconds > math.MaxInt64/uint64(time.Second) {
				return Requirement{}, p.errorf("expected a positive number of seconds")
			}
			maxAge = time.Duration(seconds) * time.Second
		default:
			return Requirement{}, p.errorf("expected %s, %s or a closing parenthesis", prefixMaxAge, prefixACR)
		}
	}
}

// name reads a word or a quoted name. A space, a closing parenthesis or the end
// of the text must follow.
func (p *parser) name() (string, error) {
	if !p.quoted() {
		start := p.pos
		name := p.word()
		if name == "" {
			return "", p.errorf("expected a name")
		}
		if !p.ended() {
			p.pos = start
			return "", p.errorf("quote a name that contains such characters")
		}
		return name, nil
	}
	quoted, err := strconv.QuotedPrefix(p.text[p.pos:])
	if err != nil {
		return "", p.errorf("no closing quote, or a character that needs escaping")
	}
	name, err := strconv.Unquote(quoted)
	if err != nil {
		return "", p.errorf("malformed quotes")
	}
	p.pos += len(quoted)
	if !p.ended() {
		return "", p.errorf("expected a space after the quotes")
	}
	return name, nil
}

func (p *parser) quoted() bool { return p.pos < len(p.text) && p.text[p.pos] == '"' }

func (p *parser) ended() bool {
	return p.pos == len(p.text) || isSpace(p.text[p.pos]) || p.text[p.pos] == ')'
}

// word reads the characters of a word without quotes, possibly none.
func (p *parser) word() string {
	start := p.pos
	for p.pos < len(p.text) && nameByte(p.text[p.pos]) && p.text[p.pos] != '(' && p.text[p.pos] != ')' {
		p.pos++
	}
	return p.text[start:p.pos]
}

func (p *parser) space() {
	for p.pos < len(p.text) && isSpace(p.text[p.pos]) {
		p.pos++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func (p *parser) accept(c byte) bool {
	if p.pos < len(p.text) && p.text[p.pos] == c {
		p.pos++
		return true
	}
	return false
}
