package scopes_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/scopes"
)

func TestSMARTFilters(t *testing.T) {
	tests := []struct {
		name    string
		granted string
		need    string
		want    string // the elements, joined by "|"; "all" for no filter, "" for no access
	}{
		{"no grant", "", "system/Observation.rs", ""},
		{"unconstrained", "system/Observation.rs", "system/Observation.rs", "all"},
		{"version 1", "system/*.read", "system/Observation.rs", "all"},
		{"constrained", "system/Observation.rs?category=laboratory", "system/Observation.rs", "category=laboratory"},
		{"several parameters", "system/Observation.rs?a=1&b=2", "system/Observation.r", "a=1&b=2"},
		{"repeated parameter", "system/Observation.rs?a=1&a=1", "system/Observation.r", "a=1"},
		{"two ways", "system/Observation.rs?a=1 system/Observation.rs?b=2", "system/Observation.rs", "a=1|b=2"},
		{"the same way twice", "system/Observation.rs?a=1&b=2 system/*.rs?b=2&a=1", "system/Observation.rs", "a=1&b=2"},
		{"a wider way", "system/Observation.rs?a=1&b=2 system/Observation.rs?b=2", "system/Observation.rs", "b=2"},
		{"a way without limits", "system/Observation.rs?a=1 system/Observation.rs", "system/Observation.rs", "all"},
		{"not all permissions", "system/Observation.r?a=1", "system/Observation.rs", ""},
		{"permissions together", "system/Observation.r?a=1 system/Observation.s?a=1", "system/Observation.rs", "a=1"},
		{"one permission without limits", "system/Observation.r?a=1 system/Observation.s", "system/Observation.rs", "a=1"},
		{"permissions under nested limits", "system/Observation.r?a=1 system/Observation.s?a=1&b=2", "system/Observation.rs", "a=1&b=2"},
		{"permissions under different limits", "system/Observation.r?a=1 system/Observation.s?b=2", "system/Observation.rs", ""},
		{"only what concerns the permissions", "system/Observation.r?a=1 system/Observation.s?b=2", "system/Observation.r", "a=1"},
		{"another type", "system/Condition.rs?a=1", "system/Observation.rs", ""},
		{"every type", "system/*.rs?a=1", "system/Observation.rs", "a=1"},
		{"another context", "user/Observation.rs?a=1", "system/Observation.rs", ""},
		{"known to hold", "system/Observation.rs?a=1&b=2", "system/Observation.rs?a=1", "b=2"},
		{"all known to hold", "system/Observation.rs?a=1", "system/Observation.rs?b=2&a=1", "all"},
		{"permissions together with what holds", "system/Observation.r?a=1 system/Observation.s?b=2", "system/Observation.rs?b=2", "a=1"},
		{"no SMART grant", "system/Observation.sr?a=1 system/Observation.rs?", "system/Observation.rs", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			token := &claims.Token{Scopes: strings.Fields(test.granted)}
			filters, ok := scopes.SMARTFilters(token, test.need)
			var ways []string
			for _, filter := range filters {
				ways = append(ways, strings.Join(filter, "&"))
			}
			got := strings.Join(ways, "|")
			if ok && filters == nil {
				got = "all"
			}
			if got != test.want || ok != (test.want != "") {
				t.Errorf("SMARTFilters = %q, %v, want %q", got, ok, test.want)
			}
			need := scopes.SMARTFiltered(test.need)
			if err := need.Err(); err != nil {
				t.Fatal(err)
			}
			for name, strategy := range strategies {
				if met := need.SatisfiedBy(token, scopes.Options{Strategy: strategy}); met != ok {
					t.Errorf("%s: Met = %v although SMARTFilters says %v", name, met, ok)
				}
			}
			if met := scopes.Scope(test.need).SatisfiedBy(token, scopes.Options{Strategy: scopes.SMART}); met != (got == "all") {
				t.Errorf("Scope is met: %v, want that only if nothing has to be filtered", met)
			}
		})
	}
	if _, ok := scopes.SMARTFilters(nil, "system/Observation.rs"); ok {
		t.Error("a nil token is let in")
	}
	for _, name := range []string{"", "openid", "system/Observation.sr", "system/Observation", "system/Observation.rs?"} {
		if _, ok := scopes.SMARTFilters(&claims.Token{Scopes: []string{name, "system/*.*"}}, name); ok {
			t.Errorf("%q is let in", name)
		}
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

// A patient's scopes are worth nothing to a client that has no patient.
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
					t.Errorf("Met = %v, want %v", got, test.want)
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

// Each way in that SMARTFilters lists must be one that SMART itself grants if
// its parameters are known to hold.
func TestSMARTFiltersAgreeWithSMART(t *testing.T) {
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
			filters, ok := scopes.SMARTFilters(token, name)
			if ok && filters == nil && !scopes.SMART(token, name) {
				t.Errorf("%q: %s needs no filter, says SMARTFilters, and is not granted", granted, name)
			}
			for _, filter := range filters {
				if constrained := name + "?" + strings.Join(filter, "&"); !scopes.SMART(token, constrained) {
					t.Errorf("%q: %s is not granted", granted, constrained)
				}
				for i := range filter {
					less := slices.Delete(slices.Clone(filter), i, i+1)
					without := strings.TrimSuffix(name+"?"+strings.Join(less, "&"), "?")
					if scopes.SMART(token, without) {
						t.Errorf("%q: %s asks for more than it has to: %q", granted, name, filter)
					}
				}
			}
		}
	}
}
