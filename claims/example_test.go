package claims_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/claims/dialects"
)

// A family of issuers that the package does not know is one literal. This one
// puts the client and the organization into an object and the permissions of
// clients into "grants", and marks its refresh tokens.
func Example_ownDialect() {
	dialect := claims.Dialect{
		Name:         "acme-sso",
		ClientID:     [][]string{{"https://sso.acme.example/app", "id"}},
		Tenant:       [][]string{{"https://sso.acme.example/app", "organization"}},
		ClientScopes: [][]string{{"grants"}},
		Kinds: []claims.Rule{
			{Kind: claims.KindUser, Claim: []string{"session"}},
		},
		NotAccess: []claims.Rule{
			{Claim: []string{"use"}, NotIn: []string{"access"}},
		},
	}
	payload, err := claims.ParsePayload([]byte(`{
		"iss": "https://sso.acme.example", "exp": 1767229200, "use": "access",
		"https://sso.acme.example/app": {"id": "billing", "organization": "north"},
		"grants": ["invoices.read", "invoices.write"]
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	token, err := dialect.Token(payload)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(token.Kind, token.ClientID, token.Tenant, token.Scopes)

	payload, _ = claims.ParsePayload([]byte(`{"iss": "https://sso.acme.example", "exp": 1767229200, "use": "refresh"}`))
	_, err = dialect.Token(payload)
	fmt.Println(err)
	// Output:
	// client billing north [invoices.read invoices.write]
	// claims: not an access token
}

// An API's owner changes a known dialect where the issuer was configured
// differently, and brings the register of clients.
func ExampleDialect() {
	dialect := dialects.C4T()
	dialect.Clients = map[string]claims.ClientInfo{
		"1c7d9d3e-54b6-4f4c-b8a0-2f6f0f1f7a11": {Tenant: "customer-42", SourceSystem: "SAP"},
	}
	payload, _ := claims.ParsePayload([]byte(`{
		"iss": "https://login.microsoftonline.com/5f0c2a6e-8a5b-4a0e-9c55-0f7b6a1d2e3f/v2.0",
		"tid": "5f0c2a6e-8a5b-4a0e-9c55-0f7b6a1d2e3f", "exp": 1767229200,
		"azp": "1c7d9d3e-54b6-4f4c-b8a0-2f6f0f1f7a11", "idtyp": "app",
		"roles": ["Declarations.Read"]
	}`))
	token, err := dialect.Token(payload)
	fmt.Println(token.Tenant, token.SourceSystem, token.Scopes, err)
	// Output: customer-42 SAP [Declarations.Read] <nil>
}

func ExampleGet() {
	payload, _ := claims.ParsePayload([]byte(`{
		"exp": 1767229200, "sub": "alice",
		"https://example.com/limits": {"orders": 50}
	}`))
	token, _ := new(claims.Dialect).Token(payload)

	// One element of the path is one name, whatever it holds.
	orders, ok := claims.Get[int](token, "https://example.com/limits", "orders")
	fmt.Println(orders, ok)

	// Misuse: a dotted path is a name that is not there, and a claim of
	// another type is not there either. Without looking at ok, both are zero.
	_, dotted := claims.Get[int](token, "https://example.com/limits.orders")
	_, mistyped := claims.Get[string](token, "https://example.com/limits", "orders")
	fmt.Println(dotted, mistyped)
	// Output:
	// 50 true
	// false false
}

func ExampleFromContext() {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, ok := claims.FromContext(r.Context())
		if !ok {
			// No guard stands before this handler. That is a mistake in the
			// routes and not the client's, so nothing may be served.
			http.Error(w, "not available", http.StatusInternalServerError)
			return
		}
		fmt.Fprintf(w, "hello %s", token.ClientID)
	})
	call := func(r *http.Request) {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		fmt.Println(w.Code, w.Body)
	}

	// A handler's own test stands in for the guard.
	r := httptest.NewRequest("GET", "/", nil)
	call(r.WithContext(claims.NewContext(r.Context(), &claims.Token{ClientID: "billing"})))

	// Misuse: a handler that nobody guards.
	call(r)

	// Misuse: ignoring ok. The token is nil, and the handler would panic.
	token, _ := claims.FromContext(context.Background())
	fmt.Println(token == nil)
	// Output:
	// 200 hello billing
	// 500 not available
	//
	// true
}
