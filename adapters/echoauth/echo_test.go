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

	"github.com/bearerguard/bearerguard/adapters/adaptertest"
	"github.com/bearerguard/bearerguard/adapters/echoauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// TestPlaces runs the suite with the guards in the other places that Echo has
// for them, and with what an Echo often has besides.
func TestPlaces(t *testing.T) {
	for _, c := range []struct {
		name  string
		build func(e *echo.Echo, routes []adaptertest.Route)
	}{
		{"Group", func(e *echo.Echo, routes []adaptertest.Route) {
			for _, route := range routes {
				g := e.Group("", guardsOf(route)...)
				if route.Method == "" {
					g.Any(route.Path, handlerOf(route))
				} else {
					g.Add(route.Method, route.Path, handlerOf(route))
				}
			}
		}},
		{"Use", global((*echo.Echo).Use)},
		{"Pre", global((*echo.Echo).Pre)},
		{"Recover", func(e *echo.Echo, routes []adaptertest.Route) {
			config := echomiddleware.DefaultRecoverConfig
			config.DisablePrintStack = true
			e.Logger.SetOutput(discard{})
			e.Use(echomiddleware.RecoverWithConfig(config))
			register(e, routes)
		}},
		{"Debug", func(e *echo.Echo, routes []adaptertest.Route) {
			e.Debug = true
			register(e, routes)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			adaptertest.Run(t, func(routes []adaptertest.Route) http.Handler {
				e := echo.New()
				c.build(e, routes)
				return e
			})
		})
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// global puts the guards before all routes if there is just one.
func global(use func(*echo.Echo, ...echo.MiddlewareFunc)) func(*echo.Echo, []adaptertest.Route) {
	return func(e *echo.Echo, routes []adaptertest.Route) {
		if len(routes) > 1 {
			register(e, routes)
			return
		}
		use(e, guardsOf(routes[0])...)
		e.Any(routes[0].Path, handlerOf(routes[0]))
	}
}

func none(echo.Context) error { return nil }

// TestOwnErrorHandler shows what an API's own error handler has at hand, and
// that the fields of the answer are there whatever it writes.
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
			t.Errorf("the handler got %T", err)
			return
		}
		if body, err := json.Marshal(http.Message); err != nil || !strings.Contains(string(body), `"error_description":`) {
			t.Errorf("the message is %s, %v", body, err)
		}
		_ = c.String(http.Code, "own words for "+string(refused.Reason)+" of "+refused.ClientID)
	}
	e.GET("/deals", none, echoauth.Require(auth, scopes.Scope("deals-write")))
	e.GET("/optional", none, echoauth.Optional(auth))
	e.GET("/status", echoauth.AuthorizationStatus(auth))

	for _, c := range []struct {
		name, path, token string
		status            int
		body, challenge   string
	}{
		{"no token", "/deals", "", 401, "own words for no_token of ", `Bearer realm="api"`},
		{"no scope", "/deals", issuer.Mint(map[string]any{"scope": "deals-read"}), 403, "own words for insufficient_scope of demo-client", `Bearer realm="api", error="insufficient_scope"`},
		{"bad token", "/optional", "opaque", 401, "own words for malformed_token of ", `Bearer realm="api", error="invalid_token"`},
		{"status", "/status", "", 401, "own words for no_token of ", `Bearer realm="api"`},
		{"status with an audience of another", "/status", issuer.Mint(map[string]any{"aud": "x"}), 401, "own words for wrong_audience of demo-client", `Bearer realm="api", error="invalid_token"`},
		{"outage", "/deals", down.Mint(nil), 503, "own words for unavailable of ", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, c.path, nil)
			if c.token != "" {
				r.Header.Set("Authorization", "Bearer "+c.token)
			}
			w := httptest.NewRecorder()
			e.ServeHTTP(w, r)
			if w.Code != c.status || w.Body.String() != c.body {
				t.Errorf("answer %d %q, want %d %q", w.Code, w.Body, c.status, c.body)
			}
			challenges := w.Header()["Www-Authenticate"]
			if c.challenge == "" && len(challenges) > 0 || c.challenge != "" && (len(challenges) != 1 || !strings.HasPrefix(challenges[0], c.challenge)) {
				t.Errorf("WWW-Authenticate %q, want %s", challenges, c.challenge)
			}
			if w.Header().Get("Cache-Control") != "no-store" {
				t.Error("the answer may be stored")
			}
			if (w.Header().Get("Retry-After") != "") != (c.status == http.StatusServiceUnavailable) {
				t.Errorf("Retry-After %q", w.Header().Get("Retry-After"))
			}
		})
	}
}

// TestUnmatched shows that a guard before all routes, or before a group, hides
// which of its paths there are.
func TestUnmatched(t *testing.T) {
	auth, _ := guardOf(t)
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

// TestLogger shows that what Echo logs of a refusal names its reason and holds
// nothing of the token.
func TestLogger(t *testing.T) {
	auth, token := guardOf(t)
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
	if !strings.Contains(text, "insufficient_scope") || slices.ContainsFunc(strings.Split(token, "."), func(part string) bool { return strings.Contains(text, part) }) {
		t.Errorf("logged %s", text)
	}
}
