// Package ginauth guards routes of Gin with access tokens.
//
//	r.GET("/v1/deals", ginauth.Require(auth, scopes.Scope("deals-read")), deals)
//
// A guard is an ordinary handler, so it also works in Gin's Use and Group. To
// list an API's routes and who may call them, register the routes with a
// [Router].
package ginauth

import (
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// Require returns a guard. The handlers behind it run only if the request has a
// valid token that satisfies every requirement; without requirements, any valid
// token will do. For every other request the guard writes the response, aborts
// the chain and records the *middleware.Error with c.Error. Require panics if a
// requirement is not well formed. The guard is safe for concurrent use.
func Require(a *middleware.Authenticator, need ...scopes.Requirement) gin.HandlerFunc {
	a.Declare(need...)
	need = slices.Clone(need) // the caller may use its list again
	return guard(a, false, need, (*gin.Context).Next)
}

// Optional returns a guard for handlers that do more for callers they know. A
// request without a token reaches the handler unchanged. A token that is there
// must be valid: otherwise the guard rejects the request as Require does.
func Optional(a *middleware.Authenticator) gin.HandlerFunc {
	return guard(a, true, nil, (*gin.Context).Next)
}

// Token returns the token that a guard accepted, nil if there is none.
func Token(c *gin.Context) *claims.Token {
	t, _ := claims.FromContext(c.Request.Context())
	return t
}

// AuthorizationStatus returns a handler that tells callers what their token
// says. It requires a valid token, and no scope; it needs no other guard. With a
// [Router], register it behind Require all the same, so that it is listed.
func AuthorizationStatus(a *middleware.Authenticator) gin.HandlerFunc {
	return guard(a, false, nil, gin.WrapH(a.AuthorizationStatusHandler()))
}

// guard returns a guard that calls next. A token is optional, or it must satisfy need.
func guard(
	a *middleware.Authenticator, optional bool, need []scopes.Requirement, next gin.HandlerFunc,
) gin.HandlerFunc {
	return func(c *gin.Context) {
		view := middleware.RequestOf(c.Request)
		view.Route, view.Path = pattern(c), parameters{c}
		var admitted *middleware.Admission
		var err error
		if optional {
			a.AddVary(c.Writer.Header())
			admitted, err = a.GuardOptional(c.Request.Context(), &view)
		} else {
			admitted, err = a.Guard(c.Request.Context(), &view, need...)
		}
		if err != nil {
			c.Abort()
			_ = c.Error(err)
			a.WriteRefusal(c.Writer, c.Request, err)
			c.Writer.WriteHeaderNow() // a response to HEAD has no body that would do it
			c.Writer = sealed{c.Writer}
			return
		}
		admitted.AddFields(c.Writer.Header())
		c.Request = c.Request.WithContext(admitted)
		next(c)
	}
}

// parameters are those of a request's path.
type parameters struct{ *gin.Context }

// PathValue returns the value of a parameter, "" if there is none.
func (p parameters) PathValue(name string) string { return p.Param(name) }
