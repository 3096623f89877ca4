package middleware_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
)

const (
	wrongAudience = middleware.ErrWrongAudience
	expired       = middleware.ErrExpired
	notYet        = middleware.ErrNotYetValid
	notHolder     = middleware.ErrNotHolder
)

// revokedIDs returns a Config.Revoked for these token IDs.
func revokedIDs(ids ...string) func(context.Context, *claims.Token) (bool, error) {
	return func(_ context.Context, t *claims.Token) (bool, error) {
		for _, id := range ids {
			if t.ID == id {
				return true, nil
			}
		}
		return false, nil
	}
}

// TestPayload is about the claims set as JSON: RFC 7519, sections 4 and 7.
func TestPayload(t *testing.T) {
	w := newWorld(t, nil)
	g := good()
	raw := func(text string) string { return g.rawClaims(text).token() }
	whole := g.claims.String()
	w.rejectsAll(t, []hostile{
		{"an array", "T-03", raw("[" + whole + "]"), malformed, ""},
		{"a string", "T-03", raw(`"x"`), malformed, ""},
		{"null", "T-03", raw("null"), malformed, ""},
		{"a number", "T-03", raw("1"), malformed, ""},
		{"text", "T-03 J-23 ATK-C16", raw("Payload"), malformed, ""},
		{"half an object", "T-03 J-23 ATK-C16", raw(whole[:len(whole)-1]), malformed, ""},
		{"a second object", "T-03 ATK-C05", raw(whole + whole), malformed, ""},
		{"a brace after it", "T-03 ATK-C05", raw(whole + "}"), malformed, ""},
		{"NUL after it", "T-03 ATK-C05", raw(whole + "\x00"), malformed, ""},
		{"a comma too many", "T-03 ATK-C16", raw(whole[:len(whole)-1] + ",}"), malformed, ""},
		{"NaN", "T-03 ATK-C16", g.claim("x", "NaN").token(), malformed, g.claim("x", "1").token()},
		{"a number with a plus", "T-03 ATK-C16", g.claim("x", "+1").token(), malformed, ""},
		{"a number with a zero in front", "T-03 ATK-C16", g.claim("x", "01").token(), malformed, ""},
		{"a control character", "T-03 ATK-C16", g.claim("x", "\"\x01\"").token(), malformed, ""},
		{"an escape that JSON does not have", "T-03 ATK-C16", g.claim("x", `"\x41"`).token(), malformed, ""},
		{"a byte order mark", "T-03 P-10 ATK-C07", raw("\ufeff" + whole), malformed, ""},
		{"sixteen-bit text", "T-03 P-10 ATK-C07", raw(utf16(whole)), malformed, ""},
		{"invalid UTF-8 in sub", "T-03 P-10 ATK-C06", g.claim("sub", "\"a\xff\"").token(), malformed,
			g.claim("sub", `"aé"`).token()},
		{"invalid UTF-8 anywhere", "T-03 P-10 ATK-C06", g.claim("x", "[\"\xc3\x28\"]").token(), malformed, ""},
		{"an encoded surrogate", "T-03 P-10 ATK-C06", g.claim("x", "\"\xed\xa0\x80\"").token(), malformed, ""},
		{"half a surrogate pair", "T-03 ATK-C06 J-21", g.claim("sub", `"a\udc00"`).token(), malformed,
			g.claim("sub", `"a\ud83d\ude00"`).token()},
		{"20,000 levels", "T-03 ATK-C08", g.claim("x", strings.Repeat("[", 5000)+strings.Repeat("]", 5000)).token(),
			malformed, ""},
		{"33 levels", "T-03 ATK-C08", g.claim("x", strings.Repeat("[", 32)+strings.Repeat("]", 32)).token(),
			malformed, g.claim("x", strings.Repeat("[", 31)+strings.Repeat("]", 31)).token()},
		{"a number out of range", "T-12 ATK-C17", g.claim("x", "1e400").token(), malformed,
			g.claim("x", "1e300").token()},
		{"an endless exponent", "T-12 ATK-C17", g.claim("x", "1e1000000000").token(), malformed, ""},
		{"a number of 9,000 digits", "T-12 ATK-C17", g.claim("x", strings.Repeat("9", 9000)).token(),
			malformed, ""},

		{"iss twice", "T-01 CF-02 ATK-C03", g.also(`"iss"`, quoted(theIssuer)).token(), malformed, ""},
		{"iss twice, another one first", "T-01 CF-02 ATK-C03", g.first(`"iss"`, `"https://evil.example"`).token(),
			malformed, ""},
		{"aud twice", "T-01 CF-02 ATK-C03", g.also(`"aud"`, quoted(theAudience)).token(), malformed, ""},
		{"aud twice, another one first", "T-01 CF-02 ATK-C03", g.first(`"aud"`, `"x"`).token(), malformed, ""},
		{"exp twice", "T-01 CF-02 ATK-C03", g.also(`"exp"`, at(7200e9)).token(), malformed, ""},
		{"sub twice", "T-01 CF-02 ATK-C03", g.also(`"sub"`, `"mallory"`).token(), malformed, ""},
		{"scope twice", "T-01 CF-02 ATK-C03", g.also(`"scope"`, `"deals-read"`).token(), malformed, ""},
		{"cnf twice", "T-01 ATK-C03", g.also(`"cnf"`, `{}`).also(`"cnf"`, `{}`).token(), malformed, ""},
		{"aud twice, once by escapes", "T-01 ATK-C04", g.also(`"\u0061ud"`, quoted(theAudience)).token(),
			malformed, ""},
		{"twice within", "T-01", g.claim("x", `{"a":1,"\u0061":2}`).token(), malformed,
			g.claim("x", `{"a":1,"b":2}`).token()},
	})

	// A name that only a reader which folds case takes for another one.
	var cases []hostile
	for _, c := range []struct{ name, folded, value string }{
		{"iss", "Iss", `"https://evil.example"`}, {"iss", `i\u017fs`, quoted(theIssuer)},
		{"sub", "Sub", `"mallory"`}, {"sub", `\u017fub`, `"mallory"`},
		{"aud", "Aud", `"x"`}, {"aud", "AUD", quoted(theAudience)}, {"exp", "EXP", at(-3600e9)},
		{"exp", "Exp", at(9000e9)}, {"nbf", "NBF", at(3600e9)},
		{"iat", "Iat", at(0)}, {"scope", "Scope", `"deals-write"`}, {"scope", `\u017fcope`, `"x"`},
		{"cnf", "CNF", `{"jkt":"x"}`}, {"client_id", "Client_Id", `"x"`},
		{"jti", "JTI", `"x"`}, {"acr", "ACR", `"2"`}, {"azp", "Azp", `"x"`},
	} {
		cases = append(cases, hostile{strings.ReplaceAll(c.folded, `\`, "") + " in addition to " + c.name,
			"T-02 ATK-C01 ATK-C02 J-07", g.also(`"`+c.folded+`"`, c.value).token(), malformed, ""})
	}
	cases = append(cases,
		hostile{"Roles in addition to roles", "T-02 ATK-C01",
			g.also(`"roles"`, `["reader"]`).also(`"Roles"`, `["admin"]`).token(), malformed,
			g.also(`"roles"`, `["reader"]`).token()},
		hostile{"Roles alone", "T-02 ATK-C01", g.also(`"Roles"`, `["admin"]`).token(), malformed,
			g.also(`"Rolex"`, `["admin"]`).token()},
		hostile{"EXP instead of exp", "T-02 ATK-C01", g.claim("exp", "").also(`"EXP"`, at(3600e9)).token(),
			malformed, ""},
		hostile{"Iss instead of iss", "T-02 ATK-C01", g.claim("iss", "").also(`"Iss"`, quoted(theIssuer)).token(),
			malformed, ""},
		hostile{"Aud instead of aud", "T-02 ATK-C01", g.claim("aud", "").also(`"Aud"`, quoted(theAudience)).token(),
			wrongAudience, ""},
	)
	w.rejectsAll(t, cases)
	w.acceptsAll(t, []genuine{
		{"two names of no meaning in other cases", "T-02", g.also(`"dept"`, `1`).also(`"Dept"`, "2").token()},
		{"unknown claims", "T-04", g.claim("x", `{"y":[1,null,true,{"z":"é"}]}`).claim("https://example.com/a.b:c",
			`"d"`).token()},
		{"names by escapes", "T-02", g.claim("aud", "").also(`"\u0061ud"`, quoted(theAudience)).token()},
		{"values by escapes", "T-02", g.claim("aud", `"https:\/\/api.example.c\u006fm"`).token()},
		{"white space around it", "T-03", raw("\n\t " + whole + " \r\n")},
	})
	row(t, "a long number is kept to the digit", "T-04 ATK-C17", func(t *testing.T) {
		token, err := w.auth.Verify(t.Context(), g.claim("x", "1234567890123456789").token())
		if err != nil {
			t.Fatal(err)
		}
		if n, ok := claims.Get[int64](token, "x"); !ok || n != 1234567890123456789 {
			t.Errorf("%d, %v", n, ok)
		}
	})
	row(t, "large lists cost no more than their length", "ATK-K09", func(t *testing.T) {
		w := newWorld(t, func(c *middleware.Config) { c.MaxTokenBytes = 1 << 20 })
		list := `"` + strings.Repeat(`x","`, 100_000) + `x"`
		var members strings.Builder
		for i := range 10_000 {
			members.WriteString(`,"m` + time.Duration(i).String() + `":1`)
		}
		for _, d := range []draft{
			g.claim("aud", "["+list+","+quoted(theAudience)+"]"),
			g.claim("x", `{"a":1`+members.String()+"}"),
		} {
			if _, err := w.auth.Verify(t.Context(), d.token()); err != nil {
				t.Error(err)
			}
		}
	})
}

// TestTimes is about exp, nbf and iat: RFC 7519, sections 4.1.4 to 4.1.6.
func TestTimes(t *testing.T) {
	w := newWorld(t, nil)
	g := good()
	const leeway = 30 * time.Second
	w.rejectsAll(t, []hostile{
		{"no exp", "T-07 CF-09 AT-06 ATK-E01", g.claim("exp", "").token(), malformed, ""},
		{"exp null", "T-08 CF-09 ATK-E01", g.claim("exp", "null").token(), malformed, ""},
		{"exp a string", "T-08 ATK-E02", g.claim("exp", `"`+at(3600e9)+`"`).token(), malformed, ""},
		{"exp a date", "T-08 ATK-E02", g.claim("exp", `"2030-01-01T00:00:00Z"`).token(), malformed, ""},
		{"exp an array", "T-08 ATK-E02", g.claim("exp", "["+at(3600e9)+"]").token(), malformed, ""},
		{"exp an object", "T-08 ATK-E02", g.claim("exp", "{}").token(), malformed, ""},
		{"exp true", "T-08 ATK-E02", g.claim("exp", "true").token(), malformed, ""},
		{"exp 2^63", "T-12 ATK-E03", g.claim("exp", "9223372036854775808").token(), malformed, ""},
		{"exp 2^64", "T-12 ATK-E03", g.claim("exp", "18446744073709551616").token(), malformed, ""},
		{"exp -2^63-1", "T-12 ATK-E03", g.claim("exp", "-9223372036854775809").token(), malformed, ""},
		{"exp 1e308", "T-12 ATK-E03", g.claim("exp", "1e308").token(), malformed, ""},
		{"exp 1e400", "T-12 ATK-E03", g.claim("exp", "1e400").token(), malformed, ""},
		{"exp of 9,000 digits", "T-12 ATK-E03", g.claim("exp", "1"+strings.Repeat("0", 9000)).token(),
			malformed, ""},
		{"exp in milliseconds", "T-12 ATK-E04", g.claim("exp", at(3600e9)+"000").token(), malformed, ""},
		{"exp negative", "T-12", g.claim("exp", "-1").token(), malformed, ""},
		{"exp 0", "T-07", g.claim("exp", "0").token(), expired, ""},
		{"exp an hour ago", "T-07 AT-06 B-20", g.claim("exp", at(-3600e9)).token(), expired, ""},
		{"exp just the leeway ago", "T-11 ATK-E05", g.claim("exp", at(-leeway)).token(), expired,
			g.claim("exp", at(-leeway+1e9)).token()},
		{"exp a second more ago", "T-11", g.claim("exp", at(-leeway-1e9)).token(), expired, ""},
		{"exp a fraction too long ago", "T-09 T-11", g.claim("exp", at(-leeway-1e9)+".999").token(), expired,
			g.claim("exp", at(-leeway)+".001").token()},
		{"nbf an hour ahead", "T-10", g.claim("nbf", at(3600e9)).token(), notYet, g.claim("nbf", at(-1e9)).token()},
		{"nbf 31 s ahead", "T-11 ATK-E10 FA-09", g.claim("nbf", at(31e9)).token(), notYet,
			g.claim("nbf", at(30e9)).token()},
		{"nbf 61 s ahead", "T-10 ATK-E10 FA-09", g.claim("nbf", at(61e9)).token(), notYet,
			g.claim("nbf", at(8e9)).token()},
		{"nbf a string", "T-08 ATK-E02", g.claim("nbf", `"0"`).token(), malformed, ""},
		{"nbf an object", "T-08 ATK-E02", g.claim("nbf", `{}`).token(), malformed, ""},
		{"nbf 2^63", "T-12 ATK-E03", g.claim("nbf", "9223372036854775808").token(), malformed, ""},
		{"nbf -2^63-1", "T-12 ATK-E03", g.claim("nbf", "-9223372036854775809").token(), malformed, ""},
		{"nbf 1e400", "T-12 ATK-E03", g.claim("nbf", "1e400").token(), malformed, ""},
		{"iat an hour ahead", "T-13", g.claim("iat", at(3600e9)).claim("exp", at(7200e9)).token(), notYet,
			g.claim("exp", at(7200e9)).token()},
		{"iat 31 s ahead", "T-11 ATK-E10 FA-09", g.claim("iat", at(31e9)).token(), notYet,
			g.claim("iat", at(30e9)).token()},
		{"iat a string", "T-08 ATK-E02", g.claim("iat", `"1"`).token(), malformed, ""},
		{"iat true", "T-08 ATK-E02", g.claim("iat", `true`).token(), malformed, ""},
		{"iat 1e308", "T-12 ATK-E03", g.claim("iat", `1e308`).token(), malformed, ""},
	})
	w.acceptsAll(t, []genuine{
		{"a fraction", "T-09", g.claim("exp", at(3600e9)+".5").claim("iat", at(-60e9)+".25").token()},
		{"an exponent", "T-09", g.claim("exp", "2.5e9").token()},
		{"expired within the leeway", "T-11 CF-08", g.claim("exp", at(-29e9)).token()},
		{"nbf and iat within it", "T-11 CF-08", g.claim("nbf", at(29e9)).claim("iat", at(29e9)).token()},
		{"no iat, no nbf", "T-13", g.claim("iat", "").token()},
		{"iat and nbf null", "T-13", g.claim("iat", "null").claim("nbf", "null").token()},
	})
	row(t, "the leeway is what it says", "T-11 CF-08 ATK-E06", func(t *testing.T) {
		for _, c := range []struct {
			configured, real time.Duration
		}{{0, leeway}, {-1, 0}, {time.Minute, time.Minute}, {5 * time.Minute, 5 * time.Minute}} {
			w := newWorld(t, func(config *middleware.Config) { config.Leeway = c.configured })
			w.serves(t, bearing(g.claim("exp", at(-c.real+1e9)).token()), "just within")
			w.rejects(t, bearing(g.claim("exp", at(-c.real)).token()), expired)
			w.serves(t, bearing(g.claim("nbf", at(c.real)).token()), "just within")
			w.rejects(t, bearing(g.claim("nbf", at(c.real+1e9)).token()), notYet)
		}
	})
	row(t, "the age of a token", "T-13", func(t *testing.T) {
		w := newWorld(t, func(config *middleware.Config) { config.Issuers[0].MaxAge = 10 * time.Minute })
		w.serves(t, bearing(g.claim("iat", at(-10*60e9)).token()), "young")
		w.rejects(t, bearing(g.claim("iat", at(-11*60e9)).token()), expired)
		w.rejects(t, bearing(g.claim("iat", "").token()), malformed)
		w.rejects(t, bearing(g.claim("iat", "null").token()), malformed)
	})
	row(t, "a cached token expires", "B-24 O-01 ATK-E07 ATK-E09 ATK-G04", func(t *testing.T) {
		w := newWorld(t, nil)
		r := bearing(g.token())
		w.serves(t, r, "fresh")
		w.clock.Store(int64(time.Hour + 29*time.Second))
		w.serves(t, r, "within the leeway")
		w.clock.Store(int64(time.Hour + 30*time.Second))
		w.rejects(t, r, expired)
		w.clock.Store(int64(-2 * time.Minute))
		w.rejects(t, r, notYet)
	})
}

// TestIssuerAndAudience is about iss and aud: RFC 7519, sections 4.1.1 and
// 4.1.3, RFC 8725, sections 3.8 and 3.9.
func TestIssuerAndAudience(t *testing.T) {
	w := newWorld(t, nil)
	g := good()
	var cases []hostile
	for name, iss := range map[string]string{
		"a slash more": theIssuer + "/", "prefixed": "https://evil.example/" + theIssuer,
		"suffixed": theIssuer + ".evil.example",
		"http":     "http://id.example.com", "in capitals": "https://ID.example.com", "with a port": theIssuer + ":443",
		"with a path":  theIssuer + "/x",
		"with a query": theIssuer + "?x", "with a fragment": theIssuer + "#x",
		"with a user": "https://x@id.example.com", "with a space": theIssuer + " ",
		"with NUL": theIssuer + "\x00", "a part": "https://id.example", "a dot replaced": "https://idXexample.com",
		"of a placeholder": "https://{tenant}.example.com",
		"two in one":       theIssuer + " https://evil.example", "with a newline": theIssuer + "\n",
		"a homoglyph": "https://іd.example.com", "escaped": "https://id%2Eexample.com",
		"another one": "https://evil.example",
	} {
		cases = append(cases, hostile{"iss " + name, "T-05 AT-03 CF-10 MD-13 ATK-D01 ATK-D05 ATK-F04",
			g.claim("iss", quoted(iss)).token(), unknownIssuer, ""})
	}
	for name, value := range map[string]string{
		"missing": "", "null": "null", "a number": "1", "an array": "[" + quoted(theIssuer) + "]",
		"an object": "{}", "true": "true",
	} {
		cases = append(cases, hostile{"iss " + name, "T-05 AT-03 ATK-D02 ATK-D04", g.claim("iss", value).token(),
			malformed, ""})
	}
	cases = append(cases, hostile{"iss empty", "T-05", g.claim("iss", `""`).token(), unknownIssuer, ""})

	for name, aud := range map[string]string{
		"missing": "", "null": "null", "another's": `"https://other.example"`, "an empty array": "[]",
		"empty": `""`, "an array of nothing": `[""]`, "others'": `["a","b"]`,
		"a prefix": `"https://api.example.co"`, "prefixed": `"xhttps://api.example.com"`,
		"suffixed":     `"https://api.example.com.evil.example"`,
		"a slash more": `"https://api.example.com/"`, "in capitals": `"HTTPS://API.EXAMPLE.COM"`,
		"with a space":    `"https://api.example.com "`,
		"two in a string": `"https://api.example.com https://other.example"`,
		"two by a comma":  `"https://api.example.com,x"`, "a pattern": `"*"`,
		"a dot replaced": `"https://apiXexample.com"`,
		"a deeper path":  `"https://api.example.com/v1"`, "http": `"http://api.example.com"`,
		"the client": `"deal-robot"`, "the issuer": quoted(theIssuer),
	} {
		cases = append(cases, hostile{"aud " + name,
			"T-06 AT-04 P-13 RI-03 BC-02 MCP-10 B-27 O-05 ATK-D08 ATK-D09 ATK-D11 ATK-D12",
			g.claim("aud", aud).token(), wrongAudience, ""})
	}
	for name, aud := range map[string]string{
		"a number": "1", "an object": `{"https://api.example.com":1}`, "true": "true",
		"an array with a number": `["https://api.example.com",1]`,
		"an array with null":     `[null,"https://api.example.com"]`,
		"an array in an array":   `[["https://api.example.com"]]`,
	} {
		cases = append(cases, hostile{"aud " + name, "T-06 AT-04 ATK-D08", g.claim("aud", aud).token(),
			malformed, ""})
	}
	w.rejectsAll(t, cases)
	w.acceptsAll(t, []genuine{
		{"an array of one", "T-06 AT-04", g.claim("aud", `["https://api.example.com"]`).token()},
		{"one among others", "T-06 AT-04", g.claim("aud", `["x","https://api.example.com","y"]`).token()},
		{"another name of this API", "T-06 RI-03", g.claim("aud", `"urn:example:deals"`).token()},
	})
	row(t, "the same verdict a thousand times", "ATK-D06", func(t *testing.T) {
		goodToken, bad := g.token(), g.claim("aud", `"x"`).token()
		for range 1000 {
			_, err := w.auth.Verify(t.Context(), goodToken)
			if _, bad := w.auth.Verify(t.Context(), bad); err != nil || reasonOf(bad) != wrongAudience {
				t.Fatal(err, bad)
			}
		}
	})
}
