package jwks_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/jwks"
)

// The hashes of the bytes 0xfb 0xff 0x00 ... in all spellings.
const (
	sha1Hash   = "-_8AAAAAAAAAAAAAAAAAAAAAAAE"
	sha256Hash = "-_8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"
)

// TestEachSpellingOfACertificateHashIsEqual has what issuers write as x5t.
func TestEachSpellingOfACertificateHashIsEqual(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"base64url", sha1Hash, sha1Hash},
		{"base64url with padding", sha1Hash + "=", sha1Hash},
		{"base64", "+/8AAAAAAAAAAAAAAAAAAAAAAAE=", sha1Hash},
		{"base64 without padding", "+/8AAAAAAAAAAAAAAAAAAAAAAAE", sha1Hash},
		{"hexadecimal", "FBFF000000000000000000000000000000000001", sha1Hash},
		{"hexadecimal in small letters", "fbff000000000000000000000000000000000001", sha1Hash},
		{"hexadecimal with colons", "FB:FF" + strings.Repeat(":00", 17) + ":01", sha1Hash},
		{"base64url of hexadecimal", "ZmJmZjAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMQ", sha1Hash},
		{"SHA-256 in base64url", sha256Hash, sha256Hash},
		{"SHA-256 in hexadecimal", "FBFF" + strings.Repeat("00", 29) + "01", sha256Hash},
		{"another name", "signing-1", "signing-1"},
		{"nothing", "", ""},
		{"too long for a name", strings.Repeat("a", 1025), ""},
	} {
		if got := jwks.CertificateHash(c.text); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestAKeyHasTheHashesOfItsCertificate: they are in the key and in what is written
// down. One that cannot be read does not cost the key.
func TestAKeyHasTheHashesOfItsCertificate(t *testing.T) {
	for _, c := range []struct{ name, members, x5t, x5tS256 string }{
		{"both", `"x5t":"` + sha1Hash + `=","x5t#S256":"` + sha256Hash + `",`, sha1Hash, sha256Hash},
		{"none", ``, "", ""},
		{"null", `"x5t":null,"x5t#S256":null,`, "", ""},
		{"another type", `"x5t":7,"x5t#S256":["a"],`, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			set, f := jwks.Parse([]byte(`{"keys":[` + strings.Replace(edKey, "{", "{"+c.members, 1) + `]}`))
			if f != "" {
				t.Fatal(f)
			}
			written, err := json.Marshal(map[string]any{"keys": []jwks.PublicJWK{set.Keys[0].JWK}})
			if err != nil {
				t.Fatal(err)
			}
			again, f := jwks.Parse(written)
			if f != "" {
				t.Fatal(f)
			}
			for _, k := range []jwks.Key{set.Keys[0], again.Keys[0]} {
				if k.X5T != c.x5t || k.X5TS256 != c.x5tS256 {
					t.Errorf("x5t %q, x5t#S256 %q", k.X5T, k.X5TS256)
				}
			}
		})
	}
}
