// Package httpauth guards net/http handlers with access tokens.
//
//	read := httpauth.Require(auth, scopes.Scope("deals-read"))
//	mux.Handle("GET /v1/deals", read(http.HandlerFunc(deals)))
//
// A guard is an ordinary middleware, so it works with any net/http router. To
// list an API's routes and who may call them, register the routes with a [Mux],
// or read them from another router with a [Recorder].
package httpauth

import (
	"net/http"
	"slices"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// Require returns a guard. The handler behind it runs only if the request has a
// valid token that satisfies every requirement; without requirements, any valid
// token will do. The guard writes the response to every other request, as
// [middleware.Authenticator.WriteRefusal] does. Require panics if a requirement
// is not well formed. The guard is safe for concurrent use.
func Require(a *middleware.Authenticator, need ...scopes.Requirement) func(http.Handler) http.Handler {
	a.Declare(need...)
	need = slices.Clone(need) // the caller may use its list again
	route := middleware.Route{Guarded: true, Need: need}
	return guard(a, route, func(r *http.Request) (*http.Request, error) { return a.Check(r, need...) })
}

// Optional returns a guard for handlers that do more for callers they know. A
// request without a token reaches the handler unchanged. A token that is there
// must be valid: otherwise the guard rejects the request as Require does.
func Optional(a *middleware.Authenticator) func(http.Handler) http.Handler {
	return guard(a, middleware.Route{Optional: true}, a.CheckOptional)
}

// Token returns the token that a guard accepted, nil if there is none.
func Token(r *http.Request) *claims.Token {
	t, _ := claims.FromContext(r.Context())
	return t
}

// AuthorizationStatus returns a handler that tells callers what their token
// says. It requires a valid token, and no scope; it needs no other guard.
func AuthorizationStatus(a *middleware.Authenticator) http.Handler {
	return &marked{middleware.Route{Guarded: true}, nil, a.AuthorizationStatusHandler().ServeHTTP}
}

// A check is an Authenticator's Check, with requirements, or CheckOptional.
type check func(*http.Request) (*http.Request, error)

// guard returns a guard that lets through what check accepts.
func guard(a *middleware.Authenticator, route middleware.Route, check check) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return &marked{route, next, func(w http.ResponseWriter, r *http.Request) {
			checked, err := check(r)
			if err != nil {
				a.WriteRefusal(w, r, err)
				return
			}
			next.ServeHTTP(w, checked)
		}}
	}
}
