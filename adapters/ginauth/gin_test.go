package ginauth_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/bearerguard/bearerguard/adapters/ginauth"
	"github.com/bearerguard/bearerguard/adapters/internal/testauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// TestAbort shows what a middleware in front of the guard sees of a refusal.
func TestAbort(t *testing.T) {
	auth, token := testauth.New(t)
	for _, c := range []struct {
		name   string
		guard  gin.HandlerFunc
		token  string
		status int
		reason middleware.Reason // empty: the handlers run
	}{
		{"Require refuses", ginauth.Require(auth), "", 401, middleware.ErrNoToken},
		{"Require refuses for a scope", ginauth.Require(auth, scopes.Scope("other")), token, 403,
			middleware.ErrInsufficientScope},
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
					t.Error("the status can still be changed")
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

// TestKeys shows that a value which another middleware sets in Gin's context is not
// taken for a token.
func TestKeys(t *testing.T) {
	auth, _ := testauth.New(t)
	engine := gin.New()
	engine.Use(func(c *gin.Context) {
		c.Set("user", "root")
		c.Set("token", "root")
	})
	engine.GET("/", ginauth.Optional(auth), func(c *gin.Context) {
		if ginauth.Token(c) != nil {
			t.Error("Token returns a token")
		}
	})
	if w := send(engine, http.MethodGet, ""); w.Code != http.StatusOK {
		t.Errorf("status %d", w.Code)
	}
}

// TestCopy shows that a goroutine with a copy of the context knows the caller.
func TestCopy(t *testing.T) {
	auth, token := testauth.New(t)
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

// TestUnmatched shows that a guard for all routes hides which paths have a route.
func TestUnmatched(t *testing.T) {
	auth, _ := testauth.New(t)
	engine := gin.New()
	engine.Use(ginauth.Require(auth))
	if w := send(engine, http.MethodGet, ""); w.Code != http.StatusUnauthorized {
		t.Errorf("status %d, want 401", w.Code)
	}
}
