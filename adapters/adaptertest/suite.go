package adaptertest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// path is the path of the route in most tests.
const path = "/v1/deals"

// quick are the algorithms of the issuers' keys, chosen because such a key is
// generated fast. An adapter does not depend on the algorithm.
var quick = []string{"ES256"}

var (
	read  = scopes.Scope("deals-read")
	write = scopes.Scope("deals-write")
)

// A suite is an adapter under test and the issuer whose tokens it gets.
type suite struct {
	list   func([]Route) (http.Handler, middleware.Routes)
	issuer *testutil.Issuer
}

// build builds an API whose list of routes does not matter.
func (s *suite) build(routes []Route) http.Handler {
	api, _ := s.list(routes)
	return api
}

// auth returns an Authenticator that trusts the suite's issuer.
func (s *suite) auth(t testing.TB, change func(*middleware.Config)) *middleware.Authenticator {
	t.Helper()
	config := middleware.Config{
		Audiences: []string{s.issuer.Audience()},
		Issuers:   []middleware.Issuer{{URL: s.issuer.URL()}},
	}
	if change != nil {
		change(&config)
	}
	auth, err := middleware.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return auth
}

// good returns a token that every Authenticator of the suite accepts, with the
// scopes deals-read and deals-admin.
func (s *suite) good() string { return s.scoped("deals-read deals-admin") }

// scoped returns a token with these scopes, which are separated by spaces.
func (s *suite) scoped(scope string) string {
	return s.issuer.Mint(map[string]any{"scope": scope})
}

// required returns a guard that requires a token.
func required(auth *middleware.Authenticator, need ...scopes.Requirement) guard {
	return guard{Auth: auth, Need: need}
}

// optional returns a guard with an optional token.
func optional(auth *middleware.Authenticator) guard { return guard{Auth: auth, Optional: true} }

// guarded builds an API with one route behind guards.
func (s *suite) guarded(guards ...guard) (http.Handler, *witness) {
	seen := new(witness)
	return s.handled(seen.handle, guards...), seen
}

// handled builds an API with one route behind guards and this handler.
func (s *suite) handled(
	handler func(w http.ResponseWriter, r *http.Request, token *claims.Token), guards ...guard,
) http.Handler {
	return s.build([]Route{{Path: path, Guards: guards, Handler: handler}})
}

// A witness is a handler that records its calls.
type witness struct {
	mu    sync.Mutex
	calls []call
}

// A call is one request that reached the handler.
type call struct {
	token       *claims.Token // what the adapter's Token returned
	fromContext *claims.Token // what claims.FromContext returned
}

func (seen *witness) handle(w http.ResponseWriter, r *http.Request, token *claims.Token) {
	fromContext, ok := claims.FromContext(r.Context())
	if !ok {
		fromContext = nil
	}
	seen.mu.Lock()
	defer seen.mu.Unlock()
	seen.calls = append(seen.calls, call{token, fromContext})
	_, _ = io.WriteString(w, "handled")
}

// take returns the calls since the last take.
func (seen *witness) take() []call {
	seen.mu.Lock()
	defer seen.mu.Unlock()
	calls := seen.calls
	seen.calls = nil
	return calls
}

// ran fails the test unless the handler ran once with a token of client, or
// without a token if client is empty.
func (seen *witness) ran(t *testing.T, client string) {
	t.Helper()
	calls := seen.take()
	if len(calls) != 1 {
		t.Fatalf("the handler ran %d times, want once", len(calls))
	}
	got := calls[0]
	if got.token != got.fromContext {
		t.Errorf("Token returns %v, claims.FromContext %v", got.token, got.fromContext)
	}
	switch {
	case client == "" && got.token != nil:
		t.Errorf("the handler got a token of %q, want none", got.token.ClientID)
	case client != "" && got.token == nil:
		t.Error("the handler got no token")
	case client != "" && got.token.ClientID != client:
		t.Errorf("the handler got a token of %q, want %q", got.token.ClientID, client)
	}
}

// idle fails the test if the handler ran.
func (seen *witness) idle(t *testing.T) {
	t.Helper()
	if n := len(seen.take()); n != 0 {
		t.Errorf("the handler ran %d times, want never", n)
	}
}

// get returns a request with the token, or without a token if it is empty.
func get(token string) *http.Request { return request(http.MethodGet, token) }

func request(method, token string) *http.Request {
	r := httptest.NewRequest(method, path, nil)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return r
}

// A response is a response that was read.
type response struct {
	status int
	header http.Header
	body   string
}

// do sends a request through h, without a network.
func do(h http.Handler, r *http.Request) response {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return response{w.Code, w.Result().Header, w.Body.String()}
}

// send sends a request to a server.
func send(client *http.Client, r *http.Request) (response, error) {
	resp, err := client.Do(r)
	if err != nil {
		return response{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return response{resp.StatusCode, resp.Header, string(body)}, err
}

// A refusal is the response to a rejected request.
type refusal struct {
	status    int
	challenge string // empty: there must be none
	body      string // compact JSON, the members in order
}

// check fails the test unless got is the refusal, in every part.
func (want refusal) check(t *testing.T, got response) {
	t.Helper()
	if got.status != want.status {
		t.Errorf("status %d, want %d", got.status, want.status)
	}
	var challenges []string
	if want.challenge != "" {
		challenges = []string{want.challenge}
	}
	if all := got.header["Www-Authenticate"]; !slices.Equal(all, challenges) {
		t.Errorf("WWW-Authenticate %q, want %q", all, challenges)
	}
	if all := got.header["Cache-Control"]; !slices.Equal(all, []string{"no-store"}) {
		t.Errorf("Cache-Control %q, want no-store", all)
	}
	if all := got.header["X-Content-Type-Options"]; !slices.Equal(all, []string{"nosniff"}) {
		t.Errorf("X-Content-Type-Options %q, want nosniff", all)
	}
	isJSON(t, got)
	var body bytes.Buffer
	if err := json.Compact(&body, []byte(got.body)); err != nil {
		t.Errorf("body %q: %v", got.body, err)
	} else if body.String() != want.body {
		t.Errorf("body %s, want %s", &body, want.body)
	}
}

func isJSON(t *testing.T, got response) {
	t.Helper()
	kinds := got.header["Content-Type"]
	if len(kinds) != 1 {
		t.Errorf("Content-Type %q, want one", kinds)
		return
	}
	if kind, _, err := mime.ParseMediaType(kinds[0]); err != nil || kind != "application/json" {
		t.Errorf("Content-Type %q, want application/json", kinds[0])
	}
}

// A log collects the reasons of refusals.
type log struct {
	mu  sync.Mutex
	all []middleware.Reason
}

func (l *log) observe(_ context.Context, e middleware.Event) {
	if e.Kind != middleware.EventRefused {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, e.Reason)
}

// take returns the reasons since the last take.
func (l *log) take() []middleware.Reason {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.all
	l.all = nil
	return all
}
