package keyring

//lint:file-ignore SA1019 a user's transport may still have one of the old diallers

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

// clientFor returns the client that sends the ring's requests: the user's, if
// there is one, with its redirect policy replaced.
func clientFor(user *http.Client, refusePrivate bool) (*http.Client, error) {
	client := new(http.Client)
	if user != nil {
		*client = *user
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	switch transport := client.Transport.(type) {
	case nil:
		if user != nil && !refusePrivate {
			return client, nil // http.DefaultTransport, as the user expects
		}
		base := newTransport()
		client.Transport = base
		if refusePrivate {
			client.Transport = guard(base)
		}
	case *http.Transport:
		if refusePrivate {
			client.Transport = guard(transport.Clone())
		}
	case *publicOnly:
	default:
		if refusePrivate {
			return nil, errors.New("keyring: private addresses cannot be refused with a transport that is no *http.Transport")
		}
	}
	return client, nil
}

// newTransport returns a transport for a few small documents.
func newTransport() *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: fetchTimeout}).DialContext,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    fetchTimeout,
		MaxIdleConnsPerHost:    1,
		MaxIdleConns:           16,
		IdleConnTimeout:        15 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// publicOnly is a transport that connects to public addresses only. The check
// is made on the address that is dialled, after names have been resolved, so a
// name cannot be made to point elsewhere between check and use. Connections to
// a configured proxy are not checked: it is the proxy that resolves the name,
// and only literal addresses can be judged here.
type publicOnly struct{ base *http.Transport }

type proxiedKey struct{}

// guard makes base, which it takes over, connect to public addresses only.
func guard(base *http.Transport) *publicOnly {
	if base.DialContext == nil && base.Dial != nil {
		dial := base.Dial
		base.DialContext = func(_ context.Context, network, address string) (net.Conn, error) { return dial(network, address) }
	}
	if base.DialTLSContext == nil && base.DialTLS != nil {
		dial := base.DialTLS
		base.DialTLSContext = func(_ context.Context, network, address string) (net.Conn, error) { return dial(network, address) }
	}
	base.Dial, base.DialTLS = nil, nil
	if base.DialContext == nil {
		base.DialContext = dialPublic
	} else {
		base.DialContext = checkAfter(base.DialContext)
	}
	if base.DialTLSContext != nil {
		base.DialTLSContext = checkAfter(base.DialTLSContext)
	}
	return &publicOnly{base}
}

// RoundTrip implements http.RoundTripper.
func (t *publicOnly) RoundTrip(request *http.Request) (*http.Response, error) {
	if addr, err := netip.ParseAddr(request.URL.Hostname()); err == nil && !isPublic(addr) {
		return nil, FaultPrivate
	}
	if t.base.Proxy != nil {
		proxy, err := t.base.Proxy(request)
		if err != nil {
			return nil, err
		}
		if proxy != nil {
			request = request.WithContext(context.WithValue(request.Context(), proxiedKey{}, proxy))
		}
	}
	return t.base.RoundTrip(request)
}

// CloseIdleConnections closes connections that are not in use.
func (t *publicOnly) CloseIdleConnections() { t.base.CloseIdleConnections() }

func proxied(ctx context.Context) bool {
	_, ok := ctx.Value(proxiedKey{}).(*url.URL)
	return ok
}

// dialPublic dials, and refuses an address before anything is sent to it.
func dialPublic(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: fetchTimeout}
	if !proxied(ctx) {
		dialer.Control = func(_, address string, _ syscall.RawConn) error { return checkAddress(address) }
	}
	return dialer.DialContext(ctx, network, address)
}

// checkAfter refuses what another dialer connected to. Nothing has been sent
// by then but the connection itself.
func checkAfter(dial func(context.Context, string, string) (net.Conn, error)) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil || proxied(ctx) {
			return conn, err
		}
		if err := checkAddress(conn.RemoteAddr().String()); err != nil {
			conn.Close()
			return nil, err
		}
		return conn, nil
	}
}

// checkAddress refuses an address and port that is not public.
func checkAddress(address string) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !isPublic(at.Addr()) {
		return FaultPrivate
	}
	return nil
}

// special are the ranges of the IANA special-purpose registries (RFC 6890) that
// netip has no method for. Those that carry an IPv4 address inside an IPv6 one
// are among them: 6to4, Teredo and NAT64 reach hosts that the plain address
// would not be allowed to.
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("192.88.99.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("::/96"),
	netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001::/23"),
	netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("2002::/16"),
	netip.MustParsePrefix("fec0::/10"),
}

// isPublic reports whether an address is one of the public Internet.
func isPublic(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	if !addr.IsGlobalUnicast() || addr.IsPrivate() {
		return false
	}
	for _, p := range special {
		if p.Contains(addr) {
			return false
		}
	}
	return true
}
