package testutil

import (
	"encoding/json"
	"strings"
)

// payloadAttacks are claims sets that are read in two ways: RFC 7519 sections 4
// and 7.2, RFC 8259. All of them are signed.
func payloadAttacks(a *arena) {
	g := a.good()
	whole := g.payloadText()
	const noObject = "A payload that is not one JSON object in UTF-8 (RFC 7519 section 7.2)."
	for name, text := range sorted(map[string]string{
		"array": "[" + whole + "]", "string": `"claims"`, "null": "null", "number": "1", "text": "claims", "half": whole[:len(whole)-1], "second-object": whole + whole, "brace-after": whole + "}",
		"NUL-after": whole + "\x00", "comma-too-many": whole[:len(whole)-1] + ",}", "byte-order-mark": "\ufeff" + whole, "UTF-16": utf16(whole),
	}) {
		a.token(malformed, "payload/"+name, noObject, g.body(text))
	}
	for name, value := range sorted(map[string]string{
		"NaN": "NaN", "plus": "+1", "leading-zero": "01", "control-character": "\"\x01\"", "hex-escape": `"\x41"`,
	}) {
		a.token(malformed, "payload/"+name, noObject, g.claim("x", json.RawMessage(value)))
	}
	const replaced = "Text that many readers replace by U+FFFD, so that two users get one name (RFC 8259 section 8.1)."
	for name, value := range sorted(map[string]string{
		"invalid-UTF-8": "\"a\xff\"", "overlong-UTF-8": "\"a\xc1\xa1\"", "surrogate-in-UTF-8": "\"a\xed\xa0\x80\"", "lone-surrogate": `"a\udc00"`,
	}) {
		a.token(malformed, "payload/"+name, replaced, g.claim("sub", json.RawMessage(value)))
	}
	a.token(oversized, "payload/deep", "A claim 12,000 levels deep.", g.claim("x", json.RawMessage(strings.Repeat("[", 12000)+strings.Repeat("]", 12000))))

	// A reader may take the last one (RFC 7519 section 4), and others do not.
	const twice = "A claim twice, a good one and a bad one: one reader takes the first, the next the last."
	for _, c := range [][3]string{
		{"iss", string(quoted(a.issuer.URL())), `"https://evil.example"`}, {"aud", string(quoted(a.issuer.Audience())), `"https://other.example"`},
		{"exp", string(a.at(3600, "")), string(a.at(-7200, ""))},
	} {
		f, name := g.claim(c[0], nil), string(quoted(c[0]))
		a.token(malformed, "payload/"+c[0]+"-twice-bad-last", twice, f.claimLast(name+":"+c[1]+","+name+":"+c[2]))
		a.token(malformed, "payload/"+c[0]+"-twice-good-last", twice, f.claimLast(name+":"+c[2]+","+name+":"+c[1]))
		escaped := `"\u00` + hex2(c[0][0]) + c[0][1:] + `"`
		a.token(malformed, "payload/"+c[0]+"-twice-by-escapes", twice, f.claimLast(name+":"+c[2]+","+escaped+":"+c[1]))
	}
	a.token(malformed, "payload/sub-twice", twice, g.claimLast(`"sub":"mallory"`))
	if a.Scope != "" {
		a.token(unclear, "payload/scope-twice-bad-last", twice, g.claimLast(`"scope":"another-one"`))
		a.token(unclear, "payload/scope-twice-good-last", twice, g.claimFirst(`"scope":"another-one"`))
	}

	// What an exact reader sees is refused; a reader that folds the case of
	// names, as encoding/json does for struct fields, sees a good claim.
	const folded = "A claim that is not there or bad, and a good one in another spelling of its name (RFC 7519 section 4)."
	url, aud, exp := string(quoted(a.issuer.URL())), string(quoted(a.issuer.Audience())), string(a.at(3600, ""))
	for _, c := range []struct {
		name, claim string
		value       any
		spelling    string
	}{
		{"Iss-instead-of-iss", "iss", nil, `"Iss":` + url}, {"ISS-beside-a-stranger", "iss", "https://evil.example", `"ISS":` + url}, {"long-s-in-iss", "iss", nil, "\"i\u017fs\":" + url},
		{"Aud-instead-of-aud", "aud", nil, `"Aud":` + aud}, {"AUD-beside-another-audience", "aud", "https://other.example", `"AUD":` + aud},
		{"Exp-instead-of-exp", "exp", nil, `"Exp":` + exp}, {"EXP-beside-a-past-one", "exp", a.at(-7200, ""), `"EXP":` + exp},
		{"NBF-beside-a-future-one", "nbf", a.at(7200, ""), `"NBF":` + string(a.at(-60, ""))},
	} {
		a.token(malformed, "payload/"+c.name, folded, g.claim(c.claim, c.value).claimLast(c.spelling))
	}
	if a.Scope != "" {
		scope := string(quoted(a.Scope))
		a.token(unclear, "payload/Scope-beside-another-scope", folded, g.claim("scope", "another-one").claimLast(`"Scope":`+scope))
		a.token(unclear, "payload/long-s-in-scope", folded, g.claim("scope", nil).claimLast("\"\u017fcope\":"+scope))
	}
}

