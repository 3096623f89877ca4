package scopes_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/scopes"
)

func TestFilters(t *testing.T) {
	tests := []struct {
		name    string
		granted string
		need    string
		want    string // the elements, joined by "|"; "all" means no filter, "" no access
	}{
		{"no grant", "", "system/Observation.rs", ""},
		{"unconstrained", "system/Observation.rs", "system/Observation.rs", "all"},
		{"version 1", "system/*.read", "system/Observation.rs", "all"},
		{"constrained", "system/Observation.rs?category=laboratory", "system/Observation.rs",
			"category=laboratory"},
		{"several parameters", "system/Observation.rs?a=1&b=2", "system/Observation.r", "a=1&b=2"},
		{"repeated parameter", "system/Observation.rs?a=1&a=1", "system/Observation.r", "a=1"},
		{"two ways", "system/Observation.rs?a=1 system/Observation.rs?b=2", "system/Observation.rs", "a=1|b=2"},
		{"the same way twice", "system/Observation.rs?a=1&b=2 system/*.rs?b=2&a=1", "system/Observation.rs",
			"a=1&b=2"},
		{"a wider way", "system/Observation.rs?a=1&b=2 system/Observation.rs?b=2", "system/Observation.rs", "b=2"},
		{"a way without limits", "system/Observation.rs?a=1 system/Observation.rs", "system/Observation.rs", "all"},
		{"not all permissions", "system/Observation.r?a=1", "system/Observation.rs", ""},
		{"permissions together", "system/Observation.r?a=1 system/Observation.s?a=1", "system/Observation.rs",
			"a=1"},
		{"one permission without limits", "system/Observation.r?a=1 system/Observation.s",
			"system/Observation.rs", "a=1"},
		{"permissions under nested limits", "system/Observation.r?a=1 system/Observation.s?a=1&b=2",
			"system/Observation.rs", "a=1&b=2"},
		{"permissions under different limits", "system/Observation.r?a=1 system/Observation.s?b=2",
			"system/Observation.rs", ""},
		{"only what concerns the permissions", "system/Observation.r?a=1 system/Observation.s?b=2",
			"system/Observation.r", "a=1"},
		{"another type", "system/Condition.rs?a=1", "system/Observation.rs", ""},
		{"every type", "system/*.rs?a=1", "system/Observation.rs", "a=1"},
		{"another context", "user/Observation.rs?a=1", "system/Observation.rs", ""},
		{"known to hold", "system/Observation.rs?a=1&b=2", "system/Observation.rs?a=1", "b=2"},
		{"all known to hold", "system/Observation.rs?a=1", "system/Observation.rs?b=2&a=1", "all"},
		{"permissions together with what holds", "system/Observation.r?a=1 system/Observation.s?b=2",
			"system/Observation.rs?b=2", "a=1"},
		{"no SMART grant", "system/Observation.sr?a=1 system/Observation.rs?", "system/Observation.rs", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			token := &claims.Token{Scopes: strings.Fields(test.granted)}
			need := scopes.SMARTFiltered(test.need)
			if err := need.Err(); err != nil {
				t.Fatal(err)
			}
			filters, ok := need.Filters(token)
			var alternatives []string
			for _, filter := range filters {
				alternatives = append(alternatives, strings.Join(filter, "&"))
			}
			got := strings.Join(alternatives, "|")
			if ok && filters == nil {
				got = "all"
			}
			if got != test.want || ok != (test.want != "") {
				t.Errorf("Filters = %q, %v, want %q", got, ok, test.want)
			}
			for name, strategy := range strategies {
				if satisfied := need.SatisfiedBy(token, scopes.Options{Strategy: strategy}); satisfied != ok {
					t.Errorf("%s: SatisfiedBy = %v although Filters returns %v", name, satisfied, ok)
				}
			}
			smart := scopes.Options{Strategy: scopes.SMART}
			if satisfied := scopes.Scope(test.need).SatisfiedBy(token, smart); satisfied != (got == "all") {
				t.Errorf("Scope is satisfied: %v, want that only if nothing has to be filtered", satisfied)
			}
		})
	}
	if _, ok := scopes.SMARTFiltered("system/Observation.rs").Filters(nil); ok {
		t.Error("a nil token gets access")
	}
	for _, name := range []string{"", "openid", "system/Observation.sr", "system/Observation",
		"system/Observation.rs?"} {
		if _, ok := scopes.SMARTFiltered(name).Filters(&claims.Token{Scopes: []string{name, "system/*.*"}}); ok {
			t.Errorf("%q gets access", name)
		}
	}
}

// A handler that asks the wrong requirement for filters must not conclude that
// there is nothing to filter.
func TestFiltersOfOtherRequirements(t *testing.T) {
	filtered := scopes.SMARTFiltered("system/Observation.rs")
	token := &claims.Token{Scopes: []string{"system/*.cruds", "a"}}
	for name, need := range map[string]scopes.Requirement{
		"the zero requirement": nothing,
		"a scope":              scopes.Scope("system/Observation.rs"),
		"all of several":       scopes.All(filtered, scopeA),
		"any of several":       scopes.Any(filtered, scopeA),
	} {
		if filters, ok := need.Filters(token); ok || filters != nil {
			t.Errorf("%s: Filters = %q, %v, want no access", name, filters, ok)
		}
	}
	if _, ok := scopes.All(filtered).Filters(token); !ok {
		t.Error("All with one part is that part, so it has filters")
	}
}

