package attack

import (
	"encoding/json"
	"strings"
)

// headerAttacks are JOSE headers that two readers understand differently: RFC 7515 sections 4
// and 5.2, RFC 7797. All of them are signed.
func headerAttacks(h *harness) {
	g := h.good()
	whole := g.headerText()
	const noObject = "A header that is not one JSON object in UTF-8 (RFC 7515 section 5.2)."
	for name, text := range sorted(map[string]string{
		"array": "[" + whole + "]", "string": `"` + h.key.alg + `"`, "null": "null", "text": "header",
		"single-quotes": strings.ReplaceAll(whole, `"`, "'"),
		"extra-comma":   whole[:len(whole)-1] + ",}", "comment": "/**/" + whole, "half": whole[:len(whole)-1],
		"second-object": whole + "{}", "something-after": whole + "x",
		"NUL-after": whole + "\x00", "byte-order-mark": "\ufeff" + whole, "UTF-16": utf16(whole),
	}) {
		h.token(malformed, "header/"+name, noObject, g.withHeader(text))
	}
	h.token(malformed, "header/invalid-UTF-8", noObject, g.header("x", json.RawMessage("\"\xff\"")))
	h.token(malformed, "header/lone-surrogate", noObject, g.header("x", json.RawMessage(`"\ud800"`)))
	h.token(oversized, "header/deep", "A header 12,000 levels deep.",
		g.header("x", json.RawMessage(strings.Repeat("[", 12000)+strings.Repeat("]", 12000))))

	const twice = "A member twice: some readers take the first, others the last (RFC 7515 section 4)."
	alg, kid := jsonText(h.key.alg), jsonText(h.key.id)
	h.token(malformed, "header/alg-twice-none-first", twice, g.headerFirst(`"alg":"none"`))
	h.token(malformed, "header/alg-twice-none-last", twice, g.headerLast(`"alg":"none"`))
	h.token(malformed, "header/alg-twice-none-last-unsigned", twice,
		g.headerLast(`"alg":"none"`).unsigned())
	h.token(malformed, "header/alg-twice-none-first-unsigned", twice,
		g.headerFirst(`"alg":"none"`).unsigned())
	h.token(malformed, "header/alg-twice-by-escapes", twice, g.headerFirst(`"\u0061lg":"none"`))
	h.token(malformed, "header/kid-twice", twice, g.headerFirst(`"kid":"another"`))
	h.token(malformed, "header/kid-twice-the-same", twice, g.headerLast(`"kid":`+kid))
	h.token(malformed, "header/typ-twice", twice, g.headerFirst(`"typ":"logout+jwt"`))
	h.token(malformed, "header/crit-twice", twice, g.headerLast(`"crit":["x"],"crit":[]`))

	const folded = "A member in upper and lower case, for readers that ignore case " +
		"(RFC 7515 section 10.13)."
	h.token(malformed, "header/ALG-instead-of-alg", folded, g.header("alg", nil).headerLast(`"ALG":`+alg))
	h.token(malformed, "header/Alg-with-none", folded, g.header("alg", "none").headerLast(`"Alg":`+alg))
	h.token(malformed, "header/Typ-with-logout", folded,
		g.header("typ", "logout+jwt").headerLast(`"Typ":"at+jwt"`))
	h.token(malformed, "header/Kid-with-unknown", folded,
		g.header("kid", "unknown").signedBy(h.otherKey(h.key.alg), h.key.alg).headerLast(`"Kid":`+kid))
	h.token(malformed, "header/Kelvin-sign-kid", folded,
		g.header("kid", "unknown").signedBy(h.otherKey(h.key.alg), h.key.alg).headerLast("\"\u212aid\":"+kid))

	for name, crit := range sorted(map[string]string{
		"unknown-name": `["vendor"]`, "exp": `["exp"]`, "empty": `[]`, "null": `null`, "string": `"vendor"`,
		"name-twice":      `["vendor","vendor"]`,
		"registered-name": `["alg"]`, "absent-name": `["absent"]`, "number": `[1]`,
		"object": `{"vendor":true}`, "false": `false`,
	}) {
		f := g.header("crit", json.RawMessage(crit)).header("vendor",
			json.RawMessage("true")).header("exp", json.RawMessage("1"))
		h.token(malformed, "header/crit-"+name,
			"A crit with an unknown extension, or a malformed crit (RFC 7515 section 4.1.11).", f)
	}
	plain := g.header("b64", json.RawMessage("false"))
	critical := plain.header("crit", json.RawMessage(`["b64"]`))
	const unencoded = "An unencoded payload, which a JWT may not have (RFC 7797 section 7)."
	h.token(malformed, "header/b64-false-critical", unencoded, critical)
	header, _, _ := strings.Cut(critical.signingInput(), ".")
	_, p, _ := strings.Cut(g.signingInput(), ".")
	h.raw(malformed, "header/b64-false-signed-so", unencoded,
		header+"."+p+"."+base64url(critical.sign(header+"."+g.payloadText())))

	h.token(malformed, "header/cty-JWT",
		"A token inside a token, where only the outer one is verified (RFC 7519 section 5.2).",
		g.header("cty", "JWT").withPayload(g.compact()))
}

// utf16 returns ASCII text in UTF-16, little endian.
func utf16(text string) string {
	var b strings.Builder
	for i := range len(text) {
		b.WriteByte(text[i])
		b.WriteByte(0)
	}
	return b.String()
}
