package scopes_test

import (
	"fmt"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/scopes"
)

func Example() {
	// Built once, when the routes are registered.
	read := scopes.Scope("deals-read")
	write := scopes.All(scopes.Scope("deals-write"), scopes.Any(scopes.Role("trader"), scopes.Role("admin")))

	token := &claims.Token{Scopes: []string{"deals-read", "deals-write"}}
	fmt.Println(read.SatisfiedBy(token, scopes.Options{}))
	fmt.Println(write.SatisfiedBy(token, scopes.Options{}))
	fmt.Printf("%q\n", write.Missing(token, scopes.Options{}))
	// Output:
	// true
	// false
	// ["role:trader or role:admin"]
}

// A scope is one name. Two of them are two requirements.
func ExampleScope_misuse() {
	fmt.Println(scopes.Scope("deals-read deals-write").Err() != nil)

	// A comma is a legal character of a scope. This requires one scope with a
	// comma in its name, which no token has, so the route rejects every token.
	fmt.Println(scopes.Scope("deals-read,deals-write").Err() == nil)

	fmt.Println(scopes.All(scopes.Scope("deals-read"), scopes.Scope("deals-write")))
	// Output:
	// true
	// true
	// deals-read and deals-write
}

// Every token would satisfy an alternative that was never set. Err reports it,
// and no token satisfies the whole.
func ExampleAny_misuse() {
	var admins scopes.Requirement // forgotten
	need := scopes.Any(scopes.Scope("deals-write"), admins)
	fmt.Println(need.Err() != nil)
	fmt.Println(need.SatisfiedBy(&claims.Token{Scopes: []string{"deals-write"}}, scopes.Options{}))
	// Output:
	// true
	// false
}

func ExampleWhere() {
	ours := scopes.Where("our tenant", func(t *claims.Token) bool { return t.Tenant == "acme" })
	need := scopes.All(scopes.Scope("deals-read"), ours)
	fmt.Println(need)
	fmt.Println(need.SatisfiedBy(&claims.Token{Scopes: []string{"deals-read"}, Tenant: "acme"},
		scopes.Options{}))
	// Output:
	// deals-read and where:"our tenant"
	// true
}

func ExampleParse() {
	need, err := scopes.Parse(`deals-write and (role:admin or role:"Desk Head")`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(need.SatisfiedBy(&claims.Token{Scopes: []string{"deals-write"}, Roles: []string{"Desk Head"}},
		scopes.Options{}))
	fmt.Println(need.Scopes())

	_, err = scopes.Parse("deals-read and deals-write or role:admin")
	fmt.Println(err)
	// Output:
	// true
	// [deals-write]
	// scopes: requirement, byte 27: "and" and "or" need parentheses
}

func ExampleAuthentication() {
	pay := scopes.All(scopes.Scope("payments"), scopes.Authentication(5*time.Minute, "gold", "silver"))
	now := time.Now()
	token := &claims.Token{Scopes: []string{"payments"}, ACR: "silver", AuthTime: now.Add(-time.Hour)}
	fmt.Println(pay.StepUp(token, scopes.Options{Now: now}))
	// Output:
	// [gold silver] 5m0s true
}

// If scopes begin with a verb, a hierarchy grants more than it seems to.
func ExampleHierarchy_misuse() {
	options := scopes.Options{Strategy: scopes.Hierarchy(':')}
	fmt.Println(scopes.Scope("orders:read").SatisfiedBy(&claims.Token{Scopes: []string{"orders"}}, options))
	fmt.Println(scopes.Scope("read:salaries").SatisfiedBy(&claims.Token{Scopes: []string{"read"}}, options))
	// Output:
	// true
	// true
}

func ExampleImplied() {
	options := scopes.Options{Strategy: scopes.Implied(map[string][]string{
		"admin:org": {"write:org"},
		"write:org": {"read:org"},
	})}
	fmt.Println(scopes.Scope("read:org").SatisfiedBy(&claims.Token{Scopes: []string{"admin:org"}}, options))
	fmt.Println(scopes.Scope("write:org").SatisfiedBy(&claims.Token{Scopes: []string{"read:org"}}, options))
	// Output:
	// true
	// false
}

// A route that can filter accepts scopes with search parameters. Its handler
// asks the same requirement for the parameters.
func ExampleSMARTFiltered() {
	observations := scopes.SMARTFiltered("system/Observation.rs") // registered with the route
	token := &claims.Token{Scopes: []string{
		"system/Observation.rs?category=laboratory",
		"system/Observation.rs?category=imaging",
	}}
	fmt.Println(observations.SatisfiedBy(token, scopes.Options{}))
	fmt.Println(observations.Filters(token)) // in the handler
	// Output:
	// true
	// [[category=laboratory] [category=imaging]] true
}

// If the required scope depends on the request, the handler evaluates it.
func ExampleOpenEHR() {
	token := &claims.Token{Scopes: []string{"system/composition-MyHospital::*.cr"}}
	options := scopes.Options{Strategy: scopes.OpenEHR}
	for _, template := range []string{"MyHospital::Vitals.v1", "Elsewhere::Vitals.v1"} {
		fmt.Println(template, scopes.Scope("system/composition-"+template+".c").SatisfiedBy(token, options))
	}
	// Output:
	// MyHospital::Vitals.v1 true
	// Elsewhere::Vitals.v1 false
}

// Scopes of version 1 and 2 cover each other's permissions.
func ExampleSMART() {
	token := &claims.Token{Scopes: []string{"user/*.read"}}
	options := scopes.Options{Strategy: scopes.SMART}
	fmt.Println(scopes.Scope("user/Observation.rs").SatisfiedBy(token, options))
	fmt.Println(scopes.Scope("user/Observation.cud").SatisfiedBy(token, options))
	// Output:
	// true
	// false
}

func ExampleWildcard() {
	token := &claims.Token{Scopes: []string{"deals.*"}}
	options := scopes.Options{Strategy: scopes.Wildcard('.')}
	fmt.Println(scopes.Scope("deals.read").SatisfiedBy(token, options))
	fmt.Println(scopes.Scope("deals").SatisfiedBy(token, options))
	// Output:
	// true
	// false
}

func ExampleWLCG() {
	token := &claims.Token{Scopes: []string{"storage.read:/home/joe"}}
	options := scopes.Options{Strategy: scopes.WLCG}
	fmt.Println(scopes.Scope("storage.read:/home/joe/data").SatisfiedBy(token, options))
	fmt.Println(scopes.Scope("storage.read:/home/joey").SatisfiedBy(token, options))
	// Output:
	// true
	// false
}

// An API that accepts the scopes of two authorization servers combines their
// strategies.
func ExampleStrategy() {
	var both scopes.Strategy = func(t *claims.Token, required string) bool {
		return scopes.SMART(t, required) || scopes.OpenEHR(t, required)
	}
	token := &claims.Token{Scopes: []string{"user/*.read", "user/composition-*.r"}}
	need := scopes.All(scopes.Scope("user/Patient.r"), scopes.Scope("user/composition-Vitals.r"))
	fmt.Println(need.SatisfiedBy(token, scopes.Options{Strategy: both}))
	// Output: true
}
