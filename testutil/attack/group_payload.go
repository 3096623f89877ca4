package attack

import (
	"encoding/json"
	"fmt"
	"strings"
)

// payloadAttacks are claims sets that two readers understand differently: RFC
// 7519 sections 4 and 7.2, RFC 8259. All of them are signed.
func payloadAttacks(h *harness) {
	g := h.good()
	whole := g.payloadText()
	const noObject = "A payload that is not one JSON object in UTF-8 (RFC 7519 section 7.2)."
	for name, text := range sorted(map[string]string{
		"array": "[" + whole + "]", "string": `"claims"`, "null": "null", "number": "1", "text": "claims",
		"half": whole[:len(whole)-1], "second-object": whole + whole, "brace-after": whole + "}",
		"NUL-after": whole + "\x00", "extra-comma": whole[:len(whole)-1] + ",}",
		"byte-order-mark": "\ufeff" + whole, "UTF-16": utf16(whole),
	}) {
		h.token(malformed, "payload/"+name, noObject, g.withPayload(text))
	}
	for name, value := range sorted(map[string]string{
		"NaN": "NaN", "plus": "+1", "leading-zero": "01", "control-character": "\"\x01\"",
		"hex-escape": `"\x41"`,
	}) {
		h.token(malformed, "payload/"+name, noObject, g.claim("x", json.RawMessage(value)))
	}
	const replaced = "Text that many readers replace by U+FFFD, so that two subjects become one " +
		"(RFC 8259 section 8.1)."
	for name, value := range sorted(map[string]string{
		"invalid-UTF-8": "\"a\xff\"", "overlong-UTF-8": "\"a\xc1\xa1\"",
		"surrogate-in-UTF-8": "\"a\xed\xa0\x80\"", "lone-surrogate": `"a\udc00"`,
	}) {
		h.token(malformed, "payload/"+name, replaced, g.claim("sub", json.RawMessage(value)))
	}
	h.token(oversized, "payload/deep", "A claim 12,000 levels deep.",
		g.claim("x", json.RawMessage(strings.Repeat("[", 12000)+strings.Repeat("]", 12000))))

	// A reader may take the last one (RFC 7519 section 4), and others do not.
	const twice = "A claim twice, once good and once bad: some readers take the first, others the last."
	for _, c := range [][3]string{
		{"iss", jsonText(h.issuer.URL()), `"https://evil.example"`},
		{"aud", jsonText(h.issuer.Audience()), `"https://other.example"`},
		{"exp", string(h.at(3600, "")), string(h.at(-7200, ""))},
	} {
		f, name := g.claim(c[0], nil), jsonText(c[0])
		h.token(malformed, "payload/"+c[0]+"-twice-bad-last", twice,
			f.claimLast(name+":"+c[1]+","+name+":"+c[2]))
		h.token(malformed, "payload/"+c[0]+"-twice-good-last", twice,
			f.claimLast(name+":"+c[2]+","+name+":"+c[1]))
		escaped := fmt.Sprintf(`"\u%04x%s"`, c[0][0], c[0][1:])
		h.token(malformed, "payload/"+c[0]+"-twice-by-escapes", twice,
			f.claimLast(name+":"+c[2]+","+escaped+":"+c[1]))
	}
	h.token(malformed, "payload/sub-twice", twice, g.claimLast(`"sub":"mallory"`))
	if h.Scope != "" {
		h.token(unclear, "payload/scope-twice-bad-last", twice, g.claimLast(`"scope":"another-one"`))
		h.token(unclear, "payload/scope-twice-good-last", twice, g.claimFirst(`"scope":"another-one"`))
	}

	// A reader that compares names exactly rejects these tokens. One that ignores
	// case, as encoding/json does for struct fields, sees a good claim.
	const folded = "A missing or bad claim, and a good one whose name differs by case (RFC 7519 section 4)."
	url, aud, exp := jsonText(h.issuer.URL()), jsonText(h.issuer.Audience()), string(h.at(3600, ""))
	for _, c := range []struct {
		name, claim string
		value       any
		spelling    string
	}{
		{"Iss-instead-of-iss", "iss", nil, `"Iss":` + url},
		{"ISS-with-another-issuer", "iss", "https://evil.example", `"ISS":` + url},
		{"long-s-in-iss", "iss", nil, "\"i\u017fs\":" + url},
		{"Aud-instead-of-aud", "aud", nil, `"Aud":` + aud},
		{"AUD-with-another-audience", "aud", "https://other.example", `"AUD":` + aud},
		{"Exp-instead-of-exp", "exp", nil, `"Exp":` + exp},
		{"EXP-with-a-past-one", "exp", h.at(-7200, ""), `"EXP":` + exp},
		{"NBF-with-a-future-one", "nbf", h.at(7200, ""), `"NBF":` + string(h.at(-60, ""))},
	} {
		h.token(malformed, "payload/"+c.name, folded, g.claim(c.claim, c.value).claimLast(c.spelling))
	}
	if h.Scope != "" {
		scope := jsonText(h.Scope)
		h.token(unclear, "payload/Scope-with-another-scope", folded,
			g.claim("scope", "another-one").claimLast(`"Scope":`+scope))
		h.token(unclear, "payload/long-s-in-scope", folded,
			g.claim("scope", nil).claimLast("\"\u017fcope\":"+scope))
	}
}
