package middleware

import (
	"slices"

	"github.com/bearerguard/bearerguard/scopes"
)

// fewRequirements is the number of requirements up to which each is evaluated by
// itself.
const fewRequirements = 8

// authorize checks that the token satisfies every requirement of the route.
func (d *decision) authorize() bool {
	need := d.need
	if len(need) > fewRequirements {
		// One requirement searches the token's lists once for all of its parts.
		need = []scopes.Requirement{scopes.All(need...)}
	}
	options := d.options()
	for i := range need {
		if need[i].SatisfiedBy(d.token, options) {
			continue
		}
		var stepUp bool
		if d.acr, d.maxAge, stepUp = scopes.All(d.need...).StepUp(d.token, options); stepUp {
			return d.reject(ErrInsufficientAuthentication)
		}
		if slices.Contains(scopes.All(d.need...).Missing(d.token, options), scopes.Bound().String()) {
			d.hint, d.quiet = hintRequired, true
			return d.reject(ErrNotHolder)
		}
		return d.reject(ErrInsufficientScope)
	}
	return true
}
