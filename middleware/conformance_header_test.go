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
	general := `{"payload":"` + part[1] + `","signatures":[{"protected":"` + part[0] + `","signature":"` + part[2] + `"},{"protected":"` + part[0] + `","signature":"AAAA"}]}`
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
	w.refuses(t, []hostile{
		{"J-01 one segment", part[0], malformed, ""},
		{"J-01 ATK-A04 two segments", part[0] + "." + part[1], malformed, ""},
		{"J-01 four segments", token + ".AAAA", malformed, ""},
		{"J-01 P-06 five segments", token + ".AAAA.AAAA", malformed, ""},
		{"J-01 a dot after it", token + ".", malformed, ""},
		{"J-01 a dot before it", "." + token, malformed, ""},
		{"J-01 two dots in it", part[0] + ".." + part[1] + "." + part[2], malformed, ""},
		{"J-01 no header", "." + part[1] + "." + part[2], malformed, ""},
		{"J-01 U-01 no payload", part[0] + ".." + part[2], malformed, ""},
		{"J-01 ATK-A04 no signature", part[0] + "." + part[1] + ".", badSignature, ""},
		{"J-01 nothing but dots", "..", malformed, ""},
		{"ATK-K01 many dots", dots(10_000), malformed, ""},
		{"J-02 P-20 ATK-C11 flattened JSON, encoded", base64.RawURLEncoding.EncodeToString([]byte(flat)), malformed, ""},
		{"J-02 ATK-A27 ATK-C11 general JSON, encoded", base64.RawURLEncoding.EncodeToString([]byte(general)), malformed, ""},
		{"J-03 ATK-C10 a padded header", ps[0] + "=." + ps[1] + "." + ps[2], middleware.ErrMalformedRequest, padded.token()},
		{"J-03 ATK-C10 a padded signature", token + "==", malformed, ""},
		{"J-03 ATK-C10 the other alphabet", swapAlphabet(good()), malformed, ""},
		{"J-03 ATK-C10 a length that no encoding has", token + strings.Repeat("A", (5-len(part[2])%4)%4), malformed, ""},
		{"J-04 ATK-C10 ATK-A14 ATK-G08 unused bits in the signature", part[0] + "." + part[1] + "." + loose(part[2]), malformed, token},
		{"J-04 ATK-C10 unused bits in the payload", signInput("ec", "ES256", ps[0]+"."+loose(ps[1])), malformed, padded.token()},
		{"J-04 ATK-C10 unused bits in the header", signInput("ec", "ES256", loose(ps[0])+"."+ps[1]), malformed, padded.token()},
		{"P-20 J-03 a tilde", part[0] + "~." + part[1] + "." + part[2], malformed, ""},
		{"P-20 a plus", part[0] + "+AAA." + part[1] + "." + part[2], malformed, ""},
		{"T-16 P-05 P-06 ATK-C12 ATK-C13 a JWE around a token", encryptedForm(good().token(), `{"alg":"RSA-OAEP","enc":"A256GCM","cty":"JWT","kid":"rsa"}`), malformed, ""},
		{"P-09 ATK-K04 a compressed JWE", encryptedForm("x", `{"alg":"dir","enc":"A256GCM","zip":"DEF"}`), malformed, ""},
		{"P-19 ATK-K03 a JWE with a million rounds", encryptedForm("x", `{"alg":"PBES2-HS512+A256KW","enc":"A256GCM","p2c":2147483647,"p2s":"AAAA"}`), malformed, ""},
		{"ATK-K05 ATK-K10 a JWE with a point that is none", encryptedForm("x", `{"alg":"ECDH-ES","enc":"A256GCM","epk":{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}}`), malformed, ""},
	})
	row(t, "ATK-C18 J-02 P-20 braces, quotes, wrapping", func(t *testing.T) {
		for _, token := range []string{flat, general, `"` + token + `"`, "{" + token + "}", "[" + token + "]", "<" + token + ">"} {
			w.refused(t, bearing(token), middleware.ErrMalformedRequest)
		}
	})
	row(t, "J-03 ATK-C09 no line break gets through Verify either", func(t *testing.T) {
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
	row(t, "ATK-C19 ATK-K05 every cut of a token and every changed character", func(t *testing.T) {
		for i := range token {
			for _, hostile := range []string{token[:i], token[i+1:], token[:i] + token[i+1:], token[:i] + string(token[i]^1) + token[i+1:], token[:i] + "." + token[i:]} {
				if _, err := w.auth.Verify(t.Context(), hostile); err == nil {
					t.Fatalf("accepted: changed at %d", i)
				}
			}
		}
	})
	row(t, "J-18 what was received is what is verified", func(t *testing.T) {
		d := good().rawHeader("{ \"kid\":\"\\u0065c\" ,\r\n\t\"typ\" : \"at+jwt\",\"alg\":\"ES256\"}  ").rawClaims(" " + strings.ReplaceAll(good().claims.String(), ",", " ,\n"))
		w.served(t, bearing(d.token()), "odd white space")
		p := strings.Split(d.token(), ".")
		w.refused(t, bearing(b64url([]byte(good().header.String()))+"."+p[1]+"."+p[2]), badSignature)
	})
	row(t, "ATK-K02 ATK-K01 ATK-H24 long tokens are not read", func(t *testing.T) {
		long := good().claim("x", quoted(strings.Repeat("x", 200_000))).token()
		for _, token := range []string{long, strings.Repeat("a", 1<<20), dots(1 << 20), strings.Repeat("a", 1<<20) + ".b.c"} {
			w.refused(t, bearing(token), malformed)
		}
		fits := good().claim("x", quoted(strings.Repeat("x", 11_000))).token()
		w.served(t, bearing(fits), "16,000 bytes")
	})
}

// swapAlphabet returns a token, with a good signature over what it says, that
// has a slash where base64url has an underscore.
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
	w.refuses(t, []hostile{
		{"J-05 T-03 a header that is an array", raw(`[{"alg":"ES256"}]`), malformed, ""},
		{"J-05 a string", raw(`"ES256"`), malformed, ""},
		{"J-05 null", raw(`null`), malformed, ""},
		{"J-05 J-23 ATK-C16 no JSON", raw(`{alg:"ES256"}`), malformed, ""},
		{"J-05 J-23 ATK-C16 single quotes", raw(`{'alg':'ES256'}`), malformed, ""},
		{"J-05 J-23 ATK-C16 a comma too many", raw(`{"alg":"ES256","kid":"ec",}`), malformed, ""},
		{"J-05 J-23 ATK-C16 a comment", raw(`{"alg":"ES256"/**/,"kid":"ec"}`), malformed, ""},
		{"J-05 J-23 half an object", raw(`{"alg":"ES256","kid":"ec"`), malformed, ""},
		{"J-05 ATK-C05 a second value", raw(g.header.String() + "{}"), malformed, ""},
		{"J-05 ATK-C05 something after it", raw(g.header.String() + "x"), malformed, ""},
		{"J-05 ATK-C05 NUL after it", raw(g.header.String() + "\x00"), malformed, ""},
		{"J-05 P-10 ATK-C07 a byte order mark", raw("\ufeff" + g.header.String()), malformed, ""},
		{"J-05 P-10 ATK-C07 sixteen-bit text", raw(utf16(g.header.String())), malformed, ""},
		{"J-05 P-10 ATK-C06 invalid UTF-8", g.head("x", "\"\xff\"").token(), malformed, g.head("x", `"é"`).token()},
		{"J-05 P-10 ATK-C06 UTF-8 in too many bytes", g.head("x", "\"\xc1\xa1\"").token(), malformed, ""},
		{"J-21 ATK-C06 half a surrogate pair", g.head("x", `"\ud800"`).token(), malformed, g.head("x", `"\ud83d\ude00"`).token()},
		{"J-05 ATK-C08 nesting 33 deep", g.head("x", deep(32)).token(), malformed, g.head("x", deep(31)).token()},
		{"J-05 ATK-C17 a number out of range", g.head("x", "1e999").token(), malformed, g.head("x", "1e308").token()},
		{"J-05 ATK-C17 an endless exponent", g.head("x", "1e1000000000").token(), malformed, ""},

		{"J-06 ATK-C03 alg twice", g.alsoHead(`"alg"`, `"ES256"`).token(), malformed, ""},
		{"J-06 ATK-C03 alg twice, none first", g.firstHead(`"alg"`, `"none"`).token(), malformed, ""},
		{"J-06 ATK-C04 alg twice, once by escapes", g.firstHead(`"\u0061lg"`, `"none"`).token(), malformed, ""},
		{"J-06 ATK-C03 kid twice", g.alsoHead(`"kid"`, `"ec"`).token(), malformed, ""},
		{"J-06 ATK-C03 typ twice", g.alsoHead(`"typ"`, `"at+jwt"`).token(), malformed, ""},
		{"J-06 ATK-C03 anything twice", g.alsoHead(`"x"`, "1").alsoHead(`"x"`, "1").token(), malformed, g.alsoHead(`"x"`, "1").token()},
		{"J-06 ATK-C03 twice within", g.head("x", `{"a":1,"a":1}`).token(), malformed, g.head("x", `{"a":1}`).token()},
		{"J-07 ATK-C01 Alg beside alg", g.alsoHead(`"Alg"`, `"none"`).token(), malformed, ""},
		{"J-07 ATK-C01 ALG alone", g.head("alg", "").alsoHead(`"ALG"`, `"ES256"`).token(), malformed, ""},
		{"J-07 ATK-C01 Kid beside kid", g.alsoHead(`"Kid"`, `"foreign-ec"`).token(), malformed, ""},
		{"J-07 ATK-C01 KID alone", g.head("kid", "").alsoHead(`"KID"`, `"ec"`).token(), malformed, ""},
		{"J-07 ATK-C02 the Kelvin sign", g.alsoHead(`"\u212aid"`, `"foreign-ec"`).token(), malformed, ""},
		{"J-07 ATK-C01 Typ", g.alsoHead(`"Typ"`, `"JWT"`).token(), malformed, ""},
		{"J-07 ATK-C01 Crit", g.alsoHead(`"Crit"`, `["x"]`).token(), malformed, ""},
		{"J-07 ATK-C01 two of a name in other cases", g.alsoHead(`"x"`, `1`).alsoHead(`"X"`, "1").token(), malformed, g.alsoHead(`"x"`, `1`).token()},

		{"J-09 ATK-A05 no alg", g.head("alg", "").token(), malformed, ""},
		{"J-09 ATK-A05 alg null", g.head("alg", "null").token(), malformed, ""},
		{"J-09 ATK-A05 alg a number", g.head("alg", "256").token(), malformed, ""},
		{"J-09 ATK-A05 alg an array", g.head("alg", `["ES256"]`).token(), malformed, ""},
		{"J-09 ATK-A05 alg an object", g.head("alg", `{"ES256":1}`).token(), malformed, ""},
		{"J-09 ATK-A05 alg true", g.head("alg", `true`).token(), malformed, ""},
		{"J-09 ATK-A02 alg empty", g.head("alg", `""`).token(), malformed, ""},
		{"J-09 J-19 alg unknown", g.head("alg", `"XX999"`).token(), wrongAlgorithm, ""},

		{"J-13 ATK-B08 kid null", g.head("kid", "null").token(), malformed, ""},
		{"J-13 ATK-B08 kid a number", g.head("kid", "1").token(), malformed, ""},
		{"J-13 ATK-B08 kid true", g.head("kid", "true").token(), malformed, ""},
		{"J-13 ATK-B08 kid an array", g.head("kid", `["ec"]`).token(), malformed, ""},
		{"J-13 ATK-B08 kid an object", g.head("kid", `{"ec":1}`).token(), malformed, ""},
		{"J-13 kid in another case", g.head("kid", `"EC"`).token(), unknownKey, ""},
		{"J-13 kid with a space", g.head("kid", `"ec "`).token(), unknownKey, ""},
		{"J-13 kid with NUL", g.head("kid", `"ec\u0000"`).token(), unknownKey, ""},
		{"J-15 T-16 cty JWT", g.head("cty", `"JWT"`).token(), malformed, g.head("cty", `"application/json"`).token()},
		{"J-15 T-16 cty application/jwt", g.head("cty", `"application/jwt"`).token(), malformed, ""},
		{"J-15 cty no string", g.head("cty", `1`).token(), malformed, ""},

		{"J-16 AT-05 ATK-C15 crit with an unknown name", g.head("crit", `["exp"]`).head("exp", "1").token(), malformed, g.head("exp", "1").token()},
		{"J-16 ATK-C15 crit with a vendor's name", g.head("crit", `["http://example.com/X"]`).head("http://example.com/X", "true").token(), malformed, g.head("http://example.com/X", "true").token()},
		{"J-17 ATK-C15 crit empty", g.head("crit", `[]`).token(), malformed, ""},
		{"J-17 ATK-C15 crit null", g.head("crit", `null`).token(), malformed, ""},
		{"J-17 ATK-C15 crit a string", g.head("crit", `"exp"`).token(), malformed, ""},
		{"J-17 ATK-C15 crit a name twice", g.head("crit", `["x","x"]`).head("x", "1").token(), malformed, ""},
		{"J-17 ATK-C15 crit a registered name", g.head("crit", `["alg"]`).token(), malformed, ""},
		{"J-17 ATK-C15 crit a name that is not there", g.head("crit", `["x"]`).token(), malformed, ""},
		{"J-17 ATK-C15 crit of numbers", g.head("crit", `[1]`).token(), malformed, ""},
		{"J-17 ATK-C15 crit false", g.head("crit", `false`).token(), malformed, ""},
		{"U-01 ATK-C14 b64 false, critical", g.head("b64", "false").head("crit", `["b64"]`).token(), malformed, ""},
		{"U-01 ATK-C14 b64 false, critical, a payload as it is", signInput("ec", "ES256", strings.Split(g.head("b64", "false").head("crit", `["b64"]`).input(), ".")[0]+"."+b64url([]byte(g.claims.String()))), malformed, ""},
		{"U-02 ATK-C14 b64 false", g.head("b64", "false").token(), malformed, ""},
		{"U-02 ATK-C14 b64 true", g.head("b64", "true").token(), malformed, ""},
		{"P-06 enc in three segments", g.head("enc", `"A256GCM"`).token(), malformed, ""},
		{"P-09 zip in three segments", g.head("zip", `"DEF"`).token(), malformed, ""},

		{"AT-01 P-17 P-18 ATK-D14 typ of a logout token", g.head("typ", `"logout+jwt"`).token(), notAccess, ""},
		{"P-17 P-18 ATK-D14 typ of a DPoP proof", g.head("typ", `"dpop+jwt"`).token(), notAccess, ""},
		{"P-17 P-18 typ of a security event", g.head("typ", `"secevent+jwt"`).token(), notAccess, ""},
		{"P-17 P-18 ATK-D14 IN-15 typ of an introspection response", g.head("typ", `"token-introspection+jwt"`).token(), notAccess, ""},
		{"P-17 P-18 typ of an entity statement", g.head("typ", `"entity-statement+jwt"`).token(), notAccess, ""},
		{"P-17 P-18 typ of a request object", g.head("typ", `"oauth-authz-req+jwt"`).token(), notAccess, ""},
		{"P-17 P-18 ATK-D14 typ of a client assertion", g.head("typ", `"client-authentication+jwt"`).token(), notAccess, ""},
		{"P-17 typ rt+jwt", g.head("typ", `"rt+jwt"`).token(), notAccess, ""},
		{"P-17 J-14 typ text/jwt", g.head("typ", `"text/jwt"`).token(), notAccess, ""},
		{"P-17 J-14 typ with a parameter", g.head("typ", `"at+jwt; v=1"`).token(), notAccess, ""},
		{"P-17 J-14 typ prefixed twice", g.head("typ", `"application/application/at+jwt"`).token(), notAccess, ""},
		{"P-17 J-14 typ application/ and nothing more", g.head("typ", `"application/"`).token(), notAccess, ""},
		{"AT-01 typ empty", g.head("typ", `""`).token(), malformed, ""},
		{"AT-01 typ a number", g.head("typ", `1`).token(), malformed, ""},
		{"AT-01 typ null", g.head("typ", `null`).token(), malformed, ""},
		{"AT-01 typ an array", g.head("typ", `["at+jwt"]`).token(), malformed, ""},
	})
	w.accepts(t, map[string]string{
		"J-14 P-16 application/at+jwt": g.head("typ", `"application/at+jwt"`).token(),
		"J-14 P-16 AT-01 at+JWT":       g.head("typ", `"at+JWT"`).token(),
		"J-14 Application/AT+jwt":      g.head("typ", `"Application/AT+jwt"`).token(),
		"CF-06 P-17 JWT":               g.head("typ", `"JWT"`).token(),
		"CF-06 P-17 jwt":               g.head("typ", `"jwt"`).token(),
		"CF-06 P-17 no typ":            g.head("typ", "").token(),
		"J-08 unknown members":         g.head("vendor", `{"a":[1,2,{"b":null}]}`).head("x", `"y"`).token(),
		"J-07 alg by escapes":          g.head("alg", `"\u0045S256"`).token(),
		"J-07 the name alg by escapes": g.head("alg", "").alsoHead(`"\u0061lg"`, `"ES256"`).token(),
		"J-12 x5t and x5t#S256":        g.head("x5t", `"AAAA"`).head("x5t#S256", `"AAAA"`).token(),
	})
	stranger := publicJWK("foreign-ec")
	embedded, _ := json.Marshal(stranger)
	var injected []hostile
	for name, d := range map[string]draft{
		"J-11 ATK-B01 ATK-B02 jwk": g.head("jwk", string(embedded)),
		"J-12 ATK-B02 x5c":         g.head("x5c", `["`+b64url([]byte("certificate"))+`"]`),
	} {
		injected = append(injected, hostile{name + " of a stranger", d.by("foreign-ec", "ES256").token(), badSignature, d.token()},
			hostile{name + " of a stranger, no kid", d.head("kid", "").by("foreign-ec", "ES256").token(), unknownKey, d.token()})
	}
	for _, url := range []string{
		"https://evil.example/jwks", "https://id.example.com@evil.example/jwks", "https://evil.example#@id.example.com/jwks", "http://169.254.169.254/latest/meta-data",
		"file:///etc/passwd", "gopher://127.0.0.1:70/_", "http://[::1]/", "http://2130706433/", "//evil.example", theIssuer + "/redirect?to=https://evil.example",
	} {
		for _, name := range []string{"jku", "x5u"} {
			d := g.head(name, quoted(url))
			injected = append(injected, hostile{"J-10 P-15 ATK-B03 ATK-B04 " + name + " " + url, d.by("foreign-ec", "ES256").token(), badSignature, d.token()})
		}
	}
	for _, kid := range []string{
		"../../../dev/null", "/dev/null", "' OR '1'='1", "x' UNION SELECT 'key'--", "| curl evil.example", "$(id)", "*)(uid=*", "{{7*7}}", "${jndi:ldap://evil.example}",
		"https://evil.example/jwks", "kid-of-the-attacker\r\nX: y", strings.Repeat("k", 9000), "\u202eec",
	} {
		injected = append(injected, hostile{"P-14 ATK-B05 ATK-B06 ATK-B07 kid " + kid[:min(20, len(kid))], g.head("kid", quoted(kid)).by("foreign-ec", "ES256").token(), unknownKey, ""})
	}
	w.refuses(t, injected)
	odd := newWorld(t, nil)
	odd.accepts(t, map[string]string{"J-13 P-14 ATK-B05 a kid is a name and nothing else": odd.keyed("../../\"quoted\"?x#y")})
}

// keyed publishes one more key under an odd name and returns a token of it.
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
