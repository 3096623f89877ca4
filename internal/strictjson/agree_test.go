package strictjson_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// agree compares Parse and Valid of data with encoding/json. What they accept,
// encoding/json must read as the same members and values. What they reject,
// encoding/json must reject too, unless data has one of the faults that only this
// package rejects, which faults finds in another way.
func agree(t *testing.T, data []byte) {
	t.Helper()
	own, err := strictjson.Parse(data, nil)
	var members map[string]json.RawMessage
	theirErr := json.Unmarshal(data, &members)
	if err == nil {
		if theirErr != nil {
			t.Fatalf("Parse accepts %q, encoding/json does not: %v", clip(data), theirErr)
		}
		if len(own) != len(members) {
			t.Fatalf("Parse finds %d members in %q, encoding/json %d", len(own), clip(data), len(members))
		}
		for _, m := range own {
			if !bytes.Equal(m.Value, members[m.Name]) {
				t.Fatalf("member %q of %q is %q, in encoding/json %q", m.Name, clip(data), m.Value, members[m.Name])
			}
			if got, ok := own.Get(m.Name); !ok || &got[0] != &m.Value[0] {
				t.Fatalf("Get(%q) of %q finds another member", m.Name, clip(data))
			}
		}
	} else if theirErr == nil {
		want := faults(data)
		if members == nil {
			want[strictjson.ErrNotObject] = true // encoding/json reads null into a map
		}
		if !want[err] {
			t.Fatalf("Parse rejects %q: %v; encoding/json does not, and the faults found are %v",
				clip(data), err, want)
		}
	}

	validErr := strictjson.Valid(data)
	switch {
	case err == nil && validErr != nil:
		t.Fatalf("Parse accepts %q, Valid does not: %v", clip(data), validErr)
	case validErr == nil:
		var theirs any
		if err := json.Unmarshal(data, &theirs); err != nil {
			t.Fatalf("Valid accepts %q, encoding/json does not: %v", clip(data), err)
		}
		if found := faults(data); len(found) > 0 {
			t.Fatalf("Valid accepts %q in spite of %v", clip(data), found)
		}
		if ours := decode(t, bytes.Trim(data, " \t\r\n")); !reflect.DeepEqual(ours, theirs) {
			t.Fatalf("%q reads as %v, with encoding/json as %v", clip(data), ours, theirs)
		}
	case json.Valid(data) && !faults(data)[validErr]:
		t.Fatalf("Valid rejects %q: %v; encoding/json does not, and the faults found are %v", clip(data), validErr,
			faults(data))
	}
}

// decode builds from a valid value what encoding/json builds, with the accessors of
// this package alone.
func decode(t *testing.T, raw []byte) any {
	t.Helper()
	switch raw[0] {
	case '{':
		members, ok := strictjson.Members(raw)
		if !ok {
			t.Fatalf("Members(%q) fails", clip(raw))
		}
		m := map[string]any{}
		for _, member := range members {
			m[member.Name] = decode(t, member.Value)
		}
		return m
	case '[':
		list := []any{}
		if !strictjson.Each(raw, func(elem []byte) bool {
			list = append(list, decode(t, elem))
			return true
		}) {
			t.Fatalf("Each(%q) fails", clip(raw))
		}
		return list
	case '"':
		s, ok := strictjson.String(raw)
		if !ok {
			t.Fatalf("String(%q) fails", clip(raw))
		}
		return s
	case 't', 'f':
		return raw[0] == 't'
	case 'n':
		return nil
	}
	f, ok := strictjson.Float(raw)
	if !ok {
		t.Fatalf("Float(%q) fails", clip(raw))
	}
	return f
}

var escapes = regexp.MustCompile(`\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|u....|[^u])`)

// faults finds what this package rejects in a document that encoding/json accepts.
func faults(data []byte) map[error]bool {
	found := map[error]bool{}
	if !utf8.Valid(data) {
		found[strictjson.ErrEncoding] = true
	}
	for _, escape := range escapes.FindAll(data, -1) {
		if len(escape) == 6 && bytes.ContainsAny(escape[2:3], "dD") &&
			bytes.ContainsAny(escape[3:4], "89abcdefABCDEF") {
			found[strictjson.ErrSurrogate] = true
		}
	}
	type level struct {
		names map[string]bool // nil for an array
		value bool            // a member's value is next
	}
	var stack []level
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			panic(err)
		}
		top := len(stack) - 1
		if name, ok := token.(string); ok && top >= 0 && stack[top].names != nil && !stack[top].value {
			if stack[top].names[name] {
				found[strictjson.ErrDuplicate] = true
			}
			stack[top].names[name] = true
			stack[top].value = true
			continue
		}
		if number, ok := token.(json.Number); ok && outOfRange(string(number)) {
			found[strictjson.ErrRange] = true
		}
		switch token {
		case json.Delim('{'):
			stack = append(stack, level{names: map[string]bool{}})
		case json.Delim('['):
			stack = append(stack, level{})
		default:
			if token == json.Delim('}') || token == json.Delim(']') {
				stack = stack[:top]
				top--
			}
			if top >= 0 {
				stack[top].value = false
			}
		}
		if len(stack) > strictjson.MaxDepth {
			found[strictjson.ErrDepth] = true
		}
	}
}

func outOfRange(number string) bool {
	if _, err := strconv.ParseFloat(number, 64); err != nil {
		return true
	}
	mantissa, exponent, _ := strings.Cut(strings.ToLower(number), "e")
	integer, _, _ := strings.Cut(strings.TrimPrefix(mantissa, "-"), ".")
	digits := strings.TrimLeft(strings.TrimPrefix(exponent, "+"), "0")
	return len(integer) > 309 || len(digits) > 5 && digits[0] != '-' &&
		strings.ContainsAny(mantissa, "123456789")
}

func clip(data []byte) []byte { return data[:min(len(data), 300)] }

// TestAgreementOnAllShortDocuments tries all sequences of a few tokens.
func TestAgreementOnAllShortDocuments(t *testing.T) {
	tokens := []string{`{`, `}`, `[`, `]`, `:`, `,`, ` `, `"`, `"a"`, `"\u0061"`, `\`, `\u`, `d800`, `0`, `1`,
		`-`, `.`, `e`, `+`, `null`, "\xff", "\x00"}
	length := 4
	if testing.Short() {
		length = 3
	}
	var build func(prefix []byte, left int)
	build = func(prefix []byte, left int) {
		if strictjson.Valid(prefix) == nil || json.Valid(prefix) {
			agree(t, prefix)
		}
		if left == 0 {
			return
		}
		for _, token := range tokens {
			build(append(prefix[:len(prefix):len(prefix)], token...), left-1)
		}
	}
	for _, prefix := range []string{``, `{`, `{"a":`, `{"a":1,`, `{"a":[`, `["`, `{"a":{"a":1`} {
		build([]byte(prefix), length)
	}
}

func FuzzParse(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add([]byte(v.document))
	}
	f.Add([]byte(claims))
	var names, nested strings.Builder
	for n := range 2000 {
		fmt.Fprintf(&names, `,"%d":{"a":[0,0],"\\u0061%d":""}`, n, n)
		fmt.Fprintf(&nested, `,[{"a":0}]`)
	}
	f.Add([]byte("{" + names.String()[1:] + "}"))
	f.Add([]byte(`{"a":[` + nested.String()[1:] + `]}`))
	f.Fuzz(func(t *testing.T, document []byte) {
		frugal(t, len(document), func() { _, _ = strictjson.Parse(document, nil) })
		agree(t, document)
	})
}
