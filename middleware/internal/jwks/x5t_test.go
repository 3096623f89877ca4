package jwks_test

import (
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/jwks"
)

// TestThumbprintsOfACertificate: x5t and x5t#S256 are names of a key. What is no name is
// ignored, and the key stays (RFC 7517, sections 4.8 and 4.9).
func TestThumbprintsOfACertificate(t *testing.T) {
	for name, c := range map[string]struct{ members, x5t, x5tS256 string }{
		"none":               {``, "", ""},
		"both":               {`"x5t":"a","x5t#S256":"b",`, "a", "b"},
		"by escapes":         {`"x5t":"\u0061","x5t#\u0053256":"b",`, "a", "b"},
		"null and a number":  {`"x5t":null,"x5t#S256":1,`, "", ""},
		"longer than a name": {`"x5t":"` + strings.Repeat("a", 1025) + `","x5t#S256":"b",`, "", "b"},
	} {
		t.Run(name, func(t *testing.T) {
			set, f := jwks.Parse([]byte(`{"keys":[` + strings.Replace(edKey, "{", "{"+c.members, 1) + `]}`))
			if f != "" || len(set.Keys) != 1 {
				t.Fatal(f)
			}
			k := set.Keys[0]
			if k.X5T != c.x5t || k.X5TS256 != c.x5tS256 || k.JWK.X5T != c.x5t || k.JWK.X5TS256 != c.x5tS256 {
				t.Errorf("x5t %q, x5t#S256 %q", k.X5T, k.X5TS256)
			}
		})
	}
}
