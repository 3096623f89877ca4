package attack

import "encoding/json"

// bindings are tokens that are bound to something else than the key of the proof, and
// tokens that a good proof does not make good.
func (g *dpopGroup) bindings() {
	const other = "A good proof, by a key that the token is not bound to (RFC 9449 section 4.3)."
	stranger := newHolder("ES256")
	g.presented(unproven, "another-key", other, g.bound, stranger)
	g.presented(unproven, "another-key-of-EdDSA", other, g.bound, newHolder("EdDSA"))
	jkt := g.holder.jkt
	for name, cnf := range sorted(map[string]string{
		"empty": `{}`, "null": `null`, "jkt-null": `{"jkt":null}`, "jkt-empty": `{"jkt":""}`,
		"jkt-array":       `{"jkt":["` + jkt + `"]}`,
		"jkt-padded":      `{"jkt":"` + jkt + `="}`,
		"jkt-hexadecimal": `{"jkt":"` + hexadecimal(jkt) + `"}`,
		"jkt-shorter":     `{"jkt":"` + jkt[:42] + `"}`,
		"jkt-twice":       `{"jkt":"` + stranger.jkt + `","jkt":"` + jkt + `"}`,
		"JKT":             `{"JKT":"` + jkt + `"}`,
		"jwk":             `{"jwk":` + string(g.holder.jwk) + `}`,
		"string":          `"` + jkt + `"`,
		"array":           `[{"jkt":"` + jkt + `"}]`,
		"a-certificate":   `{"x5t#S256":"` + jkt + `"}`,
	}) {
		t := g.good().claim("cnf", json.RawMessage(cnf)).compact()
		g.presented(unproven, "cnf-"+name, "A cnf that does not name the key of the proof by its thumbprint "+
			"(RFC 9449 section 6.1).", t, g.holder)
	}
	certificate := g.good().claim("cnf", map[string]any{"jkt": jkt, "x5t#S256": stranger.jkt}).compact()
	g.presented(unproven, "cnf-and-a-certificate", "A token that is bound to a client certificate as well, "+
		"without that certificate.", certificate, g.holder)
	if g.Strict {
		unknown := g.good().claim("cnf", map[string]any{"jkt": jkt, "x5t#S384": stranger.jkt}).compact()
		g.presented(unproven, "cnf-and-an-unknown-method", "A token that is bound in another way as well "+
			"(RFC 7800 section 3.1 leaves that to the API).", unknown, g.holder)
	}
	const bad = "A good proof with a token that is not good."
	t := g.holder.bind(g.good())
	for name, t := range sorted(map[string]token{
		"forged":           t.signedBy(g.otherKey(g.key.alg), g.key.alg),
		"expired":          t.claim("exp", g.at(-3600, "")),
		"another-audience": t.claim("aud", "https://other.example"),
	}) {
		g.presented(unproven, "token-"+name, bad, t.compact(), g.holder)
	}
	if g.Scope != "" {
		less := t.claim("scope", "another-one").compact()
		g.presented(forbidden, "token-without-the-scope", bad, less, g.holder)
	}
}
