// Package weburl judges the URLs that an API is configured with, and those that
// an issuer's metadata names. It is the only place that does so.
package weburl

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
)

// Parse returns raw as a URL that a request may be sent to: absolute, with a
// host, without user information and fragment, and over https. Plain http is
// accepted for the loopback addresses of this machine, and for every host if
// allowHTTP is set.
//
// The error says what to write instead. It never repeats raw, which may hold a
// password.
func Parse(raw string, allowHTTP bool) (*url.URL, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Hostname() == "" || u.Opaque != "":
		return nil, errAbsolute
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, errScheme
	case u.Scheme == "http" && !allowHTTP && !isLoopback(u.Hostname()):
		return nil, errPlainHTTP
	case u.User != nil:
		return nil, errUser
	case strings.Contains(raw, "#"):
		return nil, errFragment
	}
	return u, nil
}

var (
	errAbsolute  = errors.New("write an absolute URL, such as https://id.example.com")
	errScheme    = errors.New("use https")
	errPlainHTTP = errors.New("use https: plain http is accepted from this machine's loopback addresses only")
	errUser      = errors.New("remove the user information from the URL")
	errFragment  = errors.New("remove the fragment")
)

// isLoopback reports whether host can only be this machine. Names under
// localhost do not count: some resolvers ask the network for them.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}
