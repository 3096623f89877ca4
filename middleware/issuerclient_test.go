package middleware_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// Reports of key sets that demand something of those who fetch them, and of what must not
// happen with it:
//
//   - https://github.com/openbao/openbao/issues/2113, the pod's service account token
//   - https://github.com/keycloak/keycloak/pull/50224, the token goes to the cluster only

// credentials records what came to each host.
type credentials struct {
	mu   sync.Mutex
	came map[string][]string
}

func (c *credentials) record(host, value string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.came == nil {
		c.came = map[string][]string{}
	}
	c.came[host] = append(c.came[host], value)
}

// demanding starts an issuer whose documents need a credential, if there is one, and
// records what comes.
func (c *credentials) demanding(t *testing.T, name, credential string) (issuer *testutil.Issuer, url string) {
	var inner *testutil.Issuer
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.record(name, r.Header.Get("Authorization"))
		if r.Header.Get("Authorization") != credential {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		inner.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	inner = testutil.NewIssuer(t, testutil.Options{
		InProcess: true, Keys: []string{"ES256"}, Addr: strings.TrimPrefix(front.URL, "http://"),
	})
	return inner, inner.URL()
}

// fileToken sends the content of a file, which it reads for each request.
func fileToken(file string) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		token, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		r = r.Clone(r.Context())
		r.Header.Set("Authorization", "Bearer "+string(token))
		return http.DefaultTransport.RoundTrip(r)
	})
}

func TestTheCredentialForOneIssuersKeysGoesToNoOther(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("pod"), 0o600); err != nil {
		t.Fatal(err)
	}
	var c credentials
	cluster, clusterURL := c.demanding(t, "cluster", "Bearer pod")
	partner, partnerURL := c.demanding(t, "partner", "")
	common, commonURL := c.demanding(t, "common", "Bearer common")
	config := middleware.Config{
		Audiences: []string{cluster.Audience()},
		HTTPClient: &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			r = r.Clone(r.Context())
			r.Header.Set("Authorization", "Bearer common")
			return http.DefaultTransport.RoundTrip(r)
		})},
		Issuers: []middleware.Issuer{
			{URL: clusterURL, HTTPClient: &http.Client{Transport: fileToken(file)}},
			{URL: partnerURL, HTTPClient: new(http.Client)},
			{URL: commonURL},
		},
	}
	auth := newAuth(t, config)
	for _, issuer := range []*testutil.Issuer{cluster, partner, common} {
		if reason, _ := judged(auth, issuer.Mint(nil)); reason != "" {
			t.Errorf("%s: %q", issuer.URL(), reason)
		}
	}
	for host, want := range map[string]string{"cluster": "Bearer pod", "partner": "",
		"common": "Bearer common"} {
		if len(c.came[host]) == 0 {
			t.Errorf("nothing came to %s", host)
		}
		for _, came := range c.came[host] {
			if came != want {
				t.Errorf("%q came to %s, want %q", came, host, want)
			}
		}
	}
}

// TestTwoKeySetsOfOneIssuerHaveTheirOwnClients: they are as apart as two issuers.
func TestTwoKeySetsOfOneIssuerHaveTheirOwnClients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServers(t, 2, testutil.Options{})
		config := s.config()
		var c credentials
		for i := range s {
			config.Issuers[i].HTTPClient = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				c.record(r.URL.Host, r.URL.Host+" by "+config.Issuers[i].JWKSURL)
				return s.RoundTrip(r)
			})}
		}
		auth := newAuth(t, config)
		for i := range s {
			if reason, _ := judged(auth, s.mint(i, nil)); reason != "" {
				t.Error(reason)
			}
		}
		synctest.Wait() // for fetches that the accepted tokens left under way
		for host, all := range c.came {
			for _, came := range all {
				if !strings.HasPrefix(came, host+" by https://"+host+"/") {
					t.Error(came)
				}
			}
		}
		if len(c.came) != 2 {
			t.Errorf("requests to %d hosts", len(c.came))
		}
	})
}

func TestTenantsUseTheClientOfTheirTemplate(t *testing.T) {
	s := newServers(t, 1, testutil.Options{Issuer: "https://acme.id.example"})
	used := 0
	auth := newAuth(t, middleware.Config{
		Audiences: []string{s[0].Audience()},
		HTTPClient: &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response,
			error) {
			panic("common")
		})},
		Issuers: []middleware.Issuer{{
			URL: "https://{t}.id.example", Tenants: []string{"acme"}, JWKSURL: "https://s0.example/{t}/jwks",
			HTTPClient: &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				used++
				r = r.Clone(r.Context())
				r.URL.Path = strings.TrimPrefix(r.URL.Path, "/acme")
				return s.RoundTrip(r)
			})},
		}},
	})
	if reason, _ := judged(auth, s.mint(0, nil)); reason != "" || used != 1 {
		t.Errorf("%q, %d requests", reason, used)
	}
}

