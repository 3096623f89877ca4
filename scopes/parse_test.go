package scopes_test

import (
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/scopes"
)

func TestParseAndString(t *testing.T) {
	scope, role, group := scopes.Scope, scopes.Role, scopes.Group
	all, any := scopes.All, scopes.Any
	tests := []struct {
		text string
		want scopes.Requirement
	}{
		{`deals-read`, scope("deals-read")},
		{`all()`, nothing},
		{`any()`, never},
		{`a and any()`, all(scopeA, never)},
		{`a and b`, all(scopeA, scopeB)},
		{`a or b`, any(scopeA, scopeB)},
		{`b and a and b`, all(scopeB, scopeA, scopeB)},
		{`deals-read and (role:admin or group:ops)`, all(scope("deals-read"), any(admin, ops))},
		{`(a and b) or role:admin`, any(all(scopeA, scopeB), admin)},
		{`a and (b or (role:admin and group:ops))`, all(scopeA, any(scopeB, all(admin, ops)))},
		{`https://api.example/read?x=1&y='2',[z]{};<>|*!$%^~+@#`,
			scope("https://api.example/read?x=1&y='2',[z]{};<>|*!$%^~+@#")},
		{`a,b`, scope("a,b")},
		{`"and"`, scope("and")},
		{`"or" or "and"`, any(scope("or"), scope("and"))},
		{`AND and oR and android`, all(scope("AND"), scope("oR"), scope("android"))},
		{`all and any and authentication`, all(scope("all"), scope("any"), scope("authentication"))},
		{`"all()"`, scope("all()")},
		{`"f(x)"`, scope("f(x)")},
		{`"role:admin"`, scope("role:admin")},
		{`"group:ops" and "where:x" and "filtered:x"`,
			all(scope("group:ops"), scope("where:x"), scope("filtered:x"))},
		{`"role:" or roles:x or Role:x or acr:x or max_age:1`,
			any(scope("role:"), scope("roles:x"), scope("Role:x"), scope("acr:x"), scope("max_age:1"))},
		{`role:"Desk Head"`, role("Desk Head")},
		{`role:and and role:role:x and role:a,b`, all(role("and"), role("role:x"), role("a,b"))},
		{`role:"a)b" or group:"(ops"`, any(role("a)b"), group("(ops"))},
		{`role:"\"quoted\" \\ \t"`, role("\"quoted\" \\ \t")},
		{`group:"\u00c4mter"`, group("Ämter")},
		{`group:"\xff\x00"`, group("\xff\x00")},
		{`group:/cern/it`, group("/cern/it")},
		{`filtered:system/Observation.rs?category=laboratory`,
			scopes.SMARTFiltered("system/Observation.rs?category=laboratory")},
		{`authentication(max_age:300)`, scopes.Authentication(5 * time.Minute)},
		{`authentication(acr:gold acr:urn:x:silver)`, scopes.Authentication(0, "gold", "urn:x:silver")},
		{`a and authentication(max_age:1 acr:"(1)" acr:and)`,
			all(scopeA, scopes.Authentication(time.Second, "(1)", "and"))},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			if err := test.want.Err(); err != nil {
				t.Fatal(err)
			}
			if got := test.want.String(); got != test.text {
				t.Errorf("String = %s", got)
			}
			got, err := scopes.Parse(test.text)
			if err != nil {
				t.Fatal(err)
			}
			if !scopes.Equal(got, test.want) {
				t.Errorf("Parse = %s", got)
			}
		})
	}
}

