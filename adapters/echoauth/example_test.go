package echoauth_test

import (
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/labstack/echo/v4"

	"github.com/bearerguard/bearerguard/adapters/echoauth"
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

func deals(c echo.Context) error {
	return c.String(http.StatusOK, "deals for "+echoauth.Token(c).ClientID)
}

func Example() {
	auth := newAuth()
	e := echo.New()
	e.GET("/v1/deals", deals, echoauth.Require(auth, scopes.Scope("deals-read")))
	e.GET("/v1/authorizationStatus", echoauth.AuthorizationStatus(auth))

	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest("GET", "/v1/deals", nil))
	fmt.Println(w.Code, w.Header().Get("WWW-Authenticate"))
	// Output: 401 Bearer realm="api"
}

// A requirement that no token can satisfy is a programming error. It shows when
// the route is registered, not when the first request comes.
func ExampleRequire_panic() {
	defer func() { fmt.Println("panic:", recover() != nil) }()
	echoauth.Require(newAuth(), scopes.Scope("deals read")) // two scopes in one name
	// Output: panic: true
}

// A handler for everyone that does more for callers it knows.
func ExampleOptional() {
	e := echo.New()
	e.GET("/", func(c echo.Context) error {
		if token := echoauth.Token(c); token != nil {
			return c.String(http.StatusOK, "hello "+token.ClientID)
		}
		return c.String(http.StatusOK, "hello")
	}, echoauth.Optional(newAuth()))

	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	fmt.Println(w.Code, w.Body)

	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer forged")
	w = httptest.NewRecorder()
	e.ServeHTTP(w, r)
	fmt.Println(w.Code)
	// Output:
	// 200 hello
	// 401
}

// The routes of an API, checked when it starts or in a test.
func ExampleRouter() {
	auth := newAuth()
	health := func(c echo.Context) error { return c.NoContent(http.StatusOK) }

	e := echo.New()
	api := &echoauth.Router{Echo: e}
	api.Public().GET("/healthz", health)
	v1 := api.Require(auth).Group("/v1")
	v1.GET("/authorizationStatus", echoauth.AuthorizationStatus(auth))
	v1.Require(auth, scopes.Scope("deals-read")).GET("/deals", deals)
	e.DELETE("/v1/deals", deals) // the guard was forgotten

	fmt.Print(api.Routes())
	fmt.Println("as it should be:", api.Routes().Check() == nil)
	// Output:
	// GET /healthz: public
	// GET /v1/authorizationStatus: any good token
	// DELETE /v1/deals: UNDECIDED
	// GET /v1/deals: deals-read
	// as it should be: false
}
