package scopes

import (
	"strconv"
	"strings"
	"time"
)

// Words that begin a part which is no scope.
const (
	prefixRole     = "role:"
	prefixGroup    = "group:"
	prefixWhere    = "where:"
	prefixFiltered = "filtered:"
	prefixACR      = "acr:"
	prefixMaxAge   = "max_age:"

	wordAnd = "and"
	wordOr  = "or"

	// These are calls only if a parenthesis follows at once; a scope may be
	// called so.
	callAll            = "all"
	callAny            = "any"
	callAuthentication = "authentication"
)

// String returns the requirement as [Parse] reads it.
func (r Requirement) String() string {
	if r.root == nil {
		return callAll + "()"
	}
	return r.root.text()
}

func (n *node) text() string {
	var b strings.Builder
	n.write(&b, false)
	return b.String()
}

// write writes n, in parentheses if it is within another.
func (n *node) write(b *strings.Builder, within bool) {
	switch n.kind {
	case kindScope:
		writeWord(b, n.name, true)
	case kindRole:
		b.WriteString(prefixRole)
		writeWord(b, n.name, false)
	case kindGroup:
		b.WriteString(prefixGroup)
		writeWord(b, n.name, false)
	case kindWhere:
		b.WriteString(prefixWhere)
		writeWord(b, n.name, false)
	case kindFiltered:
		b.WriteString(prefixFiltered)
		writeWord(b, n.name, false)
	case kindAuthentication:
		n.writeAuthentication(b)
	case kindAll:
		n.join(b, callAll, wordAnd, within)
	case kindAny:
		n.join(b, callAny, wordOr, within)
	}
}

func (n *node) join(b *strings.Builder, empty, operator string, within bool) {
	if len(n.parts) == 0 {
		b.WriteString(empty + "()")
		return
	}
	if within {
		b.WriteByte('(')
	}
	for i, part := range n.parts {
		if i > 0 {
			b.WriteString(" " + operator + " ")
		}
		part.write(b, true)
	}
	if within {
		b.WriteByte(')')
	}
}

func (n *node) writeAuthentication(b *strings.Builder) {
	b.WriteString(callAuthentication + "(")
	separator := ""
	if n.maxAge != 0 {
		b.WriteString(prefixMaxAge)
		b.WriteString(strconv.FormatInt(int64(n.maxAge/time.Second), 10))
		separator = " "
	}
	for _, value := range n.acr {
		b.WriteString(separator + prefixACR)
		writeWord(b, value, false)
		separator = " "
	}
	b.WriteByte(')')
}

// writeWord writes name, quoted if it would be read as something else.
func writeWord(b *strings.Builder, name string, scope bool) {
	if bare(name, scope) {
		b.WriteString(name)
	} else {
		b.WriteString(strconv.QuoteToASCII(name))
	}
}

func bare(name string, scope bool) bool {
	if !validName(name) || strings.ContainsAny(name, "()") {
		return false
	}
	if !scope {
		return true
	}
	if name == wordAnd || name == wordOr {
		return false
	}
	for _, prefix := range []string{prefixRole, prefixGroup, prefixWhere, prefixFiltered} {
		if strings.HasPrefix(name, prefix) {
			return false
		}
	}
	return true
}
