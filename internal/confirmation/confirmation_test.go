package confirmation_test

import (
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/internal/confirmation"
)

const (
	key         = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" // RFC 9449, section 6.1
	certificate = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0" // RFC 8705, appendix A
)

func TestRead(t *testing.T) {
	covers(t, "CF-03 ML-02 ML-06")
	for _, c := range []struct {
		name, cnf string
		want      confirmation.Thumbprints
		ok        bool
	}{
		{"a key", `{"jkt":"` + key + `"}`, confirmation.Thumbprints{Key: key}, true},
		{"a certificate", `{"x5t#S256":"` + certificate + `"}`,
			confirmation.Thumbprints{Certificate: certificate}, true},
		{"both", `{ "jkt" : "` + key + `" , "x5t#S256":"` + certificate + `" }`,
			confirmation.Thumbprints{Key: key, Certificate: certificate}, true},
		{"an escaped name", `{"\u006akt":"` + key + `"}`, confirmation.Thumbprints{Key: key}, true},
		{"nothing", `{}`, confirmation.Thumbprints{}, false},
		{"null", `null`, confirmation.Thumbprints{}, false},
		{"a string", `"` + key + `"`, confirmation.Thumbprints{}, false},
		{"an array", `[{"jkt":"` + key + `"}]`, confirmation.Thumbprints{}, false},
		{"another method", `{"jwk":{"kty":"oct"}}`, confirmation.Thumbprints{}, false},
		{"another method as well", `{"jkt":"` + key + `","kid":"1"}`, confirmation.Thumbprints{}, false},
		{"another method with a hash", `{"jkt":"` + key + `","x5t#S384":"` + certificate + `"}`, confirmation.Thumbprints{}, false},
		{"another case", `{"JKT":"` + key + `"}`, confirmation.Thumbprints{}, false},
		{"a name twice", `{"jkt":"` + key + `","jkt":"` + key + `"}`, confirmation.Thumbprints{}, false},
		{"a null key", `{"jkt":null}`, confirmation.Thumbprints{}, false},
		{"an empty key", `{"jkt":""}`, confirmation.Thumbprints{}, false},
		{"a list of keys", `{"jkt":["` + key + `"]}`, confirmation.Thumbprints{}, false},
		{"padding", `{"jkt":"` + key + `="}`, confirmation.Thumbprints{}, false},
		{"another alphabet", `{"jkt":"` + strings.ReplaceAll(key, "-", "+") + `"}`,
			confirmation.Thumbprints{}, false},
		{"stray bits", `{"jkt":"` + key[:42] + `J"}`, confirmation.Thumbprints{}, false},
		{"hexadecimal", `{"x5t#S256":"` + strings.Repeat("ab", 32) + `"}`, confirmation.Thumbprints{}, false},
		{"a shorter hash", `{"x5t#S256":"` + key[:27] + `"}`, confirmation.Thumbprints{}, false},
		{"text behind it", `{"jkt":"` + key + `"}x`, confirmation.Thumbprints{}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := confirmation.Read([]byte(c.cnf))
			if got != c.want || ok != c.ok {
				t.Errorf("Read returns %v, %v", got, ok)
			}
		})
	}
}

// FuzzRead checks that only thumbprints of the right length are read, and that nothing is
// read of what is refused.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"jkt":"` + key + `","x5t#S256":"` + certificate + `"}`))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, ok := confirmation.Read(raw)
		if ok != (got != confirmation.Thumbprints{}) {
			t.Errorf("Read returns %v, %v", got, ok)
		}
		for _, s := range []string{got.Key, got.Certificate} {
			if s != "" && len(s) != 43 {
				t.Errorf("a thumbprint of %d characters", len(s))
			}
		}
	})
}
