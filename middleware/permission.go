package middleware

import "github.com/bearerguard/bearerguard/scopes"

// authorize checks that the token satisfies every requirement of the route.
func (d *decision) authorize() bool {
	options := scopes.Options{Now: d.now, Leeway: d.auth.leeway, Strategy: d.auth.config.ScopeStrategy}
	for i := range d.need {
		if d.need[i].SatisfiedBy(d.token, options) {
			continue
		}
		var stepUp bool
		if d.acr, d.maxAge, stepUp = scopes.All(d.need...).StepUp(d.token, options); stepUp {
			return d.reject(ErrInsufficientAuthentication)
		}
		return d.reject(ErrInsufficientScope)
	}
	return true
}
