package httpauth_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/adaptertest"
	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
)

func TestAdapter(t *testing.T) {
	adaptertest.Run(t, func(routes []adaptertest.Route) (http.Handler, middleware.Routes) {
		var mux httpauth.Mux
		for _, route := range routes {
			m := &mux
			for _, g := range route.Guards {
				if g.Optional {
					m = m.Optional(g.Auth)
				} else {
					m = m.Require(g.Auth, g.Need...)
				}
			}
			if route.Public {
				m = m.Public()
			}
			m.Handle(patternOf(route), handlerOf(route))
		}
		return &mux, mux.Routes()
	})
}

// TestWrapped runs the suite with handlers that the guards are wrapped around.
func TestWrapped(t *testing.T) {
	adaptertest.Run(t, func(routes []adaptertest.Route) (http.Handler, middleware.Routes) {
		var mux httpauth.Mux
		for _, route := range routes {
			m := &mux
			if route.Public {
				m = m.Public()
			}
			m.Handle(patternOf(route), wrapped(route))
		}
		return &mux, mux.Routes()
	})
}

func patternOf(route adaptertest.Route) string {
	return strings.TrimSpace(route.Method + " " + route.Path)
}

func handlerOf(route adaptertest.Route) http.Handler {
	if route.Status != nil {
		return httpauth.AuthorizationStatus(route.Status)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route.Handler(w, r, httpauth.Token(r))
	})
}

// wrapped returns the handler behind the guards of the route.
func wrapped(route adaptertest.Route) http.Handler {
	h := handlerOf(route)
	for _, g := range slices.Backward(route.Guards) {
		if g.Optional {
			h = httpauth.Optional(g.Auth)(h)
		} else {
			h = httpauth.Require(g.Auth, g.Need...)(h)
		}
	}
	return h
}
