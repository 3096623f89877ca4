package attack_test

import (
	"net/http"
	"strings"
)

// What the guard accepts proofs for.
const (
	theBase  = "https://api.example.com"
	theNonce = "nonce-of-the-guard"
)

var (
	unproven = &refusal{401, "invalid_dpop_proof", "unproven"}
	noNonce  = &refusal{401, "use_dpop_nonce", "nonce"}
)

// isProven reports whether the token of r has the scheme DPoP.
func isProven(r *http.Request) bool {
	fields := r.Header["Authorization"]
	if len(fields) == 0 {
		return false
	}
	scheme, _, _ := strings.Cut(fields[len(fields)-1], " ")
	return strings.EqualFold(scheme, "DPoP")
}

// possessed checks that the caller holds what the token is bound to.
func (g *guard) possessed(r *http.Request, c claims, token string) *refusal {
	jkt, x5t, ok := g.confirmation(c["cnf"])
	proven := isProven(r)
	switch {
	case g.lacks("kind: cnf not checked"):
		return nil
	case c["cnf"] != nil && jkt == "" && g.lacks("kind: cnf other than jkt not checked"):
		return nil
	case !ok:
		return invalid
	case proven && jkt == "" && r.Header["Dpop"] == nil && g.lacks("credential: DPoP without a proof"):
		return nil
	case proven && jkt == "" && !(r.Header["Dpop"] != nil && g.lacks("dpop: an unbound token")):
		return invalid
	case proven && jkt == "":
		return nil
	case jkt != "" && !proven:
		if !g.asBearer(r, token) {
			return invalid
		}
	case jkt != "":
		if bad := g.proven(r, token, jkt); bad != nil {
			return bad
		}
	}
	if x5t != "" && !g.hasCertificate(r, x5t) && !(jkt != "" && g.lacks("certificate: either of two")) &&
		!g.lacks("certificate: not checked") {
		return invalid
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shown[token] = true
	return nil
}

// asBearer reports whether a weakness admits a bound token as a plain one.
func (g *guard) asBearer(r *http.Request, token string) bool {
	g.mu.Lock()
	shown := g.shown[token]
	g.mu.Unlock()
	return g.lacks("dpop: a bound token as a plain one") ||
		shown && g.lacks("dpop: a token that was shown once") ||
		r.Header["Dpop"] != nil && g.lacks("dpop: any scheme with a proof")
}
