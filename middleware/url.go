package middleware

import (
	"net"
	"regexp"
)

// wholly compiles a regular expression that matches whole strings only. The
// expression has to be one by itself, so that a parenthesis in it cannot end
// the group, and within the group, which a quotation (\Q) may run out of.
func wholly(pattern string) (*regexp.Regexp, error) {
	if _, err := regexp.Compile(pattern); err != nil {
		return nil, err
	}
	return regexp.Compile(`^(?:` + pattern + `)$`)
}

// placeholder is what may vary in a templated issuer.
var placeholder = regexp.MustCompile(`\{[A-Za-z][A-Za-z0-9_]*\}`)

// loopback reports whether host is this machine, whatever the network.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
