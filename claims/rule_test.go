package claims_test

import (
	"errors"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/internal/claimserr"
)

// TestRule puts each rule into Reject, which rejects the payload if the rule holds.
func TestRule(t *testing.T) {
	payload := parse(t, `{
		"exp":1,"iss":"https://login.example.com/5f0c/v2.0",
		"word":"Bearer","empty":"","number":7,"null":null,"false":false,
		"list":["a","b"],"one":["Bearer"],"none":[],"mixed":[1,"a",{"a":"Bearer"},["Bearer"]],
		"object":{"Bearer":1},"escaped":"Be\u0061rer","same":"Bearer",
		"sub":"batch@clients","azp":"batch","prefixed":"service-account-batch","both":"(age!batch)","azps":["batch"],
		"tid":"5f0c","part":"5f","other":"77aa","slashed":"5f0c/v2.0","host":"login.example.com","tids":["5f0c"]
	}`)
	path := func(name string) []string { return []string{name} }
	bearer := []string{"x", "Bearer"}
	for _, c := range []struct {
		name string
		rule claims.Rule
		want bool
	}{
		{"present", claims.Rule{Claim: path("word")}, true},
		{"null is absent", claims.Rule{Claim: path("null")}, false},
		{"present though false", claims.Rule{Claim: path("false")}, true},
		{"not present", claims.Rule{Claim: path("nope")}, false},
		{"present below", claims.Rule{Claim: []string{"object", "Bearer"}}, true},
		{"no claim", claims.Rule{}, false},

		{"absent", claims.Rule{Claim: path("nope"), Absent: true}, true},
		{"not absent", claims.Rule{Claim: path("word"), Absent: true}, false},
		{"absent if null", claims.Rule{Claim: path("null"), Absent: true}, true},
		{"absent if null, and NotIn is ignored", claims.Rule{Claim: path("null"), Absent: true,
			NotIn: bearer}, true},
		{"null has no prefix", claims.Rule{Claim: path("null"), Prefix: "n"}, false},
		{"absent ignores the value", claims.Rule{Claim: path("nope"), Absent: true, In: bearer, Prefix: "x"}, true},

		{"in", claims.Rule{Claim: path("word"), In: bearer}, true},
		{"in, escaped", claims.Rule{Claim: path("escaped"), In: bearer}, true},
		{"in, one of an array", claims.Rule{Claim: path("list"), In: []string{"b"}}, true},
		{"in, past other types", claims.Rule{Claim: path("mixed"), In: []string{"a"}}, true},
		{"in, no array's array or object's member", claims.Rule{Claim: path("mixed"), In: bearer}, false},
		{"in, no object's name", claims.Rule{Claim: path("object"), In: bearer}, false},
		{"in, another case", claims.Rule{Claim: path("word"), In: []string{"bearer"}}, false},
		{"in, a number", claims.Rule{Claim: path("number"), In: []string{"7"}}, false},
		{"in, absent", claims.Rule{Claim: path("nope"), In: bearer}, false},
		{"in, empty list", claims.Rule{Claim: path("word"), In: []string{}}, false},
		{"in, empty array", claims.Rule{Claim: path("none"), In: bearer}, false},

		{"not in", claims.Rule{Claim: path("word"), NotIn: []string{"ID"}}, true},
		{"not in, but it is", claims.Rule{Claim: path("word"), NotIn: bearer}, false},
		{"not in, but it is, escaped", claims.Rule{Claim: path("escaped"), NotIn: bearer}, false},
		{"not in, absent", claims.Rule{Claim: path("nope"), NotIn: bearer}, false},
		{"not in, a number", claims.Rule{Claim: path("number"), NotIn: bearer}, true},
		{"not in, null", claims.Rule{Claim: path("null"), NotIn: bearer}, true},
		{"not in, an array that has it", claims.Rule{Claim: path("one"), NotIn: bearer}, true},
		{"not in, another case", claims.Rule{Claim: path("word"), NotIn: []string{"bearer"}}, true},

		{"prefix", claims.Rule{Claim: path("word"), Prefix: "Bear"}, true},
		{"suffix", claims.Rule{Claim: path("word"), Suffix: "rer"}, true},
		{"prefix and suffix", claims.Rule{Claim: path("word"), Prefix: "Be", Suffix: "er"}, true},
		{"prefix and suffix overlap", claims.Rule{Claim: path("word"), Prefix: "Beare", Suffix: "arer"}, false},
		{"prefix, suffix is another", claims.Rule{Claim: path("word"), Prefix: "Be", Suffix: "x"}, false},
		{"prefix in an array", claims.Rule{Claim: path("list"), Prefix: "b"}, true},
		{"prefix of a number", claims.Rule{Claim: path("number"), Prefix: "7"}, false},
		{"prefix of an absent one", claims.Rule{Claim: path("nope"), Prefix: "x"}, false},

		{"equals", claims.Rule{Claim: path("word"), Equals: path("same")}, true},
		{"equals, escaped", claims.Rule{Claim: path("word"), Equals: path("escaped")}, true},
		{"equals an array of one", claims.Rule{Claim: path("word"), Equals: path("one")}, true},
		{"equals no array of two", claims.Rule{Claim: path("list"), Equals: path("list")}, false},
		{"equals another", claims.Rule{Claim: path("word"), Equals: path("sub")}, false},
		{"equals nothing", claims.Rule{Claim: path("word"), Equals: path("nope")}, false},
		{"nothing equals", claims.Rule{Claim: path("nope"), Equals: path("nope")}, false},
		{"equals but a number", claims.Rule{Claim: path("number"), Equals: path("number")}, false},
		{"equals without suffix", claims.Rule{Claim: path("sub"), Suffix: "@clients", Equals: path("azp")}, true},
		{"equals an array without suffix", claims.Rule{Claim: path("sub"), Suffix: "@clients",
			Equals: path("azps")}, true},
		{"equals without prefix", claims.Rule{Claim: path("prefixed"), Prefix: "service-account-",
			Equals: path("azp")}, true},
		{"equals without both", claims.Rule{Claim: path("both"), Prefix: "(age!", Suffix: ")",
			Equals: path("azp")}, true},
		{"equals only without suffix", claims.Rule{Claim: path("azp"), Suffix: "@clients",
			Equals: path("azp")}, false},
		{"equals only without prefix", claims.Rule{Claim: path("azp"), Prefix: "service-account-",
			Equals: path("azp")}, false},
		{"equals with suffix", claims.Rule{Claim: path("sub"), Suffix: "@client", Equals: path("azp")}, false},

		{"not within", claims.Rule{Claim: path("other"), NotWithin: path("iss")}, true},
		{"within", claims.Rule{Claim: path("tid"), NotWithin: path("iss")}, false},
		{"within, the host", claims.Rule{Claim: path("host"), NotWithin: path("iss")}, false},
		{"not within as a part of a part", claims.Rule{Claim: path("part"), NotWithin: path("iss")}, true},
		{"not within as two parts", claims.Rule{Claim: path("slashed"), NotWithin: path("iss")}, true},
		{"not within as an array", claims.Rule{Claim: path("tids"), NotWithin: path("iss")}, true},
		{"not within an absent one", claims.Rule{Claim: path("tid"), NotWithin: path("nope")}, true},
		{"not within, a number", claims.Rule{Claim: path("number"), NotWithin: path("iss")}, true},
		{"absent is not outside", claims.Rule{Claim: path("nope"), NotWithin: path("iss")}, false},

		{"all conditions, all true", claims.Rule{Claim: path("word"), In: bearer, NotIn: []string{"ID"},
			Prefix: "B"}, true},
		{"all conditions, one false", claims.Rule{Claim: path("word"), In: bearer, NotIn: []string{"ID"},
			Prefix: "x"}, false},
		{"and", claims.Rule{Claim: path("word"), And: &claims.Rule{Claim: path("nope"), Absent: true}}, true},
		{"and, the other is false", claims.Rule{Claim: path("word"),
			And: &claims.Rule{Claim: path("nope")}}, false},
		{"and, the first is false", claims.Rule{Claim: path("nope"),
			And: &claims.Rule{Claim: path("word")}}, false},
		{"absent and absent", claims.Rule{Claim: path("nope"), Absent: true,
			And: &claims.Rule{Claim: path("nope2"), Absent: true}}, true},
		{"absent and present", claims.Rule{Claim: path("nope"), Absent: true,
			And: &claims.Rule{Claim: path("word"), Absent: true}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := claims.Dialect{Reject: []claims.Rule{c.rule}}
			_, err := d.Token(payload)
			if got := errors.Is(err, claimserr.ErrRejected); got != c.want || err != nil && !got {
				t.Errorf("%+v: %v, want it to hold: %v", c.rule, err, c.want)
			}
		})
	}
}

