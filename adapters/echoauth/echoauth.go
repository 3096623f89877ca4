// Package echoauth guards routes of Echo v4 with access tokens.
//
//	e.GET("/v1/deals", deals, echoauth.Require(auth, scopes.Scope("deals-read")))
//
// A guard is an ordinary middleware, so it also works in Echo's Use and Group.
// To list an API's routes and who may call them, register the routes with a
// [Router].
package echoauth

import (
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// Require returns a guard. The handler behind it runs only if the request has a
// valid token that satisfies every requirement; without requirements, any valid
// token will do. For every other request the guard sets the header fields of
// the response and returns an *echo.HTTPError: its message is the body, its
// internal error the *middleware.Error. So Echo's error handler writes the right
// response, and an error handler of your own can. Require panics if a
// requirement is not well formed. The guard is safe for concurrent use.
func Require(a *middleware.Authenticator, need ...scopes.Requirement) echo.MiddlewareFunc {
	a.Declare(need...)
	need = slices.Clone(need) // the caller may use its list again
	return guard(a, false, need)
}

// Optional returns a guard for handlers that do more for callers they know. A
// request without a token reaches the handler unchanged. A token that is there
// must be valid: otherwise the guard rejects the request as Require does.
func Optional(a *middleware.Authenticator) echo.MiddlewareFunc { return guard(a, true, nil) }

// Token returns the token that a guard accepted, nil if there is none.
func Token(c echo.Context) *claims.Token {
	t, _ := claims.FromContext(c.Request().Context())
	return t
}

// AuthorizationStatus returns a handler that tells callers what their token
// says. It requires a valid token, and no scope; it needs no other guard. With a
// [Router], register it behind Require all the same, so that it is listed.
func AuthorizationStatus(a *middleware.Authenticator) echo.HandlerFunc {
	return Require(a)(echo.WrapHandler(a.AuthorizationStatusHandler()))
}

// guard returns a guard. A token is optional, or it must satisfy need.
func guard(a *middleware.Authenticator, optional bool, need []scopes.Requirement) echo.MiddlewareFunc {
	usesPath := scopes.All(need...).UsesPath()
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			view := middleware.RequestOf(r)
			view.Route = c.Path()
			if usesPath {
				view.Path = parameters{c}
			}
			var admitted *middleware.Admission
			var err error
			if optional {
				a.AddVary(c.Response().Header())
				admitted, err = a.GuardOptional(r.Context(), &view)
			} else {
				admitted, err = a.Guard(r.Context(), &view, need...)
			}
			if err != nil {
				return refuse(a, c, err)
			}
			admitted.AddFields(c.Response().Header())
			c.SetRequest(r.WithContext(admitted))
			return next(c)
		}
	}
}

// refuse returns the error for Echo's error handler. That writes its JSON with a media
// type of its own, so a body of another type is written here; an error handler sees then
// that the response is committed.
func refuse(a *middleware.Authenticator, c echo.Context, err error) error {
	h := c.Response().Header()
	before := h.Get(echo.HeaderContentType)
	status, body := a.Refuse(h, err)
	if h.Get(echo.HeaderContentType) != before { // Config.RefusalBody has made it
		a.WriteRefusal(c.Response(), c.Request(), err)
	}
	return echo.NewHTTPError(status, body).SetInternal(err)
}

// parameters are those of a request's path.
type parameters struct{ echo.Context }

// PathValue returns the value of a parameter, "" if there is none.
func (p parameters) PathValue(name string) string { return p.Param(name) }
