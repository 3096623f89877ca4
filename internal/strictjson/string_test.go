package strictjson_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

func TestString(t *testing.T) {
	for _, tc := range []struct {
		name, raw, want string
		ok              bool
	}{
		{"empty", `""`, "", true},
		{"plain", `"orders.read"`, "orders.read", true},
		{"every short escape", `"\"\\\/\b\f\n\r\t"`, "\"\\/\b\f\n\r\t", true},
		{"zero byte", `"a\u0000b"`, "a\x00b", true},
		{"two, three and four bytes", `"\u00e9\u20ac\ud83d\ude00"`, "é€😀", true},
		{"first and last pair", `"\ud800\udc00\udbff\udfff"`, "\U00010000\U0010ffff", true},
		{"neighbours of the surrogates", `"\ud7ff\ue000"`, "\ud7ff\ue000", true},
		{"escapes among text", `"é\n€\t😀"`, "é\n€\t😀", true},
		{"escape in every lane", `"\n1\n12\n123\n1234\n12345\n123456\n1234567\n"`,
			"\n1\n12\n123\n1234\n12345\n123456\n1234567\n", true},
		{"nothing", ``, "", false},
		{"quote only", `"`, "", false},
		{"open", `"a`, "", false},
		{"text after it", `"a"b`, "", false},
		{"space before it", ` "a"`, "", false},
		{"space after it", `"a" `, "", false},
		{"two strings", `"a""b"`, "", false},
		{"number", `12`, "", false},
		{"null", `null`, "", false},
		{"array", `["a"]`, "", false},
		{"not UTF-8", "\"\xff\"", "", false},
		{"lone surrogate", `"\ud800"`, "", false},
		{"control character", "\"a\nb\"", "", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			raw := []byte(tc.raw)
			if got, ok := strictjson.String(raw); got != tc.want || ok != tc.ok {
				t.Errorf("String(%q) = %q, %v, want %q, %v", raw, got, ok, tc.want, tc.ok)
			}
			if got, ok := strictjson.AppendString([]byte("before:"), raw); string(got) != "before:"+tc.want ||
				ok != tc.ok {
				t.Errorf("AppendString(%q) = %q, %v", raw, got, ok)
			}
			if got := strictjson.EqualString(raw, tc.want); got != tc.ok {
				t.Errorf("EqualString(%q, %q) = %v, want %v", raw, tc.want, got, tc.ok)
			}
			for _, other := range []string{tc.want + "x", "x" + tc.want, tc.want + "\x00",
				strings.ToUpper(tc.want) + "\n", strings.Trim(tc.raw, `"`) + `\`} {
				if strictjson.EqualString(raw, other) {
					t.Errorf("EqualString(%q, %q) = true", raw, other)
				}
			}
			if tc.want != "" && strictjson.EqualString(raw, tc.want[:len(tc.want)-1]) {
				t.Errorf("EqualString(%q) is true for all but the last byte", raw)
			}
		})
	}
}

func TestEqualStringIsExact(t *testing.T) {
	for _, tc := range []struct {
		name, ids, raw, s string
		want              bool
	}{
		{"case", "T-02", `"https://A.example"`, "https://a.example", false},
		{"escaped spelling of the same text", "T-02", `"\u0061\/\u0062"`, "a/b", true},
		{"composed and decomposed", "T-02", `"\u00e9"`, "e\u0301", false},
		{"the spelling is not the text", "", `"\u0061"`, `\u0061`, false},
		{"escaped backslash", "", `"\\"`, `\`, true},
		{"a replacement character is no broken byte", "", `"\ufffd"`, "\xff", false},
		{"nor three of them", "", `"\ufffd"`, "\xef\xbf", false},
		{"the replacement character itself", "", `"\ufffd"`, "\ufffd", true},
		{"the replacement character with an escape", "", `"�\n"`, "\ufffd\n", true},
		{"other text of the same length", "", `"\u0061b"`, "xb", false},
		{"text goes on", "", `"\u0061b"`, "a", false},
		{"text ends early", "", `"\u0061"`, "ab", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			covers(t, tc.ids)
			if got := strictjson.EqualString([]byte(tc.raw), tc.s); got != tc.want {
				t.Errorf("EqualString(%q, %q) = %v", tc.raw, tc.s, got)
			}
		})
	}
}

// TestSpecialBytesInEveryLane puts each byte that ends the fast path of the
// scanner at every offset, before and after ordinary ones.
func TestSpecialBytesInEveryLane(t *testing.T) {
	for before := range 20 {
		for after := range 20 {
			for c := range 256 {
				body := strings.Repeat("a", before) + string([]byte{byte(c)}) + strings.Repeat("z", after)
				document := []byte(`{"` + body + `":"` + body + `"}`)
				valid := json.Valid(document) && c < 0x80
				if _, err := strictjson.Parse(document, nil); (err == nil) != valid {
					t.Fatalf("Parse(%q) = %v", document, err)
				}
			}
		}
	}
}

func FuzzString(f *testing.F) {
	for _, seed := range []string{`""`, `"plain"`, `"\u0061\n\ud83d\ude00é"`, `"\ud800"`, `"\\ud800"`,
		"\"\xff\"", `"a"b"`, `"\ufffd"`, `"`, `1`} {
		f.Add([]byte(seed), "a")
		f.Add([]byte(seed), strings.Trim(seed, `"`))
	}
	f.Add([]byte(`"`+strings.Repeat(`\u0061`, 4000)+`"`), strings.Repeat("a", 4000))
	f.Fuzz(func(t *testing.T, raw []byte, other string) {
		var got string
		var ok bool
		frugal(t, len(raw), func() { got, ok = strictjson.String(raw) })
		isString := len(raw) > 0 && raw[0] == '"' && raw[len(raw)-1] == '"' && json.Valid(raw)
		switch {
		case ok && !isString:
			t.Fatalf("String accepts %q", raw)
		case !ok && isString && len(faults(raw)) == 0:
			t.Fatalf("String rejects %q", raw)
		}
		appended, appendedOK := strictjson.AppendString([]byte("dst"), raw)
		if appendedOK != ok || !bytes.Equal(appended, []byte("dst"+got)) {
			t.Fatalf("AppendString(%q) = %q, %v; String = %q, %v", raw, appended, appendedOK, got, ok)
		}
		if equal := strictjson.EqualString(raw, other); equal != (ok && got == other) {
			t.Fatalf("EqualString(%q, %q) = %v; String = %q, %v", raw, other, equal, got, ok)
		}
		if !ok {
			return
		}
		var theirs string
		if err := json.Unmarshal(raw, &theirs); err != nil || got != theirs {
			t.Fatalf("String(%q) = %q, encoding/json: %q, %v", raw, got, theirs, err)
		}
		if !strictjson.EqualString(raw, got) {
			t.Fatalf("EqualString(%q, %q) = false", raw, got)
		}
	})
}
