package testutil

import (
	"encoding/json"
	"strings"
)

// headerAttacks are JOSE headers that are read in two ways: RFC 7515 sections 4
// and 5.2, RFC 7797. All of them are signed.
func headerAttacks(a *arena) {
	g := a.good()
	whole := g.headerText()
	const noObject = "A header that is not one JSON object in UTF-8 (RFC 7515 section 5.2)."
	for name, text := range sorted(map[string]string{
		"array": "[" + whole + "]", "string": `"` + a.key.alg + `"`, "null": "null", "text": "header", "single-quotes": strings.ReplaceAll(whole, `"`, "'"),
		"comma-too-many": whole[:len(whole)-1] + ",}", "comment": "/**/" + whole, "half": whole[:len(whole)-1], "second-object": whole + "{}", "something-after": whole + "x",
		"NUL-after": whole + "\x00", "byte-order-mark": "\ufeff" + whole, "UTF-16": utf16(whole),
	}) {
		a.token(malformed, "header/"+name, noObject, g.headRaw(text))
	}
	a.token(malformed, "header/invalid-UTF-8", noObject, g.head("x", json.RawMessage("\"\xff\"")))
	a.token(malformed, "header/lone-surrogate", noObject, g.head("x", json.RawMessage(`"\ud800"`)))
	a.token(oversized, "header/deep", "A header 12,000 levels deep.", g.head("x", json.RawMessage(strings.Repeat("[", 12000)+strings.Repeat("]", 12000))))

	const twice = "A member twice: one reader takes the first, the next the last (RFC 7515 section 4)."
	alg, kid := string(quoted(a.key.alg)), string(quoted(a.key.id))
	a.token(malformed, "header/alg-twice-none-first", twice, g.headFirst(`"alg":"none"`))
	a.token(malformed, "header/alg-twice-none-last", twice, g.headLast(`"alg":"none"`))
	a.token(malformed, "header/alg-twice-none-last-unsigned", twice, g.headLast(`"alg":"none"`).unsigned())
	a.token(malformed, "header/alg-twice-none-first-unsigned", twice, g.headFirst(`"alg":"none"`).unsigned())
	a.token(malformed, "header/alg-twice-by-escapes", twice, g.headFirst(`"\u0061lg":"none"`))
	a.token(malformed, "header/kid-twice", twice, g.headFirst(`"kid":"another"`))
	a.token(malformed, "header/kid-twice-the-same", twice, g.headLast(`"kid":`+kid))
	a.token(malformed, "header/typ-twice", twice, g.headFirst(`"typ":"logout+jwt"`))
	a.token(malformed, "header/crit-twice", twice, g.headLast(`"crit":["x"],"crit":[]`))

	const folded = "A member in another spelling, for readers that do not mind the case (RFC 7515 section 10.13)."
	a.token(malformed, "header/ALG-instead-of-alg", folded, g.head("alg", nil).headLast(`"ALG":`+alg))
	a.token(malformed, "header/Alg-beside-none", folded, g.head("alg", "none").headLast(`"Alg":`+alg))
	a.token(malformed, "header/Typ-beside-logout", folded, g.head("typ", "logout+jwt").headLast(`"Typ":"at+jwt"`))
	a.token(malformed, "header/Kid-beside-unknown", folded, g.head("kid", "unknown").by(a.strangers(a.key.alg), a.key.alg).headLast(`"Kid":`+kid))
	a.token(malformed, "header/Kelvin-sign-kid", folded, g.head("kid", "unknown").by(a.strangers(a.key.alg), a.key.alg).headLast("\"\u212aid\":"+kid))

	for name, crit := range sorted(map[string]string{
		"unknown-name": `["vendor"]`, "exp": `["exp"]`, "empty": `[]`, "null": `null`, "string": `"vendor"`, "name-twice": `["vendor","vendor"]`,
		"registered-name": `["alg"]`, "absent-name": `["absent"]`, "number": `[1]`, "object": `{"vendor":true}`, "false": `false`,
	}) {
		f := g.head("crit", json.RawMessage(crit)).head("vendor", json.RawMessage("true")).head("exp", json.RawMessage("1"))
		a.token(malformed, "header/crit-"+name, "Extensions that must be understood, or a crit that makes no sense (RFC 7515 section 4.1.11).", f)
	}
	plain := g.head("b64", json.RawMessage("false"))
	critical := plain.head("crit", json.RawMessage(`["b64"]`))
	const unencoded = "An unencoded payload, which a JWT may not have (RFC 7797 section 7)."
	a.token(malformed, "header/b64-false-critical", unencoded, critical)
	h, _, _ := strings.Cut(critical.input(), ".")
	_, p, _ := strings.Cut(g.input(), ".")
	a.raw(malformed, "header/b64-false-signed-so", unencoded, h+"."+p+"."+b64(critical.sign(h+"."+g.payloadText())))

	a.token(malformed, "header/cty-JWT", "A token around a token, of which only the outer one is looked at (RFC 7519 section 5.2).", g.head("cty", "JWT").body(g.token()))
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

// encodingAttacks spell good tokens in another way: RFC 7515 sections 2 and 7.1,
// RFC 4648 section 3.5.
func encodingAttacks(a *arena) {
	token := a.good().token()
	part := strings.Split(token, ".")
	// Lengths of header and payload that leave bits unused.
	f := a.good()
	for len(f.headerText())%3 == 0 {
		f = f.head("pad", strings.Repeat("x", len(f.headerText())%2+1))
	}
	for n := 0; len(f.payloadText())%3 == 0; n++ {
		f = f.claim("pad", strings.Repeat("x", n))
	}
	lh, lp, _ := strings.Cut(f.input(), ".")
	whole := a.good()
	for n := 0; len(whole.payloadText())%3 != 0; n++ {
		whole = whole.claim("pad", strings.Repeat("x", n))
	}
	wh, wp, _ := strings.Cut(whole.input(), ".")

	const form = "Something else than three segments (RFC 7515 section 7.1)."
	for name, t := range sorted(map[string]string{
		"one-segment": part[0], "two-segments": part[0] + "." + part[1], "four-segments": token + ".AAAA", "five-segments": token + ".AAAA.AAAA",
		"dot-after": token + ".", "dot-before": "." + token, "empty-header": "." + part[1] + "." + part[2], "empty-payload": part[0] + ".." + part[2], "dots": "..", "word": "token",
	}) {
		a.raw(malformed, "encoding/"+name, form, t)
	}
	const second = "A second spelling of the same bytes (RFC 7515 section 2): one token, many names in denylists and caches."
	for name, t := range sorted(map[string]string{
		"padded-signature": token + "==", "padded-header": f.over(lh + "=." + lp), "padded-payload": f.over(lh + "." + lp + "="),
		"unused-bits-header": f.over(loose(lh) + "." + lp), "unused-bits-payload": f.over(lh + "." + loose(lp)), "other-alphabet": a.otherAlphabet(),
		"newline-in-signature": token[:len(token)-4] + "\n" + token[len(token)-4:], "CR-in-payload-signed": f.over(lh + "." + lp[:8] + "\r" + lp[8:]),
		"newline-in-header-signed": f.over(lh[:4] + "\n" + lh[4:] + "." + lp), "newline-after": token + "\n", "space-inside": token[:8] + " " + token[8:],
		"escaped-dots": strings.ReplaceAll(token, ".", "%2E"), "tilde": part[0] + "~." + part[1] + "." + part[2], "NUL-after": token + "\x00", "fragment": token + "#x", "quotes": `"` + token + `"`,
		"one-character-more-payload": whole.over(wh + "." + wp + "A"),
		"one-character-more":         token + strings.Repeat("A", (5-len(part[2])%4)%4),
	}) {
		a.raw(malformed, "encoding/"+name, second, t)
	}
	if len(part[2])%4 != 0 {
		a.raw(malformed, "encoding/unused-bits-signature", second, part[0]+"."+part[1]+"."+loose(part[2]))
	}
	const other = "Another serialization, which a JWT does not have (RFC 7519 section 1)."
	flat := `{"protected":"` + part[0] + `","payload":"` + part[1] + `","signature":"` + part[2] + `"}`
	general := `{"payload":"` + part[1] + `","signatures":[{"protected":"` + part[0] + `","signature":"` + part[2] + `"},{"protected":"` + part[0] + `","signature":"AAAA"}]}`
	a.raw(malformed, "encoding/JSON-flattened", other, flat)
	a.raw(malformed, "encoding/JSON-general", other, general)
	a.raw(malformed, "encoding/JSON-in-the-header", other, b64([]byte(flat))+"."+part[1]+"."+part[2])
	for name, header := range sorted(map[string]string{
		"RSA": `{"alg":"RSA-OAEP","enc":"A256GCM","cty":"JWT","kid":` + string(quoted(a.key.id)) + `}`, "zip": `{"alg":"dir","enc":"A256GCM","zip":"DEF"}`,
		"PBES2": `{"alg":"PBES2-HS512+A256KW","enc":"A256GCM","p2c":2147483647,"p2s":"AAAA"}`, "ECDH": `{"alg":"ECDH-ES","enc":"A256GCM","epk":{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}}`,
	}) {
		a.raw(malformed, "encoding/JWE-"+name, "An encrypted token, which anybody can make, or which is costly to open (RFC 8725 sections 2.3 and 3.6).", b64([]byte(header))+".AAAA.AAAA."+b64([]byte(token))+".AAAA")
	}
}

// loose sets a bit of the last character that decodes to nothing.
func loose(s string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return s[:len(s)-1] + string(alphabet[strings.IndexByte(alphabet, s[len(s)-1])|1])
}

// otherAlphabet returns a token in base64, with a signature over that.
func (a *arena) otherAlphabet() string {
	f := a.good().claim("x", "???>>>~~~")
	return f.over(strings.NewReplacer("_", "/", "-", "+").Replace(f.input()))
}