// Texts that String writes in another form.
func TestParseLeniently(t *testing.T) {
	deepest := strings.Repeat("(", 64) + "a" + strings.Repeat(")", 64)
	for text, want := range map[string]string{
		" \t\r\n a \n and\tb ":               "a and b",
		"((a))":                              "a",
		"(a)and(b)":                          "a and b",
		"( a or b ) and c":                   "(a or b) and c",
		"a and (b and c)":                    "a and b and c",
		"(a or b) or c":                      "a or b or c",
		"a and all()":                        "a",
		"all( )":                             "all()",
		"any() or a":                         "a",
		`"a"`:                                "a",
		`role:"admin"`:                       "role:admin",
		`"\u0061"`:                           "a",
		deepest:                              "a",
		"authentication(max_age:9223372036)": "authentication(max_age:9223372036)",
		"authentication( acr:gold  max_age:0300 )": "authentication(max_age:300 acr:gold)",
		`authentication(acr:"gold")`:               "authentication(acr:gold)",
	} {
		r, err := scopes.Parse(text)
		if err != nil || r.String() != want {
			t.Errorf("Parse(%q) = %s, %v, want %s", text, r, err, want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	deep := strings.Repeat("(", 65) + "a" + strings.Repeat(")", 65)
	for name, text := range map[string]string{
		"empty":                      "",
		"blank":                      " \n",
		"two scopes":                 "a b",
		"comma-separated":            "a, b",
		"mixed operators":            "a and b or c",
		"mixed operators, other":     "a or b and c",
		"operator in another case":   "a AND b",
		"other operators":            "a && b",
		"no left side":               "and a",
		"no right side":              "a and",
		"no right side in parens":    "(a or)",
		"operator alone":             "or",
		"operator as a scope":        "a and and",
		"other operator as a scope":  "a or or",
		"two operators":              "a and or b",
		"unclosed":                   "(a",
		"unopened":                   "a)",
		"empty parentheses":          "()",
		"deep":                       deep,
		"very deep":                  strings.Repeat("(", 1<<20),
		"unquoted parentheses":       "f(x)",
		"all of something":           "all(a)",
		"any of something":           "any(a b)",
		"unclosed all":               "all(",
		"space before parentheses":   "all ()",
		"requires nothing or more":   "all() or a",
		"role without a name":        "role:",
		"empty role":                 `role:""`,
		"role and space":             "role: admin",
		"role and parenthesis":       "role:(admin)",
		"group without a name":       "a and group:",
		"umlaut":                     "ämter",
		"unquoted umlaut in a group": "group:Ämter",
		"quoted umlaut in a scope":   `"ämter"`,
		"quoted space in a scope":    `"a b"`,
		"empty scope":                `""`,
		"offline_access":             "a and offline_access",
		"unclosed quotes":            `"a`,
		"raw newline in quotes":      "role:\"a\nb\"",
		"bad escape":                 `role:"\q"`,
		"other quotes":               "role:`a b`",
		"glued quotes":               `"a""b"`,
		"quote in a word":            `a"b`,
		"glued after role":           `role:"a"b`,
		"backslash":                  `a\b`,
		"null":                       "a\x00",
		"condition":                  "where:tenant",
		"quoted condition":           `a and where:"my tenant"`,
		"no SMART scope":             "filtered:deals-read",
		"nothing authenticated":      "authentication()",
		"unclosed authentication":    "authentication(acr:gold",
		"comma in authentication":    "authentication(max_age:300, acr:gold)",
		"age with unit":              "authentication(max_age:5m)",
		"negative age":               "authentication(max_age:-5)",
		"signed age":                 "authentication(max_age:+5)",
		"no age":                     "authentication(max_age: acr:gold)",
		"zero age":                   "authentication(max_age:0 acr:gold)",
		"two ages":                   "authentication(max_age:1 max_age:2)",
		"fractional age":             "authentication(max_age:1.5)",
		"overflowing age":            "authentication(max_age:9223372037)",
		"overflowing number":         "authentication(max_age:18446744073709551616)",
		"no acr":                     "authentication(acr:)",
		"space in acr":               `authentication(acr:"a b")`,
		"scope in authentication":    "authentication(gold)",
	} {
		t.Run(name, func(t *testing.T) {
			r, err := scopes.Parse(text)
			if err == nil {
				t.Fatalf("Parse = %s, want an error", r)
			}
			if !strings.HasPrefix(err.Error(), "scopes: ") {
				t.Errorf("error %q", err)
			}
			// A caller that ignores the error must not open a route.
			if r.Err() == nil || r.Err().Error() != err.Error() {
				t.Errorf("Err = %v, want the same error", r.Err())
			}
			everything := &claims.Token{Scopes: []string{"a", "b", "c", "*"}, Roles: []string{"", "admin"},
				ACR: "gold"}
			if r.SatisfiedBy(everything, scopes.Options{Strategy: scopes.Wildcard('.')}) {
				t.Error("satisfied in spite of the error")
			}
		})
	}
}

func TestStringOfConditions(t *testing.T) {
	need := scopes.All(scopeA, scopes.Where("own tenant", func(*claims.Token) bool { return true }),
		scopes.Where("x", func(*claims.Token) bool { return true }))
	if got, want := need.String(), `a and where:"own tenant" and where:x`; got != want {
		t.Errorf("String = %s, want %s", got, want)
	}
}
