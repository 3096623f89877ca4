package ginauth_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/bearerguard/bearerguard/adapters/adaptertest"
	"github.com/bearerguard/bearerguard/adapters/ginauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// TestPlaces runs the suite with the guards in the other places that Gin has for
// them, and with what a Gin engine often has besides.
func TestPlaces(t *testing.T) {
	for _, c := range []struct {
		name  string
		build func(engine *gin.Engine, routes []adaptertest.Route)
	}{
		{"Group", func(engine *gin.Engine, routes []adaptertest.Route) {
			for _, route := range routes {
				g := engine.Group("", guardsOf(route)...)
				route.Guards = nil
				register(g, []adaptertest.Route{route})
			}
		}},
		{"Use", func(engine *gin.Engine, routes []adaptertest.Route) {
			if len(routes) > 1 {
				register(engine, routes)
				return
			}
			engine.Use(guardsOf(routes[0])...)
			engine.Any(routes[0].Path, handlerOf(routes[0]))
		}},
		{"Recovery", func(engine *gin.Engine, routes []adaptertest.Route) {
			engine.Use(gin.RecoveryWithWriter(io.Discard))
			register(engine, routes)
		}},
		{"middleware that renders errors", func(engine *gin.Engine, routes []adaptertest.Route) {
			engine.Use(func(c *gin.Context) {
				c.Next()
				if len(c.Errors) > 0 && !c.Writer.Written() {
					c.String(http.StatusInternalServerError, "rendered")
				}
			})
			register(engine, routes)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			adaptertest.Run(t, func(routes []adaptertest.Route) http.Handler {
				engine := gin.New()
				c.build(engine, routes)
				return engine
			})
		})
	}
}

// TestAbort looks at a refusal from the middleware around the guard.
func TestAbort(t *testing.T) {
	auth, token := guardOf(t)
	for _, c := range []struct {
		name   string
		guard  gin.HandlerFunc
		token  string
		status int
		reason middleware.Reason // empty: the handlers run
	}{
		{"Require refuses", ginauth.Require(auth), "", 401, middleware.ErrNoToken},
		{"Require refuses for a scope", ginauth.Require(auth, scopes.Scope("other")), token, 403, middleware.ErrInsufficientScope},
		{"Require lets through", ginauth.Require(auth), token, 204, ""},
		{"Optional refuses", ginauth.Optional(auth), "opaque", 401, middleware.ErrMalformedToken},
		{"Optional lets through", ginauth.Optional(auth), "", 204, ""},
		{"AuthorizationStatus refuses", ginauth.AuthorizationStatus(auth), "", 401, middleware.ErrNoToken},
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			t.Run(c.name+" "+method, func(t *testing.T) {
				var aborted, written, ran bool
				var all []*gin.Error
				engine := gin.New()
				engine.Use(func(g *gin.Context) {
					g.Next()
					aborted, written, all = g.IsAborted(), g.Writer.Written(), g.Errors
				})
				next := func(g *gin.Context) { ran = true; g.Status(http.StatusNoContent) }
				engine.Handle(method, "/", c.guard, next, next)
				w := send(engine, method, c.token)
				refused := c.reason != ""
				if w.Code != c.status || ran == refused || aborted != refused {
					t.Errorf("status %d, the handler ran: %v, the chain is aborted: %v", w.Code, ran, aborted)
				}
				if !refused {
					if len(all) > 0 {
						t.Errorf("errors %v", all)
					}
					return
				}
				if !written {
					t.Error("somebody could still change the answer")
				}
				var e *middleware.Error
				if len(all) != 1 || !errors.As(all[0].Err, &e) || e.Reason != c.reason {
					t.Errorf("c.Errors %v, want one %s", all, c.reason)
				}
				if n := strings.Count(w.Body.String(), "{"); method == http.MethodGet && n != 1 {
					t.Errorf("%d bodies: %s", n, w.Body)
				}
			})
		}
	}
}

func send(h http.Handler, method, token string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/", nil)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// TestKeys shows that what another middleware keeps in Gin's context is no token.
func TestKeys(t *testing.T) {
	auth, _ := guardOf(t)
	engine := gin.New()
	engine.Use(func(c *gin.Context) {
		c.Set("user", "root")
		c.Set("token", "root")
	})
	engine.GET("/", ginauth.Optional(auth), func(c *gin.Context) {
		if ginauth.Token(c) != nil {
			t.Error("a token from nowhere")
		}
	})
	if w := send(engine, http.MethodGet, ""); w.Code != http.StatusOK {
		t.Errorf("status %d", w.Code)
	}
}

// TestCopy shows that a goroutine which outlives the request knows the caller.
func TestCopy(t *testing.T) {
	auth, token := guardOf(t)
	engine := gin.New()
	client := make(chan string, 1)
	engine.GET("/", ginauth.Require(auth), func(c *gin.Context) {
		copied := c.Copy()
		go func() { client <- ginauth.Token(copied).ClientID }()
	})
	send(engine, http.MethodGet, token)
	if got := <-client; got != "demo-client" {
		t.Errorf("client %q", got)
	}
}

// TestUnmatched shows that a guard before all routes hides which paths there are.
func TestUnmatched(t *testing.T) {
	auth, _ := guardOf(t)
	engine := gin.New()
	engine.Use(ginauth.Require(auth))
	if w := send(engine, http.MethodGet, ""); w.Code != http.StatusUnauthorized {
		t.Errorf("status %d, want 401", w.Code)
	}
}
