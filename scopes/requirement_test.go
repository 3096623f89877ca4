package scopes_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/scopes"
)

var (
	scopeA, scopeB = scopes.Scope("a"), scopes.Scope("b")
	admin, ops     = scopes.Role("admin"), scopes.Group("ops")
	never          = scopes.Any()
	nothing        scopes.Requirement
)

func ofTenant(name string) scopes.Requirement {
	return scopes.Where("tenant "+name, func(t *claims.Token) bool { return t.Tenant == name })
}

func TestErr(t *testing.T) {
	bad := scopes.Scope("")
	tests := []struct {
		name, ids string
		need      scopes.Requirement
		want      string // part of the error's text
	}{
		{"empty", "B-14", bad, `""`},
		{"space", "B-14", scopes.Scope("a b"), `"a b"`},
		{"quote", "B-14", scopes.Scope(`a"b`), `a\"b`},
		{"backslash", "B-14", scopes.Scope(`a\b`), `a\\b`},
		{"tab", "B-14", scopes.Scope("a\tb"), `a\tb`},
		{"newline", "B-14", scopes.Scope("a\nb"), `a\nb`},
		{"null", "B-14", scopes.Scope("a\x00"), `\x00`},
		{"delete", "B-14", scopes.Scope("a\x7f"), `\x7f`},
		{"umlaut", "B-14", scopes.Scope("lösen"), "lösen"},
		{"no-break space", "B-14", scopes.Scope("a\u00a0b"), `\u00a0`},
		{"offline_access", "MCP-09", scopes.Scope("offline_access"), "refresh token"},
		{"empty role", "", scopes.Role(""), "role"},
		{"empty group", "", scopes.Group(""), "group"},
		{"nameless condition", "", scopes.Where("", func(*claims.Token) bool { return true }), "condition"},
		{"condition without function", "", scopes.Where("x", nil), `"x"`},
		{"alternative that requires nothing", "", scopes.Any(scopeA, nothing), "alternative"},
		{"only alternative requires nothing", "", scopes.Any(nothing), "alternative"},
		{"part of all", "", scopes.All(scopeA, bad), `""`},
		{"alternative", "", scopes.Any(scopeA, bad), `""`},
		{"deep inside", "", scopes.Any(scopeA, scopes.All(scopeB, scopes.Any(admin, bad))), `""`},
		{"among one", "", scopes.All(bad), `""`},
		{"not SMART", "", scopes.SMARTFiltered("deals-read"), "SMART"},
	}
	everything := &claims.Token{
		Scopes: []string{"", "a", "b", "a b", `a"b`, `a\b`, "a\tb", "a\nb", "a\x00", "a\x7f", "lösen", "a\u00a0b",
			"offline_access", "deals-read"},
		Roles:  []string{"", "admin"},
		Groups: []string{""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			covers(t, test.ids)
			err := test.need.Err()
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Err = %v, want %q in it", err, test.want)
			}
			// Not even a token that has everything satisfies it, under any strategy.
			for name, strategy := range strategies {
				if test.need.SatisfiedBy(everything, scopes.Options{Strategy: strategy}) {
					t.Errorf("%s: satisfied in spite of the error", name)
				}
			}
			if test.need.SatisfiedBy(everything, scopes.Options{}) {
				t.Error("satisfied in spite of the error")
			}
			if names := test.need.Scopes(); names != nil {
				t.Errorf("Scopes = %q, want none", names)
			}
			if _, _, needed := test.need.StepUp(everything, scopes.Options{}); needed {
				t.Error("asks for an authentication that cannot help")
			}
			if missing := test.need.Missing(everything, scopes.Options{}); len(missing) != 1 {
				t.Errorf("Missing = %q", missing)
			}
		})
	}
	t.Run("all errors are reported", func(t *testing.T) {
		err := scopes.All(scopes.Scope("x y"), scopeA, scopes.Any(scopes.Role(""), scopes.Scope("z z"))).Err()
		for _, want := range []string{`"x y"`, `"z z"`, "role"} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("Err = %v, want %q in it", err, want)
			}
		}
	})
	t.Run("every byte", func(t *testing.T) {
		covers(t, "B-14")
		for c := range 256 {
			valid := c == 0x21 || 0x23 <= c && c <= 0x5B || 0x5D <= c && c <= 0x7E
			if err := scopes.Scope("a" + string([]byte{byte(c)})).Err(); (err == nil) != valid {
				t.Errorf("byte %#x: %v", c, err)
			}
		}
	})
}

func TestScopes(t *testing.T) {
	authenticated := scopes.Authentication(0, "gold")
	tests := []struct {
		name, ids string
		need      scopes.Requirement
		want      []string
	}{
		{"nothing", "", nothing, nil},
		{"never", "", never, nil},
		{"role", "", admin, nil},
		{"scope", "", scopeA, []string{"a"}},
		{"all in order", "MCP-07", scopes.All(scopeB, admin, scopeA), []string{"b", "a"}},
		{"once each", "", scopes.All(scopeB, scopeA, scopeB), []string{"b", "a"}},
		{"first alternative", "", scopes.Any(scopeB, scopeA), []string{"b"}},
		{"first alternative, all of it", "", scopes.Any(scopes.All(scopeB, scopes.Scope("c")), scopeA),
			[]string{"b", "c"}},
		{"first alternative that names one", "", scopes.Any(admin, authenticated, scopeA), []string{"a"}},
		{"alternative that is named already", "", scopes.All(scopeA, scopes.Any(scopeA, scopeB)), []string{"a"}},
		{"nested", "", scopes.All(scopeA, scopes.Any(admin, scopes.All(ops, scopeB, scopeA))), []string{"a", "b"}},
		{"filtered", "", scopes.All(scopes.SMARTFiltered("system/Patient.r"), scopeA),
			[]string{"system/Patient.r", "a"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			covers(t, test.ids)
			covers(t, "B-21")
			got := test.need.Scopes()
			if !slices.Equal(got, test.want) {
				t.Fatalf("Scopes = %q, want %q", got, test.want)
			}
			if len(got) > 0 {
				got[0] = "changed"
				if again := test.need.Scopes(); again[0] == "changed" {
					t.Error("the caller can change the requirement")
				}
			}
		})
	}
}

// A requirement copies the slices that it is built from.
func TestRequirementIsImmutable(t *testing.T) {
	parts := []scopes.Requirement{scopeA, scopeB}
	all, any := scopes.All(parts...), scopes.Any(parts...)
	acr := []string{"gold", "silver"}
	authentication := scopes.Authentication(0, acr...)
	one, two := scopes.All(all, admin), scopes.All(all, ops)
	parts[0], parts[1], acr[0] = nothing, nothing, "none"
	for want, r := range map[string]scopes.Requirement{
		"a and b":                             all,
		"a or b":                              any,
		"authentication(acr:gold acr:silver)": authentication,
		"a and b and role:admin":              one,
		"a and b and group:ops":               two,
	} {
		if got := r.String(); got != want {
			t.Errorf("%s became %s", want, got)
		}
	}
	values, _, _ := authentication.StepUp(&claims.Token{}, scopes.Options{})
	values[0] = "none"
	if got := authentication.String(); got != "authentication(acr:gold acr:silver)" {
		t.Errorf("StepUp's caller changed the requirement to %s", got)
	}
}
