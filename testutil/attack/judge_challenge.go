package attack

import (
	"fmt"
	"slices"
	"strings"
)

// judgeChallenge judges the WWW-Authenticate fields of a rejection. A 401 must have a
// challenge (RFC 9110 section 15.5.2), a 403 as well (RFC 6750 section 3). An error
// code may be missing, but must not be wrong.
func judgeChallenge(w want, r *response, target Target) []finding {
	wrong := func(detail, format string, args ...any) []finding {
		return []finding{{wrongChallenge, fmt.Sprintf(format, args...), detail}}
	}
	fields := r.header.Values("WWW-Authenticate")
	if len(fields) == 0 {
		if r.status == 401 || r.status == 403 && !w.bare {
			return wrong("", "status %d without a WWW-Authenticate field", r.status)
		}
		return nil
	}
	detail := fmt.Sprintf("%q", fields)
	all, err := parseChallenges(fields)
	if err != nil {
		return wrong(detail+": "+err.Error(), "clients cannot read the WWW-Authenticate field")
	}
	bearer, dpop := ofScheme(all, "bearer"), ofScheme(all, "dpop")
	switch {
	case target.DPoP == "" && len(bearer) != 1:
		return wrong(detail, "WWW-Authenticate has %d Bearer challenges, want one", len(bearer))
	case target.DPoP != "" && (len(bearer) > 1 || len(dpop) > 1 || len(bearer)+len(dpop) == 0):
		return wrong(detail, "WWW-Authenticate has %d Bearer and %d DPoP challenges, want one of one or both",
			len(bearer), len(dpop))
	case w.dpop && len(dpop) == 0 && r.status == 401:
		return wrong(detail, "WWW-Authenticate has no DPoP challenge for a token of that scheme")
	case target.DPoP == "":
		dpop = nil // it means nothing there
	}
	for _, c := range slices.Concat(bearer, dpop) {
		if cause := c.fault(w, r, target.Scope); cause != "" {
			return wrong(detail, "%s", cause)
		}
	}
	return nil
}

// ofScheme returns the challenges of a scheme.
func ofScheme(all []challenge, scheme string) (found []challenge) {
	for _, c := range all {
		if c.scheme == scheme {
			found = append(found, c)
		}
	}
	return found
}

// fault returns what is wrong with the parameters of c, "" if nothing is. scope is the
// scope that the route requires.
func (c challenge) fault(w want, r *response, scope string) string {
	code, there := c.params["error"]
	right := codes[r.status]
	allowed := []string{right}
	if c.scheme == "dpop" && r.status == 401 {
		allowed = proofCodes
	}
	switch {
	case w.noCode && there:
		return "WWW-Authenticate has an error code for a request without a token"
	case there && right != "" && !slices.Contains(allowed, code):
		return fmt.Sprintf("WWW-Authenticate has the error code of another status than %d", r.status)
	case code == "use_dpop_nonce" && len(r.header.Values("DPoP-Nonce")) != 1:
		return "WWW-Authenticate asks for a nonce, and there is not one DPoP-Nonce field"
	}
	named, there := c.params["scope"]
	if there && r.status == 403 && !slices.Contains(strings.Fields(named), scope) {
		return "WWW-Authenticate names another scope than the missing one"
	}
	return ""
}
