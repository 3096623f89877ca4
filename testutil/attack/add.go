package attack

import "net/http"

// add adds a case whose request is what change makes of one without a token.
func (h *harness) add(w want, name, tries, token string, change func(*http.Request)) *attempt {
	a := &attempt{want: w, token: token, change: change}
	c := Case{Name: name, Tries: tries, Want: w.String(), Token: token, good: w.serve}
	c.try = func() []finding { return h.try(a) }
	for pattern, reason := range sorted(h.Without) {
		if c.matches(pattern) {
			c.Without = reason
		}
	}
	h.cases = append(h.cases, c)
	return a
}

// raw adds a case with this text as the token, sent as in RFC 6750 section 2.1.
func (h *harness) raw(w want, name, tries, text string) *attempt {
	return h.add(w, name, tries, text, bearing(text))
}

// token adds a case with the token t.
func (h *harness) token(w want, name, tries string, t token) *attempt {
	return h.raw(w, name, tries, t.compact())
}

// authorization adds a case with these Authorization fields.
func (h *harness) authorization(w want, name, tries, token string, fields ...string) *attempt {
	return h.add(w, name, tries, token, func(r *http.Request) { r.Header["Authorization"] = fields })
}
