package ginauth_test

import (
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/gin-gonic/gin"

	"github.com/bearerguard/bearerguard/adapters/ginauth"
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

func deals(c *gin.Context) {
	c.String(http.StatusOK, "deals for "+ginauth.Token(c).ClientID)
}

func Example() {
	auth := newAuth()
	engine := gin.New()
	engine.GET("/v1/deals", ginauth.Require(auth, scopes.Scope("deals-read")), deals)
	engine.GET("/v1/authorizationStatus", ginauth.AuthorizationStatus(auth))

	w := httptest.NewRecorder()
	engine.ServeHTTP(w, httptest.NewRequest("GET", "/v1/deals", nil))
	fmt.Println(w.Code, w.Header().Get("WWW-Authenticate"))
	// Output: 401 Bearer realm="api"
}

// A requirement that no token can satisfy is a programming error. It shows when
// the route is registered, not when the first request comes.
func ExampleRequire_panic() {
	defer func() { fmt.Println("panic:", recover() != nil) }()
	ginauth.Require(newAuth(), scopes.Scope("deals read")) // two scopes in one name
	// Output: panic: true
}

// A handler for everyone that does more for callers it knows.
func ExampleOptional() {
	engine := gin.New()
	engine.GET("/", ginauth.Optional(newAuth()), func(c *gin.Context) {
		if token := ginauth.Token(c); token != nil {
			c.String(http.StatusOK, "hello "+token.ClientID)
			return
		}
		c.String(http.StatusOK, "hello")
	})

	w := httptest.NewRecorder()
	engine.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	fmt.Println(w.Code, w.Body)

	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer forged")
	w = httptest.NewRecorder()
	engine.ServeHTTP(w, r)
	fmt.Println(w.Code)
	// Output:
	// 200 hello
	// 401
}

// The routes of an API, checked when it starts or in a test.
func ExampleRouter() {
	auth := newAuth()
	health := func(c *gin.Context) { c.Status(http.StatusOK) }

	engine := gin.New()
	api := &ginauth.Router{Engine: engine}
	api.Public().GET("/healthz", health)
	v1 := api.Require(auth).Group("/v1")
	v1.GET("/authorizationStatus", ginauth.AuthorizationStatus(auth))
	v1.Require(auth, scopes.Scope("deals-read")).GET("/deals", deals)
	engine.DELETE("/v1/deals", deals) // the guard was forgotten

	fmt.Print(api.Routes())
	fmt.Println("as it should be:", api.Routes().Check() == nil)
	// Output:
	// GET /healthz: public
	// GET /v1/authorizationStatus: any good token
	// DELETE /v1/deals: UNDECIDED
	// GET /v1/deals: deals-read
	// as it should be: false
}
