package attack

import (
	"crypto/elliptic"
	"crypto/rand"
	"math/big"
	"net/http"
)

// replays are proofs that come again: RFC 9449 section 11.1.
func (g *dpopGroup) replays() {
	const again = "A proof that was used before (RFC 9449 section 11.1)."
	for name, c := range sorted(map[string]struct {
		tries  string
		change func(r *http.Request, used string)
	}{
		"replay": {again, func(*http.Request, string) {}},
		"replay-with-another-query": {again, func(r *http.Request, _ string) {
			r.URL.RawQuery = "page=2"
			r.RequestURI = r.URL.RequestURI()
		}},
		"replay-with-another-signature": {"A proof that was used before, with the other signature that " +
			"ECDSA has for it and that anyone can compute: the same jti.", func(r *http.Request, used string) {
			r.Header["Dpop"] = []string{malleated(used)}
		}},
	}) {
		var used string
		g.request(unproven, name, c.tries, g.bound, func(r *http.Request) {
			proven(g.bound, used)(r)
			c.change(r, used)
		}).before = func() *finding {
			if f := g.learnNonce(); f != nil {
				return f
			}
			used = g.fresh(g.holder, g.bound).compact()
			return g.expectProven(proven(g.bound, used))
		}
	}
	var id string
	g.request(unproven, "replay-of-jti", "Another proof with a jti that was used before.", g.bound,
		func(r *http.Request) {
			proven(g.bound, g.fresh(g.holder, g.bound).claim("jti", id).claim("vendor", "x").compact())(r)
		},
	).before = func() *finding { return g.use(&id) }
	g.unused()
}

// use uses up a new jti of the holder, and sets id to it.
func (g *dpopGroup) use(id *string) *finding {
	if f := g.learnNonce(); f != nil {
		return f
	}
	*id = rand.Text()
	return g.expectProven(proven(g.bound, g.fresh(g.holder, g.bound).claim("jti", *id).compact()))
}

// unused are proofs with a jti that was not used by this client, or not with success.
func (g *dpopGroup) unused() {
	var id string
	other := newHolder("ES256")
	bound := other.bind(g.good()).compact()
	g.request(served, "good-jti-of-another-key", "A jti that another key has used.", bound,
		func(r *http.Request) { proven(bound, g.fresh(other, bound).claim("jti", id).compact())(r) },
	).before = func() *finding { return g.use(&id) }
	var proof string
	g.request(served, "good-jti-of-a-rejected-proof",
		"A jti that came before in a proof that was rejected.", g.bound,
		func(r *http.Request) { proven(g.bound, proof)(r) },
	).before = func() *finding {
		f := g.learnNonce()
		good := g.fresh(g.holder, g.bound)
		proof = good.compact()
		g.send(proven(g.bound, good.signedBy(other.key, other.key.alg).compact()))
		return f
	}
}

// malleated returns a proof by ES256 with the signature (r, n-s) in place of (r, s),
// which is as good.
func malleated(proof string) string {
	signed, signature := cutSignature(proof)
	s := new(big.Int).SetBytes(signature[32:])
	s.Sub(elliptic.P256().Params().N, s)
	return signed + base64url(append(signature[:32:32], s.FillBytes(make([]byte, 32))...))
}
