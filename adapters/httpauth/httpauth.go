// Package httpauth guards net/http handlers.
//
//	mux.Handle("GET /v1/deals", httpauth.Require(auth, scopes.Scope("deals-read"))(deals))
package httpauth

import (
	"net/http"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// Require returns a guard that lets a request through to the handler if it
// carries a good token that meets every requirement, and answers it otherwise.
// It panics if a requirement is not well formed.
func Require(a *middleware.Authenticator, need ...scopes.Requirement) func(http.Handler) http.Handler {
	a.Declare(need...)
	return func(next http.Handler) http.Handler {
		return &marked{middleware.Route{Guarded: true, Need: need}, next, func(w http.ResponseWriter, r *http.Request) {
			admitted, err := a.Check(r, need...)
			if err != nil {
				a.WriteRefusal(w, r, err)
				return
			}
			next.ServeHTTP(w, admitted)
		}}
	}
}

// Optional returns a guard that lets a request without a token through as it
// is, for handlers that do more for callers they know. A token that is there
// and is not good is refused all the same.
func Optional(a *middleware.Authenticator) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return &marked{middleware.Route{Optional: true}, next, func(w http.ResponseWriter, r *http.Request) {
			checked, err := a.CheckOptional(r)
			if err != nil {
				a.WriteRefusal(w, r, err)
				return
			}
			next.ServeHTTP(w, checked)
		}}
	}
}

// Token returns the token that a guard admitted, nil if there is none.
func Token(r *http.Request) *claims.Token {
	t, _ := claims.FromContext(r.Context())
	return t
}

// AuthorizationStatus returns a handler that tells callers what their token
// says. It needs a valid token and no scope, and is its own guard.
func AuthorizationStatus(a *middleware.Authenticator) http.Handler {
	return &marked{middleware.Route{Guarded: true}, nil, a.AuthorizationStatusHandler().ServeHTTP}
}
