package httpauth_test

import (
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// newAuth returns the Authenticator of an API.
func newAuth() *middleware.Authenticator {
	auth, err := middleware.New(middleware.Config{
		Audiences: []string{"https://api.example.com"},
		Issuers:   []middleware.Issuer{{URL: "https://id.example.com"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	return auth
}

func deals(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "deals for %s\n", httpauth.Token(r).ClientID)
}

func Example() {
	auth := newAuth()
	mux := http.NewServeMux()
	read := httpauth.Require(auth, scopes.Scope("deals-read"))
	mux.Handle("GET /v1/deals", read(http.HandlerFunc(deals)))
	mux.Handle("GET /v1/authorizationStatus", httpauth.AuthorizationStatus(auth))

	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest("GET", "/v1/deals", nil))
	fmt.Println(w.Code, w.Header().Get("WWW-Authenticate"))
	// Output: 401 Bearer realm="api"
}

// A requirement that no token can satisfy is a programming error. It shows when
// the route is registered, not when the first request comes.
func ExampleRequire_panic() {
	defer func() { fmt.Println("panic:", recover() != nil) }()
	httpauth.Require(newAuth(), scopes.Scope("deals read")) // two scopes in one name
	// Output: panic: true
}

// A handler for everyone that does more for callers it knows.
func ExampleOptional() {
	h := httpauth.Optional(newAuth())(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if token := httpauth.Token(r); token != nil {
			fmt.Fprint(w, "hello ", token.ClientID)
			return
		}
		fmt.Fprint(w, "hello")
	}))

	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	fmt.Println(w.Code, w.Body)

	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer forged")
	w = httptest.NewRecorder()
	h.ServeHTTP(w, r)
	fmt.Println(w.Code)
	// Output:
	// 200 hello
	// 401
}

// The routes of an API, checked when it starts or in a test.
func ExampleMux() {
	auth := newAuth()
	health := func(http.ResponseWriter, *http.Request) {}

	var mux httpauth.Mux
	mux.Public().HandleFunc("GET /healthz", health)
	mux.Handle("GET /v1/authorizationStatus", httpauth.AuthorizationStatus(auth))
	mux.Require(auth, scopes.Scope("deals-read")).HandleFunc("GET /v1/deals", deals)
	mux.HandleFunc("DELETE /v1/deals", deals) // the guard was forgotten

	fmt.Print(mux.Routes())
	fmt.Println("as it should be:", mux.Routes().Check() == nil)
	// Output:
	// GET /healthz: public
	// GET /v1/authorizationStatus: any good token
	// DELETE /v1/deals: UNDECIDED
	// GET /v1/deals: deals-read
	// as it should be: false
}

// A Recorder gets the routes from the walk of a router. This router is a list of
// routes; chi.Walk calls Record in the same way.
func ExampleRecorder() {
	auth := newAuth()
	var seen httpauth.Recorder
	type middlewares []func(http.Handler) http.Handler
	for _, route := range []struct {
		method, pattern string
		middlewares     middlewares
	}{
		{"GET", "/healthz", middlewares{seen.Public}},
		{"GET", "/v1/deals", middlewares{httpauth.Require(auth, scopes.Scope("deals-read"))}},
		{"DELETE", "/v1/deals", nil},
	} {
		if err := seen.Record(route.method, route.pattern, http.HandlerFunc(deals),
			route.middlewares...); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Print(seen.Routes())
	// Output:
	// GET /healthz: public
	// DELETE /v1/deals: UNDECIDED
	// GET /v1/deals: deals-read
}
