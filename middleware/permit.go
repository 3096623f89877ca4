package middleware

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/internal/tokenctx"
	"github.com/bearerguard/bearerguard/scopes"
)

// CheckOptional is Check for a route that anybody may call and where a token
// makes a difference: a request without one passes as it is, which is no
// refusal and nothing that Config.Observe hears of. A token that is there and is
// not good is refused all the same.
func (a *Authenticator) CheckOptional(r *http.Request) (*http.Request, error) {
	if before, ok := r.Context().Value(admissionKey{}).(*admission); !ok || before.by != a {
		if _, reason := credential(r); reason == NoToken {
			return r, nil
		}
	}
	return a.Check(r)
}

// permit holds a good token against what the route demands.
func (a *Authenticator) permit(t *claims.Token, now time.Time, need []scopes.Requirement) *Error {
	terms := scopes.Terms{Now: now, Leeway: a.leeway, Strategy: a.config.ScopeStrategy}
	for i := range need {
		if need[i].Met(t, terms) {
			continue
		}
		e := &Error{Reason: InsufficientScope, Issuer: a.issuers.configured(t.Issuer), ClientID: t.ClientID, scopes: needed(need)}
		if acr, maxAge, stepUp := scopes.All(need...).StepUp(t, terms); stepUp {
			e.Reason, e.acr, e.maxAge = InsufficientAuthentication, acr, maxAge
		}
		return e
	}
	return nil
}

// needed returns every scope that the requirements name: a client that has to
// come back should have to do so once.
func needed(need []scopes.Requirement) []string {
	var all []string
	for _, r := range need {
		for _, s := range r.Scopes() {
			if !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	return all
}

// An admission is the context of a request that an Authenticator let through.
// It is a context itself, rather than two values in two contexts, because every
// request pays for it.
type admission struct {
	context.Context
	by    *Authenticator
	token *claims.Token
}

type admissionKey struct{}

// Value implements context.Context.
func (c *admission) Value(key any) any {
	switch key.(type) {
	case tokenctx.Key:
		return c.token
	case admissionKey:
		return c
	}
	return c.Context.Value(key)
}
