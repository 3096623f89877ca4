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
	for _, c := range []struct {
		name    string
		dialect claims.Dialect
		payload string
		want    claimserr.MalformedError // Claim is checked as text
		claim   string
	}{
		{"iss a number", claims.Dialect{}, `{"exp":1,"iss":7}`, claimserr.MalformedError{Want: "string", Found: "number"}, "iss"},
		{"iss empty", claims.Dialect{}, `{"exp":1,"iss":""}`, claimserr.MalformedError{}, "iss"},
		{"sub a number", claims.Dialect{}, with(`"sub":7`), claimserr.MalformedError{Want: "string", Found: "number"}, "sub"},
		{"sub an array", claims.Dialect{}, with(`"sub":["s"]`), claimserr.MalformedError{Want: "string", Found: "array"}, "sub"},
		{"sub empty", claims.Dialect{}, with(`"sub":""`), claimserr.MalformedError{}, "sub"},
		{"client_id true", claims.Dialect{}, with(`"client_id":true`), claimserr.MalformedError{Want: "string", Found: "boolean"}, "client_id"},
		{"client_id of two", claims.Dialect{}, with(`"client_id":["a","b"]`), claimserr.MalformedError{Want: "string", Found: "array"}, "client_id"},
		{"client_id an array where the profile is strict", strict, with(`"client_id":["a"]`), claimserr.MalformedError{Want: "string", Found: "array"}, "client_id"},
		{"jti an object", claims.Dialect{}, with(`"jti":{}`), claimserr.MalformedError{Want: "string", Found: "object"}, "jti"},
		{"no exp", claims.Dialect{}, `{"sub":"s"}`, claimserr.MalformedError{Want: "number", Found: "nothing"}, "exp"},
		{"exp null", claims.Dialect{}, `{"exp":null}`, claimserr.MalformedError{Want: "number", Found: "null"}, "exp"},
		{"exp as text", claims.Dialect{}, `{"exp":"1767229200"}`, claimserr.MalformedError{Want: "number", Found: "string"}, "exp"},
		{"exp in milliseconds", claims.Dialect{}, `{"exp":1767229200000}`, claimserr.MalformedError{}, "exp"},
		{"exp negative", claims.Dialect{}, `{"exp":-1}`, claimserr.MalformedError{}, "exp"},
		{"nbf as text", claims.Dialect{}, with(`"nbf":"1"`), claimserr.MalformedError{Want: "number", Found: "string"}, "nbf"},
		{"iat false", claims.Dialect{}, with(`"iat":false`), claimserr.MalformedError{Want: "number", Found: "boolean"}, "iat"},
		{"aud a number", claims.Dialect{}, with(`"aud":7`), claimserr.MalformedError{Want: "string or array", Found: "number"}, "aud"},
		{"aud with a number", claims.Dialect{}, with(`"aud":["a",7]`), claimserr.MalformedError{Want: "array of strings", Found: "array"}, "aud"},
		{"scope a number", claims.Dialect{}, with(`"scope":7`), claimserr.MalformedError{Want: "string or array", Found: "number"}, "scope"},
		{"scp with null", claims.Dialect{}, with(`"scp":["a",null]`), claimserr.MalformedError{Want: "array of strings", Found: "array"}, "scp"},
		{"scope an array where the profile is strict", strict, with(`"scope":["a"]`), claimserr.MalformedError{Want: "string", Found: "array"}, "scope"},
		{"the first of three", claims.Dialect{}, `{"scope":7,"iat":"1","sub":[],"exp":1}`, claimserr.MalformedError{Want: "string", Found: "array"}, "sub"},
		{"a required one missing", demanding, with(`"data":{"version":1}`), claimserr.MalformedError{Found: "nothing"}, "jti"},
		{"a required one null", demanding, with(`"jti":"j","data":{"version":null}`), claimserr.MalformedError{Found: "null"}, "data version"},
		{"a required one empty", demanding, with(`"jti":"j","data":{"version":""}`), claimserr.MalformedError{}, "data version"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := c.dialect.Token(parse(t, c.payload))
			var e *claimserr.MalformedError
			if !errors.As(err, &e) || !errors.Is(err, claimserr.ErrMalformed) {
				t.Fatalf("%v, want a MalformedError", err)
			}
			if strings.Join(e.Claim, " ") != c.claim || e.Want != c.want.Want || e.Found != c.want.Found {
				t.Errorf("%q wants %q and found %q, want %q, %q, %q", e.Claim, e.Want, e.Found, c.claim, c.want.Want, c.want.Found)
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
	if !errors.As(err, &e) || !errors.Is(err, claimserr.ErrRejected) || !slices.Equal(e.Claim, []string{"tid"}) {
		t.Errorf("%#v", err)
	}
	if strings.Contains(err.Error(), "s3cr3t") {
		t.Error(err)
	}
}
