package attack

import (
	"encoding/json"
	"strings"
)

// scopeAttacks are good tokens that do not permit the route: RFC 6749 section 3.3,
// RFC 6750 section 3.1.
func scopeAttacks(h *harness) {
	if h.Scope == "" {
		return
	}
	g := h.good()
	s := h.Scope
	const lacks = "A good token without the scope, or with a scope that resembles it " +
		"(RFC 6750 section 3.1)."
	for name, value := range sorted(map[string]any{
		"missing": nil, "empty": "", "another": "another-one", "array-empty": []string{},
		"array-of-others": []string{"another-one"}, "prefix": s[:len(s)-1], "suffixed": s + "x",
		"prefixed": "x" + s, "capitals": strings.ToUpper(s),
		"by-a-comma": s + ",another-one", "by-a-semicolon": s + ";another-one",
		"by-a-tab": "another-one\t" + s, "by-a-newline": "another-one\n" + s,
		"by-a-no-break-space": "another-one\u00a0" + s, "pattern": "*",
		"pattern-prefix": s[:1] + "*", "array-as-text": "[" + s + "]",
		"array-member-of-two": []string{s + " another-one"}, "array-member-and-space": []string{s + " "},
		"homoglyph": strings.Replace(s, "a", "\u0430", 1) + "\u200b", "quoted": `"` + s + `"`,
	}) {
		h.token(forbidden, "scope/"+name, lacks, g.claim("scope", value))
	}
	for name, value := range sorted(map[string]string{
		"null": "null", "number": "1", "true": "true", "object": "{" + jsonText(s) + ":true}",
		"array-in-array": "[[" + jsonText(s) + "]]", "array-with-number": "[" + jsonText(s) + ",1]",
	}) {
		h.token(unclear, "scope/type-"+name, "A scope that is not text.",
			g.claim("scope", json.RawMessage(value)))
	}
}
