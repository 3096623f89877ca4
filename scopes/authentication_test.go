package scopes_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/scopes"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func TestAuthentication(t *testing.T) {
	type token = claims.Token
	at := func(d time.Duration) time.Time { return noon.Add(d) }
	fresh := scopes.Authentication(5 * time.Minute)
	golden := scopes.Authentication(0, "gold", "silver")
	both := scopes.Authentication(5*time.Minute, "gold")
	leeway := scopes.Options{Now: noon, Leeway: 30 * time.Second}
	plain := scopes.Options{Now: noon}
	tests := []struct {
		name    string
		need    scopes.Requirement
		have    token
		options scopes.Options
		want    bool
	}{
		{"SU-05/acr", golden, token{ACR: "gold"}, plain, true},
		{"SU-05/another acr that will do", golden, token{ACR: "silver"}, plain, true},
		{"SU-01/acr mismatch", golden, token{ACR: "bronze"}, plain, false},
		{"SU-01/acr in another case", golden, token{ACR: "Gold"}, plain, false},
		{"SU-01/two acr in one", golden, token{ACR: "gold silver"}, plain, false},
		{"SU-05/no acr", golden, token{}, plain, false},
		{"SU-05/no auth_time", fresh, token{ACR: "gold", IssuedAt: noon}, plain, false},
		{"SU-06/now", fresh, token{AuthTime: noon}, plain, true},
		{"SU-06/just in time", fresh, token{AuthTime: at(-5 * time.Minute)}, plain, true},
		{"SU-06/too late", fresh, token{AuthTime: at(-5*time.Minute - time.Second)}, plain, false},
		{"SU-06/just in time with leeway", fresh, token{AuthTime: at(-5*time.Minute - 30*time.Second)}, leeway, true},
		{"SU-06/too late with leeway", fresh, token{AuthTime: at(-5*time.Minute - 31*time.Second)}, leeway, false},
		{"SU-06/future", fresh, token{AuthTime: at(time.Second)}, plain, false},
		{"SU-06/future within leeway", fresh, token{AuthTime: at(30 * time.Second)}, leeway, true},
		{"SU-06/future beyond leeway", fresh, token{AuthTime: at(31 * time.Second)}, leeway, false},
		{"SU-06/negative leeway is none", fresh, token{AuthTime: noon}, scopes.Options{Now: noon, Leeway: -time.Hour}, true},
		{"SU-06/far past", fresh, token{AuthTime: time.Unix(0, 0)}, leeway, false},
		{"SU-06/beyond what a duration holds", fresh, token{AuthTime: time.Unix(253402300799, 0)}, leeway, false},
		{"SU-06/before what a duration holds", fresh, token{AuthTime: time.Unix(-1<<40, 0)}, leeway, false},
		{"both", both, token{ACR: "gold", AuthTime: noon}, plain, true},
		{"both, stale", both, token{ACR: "gold", AuthTime: at(-time.Hour)}, plain, false},
		{"both, other acr", both, token{ACR: "silver", AuthTime: noon}, plain, false},
		{"acr alone asks for no time", golden, token{ACR: "gold", AuthTime: at(time.Hour)}, plain, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := test.need.Err(); err != nil {
				t.Fatal(err)
			}
			if got := test.need.SatisfiedBy(&test.have, test.options); got != test.want {
				t.Errorf("SatisfiedBy = %v, want %v", got, test.want)
			}
			if _, _, needed := test.need.StepUp(&test.have, test.options); needed == test.want {
				t.Errorf("StepUp needed = %v although SatisfiedBy is %v", needed, test.want)
			}
		})
	}
	t.Run("zero Now is the current time", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			have := &token{AuthTime: time.Now()}
			time.Sleep(5 * time.Minute)
			if !fresh.SatisfiedBy(have, scopes.Options{}) {
				t.Error("not satisfied after five minutes")
			}
			time.Sleep(time.Second)
			if fresh.SatisfiedBy(have, scopes.Options{}) {
				t.Error("satisfied after more than five minutes")
			}
		})
	})
}

