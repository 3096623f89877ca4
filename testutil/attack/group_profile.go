package attack

import "time"

// profileAttacks are tokens that lack something that RFC 9068 requires.
func profileAttacks(h *harness) {
	if !h.RFC9068 {
		return
	}
	g := h.good()
	for _, claim := range []string{"iss", "exp", "aud", "sub", "client_id", "iat", "jti"} {
		h.token(malformed, "rfc9068/without-"+claim,
			"A token without a claim that RFC 9068 section 2.2 requires.", g.claim(claim, nil))
	}
	for _, claim := range []string{"client_id", "jti"} {
		h.token(malformed, "rfc9068/empty-"+claim, "An empty name where RFC 9068 section 2.2 requires one.",
			g.claim(claim, ""))
	}
	const typ = "No typ, or another than at+jwt (RFC 9068 section 2.1)."
	h.token(rejected, "rfc9068/typ-missing", typ, g.header("typ", nil))
	h.token(rejected, "rfc9068/typ-JWT", typ, g.header("typ", "JWT"))
	if h.Scope != "" {
		h.token(unclear, "rfc9068/scope-array", "A scope that is an array (RFC 8693 section 4.2 has one "+
			"string).",
			g.claim("scope", []string{h.Scope}))
	}
}

// ageAttacks are tokens that were issued too long ago, or at an unknown time.
func ageAttacks(h *harness) {
	if h.MaxAge == 0 {
		return
	}
	g := h.good()
	old := g.claim("iat", h.at(-int64((h.MaxAge+time.Hour)/time.Second), ""))
	h.token(rejected, "age/an-hour-over-the-limit",
		"A token that has not expired and was issued an hour before the oldest that the API accepts.", old)
	h.token(malformed, "age/unknown", "A token without iat, so that its age is unknown.",
		g.claim("iat", nil))
}

// revokedAttacks are good tokens that are on the API's denylist.
func revokedAttacks(h *harness) {
	if h.Revoke == nil {
		return
	}
	for name, seen := range sorted(map[string]bool{"unseen": false, "seen": true}) {
		jti := "revoked-" + name + "-" + h.issuer.URL()
		token := h.good().claim("jti", jti).compact()
		tries := "A token on the denylist that the API has not seen before."
		if seen {
			tries = "A token that the API has admitted before it was put on the denylist."
		}
		h.raw(rejected, "revoked/"+name, tries, token).before = func() *finding {
			defer h.Revoke(jti)
			if seen {
				return h.expectServed(token)
			}
			return nil
		}
	}
}
