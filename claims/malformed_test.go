package claims_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/internal/claimserr"
)

// TestMalformedClaimsAreNamed reads payloads whose first malformed claim the error names.
func TestMalformedClaimsAreNamed(t *testing.T) {
	strict := claims.Dialect{StringScope: true}
	demanding := claims.Dialect{Required: [][]string{{"jti"}, {"data", "version"}}}
	zero := claims.Dialect{}
	for _, c := range []struct {
		name               string
		dialect            claims.Dialect
		payload            string
		claim, want, found string
	}{
		{"iss a number", zero, `{"exp":1,"iss":7}`, "iss", "string", "number"},
		{"iss empty", zero, `{"exp":1,"iss":""}`, "iss", "", ""},
		{"sub a number", zero, with(`"sub":7`), "sub", "string", "number"},
		{"sub an array", zero, with(`"sub":["s"]`), "sub", "string", "array"},
		{"sub empty", zero, with(`"sub":""`), "sub", "", ""},
		{"client_id true", zero, with(`"client_id":true`), "client_id", "string", "boolean"},
		{"client_id of two", zero, with(`"client_id":["a","b"]`), "client_id", "string", "array"},
		{
			"client_id an array where the profile is strict", strict,
			with(`"client_id":["a"]`), "client_id", "string", "array",
		},
		{"jti an object", zero, with(`"jti":{}`), "jti", "string", "object"},
		{"no exp", zero, `{"sub":"s"}`, "exp", "number", "nothing"},
		{"exp null", zero, `{"exp":null}`, "exp", "number", "null"},
		{"exp as text", zero, `{"exp":"1767229200"}`, "exp", "number", "string"},
		{"exp in milliseconds", zero, `{"exp":1767229200000}`, "exp", "", ""},
		{"exp negative", zero, `{"exp":-1}`, "exp", "", ""},
		{"nbf as text", zero, with(`"nbf":"1"`), "nbf", "number", "string"},
		{"iat false", zero, with(`"iat":false`), "iat", "number", "boolean"},
		{"aud a number", zero, with(`"aud":7`), "aud", "string or array", "number"},
		{"aud with a number", zero, with(`"aud":["a",7]`), "aud", "array of strings", "array"},
		{"scope a number", zero, with(`"scope":7`), "scope", "string or array", "number"},
		{"scp with null", zero, with(`"scp":["a",null]`), "scp", "array of strings", "array"},
		{
			"scope an array where the profile is strict", strict,
			with(`"scope":["a"]`), "scope", "string", "array",
		},
		{"the first of three", zero, `{"scope":7,"iat":"1","sub":[],"exp":1}`, "sub", "string", "array"},
		{"a required one missing", demanding, with(`"data":{"version":1}`), "jti", "", "nothing"},
		{
			"a required one null", demanding,
			with(`"jti":"j","data":{"version":null}`), "data version", "", "null",
		},
		{
			"a required one empty", demanding,
			with(`"jti":"j","data":{"version":""}`), "data version", "", "",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := c.dialect.Token(parse(t, c.payload))
			var e *claimserr.MalformedError
			if !errors.As(err, &e) || !errors.Is(err, claimserr.ErrMalformed) {
				t.Fatalf("%v, want a MalformedError", err)
			}
			if strings.Join(e.Claim, " ") != c.claim || e.Want != c.want || e.Found != c.found {
				t.Errorf("%q: want %q, found %q", e.Claim, e.Want, e.Found)
			}
		})
	}
}

// TestRejectionsNameTheRule has a rule in Reject hold.
func TestRejectionsNameTheRule(t *testing.T) {
	d := claims.Dialect{Reject: []claims.Rule{
		{Claim: []string{"x"}},
		{Claim: []string{"tid"}, NotWithin: []string{"iss"}},
	}}
	_, err := d.Token(parse(t, with(`"tid":"s3cr3t"`)))
	var e *claimserr.RejectedError
	if !errors.As(err, &e) || !slices.Equal(e.Claim, []string{"tid"}) {
		t.Errorf("%#v", err)
	}
	if !errors.Is(err, claimserr.ErrRejected) {
		t.Errorf("%v, want ErrRejected", err)
	}
	if strings.Contains(err.Error(), "s3cr3t") {
		t.Error(err)
	}
}
