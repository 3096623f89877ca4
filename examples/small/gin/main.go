package main

import (
	"github.com/bearerguard/bearerguard/adapters/ginauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/gin-gonic/gin"
	"log"
)

func main() {
	auth, err := middleware.New(middleware.Config{Audiences: []string{"https://api.example.com"},
		Issuers: []middleware.Issuer{{URL: "https://id.example.com"}}})
	if r := gin.Default(); err == nil {
		deals := func(c *gin.Context) { c.String(200, "%s", ginauth.Token(c).ClientID) }
		r.GET("/v1/deals", ginauth.Require(auth, scopes.Scope("deals-read")), deals)
		err = r.Run("127.0.0.1:8080")
	}
	log.Fatal(err)
}
