package claims_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/claims/dialects"
)

// A new family of issuers is one literal. This one writes the client and the
// organization into an object and the permissions of clients into "grants". Its
// refresh tokens have another "use".
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
	var payload claims.Payload
	err := json.Unmarshal([]byte(`{
		"iss": "https://sso.acme.example", "exp": 1767229200, "use": "access",
		"https://sso.acme.example/app": {"id": "billing", "organization": "north"},
		"grants": ["invoices.read", "invoices.write"]
	}`), &payload)
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

	err = json.Unmarshal([]byte(`{"iss": "https://sso.acme.example", "exp": 1767229200, "use": "refresh"}`), &payload)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = dialect.Token(payload)
	fmt.Println(err)
	// Output:
	// client billing north [invoices.read invoices.write]
	// claims: not an access token
}

// The owner of an API changes a known dialect where the issuer is configured
// differently, and adds the register of clients.
func ExampleDialect() {
	dialect := dialects.C4T()
	dialect.Clients = map[string]claims.ClientInfo{
		"1c7d9d3e-54b6-4f4c-b8a0-2f6f0f1f7a11": {Tenant: "customer-42", SourceSystem: "SAP"},
	}
	var payload claims.Payload
	err := json.Unmarshal([]byte(`{
		"iss": "https://login.microsoftonline.com/5f0c2a6e-8a5b-4a0e-9c55-0f7b6a1d2e3f/v2.0",
		"tid": "5f0c2a6e-8a5b-4a0e-9c55-0f7b6a1d2e3f", "exp": 1767229200,
		"azp": "1c7d9d3e-54b6-4f4c-b8a0-2f6f0f1f7a11", "idtyp": "app",
		"roles": ["Declarations.Read"]
	}`), &payload)
	if err != nil {
		fmt.Println(err)
		return
	}
	token, err := dialect.Token(payload)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(token.Tenant, token.SourceSystem, token.Scopes)
	// Output: customer-42 SAP [Declarations.Read]
}

func ExampleGet() {
	token := parsed(`{
		"exp": 1767229200, "sub": "alice",
		"https://example.com/limits": {"orders": 50}
	}`)

	// Each element of the path is one whole name.
	orders, ok := claims.Get[int](token, "https://example.com/limits", "orders")
	fmt.Println(orders, ok)

	// Misuse: a dotted path names no claim, and a claim of another type does not
	// count. Both values are zero, and only ok tells.
	_, dotted := claims.Get[int](token, "https://example.com/limits.orders")
	_, mistyped := claims.Get[string](token, "https://example.com/limits", "orders")
	fmt.Println(dotted, mistyped)
	// Output:
	// 50 true
	// false false
}

// parsed returns a token with the given payload, as a handler gets it from a
// guard.
func parsed(payload string) *claims.Token {
	var p claims.Payload
	if err := json.Unmarshal([]byte(payload), &p); err != nil {
		panic(err)
	}
	token, err := new(claims.Dialect).Token(p)
	if err != nil {
		panic(err)
	}
	return token
}

func ExampleFromContext() {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, ok := claims.FromContext(r.Context())
		if !ok {
			// No guard stands before this handler: a mistake in the routes.
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

	// The test of a handler sets the token itself.
	r := httptest.NewRequest("GET", "/", nil)
	call(r.WithContext(claims.NewContext(r.Context(), &claims.Token{ClientID: "billing"})))

	// Misuse: a handler without a guard.
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
