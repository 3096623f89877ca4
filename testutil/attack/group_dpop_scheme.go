package attack

import (
	"net/http"
	"strings"
)

// schemes are bound tokens as plain ones and the other way round (RFC 9449 section 7.2).
func (g *dpopGroup) schemes() {
	const downgrade = "A stolen token that is bound to a key, sent as a plain one (RFC 9449 section 7.2)."
	g.request(rejected, "as-Bearer", downgrade, g.bound, bearing(g.bound))
	g.request(rejected, "as-Bearer-with-a-proof", downgrade, g.bound, func(r *http.Request) {
		proven(g.bound, g.fresh(g.holder, g.bound).compact())(r)
		bearing(g.bound)(r)
	})
	unused := g.holder.bind(g.good()).compact()
	g.request(rejected, "as-Bearer-the-first-time", downgrade, unused, bearing(unused))

	plain := g.good().compact()
	g.presented(unproven, "unbound-with-a-proof",
		"A token that is bound to no key, with the scheme DPoP and a proof by any key "+
			"(RFC 9449 section 7.1).",
		plain, g.holder)

	const both = "Both schemes at once: a proxy and the API may take different ones (RFC 9449 section 7.2)."
	twoSchemes := want{statuses: []int{400}}
	for name, w := range sorted(map[string]struct {
		want   want
		fields []string
	}{
		"fields-DPoP-and-Bearer":  {twoSchemes, []string{"DPoP " + g.bound, "Bearer " + g.bound}},
		"fields-Bearer-and-DPoP":  {twoSchemes, []string{"Bearer " + plain, "DPoP " + g.bound}},
		"fields-DPoP-twice":       {uncertain, []string{"DPoP " + g.bound, "DPoP " + g.bound}},
		"schemes-in-one-field":    {uncertain, []string{"DPoP " + g.bound + ", Bearer " + plain}},
		"scheme-in-quotes":        {uncertain, []string{`DPoP "` + g.bound + `"`}},
		"scheme-without-a-space":  {malformed, []string{"DPoP" + g.bound}},
		"scheme-that-begins-so":   {malformed, []string{"DPoPX " + g.bound}},
		"scheme-without-a-token":  {uncertain, []string{"DPoP"}},
		"scheme-of-its-own-proof": {malformed, []string{"dpop+jwt " + g.bound}},
	}) {
		g.request(w.want, name, both, g.bound, func(r *http.Request) {
			proven(g.bound, g.fresh(g.holder, g.bound).compact())(r)
			r.Header["Authorization"] = w.fields
		})
	}
	g.fields()
}

// fields are other numbers of proofs than one.
func (g *dpopGroup) fields() {
	const count = "Another number of proofs than one (RFC 9449 section 4.3)."
	for name, proofs := range sorted(map[string]func(one, other string) []string{
		"no-proof":              func(_, _ string) []string { return nil },
		"proof-empty":           func(_, _ string) []string { return []string{""} },
		"proof-of-another-kind": func(_, _ string) []string { return []string{g.bound} },
		"proof-of-a-word":       func(_, _ string) []string { return []string{"proof"} },
		"proofs-of-two-fields":  func(one, other string) []string { return []string{one, other} },
		"proofs-the-same-twice": func(one, _ string) []string { return []string{one, one} },
		"proofs-bad-first":      func(one, _ string) []string { return []string{"a.b.c", one} },
		"proofs-bad-last":       func(one, _ string) []string { return []string{one, "a.b.c"} },
		"proofs-with-a-comma":   func(one, other string) []string { return []string{one + ", " + other} },
		"proof-and-a-segment":   func(one, _ string) []string { return []string{one + ".e30"} },
		"proof-of-two-segments": func(one, _ string) []string {
			return []string{one[:strings.LastIndex(one, ".")]}
		},
		"proof-with-padding":  func(one, _ string) []string { return []string{one + "=="} },
		"proof-with-a-scheme": func(one, _ string) []string { return []string{"DPoP " + one} },
	}) {
		g.request(uncertain, name, count, g.bound, func(r *http.Request) {
			one, other := g.fresh(g.holder, g.bound).compact(), g.fresh(g.holder, g.bound).compact()
			proven(g.bound, proofs(one, other)...)(r)
		})
	}
}
