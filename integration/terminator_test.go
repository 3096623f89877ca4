package integration_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// publicURL is what clients write in front of the path. The proxies remove its path.
const publicURL = "https://" + apiHost + "/shop"

// proxyNetwork is the network of the proxies as the API sees them.
const proxyNetwork = "127.0.0.1/32"

// A terminator is a proxy that terminates TLS and passes client certificates on.
type terminator struct {
	name, header, format string
	// config is the configuration, for the folder of the proxy, the address of the API,
	// and a file with certificate and key.
	config string
	// field returns the value of the header that stands for a certificate.
	field func(*x509.Certificate) string
}

var terminators = []terminator{
	{"nginx", "X-Client-Cert", "pem", `
daemon off;
error_log stderr;
pid %[1]s/pid;
worker_processes 1;
events {}
http {
	access_log off;
	client_body_temp_path %[1]s/body;
	proxy_temp_path %[1]s/proxy;
	fastcgi_temp_path %[1]s/fastcgi;
	uwsgi_temp_path %[1]s/uwsgi;
	scgi_temp_path %[1]s/scgi;
	server {
		listen unix:%[1]s/socket ssl;
		ssl_certificate %[3]s;
		ssl_certificate_key %[3]s;
		ssl_verify_client optional_no_ca;
		location /shop/ {
			proxy_set_header X-Client-Cert $ssl_client_escaped_cert;
			proxy_pass http://%[2]s/;
		}
	}
}
`, func(c *x509.Certificate) string {
		return url.PathEscape(string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})))
	}},
	{"haproxy", "Client-Cert", "rfc9440", `
defaults
	mode http
	timeout connect 10s
	timeout client 60s
	timeout server 60s
frontend clients
	bind unix@%[1]s/socket ssl crt %[3]s verify optional ca-verify-file %[3]s crt-ignore-err all
	http-request del-header Client-Cert
	http-request set-header Client-Cert :%%[ssl_c_der,base64]: if { ssl_c_used }
	http-request replace-path /shop/(.*) /\1
	default_backend api
backend api
	server api %[2]s
`, func(c *x509.Certificate) string { return ":" + base64.StdEncoding.EncodeToString(c.Raw) + ":" }},
}

// A path is a way to an API through a proxy.
type path struct {
	*api
	dir    string
	config *tls.Config
}

// startBehind starts an API that takes bound tokens, and the proxy in front of it, which
// the API trusts. change, if not nil, changes the API's configuration.
func startBehind(t *testing.T, p terminator, issuer *testutil.Issuer, change func(*middleware.Config)) *path {
	t.Helper()
	config := middleware.Config{
		Audiences: []string{issuer.Audience()},
		Issuers:   []middleware.Issuer{{URL: issuer.URL()}},
		Certificates: &middleware.Certificates{
			Header: p.header, Format: p.format, Proxies: []string{proxyNetwork},
		},
	}
	withProofs(&config)
	config.DPoP.BaseURLs = []string{publicURL}
	if change != nil {
		change(&config)
	}
	a := startAPI(t, p.name, config, func(auth *middleware.Authenticator) http.Handler {
		return httpauth.Require(auth, read)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	})
	dir := proxyFolder(t)
	file, roots := serverCertificate(t, dir)
	startProxy(t, dir, p.name, fmt.Sprintf(p.config, dir, a.listening.Listener.Addr(), file))
	return &path{a, dir, &tls.Config{RootCAs: roots}}
}

// client returns a client that reaches the API through the proxy.
func (p *path) client(t *testing.T, certificate *testutil.ClientCertificate) *http.Client {
	t.Helper()
	client := newClient(t, p.config, certificate)
	client.Transport.(*http.Transport).DialContext = dialer(p.dir)
	return client
}

// direct returns a client that reaches the API from this address, past the proxy.
func (p *path) direct(t *testing.T, from string) *http.Client {
	t.Helper()
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		local := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
		return local.DialContext(ctx, network, p.listening.Listener.Addr().String())
	}
	transport := &http.Transport{DialContext: dial, DisableKeepAlives: true}
	return &http.Client{Transport: transport, Timeout: patience}
}

// boundTo mints a token with these confirmations.
func boundTo(issuer *testutil.Issuer, confirmations ...map[string]any) string {
	all := map[string]any{}
	for _, confirmation := range confirmations {
		maps.Copy(all, confirmation)
	}
	return issuer.Mint(map[string]any{"cnf": all, "scope": "deals-read"})
}

// getThrough sends a GET request with this authorization and these further fields.
func getThrough(
	t *testing.T, client *http.Client, url, authorization string, header http.Header,
) response {
	t.Helper()
	if header = header.Clone(); header == nil {
		header = http.Header{}
	}
	header.Set("Authorization", authorization)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = header
	got, err := send(client, r)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// checkThrough looks at a 401 that came through a proxy, which may drop challenges but
// adds none.
func checkThrough(t *testing.T, a *api, got response, reason middleware.Reason) {
	t.Helper()
	if r := a.events.rejection(); got.status != http.StatusUnauthorized || r != reason {
		t.Errorf("%d for %s, want 401 for %s", got.status, r, reason)
	}
	challenges := got.header.Values("WWW-Authenticate")
	for _, challenge := range challenges {
		if !strings.HasPrefix(challenge, `Bearer realm="api"`) &&
			!strings.HasPrefix(challenge, `DPoP realm="api", algs=`) {
			t.Errorf("the challenge %q", challenge)
		}
	}
	if len(challenges) == 0 {
		t.Error("no challenge")
	}
}
