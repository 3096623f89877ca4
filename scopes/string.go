package scopes

import (
	"strconv"
	"strings"
	"time"
)

const (
	// A word with one of these prefixes is not a scope.
	prefixRole     = "role:"
	prefixGroup    = "group:"
	prefixWhere    = "where:"
	prefixPath     = "path:"
	prefixFiltered = "filtered:"
	prefixACR      = "acr:"
	prefixMaxAge   = "max_age:"

	wordAnd = "and"
	wordOr  = "or"

	// A parenthesis must follow immediately. Without it the word is a scope.
	callAll            = "all"
	callAny            = "any"
	callAuthentication = "authentication"
	callBound          = "bound"
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

// write writes n. A nested node with several parts gets parentheses.
func (n *node) write(b *strings.Builder, nested bool) {
	switch n.kind {
	case kindScope:
		writeWord(b, n.name, isScopeName(n.name))
	case kindRole:
		b.WriteString(prefixRole)
		writeWord(b, n.name, isWord(n.name))
	case kindGroup:
		b.WriteString(prefixGroup)
		writeWord(b, n.name, isWord(n.name))
	case kindWhere:
		b.WriteString(prefixWhere)
		writeWord(b, n.name, isWord(n.name))
	case kindPath:
		b.WriteString(prefixPath)
		writeWord(b, n.param+"="+n.name, isWord(n.param+"="+n.name))
	case kindFiltered:
		b.WriteString(prefixFiltered)
		writeWord(b, n.name, isWord(n.name))
	case kindAuthentication:
		n.writeAuthentication(b)
	case kindBound:
		b.WriteString(callBound + "()")
	case kindAll:
		n.writeParts(b, callAll, wordAnd, nested)
	case kindAny:
		n.writeParts(b, callAny, wordOr, nested)
	}
}

func (n *node) writeParts(b *strings.Builder, empty, operator string, nested bool) {
	if len(n.parts) == 0 {
		b.WriteString(empty + "()")
		return
	}
	if nested {
		b.WriteByte('(')
	}
	for i, part := range n.parts {
		if i > 0 {
			b.WriteString(" " + operator + " ")
		}
		part.write(b, true)
	}
	if nested {
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
		writeWord(b, value, isWord(value))
		separator = " "
	}
	b.WriteByte(')')
}

func writeWord(b *strings.Builder, name string, unquoted bool) {
	if unquoted {
		b.WriteString(name)
	} else {
		b.WriteString(strconv.QuoteToASCII(name))
	}
}

// isWord reports whether Parse reads name as one word without quotes.
func isWord(name string) bool {
	return validName(name) && !strings.ContainsAny(name, "()")
}

// isScopeName reports whether Parse reads name without quotes as a scope.
func isScopeName(name string) bool {
	if !isWord(name) || name == wordAnd || name == wordOr {
		return false
	}
	for _, prefix := range []string{prefixRole, prefixGroup, prefixWhere, prefixPath, prefixFiltered} {
		if strings.HasPrefix(name, prefix) {
			return false
		}
	}
	return true
}
