package strictjson_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

func TestDecodeBase64URL(t *testing.T) {
	for _, tc := range []struct {
		name, ids, in, want string
		ok                  bool
	}{
		{"empty", "", "", "", true},
		{"one byte", "", "AA", "\x00", true},
		{"two bytes", "", "AAA", "\x00\x00", true},
		{"three bytes", "", "AAAA", "\x00\x00\x00", true},
		{"both special letters", "", "-_-_", "\xfb\xff\xbf", true},
		{"header of RFC 7519, section 3.1", "", "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9",
			"{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}", true},
		{"one padding sign", "J-03", "AAA=", "", false},
		{"two padding signs", "J-03", "AA==", "", false},
		{"padding only", "J-03", "=", "", false},
		{"padding in the middle", "J-03", "AA==AAAA", "", false},
		{"plus", "J-03", "+_-_", "", false},
		{"slash", "J-03", "-/-_", "", false},
		{"line feed", "J-03 ATK-C09", "AA\nAA", "", false},
		{"carriage return", "J-03 ATK-C09", "AA\rAA", "", false},
		{"line feed at the end", "J-03 ATK-C09", "AAAA\n", "", false},
		{"line feed at the beginning", "J-03 ATK-C09", "\nAAAA", "", false},
		{"line feed only", "J-03 ATK-C09", "\n", "", false},
		{"CRLF in a long one", "J-03 ATK-C09", strings.Repeat("A", 64) + "\r\n" + strings.Repeat("A", 64),
			"", false},
		{"space", "J-03", "AA AA", "", false},
		{"space at the end", "J-03", "AAAA ", "", false},
		{"tab", "J-03", "AA\tAA", "", false},
		{"zero byte", "J-03", "AAAA\x00", "", false},
		{"dot", "J-03", "AA.AA", "", false},
		{"percent", "J-03", "AA%3D", "", false},
		{"beyond ASCII", "J-03", "AA\u00e9A", "", false},
		{"full-width letter", "J-03", "Ａ", "", false},
		{"length 1", "ATK-C10", "A", "", false},
		{"length 5", "ATK-C10", "AAAAA", "", false},
		{"length 9", "ATK-C10", "AAAAAAAAA", "", false},
		{"unused bits of one byte, lowest", "J-04", "AB", "", false},
		{"unused bits of one byte, highest", "J-04", "AI", "", false},
		{"unused bits of two bytes, lowest", "J-04", "AAB", "", false},
		{"unused bits of two bytes, highest", "J-04", "AAC", "", false},
		{"unused bits after many bytes", "J-04", strings.Repeat("A", 64) + "AB", "", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			covers(t, tc.ids)
			got, err := strictjson.DecodeBase64URL([]byte("before:"), tc.in)
			if string(got) != "before:"+tc.want {
				t.Errorf("DecodeBase64URL(%q) = %q", tc.in, got)
			}
			if want := error(strictjson.ErrBase64); tc.ok && err != nil || !tc.ok && err != want {
				t.Errorf("DecodeBase64URL(%q): %v", tc.in, err)
			}
		})
	}
}

// TestDecodeBase64URLHasOneSpelling decodes all texts of up to three letters of an
// alphabet larger than that of base64url. No two may give the same bytes.
func TestDecodeBase64URLHasOneSpelling(t *testing.T) {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=\r\n ."
	spellings := map[string]string{}
	var try func(prefix string, left int)
	try = func(prefix string, left int) {
		if decoded, err := strictjson.DecodeBase64URL(nil, prefix); err == nil {
			if other, taken := spellings[string(decoded)]; taken {
				t.Fatalf("%q and %q decode alike", prefix, other)
			}
			spellings[string(decoded)] = prefix
		}
		if left > 0 {
			for _, letter := range letters {
				try(prefix+string(letter), left-1)
			}
		}
	}
	try("", 3)
	if want := 1 + 256 + 256*256; len(spellings) != want {
		t.Errorf("%d results, want %d: every text of up to two bytes", len(spellings), want)
	}
}

func FuzzDecodeBase64URL(f *testing.F) {
	for _, seed := range []string{"", "AA", "AB", "AAA=", "AA\nAA", "-_-_", "+/+/", "eyJhbGciOiJFUzI1NiJ9", "A",
		"AAAAAAAA\r"} {
		f.Add(seed)
	}
	f.Add(strings.Repeat("AAAA", 4000))
	f.Fuzz(func(t *testing.T, s string) {
		var got []byte
		var err error
		frugal(t, len(s), func() { got, err = strictjson.DecodeBase64URL([]byte("dst"), s) })
		if !bytes.HasPrefix(got, []byte("dst")) {
			t.Fatalf("DecodeBase64URL(%q) loses dst: %q", s, got)
		}
		got = got[len("dst"):]
		if err != nil {
			if len(got) > 0 {
				t.Fatalf("DecodeBase64URL(%q) = %q with %v", s, got, err)
			}
			lenient, lenientErr := base64.RawURLEncoding.DecodeString(s)
			if lenientErr == nil && base64.RawURLEncoding.EncodeToString(lenient) == s {
				t.Fatalf("DecodeBase64URL rejects %q, which an encoder wrote", s)
			}
			return
		}
		if again := base64.RawURLEncoding.EncodeToString(got); again != s {
			t.Fatalf("DecodeBase64URL accepts %q, a second spelling of %q", s, again)
		}
	})
}
