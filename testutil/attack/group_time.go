package attack

import (
	"encoding/json"
	"strings"
)

// timeAttacks are tokens that have expired or are not valid yet, or whose times
// are missing or malformed: RFC 7519 sections 4.1.4 to 4.1.6.
func timeAttacks(h *harness) {
	g := h.good()
	h.token(malformed, "time/exp-missing", "A token without exp (RFC 9068 section 2.2).",
		g.claim("exp", nil))
	h.token(rejected, "time/exp-an-hour-ago", "A token that has expired.", g.claim("exp", h.at(-3600, "")))
	h.token(rejected, "time/exp-six-minutes-ago",
		"A token that expired longer ago than clocks may differ.", g.claim("exp", h.at(-360, "")))
	h.token(malformed, "time/exp-0", "A token with exp 0, which some readers treat as absent.",
		g.claim("exp", 0))
	const wrapped = "A number that overflows, or that no clock reaches."
	for name, value := range sorted(map[string]string{
		"-1": "-1", "minus-2-63-1": "-9223372036854775809", "2-63": "9223372036854775808",
		"2-64": "18446744073709551616", "1e308": "1e308", "1e400": "1e400", "1e1000000000": "1e1000000000",
		"2000-digits": strings.Repeat("9", 2000), "milliseconds": string(h.at(3600, "000")),
	}) {
		h.token(malformed, "time/exp-"+name, wrapped, g.claim("exp", json.RawMessage(value)))
	}
	h.token(malformed, "time/nbf-2-63", wrapped, g.claim("nbf", json.RawMessage("9223372036854775808")))
	h.token(malformed, "time/nbf-1e400", wrapped, g.claim("nbf", json.RawMessage("1e400")))
	h.token(rejected, "time/nbf-in-an-hour", "A token that is not valid yet.",
		g.claim("nbf", h.at(3600, "")).claim("exp", h.at(7200, "")))
	h.token(rejected, "time/nbf-in-six-minutes",
		"A token that is not valid yet, by more than clocks may differ.", g.claim("nbf", h.at(360, "")))
	h.token(rejected, "time/iat-in-an-hour", "A token whose iat is in the future.",
		g.claim("iat", h.at(3600, "")).claim("exp", h.at(7200, "")))
	for _, claim := range []string{"exp", "nbf", "iat"} {
		ahead := string(h.at(3600, ""))
		if claim != "exp" {
			ahead = string(h.at(-60, ""))
		}
		types := map[string]string{
			"string": `"` + ahead + `"`, "date": `"2126-01-01T00:00:00Z"`, "true": "true",
			"array": "[" + ahead + "]", "object": "{}",
		}
		if claim == "exp" { // null is absent, and the others are optional
			types["null"] = "null"
		}
		for name, value := range sorted(types) {
			h.token(malformed, "time/"+claim+"-type-"+name,
				"A time that is not a number (RFC 7519 section 2).", g.claim(claim, json.RawMessage(value)))
		}
	}
}