// tokenOf reads a token from the members of a payload.
func tokenOf(t testing.TB, members string) *claims.Token {
	t.Helper()
	var payload claims.Payload
	if err := payload.UnmarshalJSON([]byte(`{"exp":1,` + members + `}`)); err != nil {
		t.Fatal(err)
	}
	token, err := new(claims.Dialect).Token(payload)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// Scopes for a patient do not count for a client without a patient.
func TestPatientContext(t *testing.T) {
	const client, user = `"client_id":"c","sub":"c"`, `"client_id":"c","sub":"u"`
	tests := []struct {
		name, members string
		want          bool
	}{
		{"user", user, true},
		{"client", client, false},
		{"client with a patient", client + `,"patient":"p1"`, true},
		{"client with an ehrId", client + `,"ehrId":"e1"`, true},
		{"client with an empty patient", client + `,"patient":""`, false},
		{"client with a patient that is no string", client + `,"patient":1`, false},
		{"client with a patient in another case", client + `,"Patient":"p1"`, false},
		{"unknown", `"aud":"x"`, true},
	}
	needs := []struct {
		name     string
		granted  string
		strategy scopes.Strategy
		need     scopes.Requirement
	}{
		{"smart", "patient/Observation.rs", scopes.SMART, scopes.Scope("patient/Observation.r")},
		{"filtered", "patient/Observation.rs?a=1", nil, scopes.SMARTFiltered("patient/Observation.r")},
		{"openehr", "patient/composition-*.r", scopes.OpenEHR, scopes.Scope("patient/composition-A.r")},
		{"the same scope", "patient/Observation.rs", scopes.SMART, scopes.Scope("patient/Observation.rs")},
	}
	for _, need := range needs {
		for _, test := range tests {
			t.Run(fmt.Sprintf("%s/%s", need.name, test.name), func(t *testing.T) {
				token := tokenOf(t, test.members+`,"scope":"`+need.granted+`"`)
				if got := need.need.SatisfiedBy(token, scopes.Options{Strategy: need.strategy}); got != test.want {
					t.Errorf("SatisfiedBy = %v, want %v", got, test.want)
				}
			})
		}
	}
	for _, context := range []string{"system", "user"} {
		token := tokenOf(t, client+`,"scope":"`+context+`/Observation.rs"`)
		if !scopes.Scope(context+"/Observation.r").SatisfiedBy(token, scopes.Options{Strategy: scopes.SMART}) {
			t.Errorf("%s: a client needs no patient there", context)
		}
	}
}

// SMART grants each alternative that Filters returns, with its parameters added
// to the required scope.
func TestFiltersAgreeWithSMART(t *testing.T) {
	grants := []string{
		"user/Observation.r?a=1", "user/Observation.s?b=2", "user/*.rs?a=1&b=2", "user/Observation.s?a=1",
		"user/Observation.cud?c=3", "user/*.c", "user/Observation.rs?c=3&a=1",
	}
	for subset := range 1 << len(grants) {
		var granted []string
		for i, grant := range grants {
			if subset>>i&1 == 1 {
				granted = append(granted, grant)
			}
		}
		token := &claims.Token{Scopes: granted}
		for _, need := range []string{"r", "s", "rs", "c", "cr", "cruds"} {
			name := "user/Observation." + need
			filters, ok := scopes.SMARTFiltered(name).Filters(token)
			if ok && filters == nil && !scopes.SMART(token, name) {
				t.Errorf("%q: %s has no filters although SMART does not grant it", granted, name)
			}
			for _, filter := range filters {
				if constrained := name + "?" + strings.Join(filter, "&"); !scopes.SMART(token, constrained) {
					t.Errorf("%q: %s is not granted", granted, constrained)
				}
				for i := range filter {
					less := slices.Delete(slices.Clone(filter), i, i+1)
					without := strings.TrimSuffix(name+"?"+strings.Join(less, "&"), "?")
					if scopes.SMART(token, without) {
						t.Errorf("%q: %s has parameters that are not needed: %q", granted, name, filter)
					}
				}
			}
		}
	}
}

// TestNamesThatNoChallengeCanCarry: the name of the requirement goes into a header
// field of the response and into the metadata, so it must be a scope-token.
func TestNamesThatNoChallengeCanCarry(t *testing.T) {
	for _, name := range []string{
		`patient/Observation.rs?code="1"`, `patient/Observation.rs?code=\1`, "patient/Observation.rs?code=1 2",
		"patient/Observation.rs?code=1\r\nX: y", "patient/Observation.rs?code=1\n", "patient/Observation.rs?code=é",
		"patient/Observation.rs?code=\x7f", "patient/Observation.rs?code=\x00",
	} {
		r := scopes.SMARTFiltered(name)
		if r.Err() == nil || r.Scopes() != nil {
			t.Errorf("SMARTFiltered(%q): %v, scopes %q", name, r.Err(), r.Scopes())
		}
		if r.SatisfiedBy(&claims.Token{Scopes: []string{name}}, scopes.Options{}) {
			t.Errorf("SMARTFiltered(%q) is satisfied", name)
		}
		if parsed, err := scopes.Parse(r.String()); err == nil || parsed.Err() == nil && parsed.Scopes() != nil {
			t.Errorf("Parse(%q): %v, %v", r.String(), parsed, err)
		}
	}
	if err := scopes.SMARTFiltered("patient/Observation.rs?category=a|b,c%20d").Err(); err != nil {
		t.Error(err)
	}
}
