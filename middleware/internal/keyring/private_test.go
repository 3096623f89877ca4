package keyring_test

//lint:file-ignore SA1019 a caller's transport may still set one of the old dial functions

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// TestUnreachable has the faults of a connection.
func TestUnreachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := l.Addr().String()
	l.Close()
	lookUp := func(notFound bool) *http.Client {
		return &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string,
			string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "x", Name: "as.example",
				IsNotFound: notFound}}
		}}}
	}
	for _, c := range []struct {
		url    string
		client *http.Client
		want   fault.Fault
	}{
		{"http://" + closed, nil, fault.ConnectionRefused},
		{"https://as.example", lookUp(true), fault.NoSuchHost},
		{"https://as.example", lookUp(false), fault.DNS},
	} {
		r, err := keyring.New(keyring.Source{Issuer: "x", JWKSURL: c.url}, keyring.Options{Client: c.client})
		if err != nil {
			t.Fatal(err)
		}
		wantFault(t, r, c.want)
	}
}

// TestRefusePrivate: with each way to dial, no connection is made to an address
// of this host or network.
func TestRefusePrivate(t *testing.T) {
	var hits atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		hits.Add(1)
		io.WriteString(w, signerSet(newSigner("a")))
	}))
	defer server.Close()
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(server.URL, "http://"))
	toServer := func(ctx context.Context, network, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, "127.0.0.1:"+port)
	}
	for name, client := range map[string]*http.Client{
		"own":                    nil,
		"no transport":           {},
		"a plain transport":      {Transport: &http.Transport{}},
		"a transport that dials": {Transport: &http.Transport{DialContext: toServer}},
		"a transport that dials without a context": {Transport: &http.Transport{Dial: func(n,
			a string) (net.Conn, error) {
			return toServer(context.Background(), n, a)
		}}},
	} {
		for _, host := range []string{"localhost", "127.0.0.1"} {
			r, err := keyring.New(keyring.Source{Issuer: "x", JWKSURL: "http://" + host + ":" + port,
				RefusePrivate: true}, keyring.Options{Client: client})
			if err != nil {
				t.Fatal(name, err)
			}
			wantFault(t, r, fault.PrivateAddress)
			if hits.Swap(0) != 0 {
				t.Errorf("%s, %s: the server was reached", name, host)
			}
		}
	}
	r, err := keyring.New(keyring.Source{Issuer: "x", JWKSURL: "https://as.example", RefusePrivate: true},
		keyring.Options{Client: &http.Client{Transport: &http.Transport{DialTLSContext: toServer}}})
	if err != nil {
		t.Fatal(err)
	}
	wantFault(t, r, fault.PrivateAddress)
	if _, err := keyring.New(keyring.Source{Issuer: "x", JWKSURL: "https://as.example", RefusePrivate: true},
		keyring.Options{Client: newIssuer().client()}); err == nil {
		t.Error("no error for a transport that cannot be kept from private addresses")
	}
}

// TestRefusePrivateBehindProxy: a proxy may have a private address. An address in
// the URL that it is asked for may not be private.
func TestRefusePrivateBehindProxy(t *testing.T) {
	var asked atomic.Value
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Store(r.URL.String())
		io.WriteString(w, signerSet(newSigner("a")))
	}))
	defer proxy.Close()
	for target, want := range map[string]fault.Fault{"http://as.example/jwks": "",
		"http://10.0.0.1/jwks": fault.PrivateAddress} {
		request, _ := http.NewRequest("GET", proxy.URL, nil)
		client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(request.URL)}}
		r, err := keyring.New(keyring.Source{Issuer: "x", JWKSURL: target, AllowHTTP: true, RefusePrivate: true},
			keyring.Options{Client: client})
		if err != nil {
			t.Fatal(err)
		}
		wantFault(t, r, want)
		if got, _ := asked.Swap("").(string); (got == target) != (want == "") {
			t.Errorf("%s: the proxy was asked for %q", target, got)
		}
	}
}