// hex2 returns c in two hexadecimal digits.
func hex2(c byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[c>>4], digits[c&15]})
}

// issuerAttacks are tokens that others issued, or that may pass for it: RFC 7519
// section 4.1.1, RFC 8725 section 3.8.
func issuerAttacks(a *arena) {
	g := a.good()
	url := a.issuer.URL()
	const similar = "A good signature, and an iss that is nearly the issuer's: it is compared as a string."
	for name, iss := range sorted(map[string]string{
		"slash-more": url + "/", "prefixed": "https://evil.example/" + url, "suffixed": url + ".evil.example", "port-longer": url + "0", "port-shorter": url[:len(url)-1], "path": url + "/x", "query": url + "?x", "fragment": url + "#x",
		"userinfo": strings.Replace(url, "://", "://x@", 1), "https": strings.Replace(url, "http:", "https:", 1), "capitals": strings.Replace(url, "http:", "HTTP:", 1), "localhost": strings.Replace(url, "127.0.0.1", "localhost", 1),
		"dot-replaced": strings.Replace(url, "127.0.0.1", "127x0x0x1", 1), "without-scheme": strings.TrimPrefix(url, "http://"), "space": url + " ", "NUL": url + "\x00", "newline": url + "\n", "two": url + " https://evil.example",
		"another": "https://evil.example", "empty": "", "pattern": "*", "placeholder": "http://{tenant}",
	}) {
		a.token(refused, "issuer/"+name, similar, g.claim("iss", iss))
	}
	a.token(malformed, "issuer/missing", "No iss.", g.claim("iss", nil))
	for name, value := range sorted(map[string]string{
		"null": "null", "number": "1", "true": "true", "object": "{}", "array": "[" + string(quoted(url)) + "]", "array-of-two": `["https://evil.example",` + string(quoted(url)) + "]",
	}) {
		a.token(malformed, "issuer/type-"+name, "An iss that is no string (RFC 7519 section 4.1.1).", g.claim("iss", json.RawMessage(value)))
	}
	s := a.stranger.keys.find(a.stranger.KeyID(a.key.alg))
	own := g.by(s, s.alg).head("kid", s.id)
	a.token(refused, "issuer/stranger", "A good token of another issuer, whom the API has no reason to ask for anything.", own.claim("iss", a.stranger.URL()))
	a.token(refused, "issuer/stranger-in-our-name", "A token that another issuer signed by its own key, in this issuer's name.", own)
	a.token(refused, "issuer/stranger-under-our-kid", "A token of another issuer that publishes keys under this one's names.", g.by(a.strangers(a.key.alg), a.key.alg).claim("iss", a.stranger.URL()))
	a.token(refused, "issuer/our-key-in-a-strangers-name", "A token of this issuer's key in the name of another.", g.claim("iss", a.stranger.URL()))
}

