package attack

import (
	"fmt"
	"net/http"
	"strings"
)

// A dpopGroup makes the cases of the group "dpop".
type dpopGroup struct {
	*harness
	holder *holder
	bound  string // a good token that is bound to holder
	nonce  string // the latest of the API, "" if it demands none
}

func newDPoPGroup(h *harness) *dpopGroup {
	c := newHolder("ES256")
	return &dpopGroup{harness: h, holder: c, bound: c.bind(h.good()).compact()}
}

// proven returns what puts a token with the scheme DPoP and its proofs into a request.
func proven(token string, proofs ...string) func(*http.Request) {
	return func(r *http.Request) {
		r.Header["Authorization"], r.Header["Dpop"] = []string{"DPoP " + token}, proofs
	}
}

// fresh returns a good proof. It is made when it is sent, for its time and its nonce.
func (g *dpopGroup) fresh(c *holder, accessToken string) token {
	p := g.proofOf(c, accessToken)
	if g.nonce != "" {
		p = p.claim("nonce", g.nonce)
	}
	return p
}

// request adds a case with the access token and what change makes of the request.
func (g *dpopGroup) request(w want, name, tries, token string, change func(*http.Request)) *attempt {
	var a *attempt
	a = g.add(w, "dpop/"+name, tries, token, func(r *http.Request) {
		change(r)
		a.token = strings.Join(append(r.Header["Dpop"], token), ".") // neither may be in the response
	})
	a.before = g.learnNonce
	return a
}

// proof adds a case with the bound token and what change makes of its good proof.
func (g *dpopGroup) proof(w want, name, tries string, change func(token) token) *attempt {
	return g.request(w, name, tries, g.bound, func(r *http.Request) {
		proven(g.bound, change(g.fresh(g.holder, g.bound)).compact())(r)
	})
}

// presented adds a case with a token and a good proof for it by c.
func (g *dpopGroup) presented(w want, name, tries, token string, c *holder) *attempt {
	return g.request(w, name, tries, token, func(r *http.Request) {
		proven(token, g.fresh(c, token).compact())(r)
	})
}

// learnNonce learns the present nonce of an API that demands one, as clients do (RFC 9449
// section 9). It is called before each case.
func (g *dpopGroup) learnNonce() *finding {
	if !g.Nonces {
		return nil
	}
	for range 2 {
		r := g.send(proven(g.bound, g.fresh(g.holder, g.bound).compact()))
		if nonce := r.header.Get("DPoP-Nonce"); nonce != "" {
			g.nonce = nonce
		}
		if r.status == 200 {
			return nil
		}
	}
	return &finding{misbehaved, "the API rejects a good proof with the nonce of its response", ""}
}

// expectProven sends a good request that prepares a case.
func (g *dpopGroup) expectProven(change func(*http.Request)) *finding {
	if r := g.send(change); r.status != 200 {
		return &finding{misbehaved, "the API rejects the good proof that prepares the case",
			fmt.Sprint("status ", r.status)}
	}
	return nil
}
