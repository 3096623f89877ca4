package strictjson_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

var known = strictjson.NewNames("iss", "sub", "aud", "exp", "scope", "kid", "alg", "clientId", "x5t#S256")

func TestVariant(t *testing.T) {
	for _, tc := range []struct {
		name, ids, document string
		want                bool
	}{
		{"no members", "", `{}`, false},
		{"known names only", "", `{"iss":1,"sub":2,"clientId":3,"x5t#S256":4}`, false},
		{"unknown names", "", `{"tenant":1,"Country":2,"größe":3,"onPremisesSid":4}`, false},
		{"signs between the letters' columns", "", `{"[iss":1,"{iss":2,"@sub":3,"` + "`" + `sub":4}`, false},
		{"a letter with an accent is another letter", "", `{"iśs":1,"ïss":2}`, false},
		{"a Cyrillic letter folds to no Latin one", "", `{"ѕub":1}`, false},
		{"part of a known name", "", `{"IS":1,"ISSU":2,"EX":3}`, false},
		{"capitals in place of a claim", "T-02 ATK-C01", `{"ISS":1}`, true},
		{"one capital", "T-02 ATK-C01", `{"sub":1,"Aud":2}`, true},
		{"another spelling after the claim", "T-02 ATK-C01", `{"exp":1,"EXP":2}`, true},
		{"another spelling before the claim", "T-02 ATK-C01", `{"eXp":1,"exp":2}`, true},
		{"long s", "T-02 ATK-C02", `{"i\u017fs":1}`, true},
		{"long s, not escaped", "T-02 ATK-C02", `{"ſub":1}`, true},
		{"Kelvin sign", "T-02 ATK-C02", `{"\u212aid":1}`, true},
		{"Kelvin sign after the claim", "J-07 ATK-C02", `{"kid":1,"\u212aid":2}`, true},
		{"small letters for a known capital", "", `{"clientid":1}`, true},
		{"small letters and a known capital", "", `{"clientId":1,"clientid":2}`, true},
		{"other capitals for a known capital", "", `{"ClientID":1}`, true},
		{"two unknown names", "T-02", `{"tenant":1,"Tenant":2}`, true},
		{"two unknown names, both with capitals", "T-02", `{"tENANT":1,"Tenant":2}`, true},
		{"two unknown names beyond ASCII", "T-02", `{"größe":1,"GRÖSSE":2,"GRÖßE":3}`, true},
		{"two unknown names with sigmas", "T-02", `{"σ":1,"ς":2}`, true},
		{"capital sharp s", "", `{"ß":1,"ẞ":2}`, true},
		{"only the top level counts", "", `{"a":{"ISS":1,"iss":2}}`, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			covers(t, tc.ids)
			if got := mustParse(t, tc.document).Variant(known); got != tc.want {
				t.Errorf("Variant of %s = %v, want %v", tc.document, got, tc.want)
			}
		})
	}

	t.Run("two known names that fold alike", func(t *testing.T) {
		if !mustParse(t, `{"clientId":1,"clientid":2}`).Variant(strictjson.NewNames("clientId", "clientid")) {
			t.Error("both at once are told apart by case only")
		}
		if mustParse(t, `{"clientid":2}`).Variant(strictjson.NewNames("clientId", "clientid")) {
			t.Error("one of them alone is in its own spelling")
		}
	})
}

// TestVariantAnywhere puts one letter of another case at every position of names of
// many lengths.
func TestVariantAnywhere(t *testing.T) {
	for length := 1; length <= 20; length++ {
		for at := range length {
			for _, letter := range []string{"a", "z", "s", "k"} {
				name := strings.Repeat("x", at) + letter + strings.Repeat("x", length-at-1)
				others := []string{strings.ToUpper(letter)}
				switch letter {
				case "s":
					others = append(others, "\u017f")
				case "k":
					others = append(others, "\u212a")
				}
				for _, other := range others {
					o := strictjson.Object{{Name: name[:at] + other + name[at+1:]}}
					if !o.Variant(strictjson.NewNames(name)) || !append(o, strictjson.Member{Name: name}).Variant(strictjson.Names{}) {
						t.Fatalf("%q is no variant of %q", o[0].Name, name)
					}
				}
				if (strictjson.Object{{Name: name}}).Variant(strictjson.NewNames(name, "other")) {
					t.Fatalf("%q is a variant of itself", name)
				}
			}
		}
	}
}

// TestVariantOfManyMembers has more names with capitals than pairwiseMax.
func TestVariantOfManyMembers(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"iss":0`)
	for i := range 10_000 {
		fmt.Fprintf(&b, `,"Name%d":%d`, i, i)
	}
	for last, want := range map[string]bool{
		`}`:                 false,
		`,"name7":0}`:       true,
		`,"NAME9999":0}`:    true,
		`,"SUB":0}`:         true,
		`,"\u017fcope":0}`:  true,
		`,"i\u017fs":0}`:    true,
		`,"name10000":0}`:   false,
		`,"other":0,"é":0}`: false,
	} {
		if got := mustParse(t, b.String()+last).Variant(known); got != want {
			t.Errorf("with %s: %v, want %v", last, got, want)
		}
	}
}

// fold is a simple version of foldRune.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			least = min(least, next)
		}
		return least
	}, s)
}

func FuzzVariant(f *testing.F) {
	f.Add("iss sub aud", "iss sub")
	f.Add("ISS \u017fub", "iss sub")
	f.Add("clientid", "clientId")
	f.Add(strings.Join(manyNames("NAME-", 500), " "), "iss")
	f.Add("A B C D E F G H I J K L M N O P Q R S T U V W X Y Z q", "")
	f.Fuzz(func(t *testing.T, names, knownNames string) {
		knownList := strings.Fields(strings.ToValidUTF8(knownNames, ""))
		var o strictjson.Object
		want := false
		for _, name := range strings.Fields(strings.ToValidUTF8(names, "")) {
			if slices.ContainsFunc(o, func(m strictjson.Member) bool { return m.Name == name }) {
				continue
			}
			for _, m := range o {
				want = want || fold(m.Name) == fold(name)
			}
			if !slices.Contains(knownList, name) {
				for _, k := range knownList {
					want = want || fold(k) == fold(name)
				}
			}
			o = append(o, strictjson.Member{Name: name})
		}
		var got bool
		set := strictjson.NewNames(knownList...)
		frugal(t, len(names), func() { got = o.Variant(set) })
		if got != want {
			t.Fatalf("Variant(%q) of %q = %v, want %v", knownList, o, got, want)
		}
	})
}

// TestVariantIsWhatStructsFold compares Variant with the names that encoding/json
// takes for the name of a struct field.
func TestVariantIsWhatStructsFold(t *testing.T) {
	for _, name := range []string{"ISS", "Iss", "i\u017fs", "is\u017f", "\u0130ss", "ıss", "iß", "issa", "і\u0455\u0455"} {
		document, err := json.Marshal(map[string]string{name: "x"})
		if err != nil {
			t.Fatal(err)
		}
		var s struct {
			Issuer string `json:"iss"`
		}
		if err := json.Unmarshal(document, &s); err != nil {
			t.Fatal(err)
		}
		if got := mustParse(t, string(document)).Variant(strictjson.NewNames("iss")); got != (s.Issuer != "") {
			t.Errorf("Variant of %q is %v, and encoding/json fills the field with %q", name, got, s.Issuer)
		}
	}
}
