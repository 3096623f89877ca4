package middleware

import (
	"slices"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/scopes"
)

// permit holds a good token against what the route demands.
func permit(t *claims.Token, terms scopes.Options, need []scopes.Requirement) *Error {
	for i := range need {
		if need[i].SatisfiedBy(t, terms) {
			continue
		}
		e := &Error{Reason: ErrInsufficientScope, ClientID: t.ClientID, scopes: requiredScopes(need)}
		if acr, maxAge, stepUp := scopes.All(need...).StepUp(t, terms); stepUp {
			e.Reason, e.acr, e.maxAge = ErrInsufficientAuthentication, acr, maxAge
		}
		return e
	}
	return nil
}

// requiredScopes returns every scope that the requirements name: a client that has to
// come back should have to do so once.
func requiredScopes(need []scopes.Requirement) []string {
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
