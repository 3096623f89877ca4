package claims_test

import (
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/claims/dialects"
)

func TestCaseVariants(t *testing.T) {
	for _, c := range []struct {
		name, payload, want string
	}{
		{"plain", `{"iss":"i","sub":"s","client_id":"c"}`, ""},
		{"camel case of the issuer's own", `{"iss":"i","clientId":"c","xs.userAttributes":1}`, ""},
		{"other scripts", `{"iss":"i","имя":1,"名前":2}`, ""},
		{"capitals of a registered name", `{"iss":"i","EXP":1}`, "exp"},
		{"with the registered name", `{"sub":"a","Sub":"b"}`, "sub"},
		{"a claim that the dialect reads", `{"Groups":["a"]}`, "groups"},
		{"with the claim that the dialect reads", `{"roles":["a"],"ROLES":["b"]}`, "roles"},
		{"a mark of other tokens", `{"AT_HASH":"x"}`, "at_hash"},
		{"two that nothing reads", `{"Email":"a","email":"b"}`, ""},
		{"two that nothing reads, both with capitals", `{"Region":"a","REGION":"b"}`, ""},
		{"two that nothing reads, beyond ASCII", `{"Größe":"a","größe":"b"}`, ""},
		{"the kind of a token, which is read in all spellings", `{"TokenType":"access",` +
			`"tokenType":"access"}`, ""},
		{"long s", "{\"\u017fub\":\"b\"}", "sub"},
		{"long s with s", "{\"sub\":\"a\",\"\u017fub\":\"b\"}", "sub"},
		{"Kelvin sign", "{\"to\u212aen_use\":\"access\"}", "token_use"},
		{"escaped capital", `{"\u0053ub":"b"}`, "sub"},
		{"only the top level counts", `{"a":{"x":1,"X":2,"SUB":1}}`, ""},
		{"empty", `{}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := new(claims.Dialect).CaseVariants()(parse(t, c.payload)); got != c.want {
				t.Errorf("%s: %q, want %q", c.payload, got, c.want)
			}
		})
	}
}

// TestCaseVariantsOfADialect has a dialect read claims in each of its fields.
func TestCaseVariantsOfADialect(t *testing.T) {
	one := func(name string) [][]string { return [][]string{{name}, {name, "below"}} }
	d := claims.Dialect{
		Subject: one("a1"), ClientID: one("b1"), ID: one("c1"), Audience: one("d1"), Scopes: one("e1"),
		ClientScopes: one("f1"), Roles: one("g1"), Groups: one("h1"), Tenant: one("i1"),
		SourceSystem: one("j1"), Required: one("k1"),
		Kinds:     []claims.Rule{{Claim: []string{"l1"}, Equals: []string{"m1"}, NotWithin: []string{"n1"}}},
		NotAccess: []claims.Rule{{Claim: []string{"o1"}, And: &claims.Rule{Claim: []string{"p1"}}}},
		Reject:    []claims.Rule{{Claim: []string{"q1"}}},
	}
	variant := d.CaseVariants()
	for name := 'a'; name <= 'q'; name++ {
		want := string(name) + "1"
		if got := variant(parse(t, `{"`+strings.ToUpper(want)+`":1}`)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for _, unread := range []string{"Groups", "Roles", "Tenant", "Cid", "Below"} {
		if got := variant(parse(t, `{"`+unread+`":1}`)); got != "" {
			t.Errorf("%s, which the dialect does not read: %q", unread, got)
		}
	}
	if got := new(claims.Dialect).CaseVariants()(parse(t, `{"A1":1}`)); got != "" {
		t.Errorf("the zero Dialect: %q", got)
	}
}

// TestCaseVariantsOfCapitals has a dialect read names with capitals.
func TestCaseVariantsOfCapitals(t *testing.T) {
	d := claims.Dialect{Tenant: [][]string{{"tenantId"}}, Roles: [][]string{{"Role"}, {"role"}}}
	variant := d.CaseVariants()
	for payload, want := range map[string]string{
		`{"tenantId":1}`:              "",
		`{"tenantid":1}`:              "tenantId",
		`{"TENANTID":1}`:              "tenantId",
		`{"tenantId":1,"tenantid":2}`: "tenantId",
		`{"Role":1}`:                  "",
		`{"role":1}`:                  "",
		`{"Role":1,"role":2}`:         "role",
		`{"ROLE":1}`:                  "Role",
	} {
		if got := variant(parse(t, payload)); got != want {
			t.Errorf("%s: %q, want %q", payload, got, want)
		}
	}
}

// TestCaseVariantsOfEveryDialect tries the claims that docs/issuers.md names.
func TestCaseVariantsOfEveryDialect(t *testing.T) {
	for _, name := range dialects.Names() {
		d, err := dialects.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		variant := d.CaseVariants()
		if got := variant(parse(t, `{"EXP":1}`)); got != "exp" {
			t.Errorf("%s: EXP, %q", name, got)
		}
		if got := variant(parse(t, `{"Groups":["a"]}`)); d.Groups == nil && got != "groups" {
			t.Errorf("%s: Groups, %q", name, got)
		}
		if got := variant(parse(t, `{"Nickname":1,"nickname":2}`)); got != "" {
			t.Errorf("%s: Nickname, %q", name, got)
		}
	}
}