// TestOtherTokensOfEveryIssuer reads payloads that every dialect must reject.
func TestOtherTokensOfEveryIssuer(t *testing.T) {
	for _, members := range []string{
		`"events":{"http://schemas.openid.net/event/backchannel-logout":{}}`,
		`"at_hash":"x"`, `"c_hash":"x"`, `"s_hash":"x"`,
		`"token_introspection":{"active":true}`,
		`"htm":"GET","htu":"https://api.example.com"`,
		`"token_use":"id"`, `"token_use":"refresh"`,
		`"typ":"ID"`, `"typ":"Refresh"`, `"typ":"Offline"`, `"typ":"Logout"`, `"typ":"\u0049D"`,
	} {
		d := claims.Dialect{NotAccess: []claims.Rule{}}
		if _, err := d.Token(parse(t, with(members))); !errors.Is(err, claimserr.ErrNotAccess) {
			t.Errorf("%s: %v, want ErrNotAccess", members, err)
		}
	}
	nonce := parse(t, with(`"nonce":"n"`))
	if _, err := new(claims.Dialect).Token(nonce); !errors.Is(err, claimserr.ErrNotAccess) {
		t.Errorf("nonce: %v, want ErrNotAccess", err)
	}
	if _, err := (&claims.Dialect{NotAccess: []claims.Rule{}}).Token(nonce); err != nil {
		t.Errorf("nonce, without rules in NotAccess: %v", err)
	}
}
