package fetch

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
)

// CheckURL returns why no request may be sent to raw, nil if one may. Plain
// http needs allowHTTP or a loopback host. The error does not repeat raw.
func CheckURL(raw string, allowHTTP bool) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return errors.New("not a URL")
	case u.Host == "" || u.Hostname() == "" || u.Opaque != "":
		return errors.New("no host")
	case u.User != nil:
		return errors.New("user information in the URL")
	case u.Fragment != "":
		return errors.New("fragment in the URL")
	case u.Scheme == "https":
		return nil
	case u.Scheme == "http" && (allowHTTP || isLoopback(u.Hostname())):
		return nil
	case u.Scheme == "http":
		return errors.New("plain http to a host other than this one")
	}
	return errors.New("neither https nor http")
}

// isLoopback reports whether host is certain to be this machine.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}
