package httpauth_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/adapters/internal/testauth"
	"github.com/bearerguard/bearerguard/scopes"
)

// TestServeMux has guards on patterns of every kind. The pattern that http.ServeMux
// chooses decides.
func TestServeMux(t *testing.T) {
	auth, token := testauth.New(t)
	admin := httpauth.Require(auth, scopes.Scope("admin"))
	other := httpauth.Require(auth, scopes.Scope("other"))
	handler := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Client", httpauth.Token(r).ClientID)
		w.Header().Set("X-Pattern", r.Pattern)
		w.Header().Set("X-Value", r.PathValue("id"))
		w.Header().Set("X-Path", r.URL.Path)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /deals/{id}", admin(http.HandlerFunc(handler)))
	mux.Handle("POST /deals/{id}", other(http.HandlerFunc(handler)))
	mux.Handle("internal.example.com/deals/{id}", other(http.HandlerFunc(handler)))
	mux.Handle("/files/{id...}", admin(http.HandlerFunc(handler)))
	mux.Handle("/inside/", admin(http.StripPrefix("/inside", http.HandlerFunc(handler))))
	mux.Handle("/outside/", http.StripPrefix("/outside", admin(http.HandlerFunc(handler))))
	inner := http.NewServeMux()
	inner.HandleFunc("GET /nested/{id}", handler)
	mux.Handle("/nested/", admin(inner))

	for _, c := range []struct {
		name, method, url    string
		status               int // with a token that has the scope admin
		pattern, value, seen string
	}{
		{"method and wildcard", "GET", "/deals/7", 200, "GET /deals/{id}", "7", "/deals/7"},
		{"HEAD is GET", "HEAD", "/deals/7", 200, "GET /deals/{id}", "7", "/deals/7"},
		{"another method", "POST", "/deals/7", 403, "", "", ""},
		{"another host", "GET", "http://internal.example.com/deals/7", 403, "", "", ""},
		{"rest of the path", "DELETE", "/files/a/b", 200, "/files/{id...}", "a/b", "/files/a/b"},
		{"StripPrefix inside", "GET", "/inside/x", 200, "/inside/", "", "/x"},
		{"StripPrefix outside", "GET", "/outside/x", 200, "/outside/", "", "/x"},
		{"a mux behind a guard", "GET", "/nested/7", 200, "GET /nested/{id}", "7", "/nested/7"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(c.method, c.url, nil)
			w := httptest.NewRecorder()
			mux.ServeHTTP(w, r)
			if w.Code != http.StatusUnauthorized || w.Header().Get("X-Path") != "" {
				t.Errorf("without a token: status %d", w.Code)
			}
			r = httptest.NewRequest(c.method, c.url, nil)
			r.Header.Set("Authorization", "Bearer "+token)
			w = httptest.NewRecorder()
			mux.ServeHTTP(w, r)
			if w.Code != c.status {
				t.Errorf("status %d, want %d", w.Code, c.status)
			}
			h := w.Header()
			if c.status == http.StatusOK && h.Get("X-Client") != "demo-client" {
				t.Errorf("client %q", h.Get("X-Client"))
			}
			if h.Get("X-Pattern") != c.pattern || h.Get("X-Value") != c.value || h.Get("X-Path") != c.seen {
				t.Errorf("the handler saw pattern %q, value %q, path %q", h.Get("X-Pattern"), h.Get("X-Value"),
					h.Get("X-Path"))
			}
		})
	}
	t.Run("no pattern", func(t *testing.T) {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest("GET", "/none", nil))
		if w.Code != http.StatusNotFound {
			t.Errorf("status %d", w.Code)
		}
	})
}
