package middleware_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
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

func init() { gin.SetMode(gin.ReleaseMode) }

var everyAlgorithm = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384",
	"ES512", "EdDSA"}

// A world is an API behind three adapters, its issuer, and everything that the
// API logs.
type world struct {
	auth     *middleware.Authenticator
	adapters []adapter
	origin   *origin
	ran      atomic.Int32 // how often a handler ran
	logged   logged
	clock    atomic.Int64 // after theTime
}

// A adapter is the API behind one of the frameworks. All of its routes are open to
// every method.
type adapter struct {
	name    string
	handler http.Handler
}

// newWorld returns the world of theIssuer, whose keys the API has fetched.
// change, if not nil, changes the configuration.
func newWorld(t testing.TB, change func(*middleware.Config)) *world {
	t.Helper()
	w := newColdWorld(t, change)
	_ = w.auth.Ready(t.Context())
	w.logged.take()
	return w
}

// newColdWorld is newWorld before anything was fetched.
func newColdWorld(t testing.TB, change func(*middleware.Config)) *world {
	t.Helper()
	w := &world{origin: newOrigin()}
	config := middleware.Config{
		Audiences:  []string{theAudience, "urn:example:deals"},
		Issuers:    []middleware.Issuer{{URL: theIssuer, Algorithms: everyAlgorithm}},
		HTTPClient: &http.Client{Transport: w.origin},
		Now:        w.now,
	}
	if change != nil {
		change(&config)
	}
	config.Observe = w.logged.observe(config.Observe)
	config.Logger = slog.New(slog.NewTextHandler(lockedWriter{&w.logged},
		&slog.HandlerOptions{Level: slog.LevelDebug - 4, AddSource: true}))
	var err error
	if w.auth, err = middleware.New(config); err != nil {
		t.Fatal(err)
	}
	w.adapters = w.open(scopes.Scope("deals-read"))
	return w
}

func (w *world) now() time.Time { return theTime.Add(time.Duration(w.clock.Load())) }

// open returns three adapters with these routes: /deals requires need, /open any
// token, /both two scopes, /maybe no token, /status is the authorization status.
func (w *world) open(need ...scopes.Requirement) []adapter {
	handler := http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.ran.Add(1)
		_, _ = io.WriteString(rw, "served")
	})
	routes := map[string][]scopes.Requirement{
		"/deals": need, "/open": nil, "/both": {scopes.Scope("deals-read"), scopes.Scope("deals-write")},
	}
	mux, e, g := http.NewServeMux(), echo.New(), gin.New()
	for path, need := range routes {
		mux.Handle(path, httpauth.Require(w.auth, need...)(handler))
		e.Any(path, echo.WrapHandler(handler), echoauth.Require(w.auth, need...))
		g.Any(path, ginauth.Require(w.auth, need...), gin.WrapH(handler))
	}
	mux.Handle("/maybe", httpauth.Optional(w.auth)(handler))
	e.Any("/maybe", echo.WrapHandler(handler), echoauth.Optional(w.auth))
	g.Any("/maybe", ginauth.Optional(w.auth), gin.WrapH(handler))
	mux.Handle("/status", httpauth.AuthorizationStatus(w.auth))
	e.Any("/status", echoauth.AuthorizationStatus(w.auth))
	g.Any("/status", ginauth.AuthorizationStatus(w.auth))
	return []adapter{{"httpauth", mux}, {"echoauth", e}, {"ginauth", g}}
}

// An origin stands for the network: the issuer's server, and a record of every
// other URL that is asked for.
type origin struct {
	mu         sync.Mutex
	documents  map[string][]byte
	requests   int
	unexpected []string // URLs that must not be fetched
	down       bool
}

func newOrigin() *origin {
	o := &origin{documents: map[string][]byte{}}
	o.serve(theIssuer, theKeySet())
	return o
}

// serve publishes an issuer.
func (o *origin) serve(issuer string, keys []byte) {
	o.set(issuer+"/.well-known/openid-configuration",
		[]byte(`{"issuer":`+quoted(issuer)+`,"jwks_uri":`+quoted(issuer+"/jwks")+`,"id_token_signing_alg_values_supported":["none","HS256"]}`))
	o.set(issuer+"/jwks", keys)
}

func (o *origin) set(url string, document []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.documents[url] = document
}

func (o *origin) fetches() (requests int, unexpected []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.requests, o.unexpected
}

// RoundTrip implements http.RoundTripper.
func (o *origin) RoundTrip(r *http.Request) (*http.Response, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.requests++
	url := r.URL.String()
	text, known := o.documents[url]
	status := http.StatusOK
	switch {
	case o.down:
		return nil, errors.New("connection refused by upstream-host-7")
	case !known:
		status = http.StatusNotFound
		if !strings.Contains(url, "/.well-known/") {
			o.unexpected = append(o.unexpected, url)
		}
	}
	if r.Header.Get("Authorization") != "" || r.Header.Get("Cookie") != "" {
		o.unexpected = append(o.unexpected, "credentials to "+url)
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(text)),
		Request: r}, nil
}

// logged is everything that the API writes in addition to its responses: events,
// and the lines of Config.Logger for them at the lowest level.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *logged) observe(also func(context.Context, middleware.Event)) func(context.Context,
	middleware.Event) {
	return func(ctx context.Context, e middleware.Event) {
		fmt.Fprintf(lockedWriter{s}, "%+v\n%#v\n", e, e)
		if also != nil {
			also(ctx, e)
		}
	}
}

type lockedWriter struct{ s *logged }

func (w lockedWriter) Write(b []byte) (int, error) {
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	return w.s.text.Write(b)
}

// take returns what was logged since the last call.
func (s *logged) take() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := s.text.String()
	s.text.Reset()
	return text
}

// An outcome is everything that one request led to.
type outcome struct {
	status int
	header http.Header
	body   string
	ran    bool
	panic  any
	logged string
}

// send serves r through d.
func (w *world) send(d adapter, r *http.Request) (o outcome) {
	before := w.ran.Load()
	sentTokens.add(r)
	rec := httptest.NewRecorder()
	func() {
		defer func() { o.panic = recover() }()
		d.handler.ServeHTTP(rec, r)
	}()
	o.status, o.header, o.body = rec.Code, rec.Result().Header, rec.Body.String()
	o.ran = w.ran.Load() != before
	o.logged = w.logged.take()
	return o
}

// request returns a request for /deals with the fields, name by value.
func request(method, path string, fields ...string) *http.Request {
	r := httptest.NewRequest(method, "https://api.example.com"+path, nil)
	for i := 0; i < len(fields); i += 2 {
		r.Header[http.CanonicalHeaderKey(fields[i])] = append(r.Header[http.CanonicalHeaderKey(fields[i])],
			fields[i+1])
	}
	return r
}

func bearing(token string) *http.Request {
	return request("GET", "/deals", "Authorization", "Bearer "+token)
}

// reasonOf returns the reason in err, "" if it has none.
func reasonOf(err error) middleware.Reason {
	var e *middleware.Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return ""
}
