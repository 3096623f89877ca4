package dialects_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"strings"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/claims/dialects"
)

// The owner of an API changes the fields in which an issuer differs.
func Example() {
	dialect := dialects.Keycloak()
	dialect.Tenant = [][]string{{"https://id.example.com/customer"}} // from a mapper
	dialect.TenantInIssuer = ""                                      // the realm is not a customer

	var payload claims.Payload
	err := json.Unmarshal([]byte(`{
		"iss": "https://id.example.com/realms/production", "exp": 1767229200, "typ": "Bearer",
		"azp": "billing", "clientId": "billing", "scope": "orders.read",
		"https://id.example.com/customer": "north"
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
	// Output: client billing north [orders.read]
}

// A command-line flag or a configuration file names the dialect.
func ExampleByName() {
	dialect, err := dialects.ByName("entra")
	fmt.Println(dialect.Name, err)
	// Output: entra <nil>
}

func ExampleNames() {
	flags := flag.NewFlagSet("api", flag.ContinueOnError)
	flags.String("dialect", "standard", "one of "+strings.Join(dialects.Names(), ", "))
	fmt.Println(flags.Lookup("dialect").Usage[:40] + "…")
	// Output: one of adfs, auth0, c4t, cadasto, cern, …
}
