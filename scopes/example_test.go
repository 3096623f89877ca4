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

	// A comma is a legal character of a scope, so this demands one scope with a
	// comma in its name, which no token has: the route stays shut.
	fmt.Println(scopes.Scope("deals-read,deals-write").Err() == nil)

	fmt.Println(scopes.All(scopes.Scope("deals-read"), scopes.Scope("deals-write")))
	// Output:
	// true
	// true
	// deals-read and deals-write
}

// An alternative that was never set would let everybody in: Err reports it, and
// the requirement is met by nobody.
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
	fmt.Println(need.SatisfiedBy(&claims.Token{Scopes: []string{"deals-read"}, Tenant: "acme"}, scopes.Options{}))
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
	fmt.Println(need.SatisfiedBy(&claims.Token{Scopes: []string{"deals-write"}, Roles: []string{"Desk Head"}}, scopes.Options{}))
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

// Where the verb comes first, a hierarchy gives away more than it seems.
func ExampleHierarchy_misuse() {
	terms := scopes.Options{Strategy: scopes.Hierarchy(':')}
	fmt.Println(scopes.Scope("orders:read").SatisfiedBy(&claims.Token{Scopes: []string{"orders"}}, terms))
	fmt.Println(scopes.Scope("read:salaries").SatisfiedBy(&claims.Token{Scopes: []string{"read"}}, terms))
	// Output:
	// true
	// true
}

func ExampleImplied() {
	terms := scopes.Options{Strategy: scopes.Implied(map[string][]string{
		"admin:org": {"write:org"},
		"write:org": {"read:org"},
	})}
	fmt.Println(scopes.Scope("read:org").SatisfiedBy(&claims.Token{Scopes: []string{"admin:org"}}, terms))
	fmt.Println(scopes.Scope("write:org").SatisfiedBy(&claims.Token{Scopes: []string{"read:org"}}, terms))
	// Output:
	// true
	// false
}

// A route that can filter lets constrained grants in, and asks what to filter.
func ExampleSMARTFilters() {
	need := scopes.SMARTFiltered("system/Observation.rs") // registered with the route
	token := &claims.Token{Scopes: []string{"system/Observation.rs?category=laboratory", "system/Observation.rs?category=imaging"}}
	if !need.SatisfiedBy(token, scopes.Options{}) {
		fmt.Println("refused")
		return
	}
	filters, ok := scopes.SMARTFilters(token, "system/Observation.rs") // in the handler
	fmt.Println(filters, ok)
	// Output:
	// [[category=laboratory] [category=imaging]] true
}

// What a route needs may depend on the request; the handler asks then.
func ExampleOpenEHR() {
	token := &claims.Token{Scopes: []string{"system/composition-MyHospital::*.cr"}}
	terms := scopes.Options{Strategy: scopes.OpenEHR}
	for _, template := range []string{"MyHospital::Vitals.v1", "Elsewhere::Vitals.v1"} {
		fmt.Println(template, scopes.Scope("system/composition-"+template+".c").SatisfiedBy(token, terms))
	}
	// Output:
	// MyHospital::Vitals.v1 true
	// Elsewhere::Vitals.v1 false
}
