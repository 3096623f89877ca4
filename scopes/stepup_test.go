package scopes_test

import (
	"slices"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/scopes"
)

func TestStepUp(t *testing.T) {
	golden, silver := scopes.Authentication(0, "gold"), scopes.Authentication(0, "gold", "silver")
	five, ten := scopes.Authentication(5*time.Minute), scopes.Authentication(10*time.Minute, "silver", "gold")
	hasA := claims.Token{Scopes: []string{"a"}}
	tests := []struct {
		name, ids string
		need      scopes.Requirement
		have      claims.Token
		acr       []string
		maxAge    time.Duration
		needed    bool
	}{
		{"nothing required", "", nothing, claims.Token{}, nil, 0, false},
		{"never", "", never, claims.Token{}, nil, 0, false},
		{"no authentication required", "", scopeA, claims.Token{}, nil, 0, false},
		{"in order of preference", "SU-02", scopes.Authentication(0, "c", "a", "b"), claims.Token{},
			[]string{"c", "a", "b"}, 0, true},
		{"age", "SU-03", five, claims.Token{}, nil, 5 * time.Minute, true},
		{"both", "SU-04", ten, claims.Token{}, []string{"silver", "gold"}, 10 * time.Minute, true},
		{"both, although one is met", "SU-04", ten, claims.Token{ACR: "gold"}, []string{"silver", "gold"},
			10 * time.Minute, true},
		{"met", "", scopes.All(scopeA, golden), claims.Token{Scopes: []string{"a"}, ACR: "gold"}, nil, 0, false},
		{"only the scope is missing", "", scopes.All(scopeA, golden), claims.Token{ACR: "gold"}, nil, 0, false},
		{"only the authentication is missing", "", scopes.All(scopeA, golden), hasA, []string{"gold"}, 0, true},
		{"both are missing", "SU-04", scopes.All(scopeA, golden), claims.Token{}, []string{"gold"}, 0, true},
		{"the shorter age", "", scopes.All(ten, five), claims.Token{}, []string{"silver", "gold"},
			5 * time.Minute, true},
		{"the shorter age, in the other order", "", scopes.All(five, ten), claims.Token{},
			[]string{"silver", "gold"}, 5 * time.Minute, true},
		{"the values that both allow", "", scopes.All(ten, golden), claims.Token{}, []string{"gold"},
			10 * time.Minute, true},
		{"what is met is asked for again", "", scopes.All(golden, five), claims.Token{ACR: "gold"},
			[]string{"gold"}, 5 * time.Minute, true},
		{"values that exclude each other", "", scopes.All(golden, scopes.Authentication(0, "iron")),
			claims.Token{}, []string{"gold"}, 0, true},
		{"another alternative is met", "", scopes.All(scopes.Any(golden, scopeA), scopeB), hasA, nil, 0, false},
		{"an alternative that lacks only this", "",
			scopes.Any(scopes.All(scopeB, golden), scopes.All(scopeA, five)), hasA, nil, 5 * time.Minute, true},
		{"the first alternative if all lack more", "",
			scopes.Any(scopes.All(scopeB, silver), scopes.All(admin, five)), hasA, []string{"gold",
				"silver"}, 0, true},
		{"the first alternative lacks no authentication", "", scopes.Any(scopeB, scopes.All(admin, five)), hasA,
			nil, 0, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			covers(t, test.ids)
			acr, maxAge, needed := test.need.StepUp(&test.have, scopes.Options{Now: noon})
			if !slices.Equal(acr, test.acr) || maxAge != test.maxAge || needed != test.needed {
				t.Errorf("StepUp = %q, %v, %v, want %q, %v, %v", acr, maxAge, needed, test.acr, test.maxAge, test.needed)
			}
		})
	}
	t.Run("a nil token is not asked to step up", func(t *testing.T) {
		covers(t, "SU-07")
		if _, _, needed := golden.StepUp(nil, scopes.Options{}); needed {
			t.Error("it is asked")
		}
	})
}
