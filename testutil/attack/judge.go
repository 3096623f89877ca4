package attack

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// judge returns what is wrong with the response of target to an attempt.
func judge(a *attempt, r *response, target Target) []finding {
	var found []finding
	add := func(c class, cause string, detail ...any) {
		found = append(found, finding{c, cause, fmt.Sprint(detail...)})
	}
	switch {
	case r.ran && !a.want.serve:
		add(servedHostile, "the API served a hostile request")
	case !r.ran && a.want.serve:
		add(rejectedGood, "the API rejected a good request")
	}
	if r.panicked != nil {
		add(misbehaved, "the API panics", r.panicked)
	}
	if r.asked {
		add(misbehaved, "the API sends a request to a server that only the token names")
	}
	right := slices.Contains(a.want.statuses, r.status)
	if !right {
		add(wrongStatus, fmt.Sprintf("status %d, want %v", r.status, a.want))
	}
	if !a.want.serve && !r.ran {
		if leaks(a.token, r) {
			add(misbehaved, "the response contains a part of the token")
		}
		found = append(found, judgeChallenge(a.want, r, target.Scope)...)
		if a.want.strict && right {
			found = append(found, judgeStrictly(a.want, r)...)
		}
	}
	return slices.DeleteFunc(found, func(f finding) bool {
		return f.class == wrongStatus && target.WithoutStatuses != "" ||
			f.class == wrongChallenge && target.WithoutChallenges != ""
	})
}

// judgeChallenge judges the WWW-Authenticate fields of a rejection. A 401 must have a
// challenge (RFC 9110 section 15.5.2), a 403 as well (RFC 6750 section 3). An error
// code may be missing, but must not be wrong. scope is the scope that the route
// requires.
func judgeChallenge(w want, r *response, scope string) []finding {
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
	var bearer []challenge
	for _, c := range all {
		if c.scheme == "bearer" {
			bearer = append(bearer, c)
		}
	}
	if len(bearer) != 1 {
		return wrong(detail, "WWW-Authenticate has %d Bearer challenges, want one", len(bearer))
	}
	code, there := bearer[0].params["error"]
	switch right := codes[r.status]; {
	case w.noCode && there:
		return wrong(detail, "WWW-Authenticate has an error code for a request without a token")
	case there && right != "" && code != right:
		return wrong(detail, "WWW-Authenticate has the error code of another status than %d", r.status)
	}
	named, there := bearer[0].params["scope"]
	if there && r.status == 403 && !slices.Contains(strings.Fields(named), scope) {
		return wrong(detail, "WWW-Authenticate names another scope than the missing one")
	}
	return nil
}

// judgeStrictly judges what the RFCs leave open: that no cache stores a rejection,
// that an outage has Retry-After, and that a rejection has its error code.
func judgeStrictly(w want, r *response) (found []finding) {
	if !strings.Contains(r.header.Get("Cache-Control"), "no-store") {
		found = append(found, finding{wrongHeader, "a rejection without Cache-Control: no-store", ""})
	}
	if r.status == http.StatusServiceUnavailable && r.header.Get("Retry-After") == "" {
		found = append(found, finding{wrongHeader, "status 503 without Retry-After", ""})
	}
	code, field := codes[r.status], r.header.Get("WWW-Authenticate")
	if code != "" && !w.noCode && !strings.Contains(field, `error="`+code+`"`) {
		found = append(found,
			finding{wrongChallenge, "WWW-Authenticate lacks the error code " + code, strconv.Quote(field)})
	}
	return found
}

// leaks reports whether a part of the token is in the response.
func leaks(token string, r *response) bool {
	const telling = 20 // characters; shorter parts may occur by chance
	var text strings.Builder
	_ = r.header.Write(&text)
	text.WriteString(r.body)
	for part := range strings.SplitSeq(token, ".") {
		if len(part) >= telling && strings.Contains(text.String(), part) {
			return true
		}
	}
	return false
}
