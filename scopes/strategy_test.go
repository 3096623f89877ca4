package scopes_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/scopes"
)

// strategies are all strategies by the name that the vector files use.
var strategies = map[string]scopes.Strategy{
	"exact":           scopes.Exact,
	"hierarchic_dot":  scopes.Hierarchy('.'),
	"inherit_colon":   scopes.Hierarchy(':'),
	"wildcard_fosite": scopes.Wildcard('.'),
	"smart":           scopes.SMART,
	"openehr":         scopes.OpenEHR,
	"wlcg_path":       scopes.WLCG,
}

func TestStrategyVectors(t *testing.T) {
	data, err := os.ReadFile("testdata/scope_vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []struct {
			Strategy string
			Granted  []string
			Required string
			Expect   string
			Why      string
		}
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	ran := map[string]int{}
	for _, v := range file.Vectors {
		name := v.Strategy + "/" + strings.Join(v.Granted, "+") + "_for_" + v.Required
		t.Run(name, func(t *testing.T) {
			strategy, ok := strategies[v.Strategy]
			if !ok {
				t.Fatalf("no strategy %q", v.Strategy)
			}
			if v.Expect != "met" && v.Expect != "missing" {
				t.Fatalf("expect is %q", v.Expect)
			}
			ran[v.Strategy]++
			r := scopes.Scope(v.Required)
			if err := r.Err(); err != nil {
				t.Fatal(err)
			}
			got := r.Met(&claims.Token{Scopes: v.Granted}, scopes.Terms{Strategy: strategy})
			if want := v.Expect == "met"; got != want {
				t.Errorf("Met = %v, want %v (%s)", got, want, v.Why)
			}
		})
	}
	for name := range strategies {
		if ran[name] == 0 {
			t.Errorf("no vector for %q", name)
		}
	}
}
