package dialects_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/claims/dialects"
)

// TestEveryRuleOfADialectDecides takes one rule out of a dialect at a time. A detail
// or a payload file must then be read differently: otherwise nothing shows what the
// rule is for.
func TestEveryRuleOfADialectDecides(t *testing.T) {
	examples := examplesByDialect(t)
	for name, base := range map[string]string{ // those that begin with the rules of another
		"c4t": "entra", "cern": "keycloak", "ipreo": "identityserver", "xsuaa": "uaa",
	} {
		examples[name] = append(examples[name], examples[base]...)
	}
	for _, name := range dialects.Names() {
		for _, list := range []struct {
			name string
			of   func(*claims.Dialect) *[]claims.Rule
		}{
			{"Kinds", func(d *claims.Dialect) *[]claims.Rule { return &d.Kinds }},
			{"NotAccess", func(d *claims.Dialect) *[]claims.Rule { return &d.NotAccess }},
			{"Reject", func(d *claims.Dialect) *[]claims.Rule { return &d.Reject }},
		} {
			whole := byName(t, name)
			for i := range *list.of(&whole) {
				with, without := byName(t, name), byName(t, name)
				rules := list.of(&without)
				// The claim may be a mark for every issuer too.
				mark := (*rules)[i].Claim
				with.DangerouslyIgnoreMarks = append(with.DangerouslyIgnoreMarks, mark)
				without.DangerouslyIgnoreMarks = append(without.DangerouslyIgnoreMarks, mark)
				*rules = slices.Delete(*rules, i, i+1)
				if !differ(examples[name], &with, &without) {
					t.Errorf("%s: no example needs %s[%d]", name, list.name, i)
				}
			}
		}
	}
}

// TestIgnoredMarks keeps the list of dialects that let a mark of another kind of token
// pass. Each ignored mark must be needed, and each such dialect reject another mark.
func TestIgnoredMarks(t *testing.T) {
	want := map[string][]string{
		"apple": {"at_hash", "c_hash"}, "dex": {"at_hash"}, "googlelogin": {"at_hash", "c_hash"},
	}
	for _, name := range dialects.Names() {
		var ignored []string
		for _, path := range byName(t, name).DangerouslyIgnoreMarks {
			ignored = append(ignored, strings.Join(path, "."))
		}
		if !slices.Equal(ignored, want[name]) {
			t.Errorf("%s ignores %q, want %q", name, ignored, want[name])
		}
		for i, mark := range ignored {
			d := byName(t, name)
			members := detail{name, `"sub":"s","` + mark + `":"x"`, ""}
			if got := members.read(t, d); got == "rejected" {
				t.Errorf("%s rejects the mark %s", name, mark)
			}
			d.DangerouslyIgnoreMarks = slices.Delete(d.DangerouslyIgnoreMarks, i, i+1)
			if got := members.read(t, d); got != "rejected" {
				t.Errorf("%s: %s is no mark", name, mark)
			}
		}
		other := detail{name, `"sub":"s","events":{}`, ""}
		if got := other.read(t, byName(t, name)); got != "rejected" {
			t.Errorf("%s accepts a token with events", name)
		}
	}
}

// An example is a payload for the audiences of an API.
type example struct {
	payload   claims.Payload
	audiences []string
}

// examplesByDialect returns the details and the payload files by name of dialect.
func examplesByDialect(t *testing.T) map[string][]example {
	t.Helper()
	examples := map[string][]example{}
	for _, c := range slices.Concat(details, moreDetails) {
		examples[c.dialect] = append(examples[c.dialect], example{c.payload(t), []string{"this-api"}})
	}
	files, err := filepath.Glob("../claimstest/testdata/payloads/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no payload files: ", err)
	}
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var f struct {
			Dialect string
			Config  struct{ Audiences []string }
			Claims  claims.Payload
		}
		if err := json.Unmarshal(content, &f); err != nil {
			t.Fatal(err)
		}
		examples[f.Dialect] = append(examples[f.Dialect], example{f.Claims, f.Config.Audiences})
	}
	return examples
}

// differ reports whether the dialects read one of the examples differently.
func differ(examples []example, a, b *claims.Dialect) bool {
	return slices.ContainsFunc(examples, func(e example) bool {
		inA, errA := a.Token(e.payload, e.audiences...)
		inB, errB := b.Token(e.payload, e.audiences...)
		return (errA == nil) != (errB == nil) || errA == nil && inA.Kind != inB.Kind
	})
}

func byName(t *testing.T, name string) claims.Dialect {
	t.Helper()
	d, err := dialects.ByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
