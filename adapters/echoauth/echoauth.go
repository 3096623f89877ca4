// Package echoauth guards routes of Echo v4.
//
//	e.GET("/v1/deals", deals, echoauth.Require(auth, scopes.Scope("deals-read")))
package echoauth

import (
	"github.com/labstack/echo/v4"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// Require returns a guard that lets a request through to the handler if it
// carries a good token that meets every requirement. A refusal is returned as
// an *echo.HTTPError whose message is the body and whose internal error is the
// *middleware.Error, its header fields already set, so that Echo's error
// handler and an own one both give the right answer. Require panics if a
// requirement is not well formed.
func Require(a *middleware.Authenticator, need ...scopes.Requirement) echo.MiddlewareFunc {
	a.Declare(need...)
	g := &guard{middleware.Route{Guarded: true, Need: need}, func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r, err := a.Check(c.Request(), need...)
			if err != nil {
				return refusal(a, c, err)
			}
			c.SetRequest(r)
			return next(c)
		}
	}}
	return g.wrap
}

// Optional returns a guard that lets a request without a token through as it
// is, for handlers that do more for callers they know. A token that is there
// and is not good is refused all the same.
func Optional(a *middleware.Authenticator) echo.MiddlewareFunc {
	g := &guard{middleware.Route{Optional: true}, func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r, err := a.CheckOptional(c.Request())
			if err != nil {
				return refusal(a, c, err)
			}
			c.SetRequest(r)
			return next(c)
		}
	}}
	return g.wrap
}

// Token returns the token that a guard admitted, nil if there is none.
func Token(c echo.Context) *claims.Token {
	t, _ := claims.FromContext(c.Request().Context())
	return t
}

// AuthorizationStatus returns a handler that tells callers what their token
// says. It needs a valid token and no scope, and is its own guard.
func AuthorizationStatus(a *middleware.Authenticator) echo.HandlerFunc {
	answer := a.AuthorizationStatusHandler()
	s := &status{func(c echo.Context) error {
		r, err := a.Check(c.Request())
		if err != nil {
			return refusal(a, c, err)
		}
		answer.ServeHTTP(c.Response(), r)
		return nil
	}}
	return s.handle
}

func refusal(a *middleware.Authenticator, c echo.Context, err error) error {
	status, body := a.Refuse(c.Response().Header(), err)
	return echo.NewHTTPError(status, body).SetInternal(err)
}
