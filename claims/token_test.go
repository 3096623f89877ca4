package claims_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/internal/claimserr"
)

func TestGet(t *testing.T) {
	token := read(t, claims.Dialect{}, with(`
		"sub":"alice",
		"https://example.com/department":"sales",
		"urn:zitadel:iam:org:project:roles":{"admin":{"1":"x"}},
		"a.b":1,
		"a":{"b":2,"b.c":3,"":4},
		"big":1234567890123456789,
		"list":["x","y"],
		"null":null,
		"SUB":"mallory"`))
	for _, c := range []struct {
		name string
		get  func() (any, bool)
		want any
		ok   bool
	}{
		{"a URL is one name", get[string](token, "https://example.com/department"), "sales", true},
		{"colons do not descend", get[map[string]any](token, "urn:zitadel:iam:org:project:roles", "admin"),
			map[string]any{"1": "x"}, true},
		{"a dot is part of a name", get[int](token, "a.b"), 1, true},
		{"levels are elements", get[int](token, "a", "b"), 2, true},
		{"a dot below", get[int](token, "a", "b.c"), 3, true},
		{"the empty name is a name", get[int](token, "a", ""), 4, true},
		{"no digit is lost", get[json.Number](token, "big"), json.Number("1234567890123456789"), true},
		{"no digit is lost in an integer", get[int64](token, "big"), int64(1234567890123456789), true},
		{"an array", get[[]string](token, "list"), []string{"x", "y"}, true},
		{"another type", get[int](token, "sub"), 0, false},
		{"a part of the type fits", get[[]int](token, "list"), []int(nil), false},
		{"null is absent", get[string](token, "null"), "", false},
		{"another case", get[string](token, "Sub"), "", false},
		{"the exact name wins", get[string](token, "sub"), "alice", true},
		{"absent", get[string](token, "nope"), "", false},
		{"below a string", get[string](token, "sub", "x"), "", false},
		{"no path", get[string](token), "", false},
		{"no payload", get[string](&claims.Token{Subject: "x"}, "sub"), "", false},
		{"no token", get[string](nil, "sub"), "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := c.get()
			if ok != c.ok || !reflect.DeepEqual(got, c.want) {
				t.Errorf("Get = %v, %v, want %v, %v", got, ok, c.want, c.ok)
			}
		})
	}
}

func get[T any](token *claims.Token, path ...string) func() (any, bool) {
	return func() (any, bool) { return claims.Get[T](token, path...) }
}

func TestDecode(t *testing.T) {
	var v struct {
		Subject string `json:"sub"`
		Extra   struct {
			Level int `json:"level"`
		} `json:"https://example.com/extra"`
	}
	token := read(t, claims.Dialect{}, with(`"sub":"alice","https://example.com/extra":{"level":3}`))
	if err := token.Decode(&v); err != nil {
		t.Fatal(err)
	}
	if v.Subject != "alice" || v.Extra.Level != 3 {
		t.Errorf("decoded %+v", v)
	}
	var wrong struct {
		Subject int `json:"sub"`
	}
	if err := token.Decode(&wrong); err == nil {
		t.Error("no error for a field of another type")
	}
	if err := (&claims.Token{Subject: "alice"}).Decode(&v); err == nil {
		t.Error("no error for a token without a payload")
	}
	if err := (*claims.Token)(nil).Decode(&v); err == nil {
		t.Error("no error without a token")
	}
}

// TestDecodeOfSegment reads a token from a payload segment.
func TestDecodeOfSegment(t *testing.T) {
	var p claims.Payload
	err := p.ParseSegment("eyJpc3MiOiJpIiwiZXhwIjoxLCJzdWIiOiLDpCJ9") // {"iss":"i","exp":1,"sub":"ä"}
	if err != nil {
		t.Fatal(err)
	}
	token, err := new(claims.Dialect).Token(p)
	if err != nil {
		t.Fatal(err)
	}
	if sub, ok := claims.Get[string](token, "sub"); !ok || sub != "ä" || token.Subject != "ä" {
		t.Errorf("sub = %q, %v, Subject = %q", sub, ok, token.Subject)
	}
}

func TestContext(t *testing.T) {
	if token, ok := claims.FromContext(context.Background()); ok || token != nil {
		t.Error("an empty context has a token")
	}
	want := &claims.Token{ClientID: "c"}
	ctx := claims.NewContext(context.Background(), want)
	if got, ok := claims.FromContext(ctx); !ok || got != want {
		t.Errorf("FromContext = %v, %v", got, ok)
	}
	if got, ok := claims.FromContext(claims.NewContext(ctx, nil)); ok || got != nil {
		t.Error("a nil token counts as one")
	}
}

