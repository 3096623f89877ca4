package attack

import (
	"encoding/json"
	"net/http"
	"strings"
)

// strictAttacks are tokens that no RFC calls invalid, and that a proxy in front of
// the API or a service behind it may read differently.
func strictAttacks(h *harness) {
	if !h.Strict {
		return
	}
	g := h.good()
	const spelled = "A good token with two names that differ by case: readers that ignore case " +
		"take the other one."
	h.token(strictly, "strict/Kid-with-kid", spelled, g.headerLast(`"Kid":"another"`))
	h.token(strictly, "strict/ALG-with-alg", spelled, g.headerLast(`"ALG":"none"`))
	h.token(strictly, "strict/Exp-with-exp", spelled, g.claimLast(`"Exp":1`))
	h.token(strictly, "strict/long-s-in-sub-with-sub", spelled, g.claimLast("\"\u017fub\":\"mallory\""))
	h.token(strictly, "strict/Roles-with-roles", spelled, g.claimLast(`"roles":["a"],"Roles":["b"]`))
	h.token(strictly, "strict/name-twice-within", "A name twice within a claim.",
		g.claim("x", json.RawMessage(`{"a":1,"a":2}`)))
	h.token(strictly, "strict/33-levels", "A claim with more levels than any issuer needs.",
		g.claim("x", json.RawMessage(strings.Repeat("[", 32)+strings.Repeat("]", 32))))
	h.token(strictly, "strict/1e400", "An infinite number in a claim that decides nothing.",
		g.claim("x", json.RawMessage("1e400")))

	const parameter = "A good token with a header parameter of other kinds of tokens " +
		"(RFC 7515 section 4.1.10, RFC 7797 section 3, RFC 7516 section 4.1)."
	h.token(strictly, "strict/cty-JWT", parameter, g.header("cty", "JWT"))
	h.token(strictly, "strict/b64-not-critical", parameter, g.header("b64", json.RawMessage("true")))
	h.token(strictly, "strict/enc", parameter, g.header("enc", "A256GCM"))
	h.token(strictly, "strict/zip", parameter, g.header("zip", "DEF"))

	const identifier = "An identifier that is empty or not a string (RFC 7519 sections 4.1.2 and 4.1.7, " +
		"RFC 9068 section 2.2)."
	h.token(strictly, "strict/sub-empty", identifier, g.claim("sub", ""))
	h.token(strictly, "strict/no-names", "A token that names neither a subject nor a client.",
		g.claim("sub", nil).claim("client_id", nil))
	for _, claim := range []string{"sub", "client_id", "jti"} {
		h.token(strictly, "strict/"+claim+"-number", identifier, g.claim(claim, 1))
	}
	if h.Scope != "" {
		h.token(strictly, "strict/scope-number",
			"A scope that is not text: an invalid token, not one without the scope.", g.claim("scope", 1))
	}

	const characters = "Characters that no token has (RFC 6750 section 2.1): a malformed request."
	h.raw(unintelligible, "strict/comma-in-the-token", characters, "a,b.c.d")
	h.raw(unintelligible, "strict/padding-alone", characters, "==")
	h.add(want{statuses: []int{401}, noCode: true, strict: true}, "strict/no-token",
		"No token, and a response that no cache may store.", "", func(*http.Request) {})
	oneResponse(h)
}

// oneResponse compares responses to tokens without a good signature. A caller who
// cannot sign must not learn which keys and algorithms there are.
func oneResponse(h *harness) {
	g := h.good()
	header, payload, _ := g.segments()
	forged := g.signedBy(h.otherKey(h.key.alg), h.key.alg)
	others := map[string]string{
		"another algorithm": g.hmac([]byte("secret")).compact(),
		"an unknown key":    forged.header("kid", "unknown").compact(),
		"no key":            forged.header("kid", nil).compact(),
		"a short signature": header + "." + payload + ".AAAA",
		"an expired token":  forged.claim("exp", 1).compact(),
	}
	h.token(strictly, "strict/one-response", "Every forged token gets the same response.",
		forged).after = func(r *response) *finding {
		for what, token := range sorted(others) {
			other := h.sendToken(token)
			if other.status != r.status || other.body != r.body ||
				other.header.Get("WWW-Authenticate") != r.header.Get("WWW-Authenticate") {
				return &finding{misbehaved, "the response tells one forged token from another", what}
			}
		}
		return nil
	}
}
