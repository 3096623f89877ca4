package attack

import "net/http"

// cookieAttacks are about tokens in a cookie, which browsers add to the requests that any
// site makes (RFC 6265, section 8.2).
func cookieAttacks(h *harness) {
	if h.Cookie == "" {
		return
	}
	token, pair := h.good().compact(), h.Cookie+"="
	fields := func(list ...string) func(*http.Request) {
		return func(r *http.Request) {
			for i := 0; i < len(list); i += 2 {
				r.Header.Add(list[i], list[i+1])
			}
		}
	}
	h.add(served, "cookie/good", "A good token in the cookie.", token, fields("Cookie", pair+token))
	h.add(served, "cookie/among-others", "The cookie among others.", token,
		fields("Cookie", "theme=dark; "+pair+token+"; lang=en"))

	forged := h.good().signedBy(h.otherKey(h.key.alg), h.key.alg).compact()
	h.add(rejected, "cookie/forged", "A forged token in the cookie.", forged, fields("Cookie", pair+forged))
	expired := h.good().claim("exp", h.at(-3600, "")).compact()
	h.add(rejected, "cookie/expired", "An expired token in the cookie.", expired, fields("Cookie", pair+expired))
	const several = "Two tokens, of which a proxy and the API may read different ones."
	h.add(malformed, "cookie/twice", several, token, fields("Cookie", pair+token+"; "+pair+forged))
	h.add(malformed, "cookie/twice-the-other-way", several, token, fields("Cookie", pair+forged+"; "+pair+token))
	h.add(malformed, "cookie/and-a-bad-field", several, token,
		fields("Cookie", pair+token, "Authorization", "Bearer "+forged))
	h.add(malformed, "cookie/and-a-field", several, token,
		fields("Cookie", pair+forged, "Authorization", "Bearer "+token))

	if h.DPoP != "" {
		d := newDPoPGroup(h)
		h.add(malformed, "cookie/and-a-proof", several, token, func(r *http.Request) {
			proven(d.bound, d.fresh(d.holder, d.bound).compact())(r)
			r.Header.Set("Cookie", pair+token)
		}).before = d.learnNonce
	}

	const forgery = "A request with the cookie that a page of another site makes the browser send."
	otherSite := want{statuses: []int{400, 401, 403, 404, 405, 415}, bare: true}
	for name, list := range sorted(map[string][]string{
		"cross-site":  {"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"},
		"same-site":   {"Sec-Fetch-Site", "same-site", "Origin", "https://blog.example.com"},
		"old-browser": {"Origin", "https://evil.example"},
		"null-origin": {"Origin", "null"},
		"no-proof":    {},
	}) {
		for _, method := range []string{"POST", "DELETE"} {
			change := fields(append([]string{"Cookie", pair + token}, list...)...)
			h.add(otherSite, "cookie/"+method+"-"+name, forgery, token, func(r *http.Request) {
				r.Method = method
				change(r)
			})
		}
	}
	h.add(otherSite, "cookie/WebSocket-of-another-site",
		"A WebSocket that a page of another site opens: cookies come with it, and CORS does not protect it.",
		token, fields("Cookie", pair+token, "Connection", "Upgrade", "Upgrade", "websocket",
			"Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==",
			"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"))
}
