package echoauth_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
	echomiddleware "github.com/labstack/echo/v4/middleware"

	"github.com/bearerguard/bearerguard/adapters/echoauth"
	"github.com/bearerguard/bearerguard/adapters/internal/testauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// TestOwnErrorHandler shows what an error handler of the API gets, and that the
// header fields of the response are set before it writes.
func TestOwnErrorHandler(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{Keys: []string{"ES256"}})
	down := testutil.NewIssuer(t, testutil.Options{Keys: []string{"ES256"}})
	down.Down()
	auth, err := middleware.New(middleware.Config{
		Audiences: []string{issuer.Audience()},
		Issuers:   []middleware.Issuer{{URL: issuer.URL()}, {URL: down.URL()}},
	})
	if err != nil {
		t.Fatal(err)
	}
	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		var refused *middleware.Error
		var http *echo.HTTPError
		if !errors.As(err, &refused) || !errors.As(err, &http) {
			t.Errorf("the error handler got %T", err)
			return
		}
		if body, err := json.Marshal(http.Message); err != nil ||
			!strings.Contains(string(body), `"error_description":`) {
			t.Errorf("the message is %s, %v", body, err)
		}
		_ = c.String(http.Code, "own text for "+string(refused.Reason)+" of "+refused.ClientID)
	}
	e.GET("/deals", none, echoauth.Require(auth, scopes.Scope("deals-write")))
	e.GET("/optional", none, echoauth.Optional(auth))
	e.GET("/status", echoauth.AuthorizationStatus(auth))

	for _, c := range []struct {
		name, path, token string
		status            int
		body, challenge   string
	}{
		{"no token", "/deals", "", 401, "own text for no_token of ", `Bearer realm="api"`},
		{"no scope", "/deals", issuer.Mint(map[string]any{"scope": "deals-read"}), 403,
			"own text for insufficient_scope of demo-client", `Bearer realm="api", error="insufficient_scope"`},
		{"bad token", "/optional", "opaque", 401, "own text for malformed_token of ",
			`Bearer realm="api", error="invalid_token"`},
		{"status", "/status", "", 401, "own text for no_token of ", `Bearer realm="api"`},
		{"status with another audience", "/status", issuer.Mint(map[string]any{"aud": "x"}), 401,
			"own text for wrong_audience of demo-client", `Bearer realm="api", error="invalid_token"`},
		{"outage", "/deals", down.Mint(nil), 503, "own text for unavailable of ", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, c.path, nil)
			if c.token != "" {
				r.Header.Set("Authorization", "Bearer "+c.token)
			}
			w := httptest.NewRecorder()
			e.ServeHTTP(w, r)
			if w.Code != c.status || w.Body.String() != c.body {
				t.Errorf("response %d %q, want %d %q", w.Code, w.Body, c.status, c.body)
			}
			challenges := w.Header()["Www-Authenticate"]
			if c.challenge == "" && len(challenges) > 0 || c.challenge != "" &&
				(len(challenges) != 1 || !strings.HasPrefix(challenges[0], c.challenge)) {
				t.Errorf("WWW-Authenticate %q, want %s", challenges, c.challenge)
			}
			if w.Header().Get("Cache-Control") != "no-store" {
				t.Error("caches may store the response")
			}
			if w.Header().Get("X-Content-Type-Options") != "nosniff" {
				t.Error("a browser may guess the type of the response")
			}
			if (w.Header().Get("Retry-After") != "") != (c.status == http.StatusServiceUnavailable) {
				t.Errorf("Retry-After %q", w.Header().Get("Retry-After"))
			}
		})
	}
}

// TestUnmatched shows that a guard for all routes, or for a group, hides which paths
// have a route.
func TestUnmatched(t *testing.T) {
	auth, _ := testauth.New(t)
	guard := echoauth.Require(auth)
	for name, register := range map[string]func(*echo.Echo){
		"Use":   func(e *echo.Echo) { e.Use(guard) },
		"Group": func(e *echo.Echo) { e.Group("/v1", guard) },
	} {
		t.Run(name, func(t *testing.T) {
			e := echo.New()
			register(e)
			w := httptest.NewRecorder()
			e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v1/nothing", nil))
			if w.Code != http.StatusUnauthorized {
				t.Errorf("status %d, want 401", w.Code)
			}
		})
	}
}

// TestLogger shows that the error that Echo logs names the reason and holds nothing of
// the token.
func TestLogger(t *testing.T) {
	auth, token := testauth.New(t)
	var logged []error
	e := echo.New()
	e.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			err := next(c)
			logged = append(logged, err)
			return err
		}
	})
	e.GET("/", none, echoauth.Require(auth, scopes.Scope("other")))
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	e.ServeHTTP(httptest.NewRecorder(), r)
	if len(logged) != 1 || !errors.Is(logged[0], middleware.ErrInsufficientScope) {
		t.Fatalf("logged %v", logged)
	}
	text := logged[0].Error()
	if !strings.Contains(text, "insufficient_scope") ||
		slices.ContainsFunc(strings.Split(token, "."),
			func(part string) bool { return strings.Contains(text, part) }) {
		t.Errorf("logged %s", text)
	}
}

// TestCORS shows that Echo's CORS middleware belongs in front of the guard.
func TestCORS(t *testing.T) {
	auth, _ := testauth.New(t)
	for name, want := range map[string]int{"with the middleware": 204, "without": 401} {
		t.Run(name, func(t *testing.T) {
			t.Attr("requirement", "H-15")
			e := echo.New()
			if want == 204 {
				e.Use(echomiddleware.CORS())
			}
			e.Any("/admin", func(echo.Context) error { t.Error("the handler ran"); return nil },
				echoauth.Require(auth))
			r := httptest.NewRequest(http.MethodOptions, "/admin", nil)
			r.Header.Set("Origin", "https://app.example")
			r.Header.Set("Access-Control-Request-Method", "GET")
			w := httptest.NewRecorder()
			if e.ServeHTTP(w, r); w.Code != want {
				t.Errorf("status %d, want %d", w.Code, want)
			}
		})
	}
}
