package attack

import "strings"

// encodingAttacks encode good tokens in another way: RFC 7515 sections 2 and 7.1,
// RFC 4648 section 3.5.
func encodingAttacks(h *harness) {
	token := h.good().compact()
	part := strings.Split(token, ".")
	// The lengths of this header and payload leave bits of the last character unused.
	f := h.good()
	for len(f.headerText())%3 == 0 {
		f = f.header("pad", strings.Repeat("x", len(f.headerText())%2+1))
	}
	for n := 0; len(f.payloadText())%3 == 0; n++ {
		f = f.claim("pad", strings.Repeat("x", n))
	}
	lh, lp, _ := strings.Cut(f.signingInput(), ".")
	whole := h.good()
	for n := 0; len(whole.payloadText())%3 != 0; n++ {
		whole = whole.claim("pad", strings.Repeat("x", n))
	}
	wh, wp, _ := strings.Cut(whole.signingInput(), ".")

	const form = "More or fewer than three segments, or an empty one (RFC 7515 section 7.1)."
	for name, t := range sorted(map[string]string{
		"one-segment": part[0], "two-segments": part[0] + "." + part[1], "four-segments": token + ".AAAA",
		"five-segments": token + ".AAAA.AAAA",
		"dot-after":     token + ".", "dot-before": "." + token, "empty-header": "." + part[1] + "." + part[2],
		"empty-payload": part[0] + ".." + part[2], "dots": "..", "word": "token",
	}) {
		h.raw(malformed, "encoding/"+name, form, t)
	}
	const second = "Another encoding of the same bytes (RFC 7515 section 2), to evade denylists and caches."
	for name, t := range sorted(map[string]string{
		"padded-signature": token + "==", "padded-header": f.over(lh + "=." + lp),
		"padded-payload":      f.over(lh + "." + lp + "="),
		"unused-bits-header":  f.over(loose(lh) + "." + lp),
		"unused-bits-payload": f.over(lh + "." + loose(lp)), "other-alphabet": h.otherAlphabet(),
		"newline-in-signature":     token[:len(token)-4] + "\n" + token[len(token)-4:],
		"CR-in-payload-signed":     f.over(lh + "." + lp[:8] + "\r" + lp[8:]),
		"newline-in-header-signed": f.over(lh[:4] + "\n" + lh[4:] + "." + lp),
		"newline-after":            token + "\n", "space-inside": token[:8] + " " + token[8:],
		"escaped-dots": strings.ReplaceAll(token, ".", "%2E"),
		"tilde":        part[0] + "~." + part[1] + "." + part[2], "NUL-after": token + "\x00",
		"fragment": token + "#x", "quotes": `"` + token + `"`,
		"extra-character-in-payload": whole.over(wh + "." + wp + "A"),
		"extra-character":            token + strings.Repeat("A", (5-len(part[2])%4)%4),
	}) {
		h.raw(malformed, "encoding/"+name, second, t)
	}
	if len(part[2])%4 != 0 {
		h.raw(malformed, "encoding/unused-bits-signature", second, part[0]+"."+part[1]+"."+loose(part[2]))
	}
	const other = "Another serialization than the compact one of a JWT (RFC 7519 section 1)."
	flat := `{"protected":"` + part[0] + `","payload":"` + part[1] + `","signature":"` + part[2] + `"}`
	general := `{"payload":"` + part[1] + `","signatures":[{"protected":"` + part[0] + `","signature":"` +
		part[2] + `"},{"protected":"` + part[0] + `","signature":"AAAA"}]}`
	h.raw(malformed, "encoding/JSON-flattened", other, flat)
	h.raw(malformed, "encoding/JSON-general", other, general)
	h.raw(malformed, "encoding/JSON-in-the-header", other, base64url([]byte(flat))+"."+part[1]+"."+part[2])
	for name, header := range sorted(map[string]string{
		"RSA":   `{"alg":"RSA-OAEP","enc":"A256GCM","cty":"JWT","kid":` + jsonText(h.key.id) + `}`,
		"zip":   `{"alg":"dir","enc":"A256GCM","zip":"DEF"}`,
		"PBES2": `{"alg":"PBES2-HS512+A256KW","enc":"A256GCM","p2c":2147483647,"p2s":"AAAA"}`,
		"ECDH":  `{"alg":"ECDH-ES","enc":"A256GCM","epk":{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}}`,
	}) {
		h.raw(malformed, "encoding/JWE-"+name,
			"An encrypted token, which needs no private key or is costly to decrypt (RFC 8725 sections "+
				"2.3 and 3.6).",
			base64url([]byte(header))+".AAAA.AAAA."+base64url([]byte(token))+".AAAA")
	}
}

// loose sets an unused bit of the last character.
func loose(s string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return s[:len(s)-1] + string(alphabet[strings.IndexByte(alphabet, s[len(s)-1])|1])
}

// otherAlphabet returns a token in base64 instead of base64url, signed as such.
func (h *harness) otherAlphabet() string {
	f := h.good().claim("x", "???>>>~~~")
	return f.over(strings.NewReplacer("_", "/", "-", "+").Replace(f.signingInput()))
}
