package claims_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"unsafe"

	"github.com/bearerguard/bearerguard/claims"
)

func TestUnmarshalJSON(t *testing.T) {
	deep := func(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }
	for _, c := range []struct {
		name, payload string
		ok            bool
	}{
		{"empty object", `{}`, true},
		{"white space around", " \t\r\n{ \"a\" : 1 } \n", true},
		{"name with an escape", `{"\u0061":1}`, true},
		{"names that differ in case", `{"sub":1,"SUB":2}`, true}, // see Dialect.CaseVariants
		{"as deep as allowed", deep(32), true},
		{"surrogate pair", `{"a":"\ud83d\ude00"}`, true},

		{"nothing", ``, false},
		{"array", `[]`, false},
		{"string", `"x"`, false},
		{"null", `null`, false},
		{"number", `1`, false},
		{"two values", `{}{}`, false},
		{"something after it", `{} x`, false},
		{"a NUL after it", "{}\x00", false},
		{"byte order mark", "\xef\xbb\xbf{}", false},
		{"cut off", `{"a":1`, false},
		{"trailing comma", `{"a":1,}`, false},
		{"comment", `{"a":1/**/}`, false},
		{"single quotes", `{'a':1}`, false},
		{"NaN", `{"a":NaN}`, false},
		{"leading zero", `{"a":01}`, false},
		{"plus", `{"a":+1}`, false},
		{"the same name twice", `{"sub":"a","sub":"b"}`, false},
		{"the same name twice, once escaped", `{"sub":"a","s\u0075b":"b"}`, false},
		{"the same name twice, deep inside", `{"a":[{"b":{"c":1,"c":2}}]}`, false},
		{"too deep", deep(33), false},
		{"number out of range", `{"a":1e400}`, false},
		{"invalid UTF-8", "{\"a\":\"\xff\"}", false},
		{"invalid UTF-8 in a name", "{\"\xff\":1}", false},
		{"overlong UTF-8", "{\"a\":\"\xc0\xaf\"}", false},
		{"lone surrogate", `{"a":"\ud800"}`, false},
		{"surrogates the wrong way round", `{"a":"\ude00\ud83d"}`, false},
		{"raw control character", "{\"a\":\"\n\"}", false},
		{"unknown escape", `{"a":"\x"}`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var direct, decoded claims.Payload
			if err := direct.UnmarshalJSON([]byte(c.payload)); (err == nil) != c.ok {
				t.Errorf("UnmarshalJSON(%q): %v", c.payload, err)
			}
			if err := json.Unmarshal([]byte(c.payload), &decoded); (err == nil) != c.ok {
				t.Errorf("json.Unmarshal(%q): %v", c.payload, err)
			}
		})
	}
}

func TestParseSegment(t *testing.T) {
	for _, c := range []struct {
		name, segment string
		ok            bool
	}{
		{"canonical", "eyJhIjoxfQ", true}, // {"a":1}
		{"padded", "eyJhIjoxfQ==", false},
		{"other trailing bits", "eyJhIjoxfR", false},
		{"standard alphabet", "eyJhIjoiw78/In0", false},
		{"line break", "eyJh\nIjoxfQ", false},
		{"carriage return", "eyJh\rIjoxfQ", false},
		{"white space", "eyJh IjoxfQ", false},
		{"a length that cannot be", "eyJhI", false},
		{"empty", "", false},
		{"canonical base64 of invalid JSON", "eyJhIjoxfSA7", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := new(claims.Payload).ParseSegment(c.segment); (err == nil) != c.ok {
				t.Errorf("ParseSegment(%q): %v", c.segment, err)
			}
		})
	}
}

