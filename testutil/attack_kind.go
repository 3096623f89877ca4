package testutil

import (
	"encoding/json"
	"strings"
)

// kindAttacks are good tokens that are no access tokens, or not the bearer's:
// RFC 8725 sections 2.8 and 3.12, RFC 7800.
func kindAttacks(a *arena) {
	g := a.good()
	const other = "A token of this issuer and for this audience that is of another kind, by its typ (RFC 8725 section 3.11)."
	for name, typ := range sorted(map[string]string{
		"logout": "logout+jwt", "DPoP": "dpop+jwt", "security-event": "secevent+jwt", "introspection": "token-introspection+jwt", "entity-statement": "entity-statement+jwt",
		"request-object": "oauth-authz-req+jwt", "client-assertion": "client-authentication+jwt", "refresh": "rt+jwt", "userinfo": "userinfo+jwt", "application-logout": "application/logout+jwt",
		"capitals": "LOGOUT+JWT", "with-a-parameter": "at+jwt; v=1", "two": "at+jwt,logout+jwt", "prefix": "at+jw",
	}) {
		a.token(refused, "kind/typ-"+name, other, g.head("typ", typ))
	}
	for name, typ := range sorted(map[string]string{"number": "1", "null": "null", "array": `["at+jwt"]`}) {
		a.token(malformed, "kind/typ-type-"+name, "A typ that is no string (RFC 7515 section 4.1.9).", g.head("typ", json.RawMessage(typ)))
	}
	jwt := g.head("typ", "JWT")
	const claims = "A token of this issuer and for this audience that is of another kind, by its claims."
	for name, f := range sorted(map[string]forgery{
		"ID-token-nonce": jwt.claim("nonce", "n-0S6_WzA2Mj"), "ID-token-at_hash": jwt.claim("at_hash", "MTIzNDU2Nzg5MDEyMzQ1Ng"), "ID-token-c_hash": jwt.claim("c_hash", "MTIzNDU2Nzg5MDEyMzQ1Ng"),
		"logout-token":  jwt.claim("events", json.RawMessage(`{"http://schemas.openid.net/event/backchannel-logout":{}}`)).claim("sid", "1"),
		"DPoP-proof":    jwt.claim("htm", a.Method).claim("htu", "https://api.example.com"+a.Path),
		"introspection": jwt.claim("token_introspection", json.RawMessage(`{"active":true}`)),
		"refresh-token": jwt.claim("token_use", "refresh"), "ID-token-use": jwt.claim("token_use", "id"), "Refresh-typ-claim": jwt.claim("typ", "Refresh"), "ID-typ-claim": jwt.claim("typ", "ID"),
	}) {
		a.token(refused, "kind/"+name, claims, f)
	}
	const bound = "A token that is bound to a key, from somebody who does not prove to have it (RFC 7800 section 3.1)."
	const thumbprint = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
	for name, cnf := range sorted(map[string]string{
		"jkt": `{"jkt":"` + thumbprint + `"}`, "x5t": `{"x5t#S256":"` + thumbprint + `"}`, "both": `{"jkt":"` + thumbprint + `","x5t#S256":"` + thumbprint + `"}`,
		"jwk": `{"jwk":` + string(a.issuer.system.jwk(a.issuer, a.key).mustEncode()) + `}`,
	}) {
		a.token(refused, "kind/cnf-"+name, bound, g.claim("cnf", json.RawMessage(cnf)))
	}
	token := g.claim("cnf", json.RawMessage(`{"jkt":"`+thumbprint+`"}`)).token()
	a.credential(malformed, "kind/cnf-DPoP-scheme", bound, token, "DPoP "+token)
}

// scopeAttacks are good tokens that do not allow what the route does: RFC 6749
// section 3.3, RFC 6750 section 3.1.
func scopeAttacks(a *arena) {
	if a.Scope == "" {
		return
	}
	g := a.good()
	s := a.Scope
	const lacks = "A good token without the scope, or with one that looks like it: 403, since no new token of this kind would help."
	for name, value := range sorted(map[string]any{
		"missing": nil, "empty": "", "another": "another-one", "array-empty": []string{}, "array-of-others": []string{"another-one"}, "prefix": s[:len(s)-1], "suffixed": s + "x", "prefixed": "x" + s, "capitals": strings.ToUpper(s),
		"by-a-comma": s + ",another-one", "by-a-semicolon": s + ";another-one", "by-a-tab": "another-one\t" + s, "by-a-newline": "another-one\n" + s, "by-a-no-break-space": "another-one\u00a0" + s, "pattern": "*",
		"pattern-prefix": s[:1] + "*", "array-as-text": "[" + s + "]", "array-member-of-two": []string{s + " another-one"}, "array-member-and-space": []string{s + " "}, "homoglyph": strings.Replace(s, "a", "\u0430", 1) + "\u200b", "quoted": `"` + s + `"`,
	}) {
		a.token(forbidden, "scope/"+name, lacks, g.claim("scope", value))
	}
	for name, value := range sorted(map[string]string{"null": "null", "number": "1", "true": "true", "object": "{" + string(quoted(s)) + ":true}", "array-in-array": "[[" + string(quoted(s)) + "]]", "array-with-number": "[" + string(quoted(s)) + ",1]"}) {
		a.token(unclear, "scope/type-"+name, "A scope that is no text.", g.claim("scope", json.RawMessage(value)))
	}
}
