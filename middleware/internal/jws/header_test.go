package jws_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/jws"
)

func TestHeader(t *testing.T) {
	for _, c := range []struct {
		name, json string
		want       jws.Header
		rejected   bool
	}{
		{name: "alg alone", json: `{"alg":"ES256"}`, want: jws.Header{Algorithm: "ES256"}},
		{name: "an alg that no Algorithm has", json: `{"alg":"none"}`, want: jws.Header{Algorithm: "none"}},
		{name: "alg in another case", json: `{"alg":"es256"}`, want: jws.Header{Algorithm: "es256"}},
		{name: "alg with an escape", json: `{"alg":"ES\u0032\u0035\u0036"}`, want: jws.Header{Algorithm: "ES256"}},
		{name: "kid with an escape", json: `{"alg":"ES256","kid":"a\/b"}`,
			want: jws.Header{Algorithm: "ES256", KeyID: "a/b"}},
		{name: "typ in other cases", json: `{"alg":"ES256","typ":"Application/AT+JWT"}`,
			want: jws.Header{Algorithm: "ES256", Type: "at+jwt"}},
		{name: "typ with two slashes", json: `{"alg":"ES256","typ":"application/a/b"}`,
			want: jws.Header{Algorithm: "ES256", Type: "application/a/b"}},
		{name: "typ that ends in its slash", json: `{"alg":"ES256","typ":"application/"}`,
			want: jws.Header{Algorithm: "ES256", Type: "application/"}},
		{name: "typ JWT", json: `{"alg":"ES256","typ":"JWT"}`, want: jws.Header{Algorithm: "ES256", Type: "jwt"}},
		{name: "x5t", json: `{"alg":"ES256","x5t":"a\u0062"}`, want: jws.Header{Algorithm: "ES256", X5T: "ab"}},
		{name: "x5t#S256", json: `{"alg":"ES256","x5t#S256":"a"}`,
			want: jws.Header{Algorithm: "ES256", X5TS256: "a"}},
		{name: "all names of a key", json: `{"x5t":"a","alg":"ES256","x5t#S256":"b","kid":"c"}`,
			want: jws.Header{Algorithm: "ES256", X5T: "a", X5TS256: "b", KeyID: "c"}},
		{name: "x5t that is no text", json: `{"alg":"ES256","x5t":null,"x5t#S256":["a"]}`,
			want: jws.Header{Algorithm: "ES256"}},
		{name: "x5t empty", json: `{"alg":"ES256","x5t":"","x5t#S256":{}}`, want: jws.Header{Algorithm: "ES256"}},
		{name: "a nonce", json: `{"alg":"ES256","nonce":"n"}`, want: jws.Header{Algorithm: "ES256", Nonce: true}},
		{name: "a nonce of any type", json: `{"alg":"ES256","nonce":[1]}`,
			want: jws.Header{Algorithm: "ES256", Nonce: true}},
		{name: "cty of something else", json: `{"alg":"ES256","cty":"text/plain"}`,
			want: jws.Header{Algorithm: "ES256"}},
		{name: "key material, which is ignored",
			json: `{"alg":"ES256","jwk":{"kty":"EC"},"jku":"https://a.example","x5c":["MII"]}`,
			want: jws.Header{Algorithm: "ES256"}},
		{name: "a parameter that is not registered", json: `{"alg":"ES256","x":{"y":[null]}}`,
			want: jws.Header{Algorithm: "ES256"}},

		{name: "an empty object", json: `{}`, rejected: true},
		{name: "alg twice", json: `{"alg":"ES256","alg":"ES256"}`, rejected: true},
		{name: "alg twice, once by escapes", json: `{"alg":"ES256","\u0061lg":"none"}`, rejected: true},
		{name: "ALG", json: `{"ALG":"ES256"}`, rejected: true},
		{name: "alg and Alg", json: `{"alg":"ES256","Alg":"none"}`, rejected: true},
		{name: "kid with the Kelvin sign", json: `{"alg":"ES256","\u212aid":"k"}`, rejected: true},
		{name: "Crit", json: `{"alg":"ES256","Crit":["x"]}`, rejected: true},
		{name: "alg null", json: `{"alg":null}`, rejected: true},
		{name: "alg an array", json: `{"alg":["ES256"]}`, rejected: true},
		{name: "alg an array as long as the name", json: `{"alg":[ES256]}`, rejected: true},
		{name: "alg empty", json: `{"alg":""}`, rejected: true},
		{name: "kid null", json: `{"alg":"ES256","kid":null}`, rejected: true},
		{name: "kid a number", json: `{"alg":"ES256","kid":1}`, rejected: true},
		{name: "kid empty", json: `{"alg":"ES256","kid":""}`, rejected: true},
		{name: "typ a number", json: `{"alg":"ES256","typ":1}`, rejected: true},
		{name: "typ empty", json: `{"alg":"ES256","typ":""}`, rejected: true},
		{name: "cty JWT", json: `{"alg":"ES256","cty":"application/jwt"}`, rejected: true},
		{name: "cty a number", json: `{"alg":"ES256","cty":1}`, rejected: true},
		{name: "crit empty", json: `{"alg":"ES256","crit":[]}`, rejected: true},
		{name: "crit with a name", json: `{"alg":"ES256","crit":["x"],"x":1}`, rejected: true},
		{name: "b64 true", json: `{"alg":"ES256","b64":true}`, rejected: true},
		{name: "X5T", json: `{"alg":"ES256","X5T":"a"}`, rejected: true},
		{name: "x5t#s256", json: `{"alg":"ES256","x5t#s256":"a"}`, rejected: true},
		{name: "x5t twice", json: `{"alg":"ES256","x5t":"a","x5t":"a"}`, rejected: true},
		{name: "enc", json: `{"alg":"ES256","enc":"A256GCM"}`, rejected: true},
		{name: "zip", json: `{"alg":"ES256","zip":"DEF"}`, rejected: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var r jws.Reader
			m, err := r.Read(segment(c.json) + ".e30.")
			if rejected := err != nil; rejected != c.rejected || m.Header != c.want {
				t.Errorf("the header of %s is %+v, %v", c.json, m.Header, err)
			}
		})
	}
}

