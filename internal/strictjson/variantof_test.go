package strictjson_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

func TestVariantOf(t *testing.T) {
	both := strictjson.NewNames("Role", "role", "iss")
	for _, tc := range []struct {
		name, document string
		known          strictjson.Names
		want           string
	}{
		{"known names only", `{"iss":1,"sub":2,"clientId":3}`, known, ""},
		{"two unknown names", `{"email":1,"Email":2}`, known, ""},
		{"many unknown names that fold alike", `{"A":1,"a":2,"B":3,"b":4}`, known, ""},
		{"capitals in place of a claim", `{"ISS":1}`, known, "iss"},
		{"capitals next to a claim", `{"iss":1,"Iss":2}`, known, "iss"},
		{"long s", `{"i\u017fs":1}`, known, "iss"},
		{"small letters for a known capital", `{"clientid":1}`, known, "clientId"},
		{"small letters next to a known capital", `{"clientId":1,"clientid":1}`, known, "clientId"},
		{"other capitals for a known capital", `{"ClientID":1}`, known, "clientId"},
		{"a Kelvin sign for a known capital", `{"\u212aey":1}`, strictjson.NewNames("Key"), "Key"},
		{"a small letter for a known Kelvin sign", `{"key":1}`, strictjson.NewNames("\u212aey"), "\u212aey"},
		{"one of two known names that fold alike", `{"Role":1}`, both, ""},
		{"the other one", `{"role":1}`, both, ""},
		{"both at once", `{"Role":1,"role":2}`, both, "role"},
		{"a third spelling", `{"ROLE":1}`, both, "Role"},
		{"only the top level counts", `{"a":{"ISS":1}}`, known, ""},
		{"no known names", `{"ISS":1,"iss":2}`, strictjson.Names{}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := mustParse(t, tc.document).VariantOf(tc.known); got != tc.want {
				t.Errorf("VariantOf of %s = %q, want %q", tc.document, got, tc.want)
			}
		})
	}
}

// FuzzVariantOf compares VariantOf with a simple version of it.
func FuzzVariantOf(f *testing.F) {
	f.Add("iss sub aud", "iss sub")
	f.Add("ISS \u017fub", "iss sub")
	f.Add("clientid", "clientId")
	f.Add("Role role", "role Role")
	f.Add("Email email", "iss")
	f.Add(strings.Join(manyNames("NAME-", 500), " "), "iss Name-7")
	f.Fuzz(func(t *testing.T, names, knownNames string) {
		knownList := strings.Fields(strings.ToValidUTF8(knownNames, ""))
		var o strictjson.Object
		for _, name := range strings.Fields(strings.ToValidUTF8(names, "")) {
			if !slices.ContainsFunc(o, func(m strictjson.Member) bool { return m.Name == name }) {
				o = append(o, strictjson.Member{Name: name})
			}
		}
		want := false
		for _, m := range o {
			for _, k := range knownList {
				_, beside := o.Get(k)
				want = want || m.Name != k && fold(m.Name) == fold(k) &&
					(beside || !slices.Contains(knownList, m.Name))
			}
		}
		got := ""
		set := strictjson.NewNames(knownList...)
		frugal(t, len(names), func() { got = o.VariantOf(set) })
		if (got != "") != want || want && !slices.Contains(knownList, got) {
			t.Fatalf("VariantOf(%q) of %q = %q, want one: %v", knownList, o, got, want)
		}
	})
}