// TestTokenDoesNotAliasThePayload reads two tokens with the same Payload. The
// second one overwrites the memory of the Payload, which a pool may reuse, and the
// first one must not change.
func TestTokenDoesNotAliasThePayload(t *testing.T) {
	payload := with(`"sub":"alice","client_id":"web","jti":"j-1","acr":"phrh","amr":["pwd"],"aud":["a","b"],` +
		`"scope":"a b","roles":["r","` + strings.Repeat("long", 99) +
		`"],"groups":{"g":1},"tenant":["t"],"source_system":7`)
	overwrite := `{"exp":1,"x":"` + strings.Repeat("x", len(payload)-15) + `"}`
	describe := func(token *claims.Token) string {
		sub, _ := claims.Get[string](token, "sub")
		return fmt.Sprintf("%q %v", []any{
			token.Issuer, token.Subject, token.ClientID, token.Tenant, token.SourceSystem, token.ID, token.ACR,
			token.Audience, token.Scopes, token.Roles, token.Groups, token.AMR, sub,
		}, token.Expiry)
	}
	segment := func(payload string) string { return base64.RawURLEncoding.EncodeToString([]byte(payload)) }
	for _, c := range []struct {
		name  string
		parse func(p *claims.Payload, payload string) error
	}{
		{"ParseSegment", func(p *claims.Payload, payload string) error { return p.ParseSegment(segment(payload)) }},
		{"UnmarshalJSON", func(p *claims.Payload, payload string) error {
			data := []byte(payload)
			err := p.UnmarshalJSON(data)
			clear(data) // UnmarshalJSON may not keep its input either
			return err
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var p claims.Payload
			if err := c.parse(&p, payload); err != nil {
				t.Fatal(err)
			}
			token, err := new(claims.Dialect).Token(p, "a")
			if err != nil {
				t.Fatal(err)
			}
			before := describe(token)
			raw, _ := p.Lookup("sub")
			if err := c.parse(&p, overwrite); err != nil {
				t.Fatal(err)
			}
			if string(raw) == `"alice"` {
				t.Error("the second payload did not overwrite the first one, so this test shows nothing")
			}
			if after := describe(token); after != before {
				t.Errorf("the token changed from\n%s\nto\n%s", before, after)
			}
		})
	}
}

func TestTimes(t *testing.T) {
	const sec = "1767229200"
	for _, c := range []struct {
		name, payload string
		want          float64 // of the expiry, 0 for a rejected token
	}{
		{"integer", `{"exp":1767229200}`, 1767229200},
		{"fraction", `{"exp":1767229200.5}`, 1767229200.5},
		{"exponent", `{"exp":1.7672292e9}`, 1767229200},
		{"zero", `{"exp":0}`, math.SmallestNonzeroFloat64},
		{"the end of the year 9999", `{"exp":253402300799}`, 253402300799},
		{"milliseconds", `{"exp":1767229200000}`, 0},
		{"string", `{"exp":"` + sec + `"}`, 0},
		{"null", `{"exp":null}`, 0},
		{"true", `{"exp":true}`, 0},
		{"array", `{"exp":[` + sec + `]}`, 0},
		{"object", `{"exp":{}}`, 0},
		{"negative", `{"exp":-1}`, 0},
		{"absent", `{}`, 0},
		{"2^63", `{"exp":9223372036854775808}`, 0},
		{"1e308", `{"exp":1e308}`, 0},
		{"nbf string", `{"exp":` + sec + `,"nbf":"1"}`, 0},
		{"nbf null is absent", `{"exp":` + sec + `,"nbf":null}`, 1767229200},
		{"iat null is absent", `{"exp":` + sec + `,"iat":null}`, 1767229200},
		{"nbf 2^63", `{"exp":` + sec + `,"nbf":9223372036854775808}`, 0},
		{"iat string", `{"exp":` + sec + `,"iat":"1"}`, 0},
		{"auth_time as text is ignored", `{"exp":` + sec + `,"auth_time":"2026-01-01T00:00:00Z"}`, 1767229200},
	} {
		t.Run(c.name, func(t *testing.T) {
			token, err := new(claims.Dialect).Token(parse(t, c.payload))
			if c.want == 0 {
				if !errors.Is(err, claimserr.ErrMalformed) {
					t.Fatalf("%v, want ErrMalformed", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := float64(token.Expiry.UnixMilli()) / 1e3; math.Abs(got-c.want) > 1e-3 {
				t.Errorf("Expiry = %v, want %v", got, c.want)
			}
			if !token.NotBefore.IsZero() || !token.IssuedAt.IsZero() || !token.AuthTime.IsZero() {
				t.Error("an absent time is not the zero time")
			}
		})
	}
}
