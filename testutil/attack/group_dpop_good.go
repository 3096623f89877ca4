package attack

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// goodProofs are what an API has to accept.
func (g *dpopGroup) goodProofs() {
	same := func(p token) token { return p }
	g.proof(served, "good", "A good proof by ES256.", same)
	ed := newHolder("EdDSA")
	g.presented(served, "good-EdDSA", "A good proof by EdDSA.", ed.bind(g.good()).compact(), ed)
	for _, scheme := range []string{"dpop", "DPOP"} {
		g.request(served, "good-scheme-"+scheme,
			"The scheme in upper or lower case (RFC 9110 section 11.1).", g.bound,
			func(r *http.Request) {
				proven(g.bound, g.fresh(g.holder, g.bound).compact())(r)
				r.Header["Authorization"] = []string{scheme + " " + g.bound}
			})
	}
	g.proof(served, "good-unknown-members", "Unknown header parameters and claims (RFC 9449 section 4.2).",
		func(p token) token {
			return p.header("vendor", json.RawMessage(`{"x":[1,null]}`)).claim("vendor", "x").claim("exp", 1)
		})
	address := g.otherIssuer.JWKSURL()
	g.proof(served, "good-members-of-the-key", "Members of the key that its thumbprint leaves out, "+
		"and addresses that no API may ask (RFC 7638 section 3.2).", func(p token) token {
		jwk := last(string(g.holder.jwk), `"kid":"1","x5u":"`+address+`"`)
		return p.header("jwk", json.RawMessage(jwk)).header("kid", "1").header("jku", address)
	})
	plain := g.good().compact()
	g.request(served, "good-unbound", "A token that is bound to no key, as a plain one.",
		plain, bearing(plain))
	g.request(served, "good-query", "A request with a query, which htu does not have.", g.bound,
		func(r *http.Request) {
			proven(g.bound, g.fresh(g.holder, g.bound).compact())(r)
			r.URL.RawQuery = "page=2"
			r.RequestURI = r.URL.RequestURI()
		})
	for name, htu := range sorted(g.spellings()) {
		g.proof(served, "good-htu-"+name, "Another spelling of the same htu (RFC 9449 section 4.3, "+
			"RFC 3986 sections 6.2.2 and 6.2.3).", func(p token) token { return p.claim("htu", htu) })
	}
}

// spellings are those of a good htu.
func (g *dpopGroup) spellings() map[string]string {
	target := g.target()
	found := map[string]string{"query": target + "?page=2", "fragment": target + "#top"}
	base, err := url.Parse(target)
	if err != nil {
		panic("attack: Target.DPoP: " + err.Error())
	}
	rest := strings.TrimPrefix(target, base.Scheme+"://"+base.Host)
	found["capitals"] = strings.ToUpper(base.Scheme) + "://" + strings.ToUpper(base.Host) + rest
	if port := map[string]string{"https": "443", "http": "80"}[base.Scheme]; base.Port() == "" {
		found["default-port"] = base.Scheme + "://" + base.Host + ":" + port + rest
	}
	last := len(rest) - 1
	if c := rest[last]; c >= 'a' && c <= 'z' {
		found["escape"] = fmt.Sprintf("%s://%s%s%%%02x", base.Scheme, base.Host, rest[:last], c)
	}
	found["dot-segments"] = base.Scheme + "://" + base.Host + "/x/../." + rest
	return found
}
