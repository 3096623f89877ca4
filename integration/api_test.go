package integration_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
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
		a := &api{name: adapter.name, clock: new(clock), events: newEvents()}
		config := middleware.Config{
			Audiences: []string{audience},
			Issuers:   []middleware.Issuer{{URL: s.issuer, Algorithms: algorithms}},
			Observe:   a.events.add,
			Now:       a.clock.now,
		}
		if change != nil {
			change(&config)
		}
		auth, err := middleware.New(config)
		if err != nil {
			t.Fatal(err)
		}
		a.auth = auth
		listening := httptest.NewServer(adapter.handler(auth))
		t.Cleanup(listening.Close)
		a.url = listening.URL
		all = append(all, a)
	}
	return all
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
	return response{resp.StatusCode, resp.Header, body}, errors.Join(err, resp.Body.Close())
}

// A clock is the present time plus what a test advanced it by.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

func (c *clock) advance(d time.Duration) { c.ahead.Add(int64(d)) }

// events collects what an Authenticator reports.
type events struct {
	mu   sync.Mutex
	all  []middleware.Event
	more chan struct{} // closed at the next event
}

func newEvents() *events { return &events{more: make(chan struct{})} }

func (e *events) add(_ context.Context, event middleware.Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, event)
	close(e.more)
	e.more = make(chan struct{})
}

// take returns all events since the last call, and the channel that is closed at
// the next event.
func (e *events) take() ([]middleware.Event, <-chan struct{}) {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := e.all
	e.all = nil
	return all, e.more
}

// wait takes events until one of the kind comes, and returns that one.
func (e *events) wait(t *testing.T, kind middleware.EventKind) middleware.Event {
	t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for {
		all, more := e.take()
		for _, event := range all {
			if event.Kind == kind {
				return event
			}
		}
		select {
		case <-more:
		case <-limit.C:
			t.Fatalf("no event %s", kind)
		}
	}
}

// rejection takes all events and returns the reason of the last rejected request.
func (e *events) rejection() middleware.Reason {
	var reason middleware.Reason
	all, _ := e.take()
	for _, event := range all {
		if event.Kind == middleware.EventRefused {
			reason = event.Reason
		}
	}
	return reason
}
