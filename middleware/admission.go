package middleware

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/internal/tokenctx"
	"github.com/bearerguard/bearerguard/middleware/internal/dpop"
	"github.com/bearerguard/bearerguard/scopes"
)

// An Admission is what was verified about a request: from which token, by which
// Authenticator, and for which requirements. It is a context, that of the request with
// the token in it, for http.Request.WithContext: claims.FromContext finds the token
// there. It is worth what it was given for, and no more: a guard that finds it in the
// context of a request with another token judges that token.
//
// An Admission is read-only and safe for concurrent use.
type Admission struct {
	context.Context
	verified *verified // nil for a request without a token that an optional guard let pass
	need     []scopes.Requirement
}

// A shownProof is a DPoP proof that was used. It is the Context of the Admission that it
// was used for, so that Admissions of plain tokens, which are far more, have no field for it.
type shownProof struct {
	context.Context
	field  string // as in the request
	expose bool   // scripts of other origins may read the nonce
	dpop.Proof
}

// shown returns the proof of the request, nil if it has none.
func (m *Admission) shown() *shownProof {
	proof, _ := m.Context.(*shownProof)
	return proof
}

// AddFields adds to h, the header of the response, what the admission demands of it: the
// field DPoP-Nonce if the client needs a new nonce (RFC 9449, section 8.2). A response with
// one must not be cached, so AddFields adds no-store to Cache-Control. The adapters call it.
func (m *Admission) AddFields(h http.Header) {
	if proof := m.shown(); proof != nil {
		proof.addFields(h)
	}
}

func (p *shownProof) addFields(h http.Header) {
	if p.Nonce == "" {
		return
	}
	h[nonceField] = []string{p.Nonce}
	if p.expose {
		expose(h, "DPoP-Nonce")
	}
	if control := strings.Join(h["Cache-Control"], ", "); control == "" {
		h.Set("Cache-Control", "no-store")
	} else if !strings.Contains(control, "no-store") {
		h.Set("Cache-Control", control+", no-store")
	}
}

// nonceField is the canonical name of the DPoP-Nonce field.
const nonceField = "Dpop-Nonce"

// required returns what the guards that admitted the request require.
func (m *Admission) required() []scopes.Requirement {
	if m == nil {
		return nil
	}
	return m.need
}

// Token returns the token, for handlers: see claims.Token. It is nil if an optional
// guard let a request without a token pass.
func (m *Admission) Token() *claims.Token {
	if m.verified == nil {
		return nil
	}
	return m.verified.forHandlers()
}

// Expiry returns the time after which the admission is worth nothing, the leeway
// included. It is the zero time without a token, and if the token does not expire.
func (m *Admission) Expiry() time.Time {
	if m.verified == nil || m.verified.token.Expiry.IsZero() {
		return time.Time{}
	}
	return m.verified.token.Expiry.Add(m.verified.issuer.owner.leeway)
}

type admissionKey struct{}

// Value implements context.Context.
func (m *Admission) Value(key any) any {
	switch key.(type) {
	case tokenctx.Key:
		if m.verified == nil {
			return nil // and not the token of an outer request
		}
		return m.verified.forHandlers()
	case admissionKey:
		return m
	}
	return m.Context.Value(key)
}
