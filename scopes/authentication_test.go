package scopes_test

import (
	"math"
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
		name, ids string
		need      scopes.Requirement
		have      token
		options   scopes.Options
		want      bool
	}{
		{"acr", "SU-05", golden, token{ACR: "gold"}, plain, true},
		{"another acr that will do", "SU-05", golden, token{ACR: "silver"}, plain, true},
		{"acr mismatch", "SU-01", golden, token{ACR: "bronze"}, plain, false},
		{"acr in another case", "SU-01", golden, token{ACR: "Gold"}, plain, false},
		{"two acr in one", "SU-01", golden, token{ACR: "gold silver"}, plain, false},
		{"no acr", "SU-05", golden, token{}, plain, false},
		{"no auth_time", "SU-05", fresh, token{ACR: "gold", IssuedAt: noon}, plain, false},
		{"now", "SU-06", fresh, token{AuthTime: noon}, plain, true},
		{"just in time", "SU-06", fresh, token{AuthTime: at(-5 * time.Minute)}, plain, true},
		{"too late", "SU-06", fresh, token{AuthTime: at(-5*time.Minute - time.Second)}, plain, false},
		{"just in time with leeway", "SU-06", fresh, token{AuthTime: at(-5*time.Minute - 30*time.Second)}, leeway,
			true},
		{"too late with leeway", "SU-06", fresh, token{AuthTime: at(-5*time.Minute - 31*time.Second)}, leeway,
			false},
		{"future", "SU-06", fresh, token{AuthTime: at(time.Second)}, plain, false},
		{"future within leeway", "SU-06", fresh, token{AuthTime: at(30 * time.Second)}, leeway, true},
		{"future beyond leeway", "SU-06", fresh, token{AuthTime: at(31 * time.Second)}, leeway, false},
		{"negative leeway is none", "SU-06", fresh, token{AuthTime: noon},
			scopes.Options{Now: noon, Leeway: -time.Hour}, true},
		{"far past", "SU-06", fresh, token{AuthTime: time.Unix(0, 0)}, leeway, false},
		{"beyond what a duration holds", "SU-06", fresh, token{AuthTime: time.Unix(253402300799, 0)}, leeway,
			false},
		{"before what a duration holds", "SU-06", fresh, token{AuthTime: time.Unix(-1<<40, 0)}, leeway, false},
		{"both", "", both, token{ACR: "gold", AuthTime: noon}, plain, true},
		{"both, stale", "", both, token{ACR: "gold", AuthTime: at(-time.Hour)}, plain, false},
		{"both, other acr", "", both, token{ACR: "silver", AuthTime: noon}, plain, false},
		{"acr alone asks for no time", "", golden, token{ACR: "gold", AuthTime: at(time.Hour)}, plain, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			covers(t, test.ids)
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
	for _, c := range []struct {
		name, ids string
		need      scopes.Requirement
	}{
		{"requires nothing", "", scopes.Authentication(0)},
		{"negative", "SU-03", scopes.Authentication(-time.Second, "gold")},
		{"fraction of a second", "SU-03", scopes.Authentication(1500 * time.Millisecond)},
		{"less than a second", "SU-03", scopes.Authentication(time.Millisecond)},
		{"fraction of a long time", "SU-03", scopes.Authentication(long)},
		{"empty acr", "", scopes.Authentication(0, "gold", "")},
		{"space in acr", "SU-02", scopes.Authentication(time.Second, "gold silver")},
		{"quote in acr", "", scopes.Authentication(time.Second, `gold"`)},
		{"newline in acr", "", scopes.Authentication(time.Second, "gold\r\n")},
	} {
		t.Run(c.name, func(t *testing.T) {
			covers(t, c.ids)
			if c.need.Err() == nil {
				t.Fatal("no error")
			}
			have := &claims.Token{ACR: "gold", AuthTime: noon}
			if c.need.SatisfiedBy(have, scopes.Options{Now: noon}) {
				t.Error("satisfied in spite of the error")
			}
			if !strings.HasPrefix(c.need.Err().Error(), "scopes: ") {
				t.Errorf("Err = %v", c.need.Err())
			}
		})
	}
}