// FuzzHeader reads any header. One that is accepted must read the same with
// encoding/json.
func FuzzHeader(f *testing.F) {
	for _, seed := range []string{
		`{"alg":"EdDSA","kid":"k"}`, `{"alg":"EdDSA","typ":"at+jwt"}`,
		`{"alg":"Ed25519","typ":"application/AT+JWT"}`,
		`{"alg":"none"}`, `{"alg":"EdDSA","crit":[]}`, `{"alg":"EdDSA","b64":true}`,
		`{"alg":"EdDSA","\u0061lg":"none"}`,
		`{"alg":"EdDSA","typ":"logout+jwt"}`, `{"alg":"EdDSA","cty":"JWT"}`, `{"ALG":"EdDSA"}`, `{"alg":["EdDSA"]}`,
		`{"alg":"EdDSA"} `,
		`{"alg":"EdDSA","x5t":"k","kid":"k"}`, `{"alg":"EdDSA","x5t#S256":null,"x5t":["k"]}`,
		`{"alg":"EdDSA","jwk":{"kty":"OKP"}}`, `{"alg":"EdDSA","\u212Aid":"x"}`, `{"alg":"EdDSA","kid":null}`,
		`{"alg":"EdDSA","kid":""}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var r jws.Reader
		m, err := r.Read(segment(string(text)) + ".e30.")
		if err != nil {
			return
		}
		var all map[string]any
		if err := json.Unmarshal(text, &all); err != nil {
			t.Fatalf("%q is accepted: %v", text, err)
		}
		if all["alg"] != m.Header.Algorithm || m.Header.Algorithm == "" {
			t.Errorf("%q: alg %q", text, m.Header.Algorithm)
		}
		if id, has := all["kid"]; has != (m.Header.KeyID != "") || has && id != m.Header.KeyID {
			t.Errorf("%q: kid %q", text, m.Header.KeyID)
		}
		x5t, _ := all["x5t"].(string)
		x5tS256, _ := all["x5t#S256"].(string)
		if x5t != m.Header.X5T || x5tS256 != m.Header.X5TS256 {
			t.Errorf("%q: x5t %q, x5t#S256 %q", text, m.Header.X5T, m.Header.X5TS256)
		}
		typ, _ := all["typ"].(string)
		if _, has := all["typ"]; has != (m.Header.Type != "") ||
			!strings.HasSuffix(strings.ToLower(typ), m.Header.Type) {
			t.Errorf("%q: typ %q", text, m.Header.Type)
		}
		for _, name := range []string{"crit", "b64", "enc", "zip"} {
			if _, has := all[name]; has {
				t.Errorf("%q is accepted with %s", text, name)
			}
		}
	})
}

// TestKeyIDsOneAfterTheOther reads headers with one Reader, which remembers a key ID.
func TestKeyIDsOneAfterTheOther(t *testing.T) {
	var r jws.Reader
	for _, c := range []struct {
		kid, want string
		rejected  bool
	}{
		{kid: `""`, rejected: true},
		{kid: `"a"`, want: "a"},
		{kid: `"a"`, want: "a"},
		{kid: `"\u0061"`, want: "a"},
		{kid: `"b"`, want: "b"},
		{kid: `null`, rejected: true},
		{kid: `"b"`, want: "b"},
		{kid: `""`, rejected: true},
	} {
		m, err := r.Read(segment(`{"alg":"ES256","kid":`+c.kid+`}`) + ".e30.")
		if rejected := err != nil; rejected != c.rejected || m.Header.KeyID != c.want {
			t.Errorf("kid %s reads %q, %v", c.kid, m.Header.KeyID, err)
		}
	}
	for _, c := range []struct{ json, x5t, x5tS256 string }{
		{`"x5t":"a"`, "a", ""},
		{`"x5t":"a","x5t#S256":"c"`, "a", "c"},
		{`"x5t":"b","kid":"b","x5t#S256":"b"`, "b", "b"},
		{`"x5t":1,"x5t#S256":"c"`, "", "c"},
		{`"x5t":"","x5t#S256":null`, "", ""},
		{`"x5t#S256":"a","x5t":"c"`, "c", "a"},
	} {
		m, err := r.Read(segment(`{"alg":"ES256",`+c.json+`}`) + ".e30.")
		if err != nil || m.Header.X5T != c.x5t || m.Header.X5TS256 != c.x5tS256 {
			t.Errorf("%s reads %q and %q, %v", c.json, m.Header.X5T, m.Header.X5TS256, err)
		}
	}
	if m, err := r.Read(header + ".e30."); err != nil || m.Header.KeyID != "k1" {
		t.Errorf("kid k1 reads %q, %v", m.Header.KeyID, err)
	}
	if m, err := r.Read(segment(`{"alg":"ES256"}`) + ".e30."); err != nil || m.Header.KeyID != "" {
		t.Errorf("no kid reads %q, %v", m.Header.KeyID, err)
	}
}
