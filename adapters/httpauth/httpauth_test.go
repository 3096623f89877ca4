package httpauth_test

import (
	"net/http"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/adaptertest"
	"github.com/bearerguard/bearerguard/adapters/httpauth"
)

func TestAdapter(t *testing.T) { adaptertest.Run(t, build) }

func build(routes []adaptertest.Route) http.Handler {
	mux := http.NewServeMux()
	for _, route := range routes {
		var h http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			route.Handler(w, r, httpauth.Token(r))
		})
		if route.Status != nil {
			h = httpauth.AuthorizationStatus(route.Status)
		}
		for i := len(route.Guards) - 1; i >= 0; i-- {
			if g := route.Guards[i]; g.Optional {
				h = httpauth.Optional(g.Auth)(h)
			} else {
				h = httpauth.Require(g.Auth, g.Need...)(h)
			}
		}
		pattern := route.Path
		if route.Method != "" {
			pattern = route.Method + " " + pattern
		}
		mux.Handle(pattern, h)
	}
	return mux
}
