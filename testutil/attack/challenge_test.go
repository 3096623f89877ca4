package attack_test

import (
	"encoding/json"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/testutil/attack"
)

type challengeVector struct {
	Description, Header string
	Expected            []struct {
		Scheme     string
		Parameters map[string]string
	}
}

// challengeVectors are another project's. Their origin and licence are in the same
// folder.
func challengeVectors(tb testing.TB) []challengeVector {
	text, err := os.ReadFile("../../middleware/testdata/corpora/www-authenticate/vectors.json")
	if err != nil {
		tb.Fatal(err)
	}
	var file struct{ Cases []challengeVector }
	if err := json.Unmarshal(text, &file); err != nil || len(file.Cases) == 0 {
		tb.Fatal(err)
	}
	return file.Cases
}

// Vectors that have a parameter twice can be read, but this parser rejects them.
func TestChallenges(t *testing.T) {
	for _, c := range challengeVectors(t) {
		t.Run(c.Description, func(t *testing.T) {
			schemes, params, err := attack.ParseChallenges([]string{c.Header})
			if len(c.Expected) == 0 || strings.Contains(c.Description, "uplicate") {
				if err == nil {
					t.Errorf("%q is read as %q %q", c.Header, schemes, params)
				}
				return
			}
			if err != nil || len(schemes) != len(c.Expected) {
				t.Fatalf("%q: %q, %v", c.Header, schemes, err)
			}
			for i, want := range c.Expected {
				if schemes[i] != want.Scheme || !maps.Equal(params[i], want.Parameters) {
					t.Errorf("%q: %s %q", c.Header, schemes[i], params[i])
				}
			}
		})
	}
}

// FuzzChallenges looks for fields that the parser does not survive, or reads
// into something that is not there.
func FuzzChallenges(f *testing.F) {
	for _, c := range challengeVectors(f) {
		f.Add(c.Header)
	}
	f.Fuzz(func(t *testing.T, field string) {
		schemes, params, err := attack.ParseChallenges([]string{field})
		if err != nil {
			return
		}
		if len(schemes) == 0 {
			t.Fatal("neither a challenge nor an error")
		}
		for i, scheme := range schemes {
			if scheme == "" || !strings.Contains(strings.ToLower(field), scheme) {
				t.Errorf("scheme %q", scheme)
			}
			for name, value := range params[i] {
				if name == "" || strings.ContainsAny(value, "\r\n\x00") || len(value) > len(field) {
					t.Errorf("%q: %q", name, value)
				}
			}
		}
		again, _, err := attack.ParseChallenges([]string{field, field})
		if err != nil || len(again) != 2*len(schemes) {
			t.Errorf("two fields: %q, %v", again, err)
		}
	})
}