// TestParseSegmentAgain parses one payload after another into the same memory. No
// claim of an earlier one may remain, and earlier tokens must not change.
func TestParseSegmentAgain(t *testing.T) {
	segment := func(payload string) string { return base64.RawURLEncoding.EncodeToString([]byte(payload)) }
	var p claims.Payload
	if err := p.ParseSegment(segment(`{"iss":"https://a.example","sub":"first","exp":1}`)); err != nil {
		t.Fatal(err)
	}
	first, err := new(claims.Dialect).Token(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, next := range []string{"!", segment(`{"sub":`), segment(`{"exp":2}`),
		segment(`{"iss":"https://b.example","exp":2,"x":"yyyyyyyyyyyyyyyyyyyyyyyyyyyy"}`)} {
		_ = p.ParseSegment(next)
		if raw, ok := p.Lookup("sub"); ok {
			t.Errorf("after %q: sub is still there, %s", next, raw)
		}
	}
	if sub, _ := claims.Get[string](first, "sub"); first.Subject != "first" ||
		first.Issuer != "https://a.example" || sub != "first" {
		t.Errorf("the first token became %q of %q", first.Subject, first.Issuer)
	}
}

// TestErrorsHoldNothingOfThePayload looks for the payload in the errors about it.
func TestErrorsHoldNothingOfThePayload(t *testing.T) {
	for _, payload := range []string{
		`{"sub":"s3cr3t"`, `{"s3cr3t":1,"s3cr3t":2}`, `{"sub":"s3cr3t\ud800"}`, `s3cr3t`,
	} {
		err := new(claims.Payload).UnmarshalJSON([]byte(payload))
		if err == nil || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%v", err)
		}
	}
	for _, payload := range []string{with(`"sub":["s3cr3t",1]`), with(`"nonce":"s3cr3t"`)} {
		_, err := new(claims.Dialect).Token(parse(t, payload))
		if err == nil || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%v", err)
		}
	}
}

func TestLookup(t *testing.T) {
	p := parse(t, `{"a":{"b":{"c":1},"b.c":2},"a.b":3,"a/b":4,"urn:x:y":5,"n":null,"l":[{"x":1}],"":6}`)
	for _, c := range []struct {
		path []string
		want string
		ok   bool
	}{
		{[]string{"a", "b", "c"}, "1", true},
		{[]string{"a", "b.c"}, "2", true},
		{[]string{"a.b"}, "3", true},
		{[]string{"a/b"}, "4", true},
		{[]string{"urn:x:y"}, "5", true},
		{[]string{""}, "6", true},
		{[]string{"n"}, "null", true},
		{[]string{"a", "b"}, `{"c":1}`, true},
		{[]string{"A"}, "", false},
		{[]string{"l", "0"}, "", false},
		{[]string{"l", "x"}, "", false},
		{[]string{"a", "b", "c", "d"}, "", false},
		{[]string{"n", "x"}, "", false},
		{[]string{}, "", false},
		{nil, "", false},
	} {
		raw, ok := p.Lookup(c.path...)
		if ok != c.ok || string(raw) != c.want {
			t.Errorf("Lookup(%q) = %s, %v, want %s, %v", c.path, raw, ok, c.want, c.ok)
		}
	}
	if _, ok := (claims.Payload{}).Lookup("a"); ok {
		t.Error("the zero Payload has claims")
	}
}

// TestMoveSegment overwrites the memory that a segment was in.
func TestMoveSegment(t *testing.T) {
	segment := base64.RawURLEncoding.EncodeToString([]byte(usual))
	memory := []byte(segment)
	read := func(moveTo string) *claims.Token {
		var p claims.Payload
		copy(memory, segment)
		if err := p.ParseSegment(unsafe.String(&memory[0], len(memory))); err != nil {
			t.Fatal(err)
		}
		p.MoveSegment(moveTo)
		token, err := new(claims.Dialect).Token(p)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	kept := read(segment)
	other := read(segment[1:])
	var own struct{ Tenant string }
	if err := other.Decode(&own); err != nil || own.Tenant != "acme" {
		t.Errorf("after a move to another text: %+v, %v", own, err)
	}
	clear(memory)
	own.Tenant = ""
	if err := kept.Decode(&own); err != nil || own.Tenant != "acme" {
		t.Errorf("after a move to a copy: %+v, %v", own, err)
	}
}
