package testutil

import (
	"net"
	"net/url"
	"strings"
)

// origin returns scheme, host and port of u in one spelling: in lower case, always
// with a port (RFC 6454 section 4).
func origin(u *url.URL) string {
	scheme, port := strings.ToLower(u.Scheme), u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[scheme]
	}
	return scheme + "://" + net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}
