package scopes_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/scopes"
)

// TestManyFiltersAreFoundAsFewAre compares the two ways on random scopes that are few
// enough for both to find everything.
func TestManyFiltersAreFoundAsFewAre(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	parameters := func() string {
		var all []string
		for range r.IntN(5) {
			all = append(all, fmt.Sprintf("%c=%d", 'a'+rune(r.IntN(4)), r.IntN(2)))
		}
		if all == nil {
			return ""
		}
		return "?" + strings.Join(all, "&")
	}
	permissions := []string{"r", "s", "rs", "cr", "cruds", "d"}
	found := 0
	for range 20_000 {
		required := "patient/Observation." + permissions[r.IntN(len(permissions))] + parameters()
		var granted []string
		for range r.IntN(8) {
			resource := []string{"*", "Observation", "Patient"}[r.IntN(3)]
			granted = append(granted,
				"patient/"+resource+"."+permissions[r.IntN(len(permissions))]+parameters())
		}
		few, many := scopes.FiltersInTwoWays(required, granted)
		if !slices.EqualFunc(few, many, slices.Equal) {
			t.Fatalf("%q for %s: few %q, many %q", granted, required, few, many)
		}
		if len(few) > 1 {
			found++
		}
	}
	if found < 1000 {
		t.Errorf("only %d cases have several filters", found)
	}
}

// TestFiltersOfManyScopes has a token with more sets of parameters than are compared
// with each other. Those that grant everything count; what is added to others does not
// depend on the order.
func TestFiltersOfManyScopes(t *testing.T) {
	var granted []string
	for i := range 40 {
		granted = append(granted,
			fmt.Sprintf("patient/Observation.r?a=%02d", i), fmt.Sprintf("patient/Observation.rs?b=%02d", i))
	}
	need := scopes.SMARTFiltered("patient/Observation.rs")
	filters, ok := need.Filters(&claims.Token{Scopes: granted})
	if !ok || len(filters) != 40 || filters[39][0] != "b=39" {
		t.Errorf("%d filters, %q", len(filters), filters)
	}
	// One without parameters is part of all.
	filters, ok = need.Filters(&claims.Token{Scopes: append(granted, "patient/*.s")})
	if !ok || len(filters) != 80 {
		t.Errorf("%d filters", len(filters))
	}
	if filters, ok = need.Filters(&claims.Token{Scopes: append(granted, "patient/*.rs")}); !ok ||
		filters != nil {
		t.Errorf("%q, %v", filters, ok)
	}
	onlyRead := granted[:0:0]
	for i := range 40 {
		onlyRead = append(onlyRead, fmt.Sprintf("patient/Observation.r?a=%02d", i))
	}
	if need.SatisfiedBy(&claims.Token{Scopes: onlyRead}, scopes.Options{}) {
		t.Error("satisfied without s")
	}
	both := append(onlyRead, "patient/Observation.s?a=03&c=1")
	for range 2 {
		filters, ok = need.Filters(&claims.Token{Scopes: both})
		if want := []string{"a=03", "c=1"}; !ok || len(filters) != 1 || !slices.Equal(filters[0], want) {
			t.Errorf("%q, %v, want %q", filters, ok, want)
		}
		slices.Reverse(both)
	}
}
