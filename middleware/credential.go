package middleware

import "strings"

// readCredential reads the token of the request.
func (d *decision) readCredential(r *Request) bool {
	if r.Token != "" {
		d.raw, d.given = r.Token, true
		if d.proven = d.auth.proofs != nil && len(r.Header["Dpop"]) > 0; d.proven {
			return d.readProof(r)
		}
		return true
	}
	raw, proven, reason := d.auth.credential(r)
	d.proven = proven
	if reason != "" {
		d.hint, d.quiet = d.auth.places.hint(r, reason), true
		return d.reject(reason)
	}
	d.raw = raw
	return !proven || d.readProof(r)
}

// credential returns the token of r, and whether its scheme is DPoP, which counts as a
// place of its own if Config.DPoP is set. See places.token for the reason.
func (a *Authenticator) credential(r *Request) (token string, proven bool, reason Reason) {
	token, reason = a.places.token(r)
	if a.proofs == nil || reason == ErrMalformedRequest {
		return token, false, reason
	}
	bound, problem := schemeToken(r, dpopScheme)
	switch {
	case problem == ErrNoToken:
		return token, false, reason
	case problem != "" || reason != ErrNoToken:
		return "", false, ErrMalformedRequest
	}
	return bound, true, ""
}

// oneWord reports whether s is one word that a client may mean as a token: visible ASCII
// characters (RFC 6749, appendix A.12), no commas, which separate the members of a list,
// and not only padding. A token68 (RFC 9110, section 11.2) is such a word, and so is an
// opaque token that has other characters.
func oneWord(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f || s[i] == ',' {
			return false
		}
	}
	return strings.TrimRight(s, "=") != ""
}
