package main

import (
	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"log"
	"net/http"
)

func main() {
	auth, err := middleware.New(middleware.Config{Audiences: []string{"https://api.example.com"},
		Issuers: []middleware.Issuer{{URL: "https://id.example.com"}}})
	if err != nil {
		log.Fatal(err)
	}
	deals := func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(httpauth.Token(r).ClientID)) }
	http.Handle("GET /v1/deals", httpauth.Func(auth, deals, scopes.Scope("deals-read")))
	log.Fatal(http.ListenAndServe("127.0.0.1:8080", nil))
}