func TestAuthenticationErr(t *testing.T) {
	long := time.Duration(math.MaxInt64)
	for name, need := range map[string]scopes.Requirement{
		"requires nothing":              scopes.Authentication(0),
		"SU-03/negative":                scopes.Authentication(-time.Second, "gold"),
		"SU-03/fraction of a second":    scopes.Authentication(1500 * time.Millisecond),
		"SU-03/less than a second":      scopes.Authentication(time.Millisecond),
		"SU-03/fraction of a long time": scopes.Authentication(long),
		"empty acr":                     scopes.Authentication(0, "gold", ""),
		"SU-02/space in acr":            scopes.Authentication(time.Second, "gold silver"),
		"quote in acr":                  scopes.Authentication(time.Second, `gold"`),
		"newline in acr":                scopes.Authentication(time.Second, "gold\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			if need.Err() == nil {
				t.Fatal("no error")
			}
			have := &claims.Token{ACR: "gold", AuthTime: noon}
			if need.SatisfiedBy(have, scopes.Options{Now: noon}) {
				t.Error("satisfied in spite of the error")
			}
			if !strings.HasPrefix(need.Err().Error(), "scopes: ") {
				t.Errorf("Err = %v", need.Err())
			}
		})
	}
}

func TestStepUp(t *testing.T) {
	golden, silver := scopes.Authentication(0, "gold"), scopes.Authentication(0, "gold", "silver")
	five, ten := scopes.Authentication(5*time.Minute), scopes.Authentication(10*time.Minute, "silver", "gold")
	hasA := claims.Token{Scopes: []string{"a"}}
	tests := []struct {
		name   string
		need   scopes.Requirement
		have   claims.Token
		acr    []string
		maxAge time.Duration
		needed bool
	}{
		{"nothing required", nothing, claims.Token{}, nil, 0, false},
		{"never", never, claims.Token{}, nil, 0, false},
		{"no authentication required", scopeA, claims.Token{}, nil, 0, false},
		{"SU-02/in order of preference", scopes.Authentication(0, "c", "a", "b"), claims.Token{}, []string{"c", "a", "b"}, 0, true},
		{"SU-03/age", five, claims.Token{}, nil, 5 * time.Minute, true},
		{"SU-04/both", ten, claims.Token{}, []string{"silver", "gold"}, 10 * time.Minute, true},
		{"SU-04/both, although one is met", ten, claims.Token{ACR: "gold"}, []string{"silver", "gold"}, 10 * time.Minute, true},
		{"met", scopes.All(scopeA, golden), claims.Token{Scopes: []string{"a"}, ACR: "gold"}, nil, 0, false},
		{"only the scope is missing", scopes.All(scopeA, golden), claims.Token{ACR: "gold"}, nil, 0, false},
		{"only the authentication is missing", scopes.All(scopeA, golden), hasA, []string{"gold"}, 0, true},
		{"SU-04/both are missing", scopes.All(scopeA, golden), claims.Token{}, []string{"gold"}, 0, true},
		{"the shorter age", scopes.All(ten, five), claims.Token{}, []string{"silver", "gold"}, 5 * time.Minute, true},
		{"the shorter age, in the other order", scopes.All(five, ten), claims.Token{}, []string{"silver", "gold"}, 5 * time.Minute, true},
		{"the values that both allow", scopes.All(ten, golden), claims.Token{}, []string{"gold"}, 10 * time.Minute, true},
		{"what is met is asked for again", scopes.All(golden, five), claims.Token{ACR: "gold"}, []string{"gold"}, 5 * time.Minute, true},
		{"values that exclude each other", scopes.All(golden, scopes.Authentication(0, "iron")), claims.Token{}, []string{"gold"}, 0, true},
		{"another alternative is met", scopes.All(scopes.Any(golden, scopeA), scopeB), hasA, nil, 0, false},
		{"an alternative that lacks only this", scopes.Any(scopes.All(scopeB, golden), scopes.All(scopeA, five)), hasA, nil, 5 * time.Minute, true},
		{"the first alternative if all lack more", scopes.Any(scopes.All(scopeB, silver), scopes.All(admin, five)), hasA, []string{"gold", "silver"}, 0, true},
		{"the first alternative lacks no authentication", scopes.Any(scopeB, scopes.All(admin, five)), hasA, nil, 0, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			acr, maxAge, needed := test.need.StepUp(&test.have, scopes.Options{Now: noon})
			if !slices.Equal(acr, test.acr) || maxAge != test.maxAge || needed != test.needed {
				t.Errorf("StepUp = %q, %v, %v, want %q, %v, %v", acr, maxAge, needed, test.acr, test.maxAge, test.needed)
			}
		})
	}
	if _, _, needed := golden.StepUp(nil, scopes.Options{}); needed {
		t.Error("SU-07: a nil token is asked to step up")
	}
}
