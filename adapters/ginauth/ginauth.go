// Package ginauth guards routes of Gin.
//
//	r.GET("/v1/deals", ginauth.Require(auth, scopes.Scope("deals-read")), deals)
package ginauth

import (
	"github.com/gin-gonic/gin"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// Require returns a guard that lets a request through to the next handler if it
// carries a good token that meets every requirement; otherwise it answers,
// aborts the chain and records the *middleware.Error with c.Error. It panics if
// a requirement is not well formed.
func Require(a *middleware.Authenticator, need ...scopes.Requirement) gin.HandlerFunc {
	a.Declare(need...)
	g := &guard{middleware.Route{Guarded: true, Need: need}, func(c *gin.Context) {
		r, err := a.Check(c.Request, need...)
		if err != nil {
			refuse(a, c, err)
			return
		}
		c.Request = r
		c.Next()
	}}
	return g.handle
}

// Optional returns a guard that lets a request without a token through as it
// is, for handlers that do more for callers they know. A token that is there
// and is not good is refused all the same.
func Optional(a *middleware.Authenticator) gin.HandlerFunc {
	g := &guard{middleware.Route{Optional: true}, func(c *gin.Context) {
		r, err := a.CheckOptional(c.Request)
		if err != nil {
			refuse(a, c, err)
			return
		}
		c.Request = r
		c.Next()
	}}
	return g.handle
}

// Token returns the token that a guard admitted, nil if there is none.
func Token(c *gin.Context) *claims.Token {
	t, _ := claims.FromContext(c.Request.Context())
	return t
}

// AuthorizationStatus returns a handler that tells callers what their token
// says. It needs a valid token and no scope, and is its own guard.
func AuthorizationStatus(a *middleware.Authenticator) gin.HandlerFunc {
	answer := a.AuthorizationStatusHandler()
	s := &status{func(c *gin.Context) {
		r, err := a.Check(c.Request)
		if err != nil {
			refuse(a, c, err)
			return
		}
		answer.ServeHTTP(c.Writer, r)
	}}
	return s.handle
}

func refuse(a *middleware.Authenticator, c *gin.Context, err error) {
	c.Abort()
	_ = c.Error(err)
	a.WriteRefusal(c.Writer, c.Request, err)
	c.Writer.WriteHeaderNow() // for HEAD, whose answer has no body to do it
}
