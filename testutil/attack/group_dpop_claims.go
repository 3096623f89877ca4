package attack

import (
	"crypto/sha1"
	"encoding/json"
	"strings"
)

// proofClaims are proofs that are old, of the future, for another token, or without a
// name: RFC 9449 section 4.3.
func (g *dpopGroup) proofClaims() {
	const time = "A proof that was made too long ago or in advance, or that does not say when " +
		"(RFC 9449 section 11.1)."
	is := func(raw string) func() any { return func() any { return json.RawMessage(raw) } }
	for name, iat := range sorted(map[string]func() any{
		"milliseconds": func() any { return g.at(0, "000") }, "-1": is("-1"),
		"1e400": is("1e400"), "2-63": is("9223372036854775808"), "null": is("null"), "true": is("true"),
		"string": func() any { return string(g.at(0, "")) }, "missing": func() any { return nil },
		"array": func() any { return []json.RawMessage{g.at(0, "")} },
	}) {
		g.proof(unproven, "iat-"+name, time, func(p token) token { return p.claim("iat", iat()) })
	}
	for name, seconds := range sorted(map[string]int64{
		"an-hour-ago": -3600, "in-an-hour": 3600, "six-minutes-ago": -360, "in-six-minutes": 360,
		"of-1970": -g.issuer.Now().Unix(),
	}) {
		if !g.Nonces {
			g.proof(unproven, "iat-"+name, time,
				func(p token) token { return p.claim("iat", g.at(seconds, "")) })
		}
	}
	const other = "A proof for another token, or for none (RFC 9449 section 4.3)."
	ath, sum := hashOf(g.bound), sha1.Sum([]byte(g.bound))
	for name, value := range sorted(map[string]any{
		"missing": nil, "empty": "", "null": json.RawMessage("null"), "padded": ath + "=",
		"hexadecimal": hexadecimal(ath), "shorter": ath[:21], "SHA-1": base64url(sum[:]),
		"of-another-token": hashOf(g.holder.bind(g.good()).compact()),
		"of-the-field":     hashOf("DPoP " + g.bound), "the-token": g.bound, "array": []string{ath},
		"of-nothing": hashOf(""),
	}) {
		g.proof(unproven, "ath-"+name, other, func(p token) token { return p.claim("ath", value) })
	}
	const name = "A proof without a name, whose replay nothing would show (RFC 9449 section 4.2)."
	for what, jti := range sorted(map[string]any{
		"missing": nil, "empty": "", "null": json.RawMessage("null"), "number": 1, "array": []string{"x"},
	}) {
		g.proof(unproven, "jti-"+what, name, func(p token) token { return p.claim("jti", jti) })
	}
	g.proof(want{statuses: oversized.statuses, dpop: true}, "200-kB", "A proof of 200 kB.",
		func(p token) token { return p.claim("vendor", strings.Repeat("x", 150<<10)) })
}
