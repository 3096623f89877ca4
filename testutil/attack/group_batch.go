package attack

import (
	"crypto/x509"
	"net/http"
	"time"
)

// batchAttacks are requests that the API's handler makes from the one it serves, as for
// the parts of a batch: what was admitted is the outer request and nothing else.
func batchAttacks(h *harness) {
	if !h.Batch {
		return
	}
	g := h.good()
	outer := g.compact()
	add := func(w want, name, tries, token string, change func(*http.Request)) {
		h.add(w, "batch/"+name, tries, token, change).outer = bearing(outer)
	}
	for name, inner := range sorted(map[string]string{
		"the-same-token": outer, "another-token": h.good().compact(),
	}) {
		add(served, name, "A part of a batch with a good token.", inner, bearing(inner))
	}

	const tries = "A part of a batch is served as the caller of the batch."
	for name, t := range sorted(map[string]token{
		"forged":           g.signedBy(h.otherKey(h.key.alg), h.key.alg),
		"expired":          g.claim("exp", h.at(-3600, "")),
		"another-audience": g.claim("aud", "https://other.example"),
		"another-issuer":   g.claim("iss", h.otherIssuer.URL()).signedBy(h.otherKey(h.key.alg), h.key.alg),
	}) {
		add(rejected, name, tries, t.compact(), bearing(t.compact()))
	}
	add(anonymous, "without-a-token", tries, "", func(*http.Request) {})
	add(malformed, "two-fields", tries, outer, func(r *http.Request) {
		r.Header["Authorization"] = []string{"Bearer " + outer, "Bearer " + outer}
	})
	if h.Scope != "" {
		less := g.claim("scope", "another-one").compact()
		add(forbidden, "without-the-scope", tries, less, bearing(less))
	}
	if h.Clock {
		lateParts(h)
	}
	boundParts(h)
}

// lateParts are parts of a batch with the token of the batch, which is good no longer.
func lateParts(h *harness) {
	for name, then := range sorted(map[string]func(*harness){
		"expired-since": func(own *harness) { own.issuer.Advance(2 * time.Hour) },
		"key-withdrawn": func(own *harness) {
			own.issuer.RotateAndDrop()
			own.issuer.Advance(time.Hour)
			own.key = own.keyFor(own.Algorithms[0])
			own.sendToken(own.good().compact()) // the API fetches the new keys
		},
	}) {
		own, life := h.separate(nil), int64(24*3600)
		if name == "expired-since" {
			life = 600
		}
		token := own.good().claim("exp", own.at(life, "")).compact()
		own.add(rejected, "batch/"+name, "A part of a long batch, whose token is good no longer.", token,
			func(r *http.Request) {
				then(own)
				bearing(token)(r)
			}).outer = bearing(token)
		h.join(own)
	}
}

// boundParts are parts of a batch with the token of the batch, without what it is bound to.
func boundParts(h *harness) {
	const tries = "A part of a batch with its token, without what the token is bound to."
	if h.Certificates {
		c := newCertificateGroup(h)
		with := func(chain ...*x509.Certificate) func(*http.Request) {
			return func(r *http.Request) {
				bearing(c.bound)(r)
				presenting(chain...)(r)
			}
		}
		for name, p := range sorted(map[string]struct {
			want  want
			chain []*x509.Certificate
		}{
			"the-same-certificate": {served, []*x509.Certificate{c.right}},
			"another-certificate":  {rejected, []*x509.Certificate{c.other}},
			"without-certificate":  {rejected, nil},
		}) {
			h.add(p.want, "batch/"+name, tries, c.bound, with(p.chain...)).outer = with(c.right)
		}
	}
	if h.DPoP != "" {
		d := newDPoPGroup(h)
		outer := func(r *http.Request) { proven(d.bound, d.fresh(d.holder, d.bound).compact())(r) }
		for name, p := range sorted(map[string]struct {
			want   want
			change func(*http.Request)
		}{
			"another-proof": {served, outer}, "without-a-proof": {unproven, proven(d.bound)},
			"as-Bearer": {rejected, bearing(d.bound)},
		}) {
			a := h.add(p.want, "batch/"+name, tries, d.bound, p.change)
			a.outer, a.before = outer, d.learnNonce
		}
	}
}
