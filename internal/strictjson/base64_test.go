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
		name, in, want string
		ok             bool
	}{
		{"empty", "", "", true},
		{"one byte", "AA", "\x00", true},
		{"two bytes", "AAA", "\x00\x00", true},
		{"three bytes", "AAAA", "\x00\x00\x00", true},
		{"both special letters", "-_-_", "\xfb\xff\xbf", true},
		{"header of RFC 7519, section 3.1", "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9", "{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}", true},
		{"J-03 one padding sign", "AAA=", "", false},
		{"J-03 two padding signs", "AA==", "", false},
		{"J-03 padding only", "=", "", false},
		{"J-03 padding in the middle", "AA==AAAA", "", false},
		{"J-03 plus", "+_-_", "", false},
		{"J-03 slash", "-/-_", "", false},
		{"J-03 ATK-C09 line feed", "AA\nAA", "", false},
		{"J-03 ATK-C09 carriage return", "AA\rAA", "", false},
		{"J-03 ATK-C09 line feed at the end", "AAAA\n", "", false},
		{"J-03 ATK-C09 line feed at the beginning", "\nAAAA", "", false},
		{"J-03 ATK-C09 line feed only", "\n", "", false},
		{"J-03 ATK-C09 CRLF in a long one", strings.Repeat("A", 64) + "\r\n" + strings.Repeat("A", 64), "", false},
		{"J-03 space", "AA AA", "", false},
		{"J-03 space at the end", "AAAA ", "", false},
		{"J-03 tab", "AA\tAA", "", false},
		{"J-03 zero byte", "AAAA\x00", "", false},
		{"J-03 dot", "AA.AA", "", false},
		{"J-03 percent", "AA%3D", "", false},
		{"J-03 beyond ASCII", "AA\u00e9A", "", false},
		{"J-03 full-width letter", "Ａ", "", false},
		{"ATK-C10 length 1", "A", "", false},
		{"ATK-C10 length 5", "AAAAA", "", false},
		{"ATK-C10 length 9", "AAAAAAAAA", "", false},
		{"J-04 unused bits of one byte, lowest", "AB", "", false},
		{"J-04 unused bits of one byte, highest", "AI", "", false},
		{"J-04 unused bits of two bytes, lowest", "AAB", "", false},
		{"J-04 unused bits of two bytes, highest", "AAC", "", false},
		{"J-04 unused bits after many bytes", strings.Repeat("A", 64) + "AB", "", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
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
	for _, seed := range []string{"", "AA", "AB", "AAA=", "AA\nAA", "-_-_", "+/+/", "eyJhbGciOiJFUzI1NiJ9", "A", "AAAAAAAA\r"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := strictjson.DecodeBase64URL([]byte("dst"), s)
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
