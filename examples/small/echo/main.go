package main

import (
	"github.com/bearerguard/bearerguard/adapters/echoauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/labstack/echo/v4"
)

func main() {
	e := echo.New()
	auth, err := middleware.New(middleware.Config{Audiences: []string{"https://api.example.com"},
		Issuers: []middleware.Issuer{{URL: "https://id.example.com"}}})
	if err != nil {
		e.Logger.Fatal(err)
	}
	deals := func(c echo.Context) error { return c.String(200, echoauth.Token(c).ClientID) }
	e.GET("/v1/deals", deals, echoauth.Require(auth, scopes.Scope("deals-read")))
	e.Logger.Fatal(e.Start("127.0.0.1:8080"))
}
