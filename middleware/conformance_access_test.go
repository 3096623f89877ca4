package middleware_test

import (
	"encoding/base64"
	"reflect"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/claims/dialects"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

func bytesOf(t testing.TB, s string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestAccessToken is about the claims of an access token: RFC 9068, RFC 6749,
// section 3.3.
func TestAccessToken(t *testing.T) {
	g := good()
	w := newWorld(t, nil)
	strict := newWorld(t, func(c *middleware.Config) { c.Issuers[0].Dialect = dialects.RFC9068() })
	var cases []hostile
	for _, name := range []string{"iss", "exp", "aud", "sub", "client_id", "iat", "jti"} {
		cases = append(cases, hostile{"without " + name + " where the profile is strict", "AT-08 ATK-D15",
			g.claim(name, "").token(), malformed, ""},
			hostile{name + " null where the profile is strict", "AT-08", g.claim(name, "null").token(), malformed, ""})
	}
	for _, typ := range []string{"", `"JWT"`, `"jwt"`} {
		cases = append(cases, hostile{"typ " + typ + " where the profile is strict", "AT-01 CF-06",
			g.head("typ", typ).token(), notAccess, ""})
	}
	cases = append(cases,
		hostile{"scope an array where the profile is strict", "AT-10", g.claim("scope", `["deals-read"]`).token(),
			malformed, ""},
		hostile{"scope null where the profile is strict", "AT-10", g.claim("scope", `null`).token(), malformed, ""},
	)
	strict.rejectsAll(t, cases)
	strict.acceptsAll(t, []genuine{
		{"the strict profile", "AT-01 CF-06", g.token()},
		{"application/at+jwt by profile", "AT-01 CF-06", g.head("typ", `"application/at+jwt"`).token()},
		{"at+JWT as RFC 9068's example has it", "AT-01", g.head("typ", `"at+JWT"`).token()},
	})
	cases = nil
	for name, value := range map[string]string{"a number": "1", "an array": `["a","b"]`, "an object": `{"a":1}`,
		"true": "true", "empty": `""`} {
		cases = append(cases, hostile{"sub " + name, "T-15 AT-08 ATK-D15 ATK-D16", g.claim("sub", value).token(),
			malformed, ""})
		if name != "empty" {
			cases = append(cases, hostile{"jti " + name, "T-14 AT-08", g.claim("jti", value).token(), malformed, ""},
				hostile{"client_id " + name, "AT-08", g.claim("client_id", value).token(), malformed, ""})
		}
	}
	for name, value := range map[string]string{"a number": "1", "an object": `{"deals-read":true}`,
		"true": "true", "an array with a number": `["deals-read",1]`, "an array with null": `["deals-read",null]`} {
		cases = append(cases, hostile{"scope " + name, "O-06 AT-10 ATK-D20", g.claim("scope", value).token(),
			malformed, ""})
	}
	for name, value := range map[string]string{
		"missing": "", "null": "null", "empty": `""`, "an empty array": "[]", "a prefix": `"deals-rea"`,
		"a suffix": `"deals-read2"`, "prefixed": `"xdeals-read"`, "in capitals": `"Deals-Read"`,
		"by a comma": `"deals-read,deals-write"`, "by a tab": `"x\tdeals-read"`, "by a newline": `"x\ndeals-read"`,
		"by a no-break space": `"x\u00a0deals-read"`, "by a semicolon": `"deals-read;x"`,
		"a wildcard": `"deals-*"`, "a star": `"*"`, "two in an array's member": `["deals-read deals-write"]`,
		"a member with a space": `["deals-read "]`, "nested": `"[deals-read]"`, "a homoglyph": `"deals-reаd"`,
	} {
		cases = append(cases, hostile{"scope " + name, "O-06 O-01 B-21 H-07 AT-10 ATK-D20",
			g.claim("scope", value).token(), middleware.ErrInsufficientScope, ""})
	}
	w.rejectsAll(t, cases)
	w.acceptsAll(t, []genuine{
		{"in any order", "O-06", g.claim("scope", `"x deals-read y"`).token()},
		{"spaces in plenty", "O-06", g.claim("scope", `"  x   deals-read "`).token()},
		{"an array", "O-06 AT-10", g.claim("scope", `["x","deals-read"]`).token()},
		{"scp", "O-06", g.claim("scope", "").claim("scp", `["deals-read"]`).token()},
		{"neither jti, client_id nor iat", "AT-08 CF-06",
			g.claim("jti", "").claim("client_id", "").claim("iat", "").token()},
		{"neither jti, sub nor iat", "AT-08 CF-06", g.claim("jti", "").claim("sub", "").claim("iat", "").token()},
	})
	read := func(t *testing.T, d draft) *claims.Token {
		t.Helper()
		token, err := w.auth.Verify(t.Context(), d.token())
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	row(t, "roles, groups, entitlements", "AT-11", func(t *testing.T) {
		token := read(t, g.claim("roles", `["a",{"value":"b"}]`).claim("groups", `["g"]`).claim("entitlements",
			`[{"value":"e","display":"E"},1,null]`))
		if !reflect.DeepEqual(token.Roles, []string{"a", "b", "e"}) ||
			!reflect.DeepEqual(token.Groups, []string{"g"}) {
			t.Errorf("%q %q", token.Roles, token.Groups)
		}
		if !scopes.All(scopes.Role("b"), scopes.Group("g")).SatisfiedBy(token, scopes.Options{}) ||
			scopes.Role("g").SatisfiedBy(token, scopes.Options{}) {
			t.Error("requirements on them")
		}
	})
	row(t, "a client is not a user", "AT-12 BC-06 ATK-D17", func(t *testing.T) {
		for _, c := range []struct {
			d    draft
			kind claims.Kind
		}{{g, claims.KindUser}, {g.claim("sub", `"deal-robot"`), claims.KindClient},
			{g.claim("sub", ""), claims.KindClient}, {g.claim("client_id", ""), claims.KindUser}} {
			if token := read(t, c.d); token.Kind != c.kind {
				t.Errorf("%v is %v", c.d.claims, token.Kind)
			}
		}
	})
	row(t, "an authentication claim of another type is absent", "AT-13 SU-05 ATK-D22", func(t *testing.T) {
		token := read(t, g.claim("acr", `["2"]`).claim("auth_time", `"`+at(0)+`"`))
		if token.ACR != "" || !token.AuthTime.IsZero() {
			t.Errorf("acr %q, auth_time %v", token.ACR, token.AuthTime)
		}
		token = read(t, g.claim("acr", `"2"`).claim("auth_time", at(0)).claim("amr", `["pwd"]`))
		if token.ACR != "2" || !token.AuthTime.Equal(theTime) || !reflect.DeepEqual(token.AMR, []string{"pwd"}) {
			t.Errorf("%q %v %q", token.ACR, token.AuthTime, token.AMR)
		}
	})
	row(t, "a claim of another type is absent", "ATK-D18", func(t *testing.T) {
		for value, want := range map[string]bool{"true": true, `"true"`: false, "1": false, "": false,
			"null": false, "false": false} {
			d := g
			if value != "" {
				d = g.claim("email_verified", value)
			}
			if got, ok := claims.Get[bool](read(t, d), "email_verified"); got && ok != want || got != want {
				t.Errorf("%s: %v %v", value, got, ok)
			}
		}
	})
	row(t, "what a handler decodes is a copy", "T-18 ATK-G07", func(t *testing.T) {
		token := read(t, g.claim("x", `{"a":["1"]}`))
		first, _ := claims.Get[map[string][]string](token, "x")
		first["a"][0] = "mallory"
		var whole map[string]any
		if err := token.Decode(&whole); err != nil {
			t.Fatal(err)
		}
		whole["sub"] = "mallory"
		second, _ := claims.Get[map[string][]string](read(t, g.claim("x", `{"a":["1"]}`)), "x")
		if second["a"][0] != "1" || token.Subject != theSubject {
			t.Error("changed through a copy")
		}
	})
	row(t, "the age of an authentication is auth_time's", "ATK-D22 SU-06", func(t *testing.T) {
		need := scopes.Authentication(5 * time.Minute)
		for value, want := range map[string]bool{at(-time.Minute): true, at(-6 * time.Minute): false,
			at(time.Hour): false, `"` + at(0) + `"`: false, "": false} {
			token := read(t, g.claim("auth_time", value).claim("iat", at(-time.Second)))
			if got := need.SatisfiedBy(token, scopes.Options{Now: theTime, Leeway: 30 * time.Second}); got != want {
				t.Errorf("auth_time %s: %v", value, got)
			}
		}
	})
}
