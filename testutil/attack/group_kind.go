package attack

import "encoding/json"

// kindAttacks are good tokens that are not access tokens, or not the bearer's:
// RFC 8725 sections 2.8 and 3.12, RFC 7800.
func kindAttacks(h *harness) {
	g := h.good()
	const other = "A token of another kind by its typ, of this issuer and for this audience " +
		"(RFC 8725 section 3.11)."
	for name, typ := range sorted(map[string]string{
		"logout": "logout+jwt", "DPoP": "dpop+jwt", "security-event": "secevent+jwt",
		"introspection": "token-introspection+jwt", "entity-statement": "entity-statement+jwt",
		"request-object": "oauth-authz-req+jwt", "client-assertion": "client-authentication+jwt",
		"refresh": "rt+jwt", "userinfo": "userinfo+jwt", "application-logout": "application/logout+jwt",
		"capitals": "LOGOUT+JWT", "with-a-parameter": "at+jwt; v=1", "two": "at+jwt,logout+jwt",
		"prefix": "at+jw",
	}) {
		h.token(rejected, "kind/typ-"+name, other, g.header("typ", typ))
	}
	for name, typ := range sorted(map[string]string{"number": "1", "null": "null", "array": `["at+jwt"]`}) {
		h.token(malformed, "kind/typ-type-"+name,
			"A typ that is not a string (RFC 7515 section 4.1.9).", g.header("typ", json.RawMessage(typ)))
	}
	jwt := g.header("typ", "JWT")
	const claims = "A token of another kind by its claims, of this issuer and for this audience."
	for name, f := range sorted(map[string]token{
		"ID-token-nonce":   jwt.claim("nonce", "n-0S6_WzA2Mj"),
		"ID-token-at_hash": jwt.claim("at_hash", "MTIzNDU2Nzg5MDEyMzQ1Ng"),
		"ID-token-c_hash":  jwt.claim("c_hash", "MTIzNDU2Nzg5MDEyMzQ1Ng"),
		"logout-token": jwt.claim("events",
			json.RawMessage(`{"http://schemas.openid.net/event/backchannel-logout":{}}`)).claim("sid", "1"),
		"DPoP-proof":    jwt.claim("htm", h.Method).claim("htu", "https://api.example.com"+h.Path),
		"introspection": jwt.claim("token_introspection", json.RawMessage(`{"active":true}`)),
		"refresh-token": jwt.claim("token_use", "refresh"), "ID-token-use": jwt.claim("token_use", "id"),
		// As issuers write them: Casdoor, spring-security-oauth, flask-jwt-extended, simplejwt.
		"refresh-token-by-tokenType":  jwt.claim("tokenType", "refresh-token"),
		"refresh-token-by-ati":        jwt.claim("ati", "a-b-c"),
		"refresh-token-by-type":       jwt.claim("type", "refresh"),
		"refresh-token-by-token_type": jwt.claim("token_type", "refresh"),
		"refresh-token-by-more":       jwt.claim("token_type", "ROTATING_REFRESH"),
		"refresh-token-by-is_refresh": jwt.claim("is_refresh", true),
		"ID-token-use-among-others":   jwt.claim("token_use", []string{"access", "id"}),
		"Refresh-typ-claim":           jwt.claim("typ", "Refresh"), "ID-typ-claim": jwt.claim("typ", "ID"),
	}) {
		h.token(rejected, "kind/"+name, claims, f)
	}
	const bound = "A token that is bound to a key, without the proof of possession (RFC 7800 section 3.1)."
	const thumbprint = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
	for name, cnf := range sorted(map[string]string{
		"jkt": `{"jkt":"` + thumbprint + `"}`, "x5t": `{"x5t#S256":"` + thumbprint + `"}`,
		"both": `{"jkt":"` + thumbprint + `","x5t#S256":"` + thumbprint + `"}`,
		"jwk":  `{"jwk":` + string(publishedJWK(h.issuer, h.key.id)) + `}`,
	}) {
		h.token(rejected, "kind/cnf-"+name, bound, g.claim("cnf", json.RawMessage(cnf)))
	}
	token := g.claim("cnf", json.RawMessage(`{"jkt":"`+thumbprint+`"}`)).compact()
	h.authorization(malformed, "kind/cnf-DPoP-scheme", bound, token, "DPoP "+token)
}