// TestTheClientOfAnIssuerFollowsNoRedirect: a credential must not travel to where the
// response points. The owner's client stays as it is.
func TestTheClientOfAnIssuerFollowsNoRedirect(t *testing.T) {
	var c credentials
	_, elsewhere := c.demanding(t, "elsewhere", "")
	front := httptest.NewServer(http.RedirectHandler(elsewhere+"/jwks", http.StatusFound))
	t.Cleanup(front.Close)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return nil }}
	auth := newAuth(t, middleware.Config{Audiences: []string{"api"}, Issuers: []middleware.Issuer{
		{URL: "https://id.example.com", JWKSURL: front.URL, HTTPClient: client},
	}})
	if err := auth.Ready(context.Background()); err == nil || len(c.came) != 0 {
		t.Errorf("%v, %q", err, c.came)
	}
	if client.CheckRedirect(nil, nil) != nil {
		t.Error("the owner's client has changed")
	}
}

// TestTheGuardHoldsForTheClientOfAnIssuer: where tokens choose the host, the transport of
// the owner is kept from private addresses, or New says that it cannot be.
func TestTheGuardHoldsForTheClientOfAnIssuer(t *testing.T) {
	var c credentials
	issuer, url := c.demanding(t, "private", "")
	_, port, _ := strings.Cut(strings.TrimPrefix(url, "http://"), ":")
	template := middleware.Issuer{
		URL: "http://{t}.localtest.example:" + port, TenantPattern: "[a-z]+", DangerouslyAllowHTTP: true,
	}
	loopback := &http.Transport{DialContext: http.DefaultTransport.(*http.Transport).DialContext}
	dial := loopback.DialContext
	loopback.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return dial(ctx, network, "127.0.0.1:"+port)
	}
	template.HTTPClient = &http.Client{Transport: loopback}
	auth := newAuth(t, middleware.Config{Audiences: []string{issuer.Audience()},
		Issuers: []middleware.Issuer{template}})
	token := issuer.Mint(map[string]any{"iss": "http://acme.localtest.example:" + port})
	if reason, _ := judged(auth, token); reason == "" || len(c.came) != 0 {
		t.Errorf("%q, and requests came to a private address: %q", reason, c.came)
	}
	if h := auth.Health(); len(h) != 1 || h[0].Fault != "private_address" {
		t.Errorf("health %+v", h)
	}

	template.HTTPClient = &http.Client{Transport: roundTripper(http.DefaultTransport.RoundTrip)}
	config := middleware.Config{
		Audiences: []string{"api"}, HTTPClient: new(http.Client),
		Issuers: []middleware.Issuer{{URL: "https://id.example.com"}, template},
	}
	const want = "bearerguard: Config.Issuers[1].HTTPClient: use an *http.Transport, list the tenants in " +
		"Issuers[1].Tenants, or set Issuers[1].DangerouslyAllowPrivateAddresses: no other transport can be kept from " +
		"private addresses, and TenantPattern lets tokens choose the host"
	if _, err := middleware.New(config); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	for name, edit := range map[string]func(*middleware.Issuer){
		"with the keys at a fixed host": func(i *middleware.Issuer) { i.JWKSURL = "https://keys.example.com/jwks" },
		"with metadata at a host that is not asked": func(i *middleware.Issuer) {
			i.JWKSURL, i.MetadataURL = "https://keys.example.com/jwks", "https://{t}.example.com/metadata"
		},
		"with listed tenants": func(i *middleware.Issuer) {
			i.TenantPattern, i.Tenants = "",
				[]string{"acme"}
		},
		"with the explicit opt-out":      func(i *middleware.Issuer) { i.DangerouslyAllowPrivateAddresses = true },
		"with the client of the library": func(i *middleware.Issuer) { i.HTTPClient = nil },
	} {
		config.Issuers[1] = template
		edit(&config.Issuers[1])
		if _, err := middleware.New(config); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A transport of the owner for all issuers is no fault of an issuer with its own.
	config.HTTPClient, config.Issuers[1] = template.HTTPClient, template
	config.Issuers[1].HTTPClient = new(http.Client)
	if _, err := middleware.New(config); err != nil {
		t.Error(err)
	}
}
