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
	return guard(a, middleware.Route{Guarded: true, Need: need})
}

// Func returns a handler function with the guard of Require in front of it, for one route:
//
//	mux.Handle("GET /v1/deals", httpauth.Func(auth, deals, scopes.Scope("deals-read")))
func Func(
	a *middleware.Authenticator, h func(http.ResponseWriter, *http.Request), need ...scopes.Requirement,
) http.Handler {
	return Require(a, need...)(http.HandlerFunc(h))
}

// Optional returns a guard for handlers that do more for callers they know. A
// request without a token reaches the handler unchanged. A token that is there
// must be valid: otherwise the guard rejects the request as Require does.
func Optional(a *middleware.Authenticator) func(http.Handler) http.Handler {
	return guard(a, middleware.Route{Optional: true})
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

// guard returns a guard for a route that is optional, or that needs what route says.
func guard(a *middleware.Authenticator, route middleware.Route) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return &marked{route, next, func(w http.ResponseWriter, r *http.Request) {
			view := middleware.RequestOf(r)
			var admitted *middleware.Admission
			var err error
			if route.Optional {
				a.AddVary(w.Header())
				admitted, err = a.GuardOptional(r.Context(), &view)
			} else {
				admitted, err = a.Guard(r.Context(), &view, route.Need...)
			}
			if err != nil {
				a.WriteRefusal(w, r, err)
				return
			}
			admitted.AddFields(w.Header())
			inner := r.WithContext(admitted)
			// Middlewares further out look at the pattern that a ServeMux behind the guard
			// has found.
			defer func() { r.Pattern = inner.Pattern }()
			next.ServeHTTP(w, inner)
		}}
	}
}
