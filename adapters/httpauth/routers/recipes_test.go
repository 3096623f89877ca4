package routers_test

import (
	"fmt"
	"log"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/gorilla/mux"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// The pieces of docs/recipes.md about chi. The program does not start if a route has
// neither a guard nor the mark Public.
func Example_chi() {
	auth, deals, health := recipe()

	var seen httpauth.Recorder
	router := chi.NewRouter()
	router.With(seen.Public).Get("/healthz", health)
	router.Route("/v1", func(r chi.Router) {
		r.Use(httpauth.Require(auth))
		r.With(httpauth.Require(auth, scopes.Scope("deals-read"))).Get("/deals", deals)
	})
	if err := chi.Walk(router, seen.Record); err != nil {
		log.Fatal(err)
	}
	if err := seen.Routes().Check(); err != nil {
		log.Fatal(err)
	}

	fmt.Print(seen.Routes())
	// Output:
	// GET /healthz: public
	// GET /v1/deals: deals-read
}

// The pieces of docs/recipes.md about gorilla/mux.
func Example_gorilla() {
	auth, deals, health := recipe()

	var seen httpauth.Recorder
	router := mux.NewRouter()
	router.Handle("/healthz", seen.Public(http.HandlerFunc(health))).Methods("GET")
	v1 := router.PathPrefix("/v1").Subrouter()
	v1.Handle("/deals", httpauth.Func(auth, deals, scopes.Scope("deals-read"))).Methods("GET")
	err := router.Walk(func(route *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		pattern, _ := route.GetPathTemplate()
		methods, _ := route.GetMethods()
		return seen.Record(strings.Join(methods, ","), pattern, route.GetHandler())
	})
	if err != nil {
		log.Fatal(err)
	}

	fmt.Print(seen.Routes())
	// Output:
	// GET /healthz: public
	// GET /v1/deals: deals-read
}

// recipe returns an Authenticator and two handlers.
func recipe() (auth *middleware.Authenticator, deals, health http.HandlerFunc) {
	auth, err := middleware.New(middleware.Config{
		Audiences: []string{"https://api.example.com"},
		Issuers:   []middleware.Issuer{{URL: "https://id.example.com"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	none := func(http.ResponseWriter, *http.Request) {}
	return auth, none, none
}
