package middleware

import (
	"context"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/internal/tokenctx"
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