// audienceAttacks are tokens that were issued for somebody else: RFC 7519
// section 4.1.3, RFC 8725 section 3.9.
func audienceAttacks(a *arena) {
	g := a.good()
	aud := a.issuer.Audience()
	const similar = "A good signature, and an aud that is another API's or nearly this one's: it is compared as a string."
	for name, value := range sorted(map[string]any{
		"another": "https://other.example", "empty": "", "array-empty": []string{}, "array-of-nothing": []string{""}, "array-of-others": []string{"a", "b"}, "prefix": aud[:len(aud)-1], "prefixed": "x" + aud,
		"suffixed": aud + ".evil.example", "slash-more": aud + "/", "path": aud + "/v1", "capitals": strings.ToUpper(aud), "space": aud + " ", "NUL": aud + "\x00", "two-in-a-string": aud + " https://other.example",
		"two-by-a-comma": aud + ",https://other.example", "pattern": "*", "dot-replaced": strings.Replace(aud, ".", "x", 1), "http": strings.Replace(aud, "https:", "http:", 1),
		"the-issuer": a.issuer.URL(), "the-client": a.issuer.Clients()[0].ID,
	}) {
		a.token(refused, "audience/"+name, similar, g.claim("aud", value))
	}
	a.token(malformed, "audience/missing", "No aud: for whom is it?", g.claim("aud", nil))
	us := string(quoted(aud))
	for name, value := range sorted(map[string]string{
		"null": "null", "number": "1", "true": "true", "object": "{" + us + ":true}", "array-with-number": "[1," + us + "]", "array-with-null": "[null," + us + "]", "array-in-array": "[[" + us + "]]",
	}) {
		a.token(malformed, "audience/type-"+name, "An aud that is neither a string nor strings (RFC 7519 section 4.1.3).", g.claim("aud", json.RawMessage(value)))
	}
}

// timeAttacks are tokens out of their time, or without one: RFC 7519 sections
// 4.1.4 to 4.1.6.
func timeAttacks(a *arena) {
	g := a.good()
	a.token(malformed, "time/exp-missing", "A token that never expires (RFC 9068 section 2.2).", g.claim("exp", nil))
	a.token(refused, "time/exp-an-hour-ago", "A token that has expired.", g.claim("exp", a.at(-3600, "")))
	a.token(refused, "time/exp-six-minutes-ago", "A token that expired longer ago than clocks may be apart.", g.claim("exp", a.at(-360, "")))
	a.token(malformed, "time/exp-0", "A token that expired in 1970, or has no exp to a reader that takes zero for none.", g.claim("exp", 0))
	const wrapped = "A number that wraps around, or that no clock reaches."
	for name, value := range sorted(map[string]string{
		"-1": "-1", "minus-2-63-1": "-9223372036854775809", "2-63": "9223372036854775808", "2-64": "18446744073709551616", "1e308": "1e308", "1e400": "1e400", "1e1000000000": "1e1000000000",
		"2000-digits": strings.Repeat("9", 2000), "milliseconds": string(a.at(3600, "000")),
	}) {
		a.token(malformed, "time/exp-"+name, wrapped, g.claim("exp", json.RawMessage(value)))
	}
	a.token(malformed, "time/nbf-2-63", wrapped, g.claim("nbf", json.RawMessage("9223372036854775808")))
	a.token(malformed, "time/nbf-1e400", wrapped, g.claim("nbf", json.RawMessage("1e400")))
	a.token(refused, "time/nbf-in-an-hour", "A token that is not valid yet.", g.claim("nbf", a.at(3600, "")).claim("exp", a.at(7200, "")))
	a.token(refused, "time/nbf-in-six-minutes", "A token that is not valid yet for longer than clocks may be apart.", g.claim("nbf", a.at(360, "")))
	a.token(refused, "time/iat-in-an-hour", "A token from the future.", g.claim("iat", a.at(3600, "")).claim("exp", a.at(7200, "")))
	for _, claim := range []string{"exp", "nbf", "iat"} {
		ahead := string(a.at(3600, ""))
		if claim != "exp" {
			ahead = string(a.at(-60, ""))
		}
		for name, value := range sorted(map[string]string{
			"null": "null", "string": `"` + ahead + `"`, "date": `"2126-01-01T00:00:00Z"`, "true": "true", "array": "[" + ahead + "]", "object": "{}",
		}) {
			a.token(malformed, "time/"+claim+"-type-"+name, "A time that is no number (RFC 7519 section 2) must not be passed over.", g.claim(claim, json.RawMessage(value)))
		}
	}
}
