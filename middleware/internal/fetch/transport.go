package fetch

//lint:file-ignore SA1019 a caller's transport may still set one of the old dial functions

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
)

// Timeout is how long connecting may take, and all requests of one attempt to
// get keys together.
const Timeout = 5 * time.Second

// newTransport returns a transport for a few small documents.
func newTransport() *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: Timeout}).DialContext,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    Timeout,
		MaxIdleConnsPerHost:    1,
		MaxIdleConns:           16,
		IdleConnTimeout:        15 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// publicOnly is a transport that connects to public addresses only. It checks
// the address that is dialled, after the name was resolved, so that a name
// cannot change its address between check and use. Connections to a configured
// proxy are not checked: the proxy resolves the name, and only addresses written
// into the URL can be checked here.
type publicOnly struct{ base *http.Transport }

type proxiedKey struct{}

// newPublicOnly makes base, which it takes over, connect to public addresses
// only.
func newPublicOnly(base *http.Transport) *publicOnly {
	if base.DialContext == nil && base.Dial != nil {
		dial := base.Dial
		base.DialContext = func(_ context.Context, network, address string) (net.Conn, error) {
			return dial(network, address)
		}
	}
	if base.DialTLSContext == nil && base.DialTLS != nil {
		dial := base.DialTLS
		base.DialTLSContext = func(_ context.Context, network, address string) (net.Conn, error) {
			return dial(network, address)
		}
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
		return nil, fault.PrivateAddress
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
	dialer := net.Dialer{Timeout: Timeout}
	if !proxied(ctx) {
		dialer.Control = func(_, address string, _ syscall.RawConn) error { return checkAddress(address) }
	}
	return dialer.DialContext(ctx, network, address)
}

type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// checkAfter refuses the address that another function connected to, before a
// request is sent to it.
func checkAfter(dial dialFunc) dialFunc {
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
