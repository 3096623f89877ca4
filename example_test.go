package bearerguard_test

import (
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/claims/dialects"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
	"github.com/bearerguard/bearerguard/testutil/attack"
)

// The README begins with this example.
func Example() {
	auth, err := middleware.New(middleware.Config{
		Audiences: []string{"https://api.example.com"},
		Issuers:   []middleware.Issuer{{URL: "https://id.example.com"}},
		Logger:    slog.Default(),
	})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /v1/deals", httpauth.Require(auth, scopes.Scope("deals-read"))(http.HandlerFunc(deals)))
	mux.Handle("GET /v1/authorizationStatus", httpauth.AuthorizationStatus(auth))
	_ = mux // http.ListenAndServe("127.0.0.1:8080", mux)

	// Output:
}

func deals(w http.ResponseWriter, r *http.Request) {
	token, _ := claims.FromContext(r.Context())
	fmt.Fprintf(w, "deals of %s", token.ClientID)
}

// Two issuers, each with the dialect that reads its tokens.
func Example_issuers() {
	entra := middleware.Issuer{
		URL:       "https://login.microsoftonline.com/{tenantid}/v2.0",
		Tenants:   []string{"5f0c2a6e-8a5b-4a0e-9c55-0f7b6a1d2e3f"},
		Audiences: []string{"0b6a5a52-5d5e-4b3c-9f0a-8c1d2e3f4a5b"},
		Dialect:   dialects.Entra(),
	}
	cognito := middleware.Issuer{
		URL:                 "https://cognito-idp.us-east-2.amazonaws.com/us-east-2_EXAMPLE",
		AudienceFromClients: []string{"5kjk0ut2b3d4a1"}, // its access tokens have no aud
		Dialect:             dialects.Cognito(),
	}
	_, err := middleware.New(middleware.Config{Issuers: []middleware.Issuer{entra, cognito}})
	fmt.Println(err)

	// Output: <nil>
}

// An issuer that gives a token to each of its users leaves it to the API who may
// call.
func Example_whoMayCall() {
	github := middleware.Issuer{
		URL:     "https://token.actions.githubusercontent.com",
		Dialect: dialects.GitHubActions(),
		Validate: func(token *claims.Token) error {
			if token.Subject != "repo:acme/app:environment:production" {
				return errors.New("not the deployment of acme/app")
			}
			return nil
		},
	}
	fmt.Println(github.Validate(&claims.Token{Subject: "repo:eve/app:environment:production"}))
	// Output: not the deployment of acme/app
}

// What a route requires of a token.
func Example_scopes() {
	read := scopes.Scope("deals-read")
	write := scopes.All(scopes.Scope("deals-write"), scopes.Any(scopes.Role("trader"), scopes.Group("desk-1")))
	fresh := scopes.All(write, scopes.Authentication(5*time.Minute, "urn:example:mfa"))

	fmt.Println(read)
	fmt.Println(write)
	fmt.Println(fresh.Scopes())
	// Output:
	// deals-read
	// deals-write and (role:trader or group:desk-1)
	// [deals-write]
}

// Package testutil is the authorization server in the tests of an API.
func Example_test() {
	issuer, err := testutil.Start(testutil.Options{}) // testutil.NewIssuer(t, …) in a test
	if err != nil {
		log.Fatal(err)
	}
	defer issuer.Close()
	auth, err := middleware.New(middleware.Config{
		Audiences: []string{issuer.Audience()},
		Issuers:   []middleware.Issuer{{URL: issuer.URL()}},
	})
	if err != nil {
		log.Fatal(err)
	}
	api := httpauth.Require(auth, scopes.Scope("deals-read"))(http.HandlerFunc(deals))

	call := func(token string) {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "/v1/deals", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		api.ServeHTTP(w, r)
		body, _ := io.ReadAll(w.Body)
		fmt.Fprintf(os.Stdout, "%d %s\n", w.Code, body)
	}
	call(issuer.Mint(map[string]any{"scope": "deals-read"}))
	call(issuer.Mint(map[string]any{"scope": "deals-write"}))
	call(issuer.Mint(map[string]any{"scope": "deals-read", "aud": "https://other.example.com"}))

	// Output:
	// 200 deals of demo-client
	// 403 {"error":"insufficient_scope","error_description":"The access token does not cover this request","scope":"deals-read"}
	//
	// 401 {"error":"invalid_token","error_description":"The access token was issued for another audience"}
}

// TestHostileRequests is the test that the README shows for an API.
func TestHostileRequests(t *testing.T) {
	attack.Run(t, attack.Target{
		Path:  "/v1/deals",
		Scope: "deals-read",
		API: func(issuer *testutil.Issuer, handler http.Handler) http.Handler {
			auth, err := middleware.New(middleware.Config{
				Audiences: []string{issuer.Audience()},
				Issuers:   []middleware.Issuer{{URL: issuer.URL()}},
			})
			if err != nil {
				t.Fatal(err)
			}
			return httpauth.Require(auth, scopes.Scope("deals-read"))(handler)
		},
	})
}
