package testutil

import (
	"net"
	"net/url"
	"strings"
)

// origin returns scheme, host and port of u in one spelling: in lower case, always
// with a port (RFC 6454 section 4). The scheme is in lower case already, as url.Parse
// leaves it.
func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Scheme + "://" + net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}
