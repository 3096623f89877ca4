package middleware_test

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// hearing collects the events about requests.
type hearing struct{ all []middleware.Event }

func (h *hearing) observe(_ context.Context, e middleware.Event) {
	if e.Kind == middleware.EventAdmitted || e.Kind == middleware.EventRefused {
		h.all = append(h.all, e)
	}
}

// sole returns the only event since the last call.
func (h *hearing) sole(t *testing.T) middleware.Event {
	t.Helper()
	all := h.all
	h.all = nil
	if len(all) != 1 {
		t.Fatalf("%d events: %+v", len(all), all)
	}
	return all[0]
}

func TestAdmissionsAreHeardOf(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{Keys: []string{"ES256"}})
	var heard hearing
	auth := hearingAuth(t, issuer, func(c *middleware.Config) {
		c.Observe, c.ObserveAdmitted = heard.observe, true
		c.Issuers[0].Dialect.Name = "demo"
	})
	mux := http.NewServeMux()
	mux.Handle("GET /deals/{id}", httpauth.Require(auth, scopes.Scope("deals-read"),
		scopes.Scope("deals-admin"))(
		httpauth.Require(auth)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))))
	r := request("GET", "/deals/77", "Authorization",
		"Bearer "+issuer.Mint(map[string]any{"scope": "deals-read deals-admin"}))
	for _, cached := range []bool{false, true} {
		mux.ServeHTTP(&discard{http.Header{}}, r)
		e := heard.sole(t)
		if e.Duration <= 0 && !cached || e.Duration > time.Minute {
			t.Errorf("the decision took %v", e.Duration)
		}
		if e.Kind != middleware.EventAdmitted || e.Issuer != issuer.URL() || e.Dialect != "demo" ||
			e.ClientID != "demo-client" || e.Cached != cached || e.Method != "GET" ||
			e.Route != "GET /deals/{id}" || e.Need != "deals-read and deals-admin" || e.Missing != nil ||
			e.Reason != "" {
			t.Errorf("cached %v: %+v", cached, e)
		}
	}
	view := middleware.RequestOf(r)
	auth.Vouch(t.Context(), &view, claims.Token{ClientID: "batch"})
	if e := heard.sole(t); e.ClientID != "batch" || e.Issuer != "" || e.Duration != 0 {
		t.Errorf("vouched: %+v", e)
	}
}

// TestAdmissionsAreSilentByDefault: Config.Observe hears of admissions only on request.
func TestAdmissionsAreSilentByDefault(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{Keys: []string{"ES256"}})
	var heard hearing
	auth := hearingAuth(t, issuer, func(c *middleware.Config) { c.Observe = heard.observe })
	if _, err := auth.Verify(t.Context(), issuer.Mint(nil)); err != nil || len(heard.all) != 0 {
		t.Errorf("%v, events %+v", err, heard.all)
	}
}

func TestRefusalsTellWhatWasMissing(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{Keys: []string{"ES256"}})
	var heard hearing
	var log lockedBuffer
	auth := hearingAuth(t, issuer, func(c *middleware.Config) {
		c.Observe = heard.observe
		c.Logger = slog.New(slog.NewTextHandler(&log, nil))
	})
	var many []scopes.Requirement
	for _, s := range strings.Fields("a b c d e f g h i j") {
		many = append(many, scopes.Scope(s))
	}
	scope := issuer.Mint(map[string]any{"scope": "deals-read a b c d e f g h i"})
	for _, c := range []struct {
		name, token string
		need        []scopes.Requirement
		reason      middleware.Reason
		text        string
		missing     []string
		line        string // what it contains
	}{
		{"one of two scopes", scope, []scopes.Requirement{scopes.Scope("deals-read"), scopes.Scope("deals-write")},
			middleware.ErrInsufficientScope, "deals-read and deals-write", []string{"deals-write"},
			`need="deals-read and deals-write" missing=[deals-write]`},
		{"one of many", scope, many, middleware.ErrInsufficientScope,
			"a and b and c and d and e and f and g and h and i and j", []string{"j"}, "missing=[j]"},
		{"a step up", scope, []scopes.Requirement{scopes.Authentication(0, "gold")},
			middleware.ErrInsufficientAuthentication, "authentication(acr:gold)", []string{"authentication(acr:gold)"},
			"missing=[authentication(acr:gold)]"},
		{"a bad token", "opaque", many, middleware.ErrMalformedToken, "", nil, "route=\"GET /deals/{id}\" hint"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := auth.Decide(t.Context(), &middleware.Request{
				Token: c.token, Method: "GET", Route: "GET /deals/{id}", Target: "/deals/77",
			}, c.need...)
			e, _ := err.(*middleware.Error)
			if e == nil || e.Reason != c.reason {
				t.Fatalf("error %v, want %s", err, c.reason)
			}
			if e.Method != "GET" || e.Route != "GET /deals/{id}" || e.Need != c.text ||
				!slices.Equal(e.Missing, c.missing) {
				t.Errorf("error %+v", e)
			}
			event := heard.sole(t)
			if event.Method != e.Method || event.Route != e.Route || event.Need != e.Need ||
				!slices.Equal(event.Missing, e.Missing) {
				t.Errorf("event %+v, error %+v", event, e)
			}
			lines := strings.Split(strings.TrimSpace(log.String()), "\n")
			if last := lines[len(lines)-1]; !strings.Contains(last, c.line) || c.missing == nil &&
				strings.Contains(last, "missing") {
				t.Errorf("line %s, want %s in it", last, c.line)
			}
		})
	}
}

// TestMethodsAreOfAFixedList: a client chooses the method, and it may be a secret.
func TestMethodsAreOfAFixedList(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{Keys: []string{"ES256"}})
	var heard hearing
	auth := hearingAuth(t, issuer, func(c *middleware.Config) {
		c.Observe,
			c.ObserveAdmitted = heard.observe, true
	})
	good := issuer.Mint(nil)
	for method, want := range map[string]string{
		"": "", "GET": "GET", "HEAD": "HEAD", "POST": "POST", "PUT": "PUT", "PATCH": "PATCH", "DELETE": "DELETE",
		"OPTIONS": "OPTIONS", "CONNECT": "CONNECT", "TRACE": "TRACE", "get": "other", "GET ": "other",
		"eyJhbGciOiJSUzI1NiJ9": "other",
	} {
		for _, token := range []string{good, "opaque"} {
			_, err := auth.Decide(t.Context(), &middleware.Request{Token: token, Method: method})
			if e := heard.sole(t); e.Method != want {
				t.Errorf("method %q is told as %q, want %q", method, e.Method, want)
			}
			if e, ok := err.(*middleware.Error); ok && e.Method != want {
				t.Errorf("method %q in the error: %q, want %q", method, e.Method, want)
			}
		}
	}
}

// TestRoutesAreCopied: a server may use the memory of its strings again.
func TestRoutesAreCopied(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{Keys: []string{"ES256"}})
	var heard hearing
	auth := hearingAuth(t, issuer, func(c *middleware.Config) {
		c.Observe,
			c.ObserveAdmitted = heard.observe, true
	})
	for _, token := range []string{issuer.Mint(nil), "opaque"} {
		buffer := []byte("/deals/{id}")
		_, _ = auth.Decide(t.Context(), &middleware.Request{Token: token, Route: reusable(buffer)})
		copy(buffer, "another one")
		if e := heard.sole(t); e.Route != "/deals/{id}" {
			t.Errorf("%s: route %q", e.Kind, e.Route)
		}
	}
}
