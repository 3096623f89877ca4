package integration_test

import (
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/labstack/echo/v4"

	"github.com/bearerguard/bearerguard/adapters/echoauth"
	"github.com/bearerguard/bearerguard/adapters/ginauth"
	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

var (
	read  = scopes.Scope("deals-read")
	write = scopes.Scope("deals-write")
)

// adapters build the same API in each of the frameworks: GET and POST /v1/deals,
// which respond with the client's name, and the authorization status.
var adapters = []struct {
	name    string
	handler func(*middleware.Authenticator) http.Handler
}{
	{"nethttp", func(a *middleware.Authenticator) http.Handler {
		deals := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, httpauth.Token(r).ClientID)
		})
		mux := http.NewServeMux()
		mux.Handle("GET /v1/deals", httpauth.Require(a, read)(deals))
		mux.Handle("POST /v1/deals", httpauth.Require(a, write)(deals))
		mux.Handle("GET /v1/authorizationStatus", httpauth.AuthorizationStatus(a))
		return mux
	}},
	{"echo", func(a *middleware.Authenticator) http.Handler {
		deals := func(c echo.Context) error { return c.String(http.StatusOK, echoauth.Token(c).ClientID) }
		e := echo.New()
		e.GET("/v1/deals", deals, echoauth.Require(a, read))
		e.POST("/v1/deals", deals, echoauth.Require(a, write))
		e.GET("/v1/authorizationStatus", echoauth.AuthorizationStatus(a))
		return e
	}},
	{"gin", func(a *middleware.Authenticator) http.Handler {
		gin.SetMode(gin.ReleaseMode)
		deals := func(c *gin.Context) { c.String(http.StatusOK, ginauth.Token(c).ClientID) }
		g := gin.New()
		g.GET("/v1/deals", ginauth.Require(a, read), deals)
		g.POST("/v1/deals", ginauth.Require(a, write), deals)
		g.GET("/v1/authorizationStatus", ginauth.AuthorizationStatus(a))
		return g
	}},
}

// An api is a protected API that listens, with an Authenticator of its own.
type api struct {
	name, url string
	listening *httptest.Server
	auth      *middleware.Authenticator
	clock     *clock
	events    *events
}

// startAPIs starts an API for each adapter for the length of the test. All trust s.
// change, if not nil, changes their configuration.
func startAPIs(t *testing.T, s *server, change func(*middleware.Config)) []*api {
	t.Helper()
	var all []*api
	for _, adapter := range adapters {
		config := middleware.Config{
			Audiences: []string{audience},
			Issuers:   []middleware.Issuer{{URL: s.issuer, Algorithms: algorithms}},
		}
		if change != nil {
			change(&config)
		}
		all = append(all, startAPI(t, adapter.name, config, adapter.handler))
	}
	return all
}

// startAPI starts an API for the length of the test. If it takes client certificates from
// the connection, it listens with TLS and asks for them. If config has no base URLs for
// proofs, they are the API's own URL.
func startAPI(
	t *testing.T, name string, config middleware.Config, handler func(*middleware.Authenticator) http.Handler,
) *api {
	t.Helper()
	a := &api{name: name, clock: new(clock), events: newEvents(), listening: httptest.NewUnstartedServer(nil)}
	t.Cleanup(a.listening.Close)
	withTLS := config.Certificates != nil && config.Certificates.Header == ""
	scheme := "http://"
	if withTLS {
		scheme = "https://"
	}
	a.url = scheme + a.listening.Listener.Addr().String()
	config.Observe, config.Now = a.events.add, a.clock.now
	if config.DPoP != nil && config.DPoP.BaseURLs == nil {
		config.DPoP.BaseURLs = []string{a.url}
	}
	auth, err := middleware.New(config)
	if err != nil {
		t.Fatal(err)
	}
	a.auth = auth
	a.listening.Config.Handler = handler(auth)
	if withTLS {
		a.listening.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
		a.listening.StartTLS()
	} else {
		a.listening.Start()
	}
	return a
}

// call sends a request with token, or without one if token is empty.
func (a *api) call(t *testing.T, method, path, token string) response {
	t.Helper()
	return do(t, a.request(t, method, path, token))
}

func (a *api) request(t *testing.T, method, path, token string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, a.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return r
}

type response struct {
	status int
	header http.Header
	body   []byte
	tls    *tls.ConnectionState
}

func do(t *testing.T, r *http.Request) response {
	t.Helper()
	a, err := send(http.DefaultClient, r)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func send(client *http.Client, r *http.Request) (response, error) {
	resp, err := client.Do(r)
	if err != nil {
		return response{}, err
	}
	body, err := io.ReadAll(resp.Body)
	return response{resp.StatusCode, resp.Header, body, resp.TLS}, errors.Join(err, resp.Body.Close())
}

// A clock is the present time plus what a test advanced it by.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

func (c *clock) advance(d time.Duration) { c.ahead.Add(int64(d)) }
