package attack

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// judge returns what is wrong with the response to an attempt, the worst first.
func (h *harness) judge(a *attempt, r *response) []finding {
	var found []finding
	add := func(cause string, detail ...any) {
		found = append(found, finding{cause, fmt.Sprint(detail...)})
	}
	switch {
	case r.ran && !a.want.serve:
		add(admitted)
	case !r.ran && a.want.serve:
		add(rejectedGood)
	}
	if r.panicked != nil {
		add("the API panics", r.panicked)
	}
	if r.asked {
		add("the API sends a request to a server that only the token names")
	}
	status := slices.Contains(a.want.statuses, r.status)
	if !status && (a.want.serve || r.ran || h.WithoutStatuses == "") {
		add(fmt.Sprintf("status %d, want %v", r.status, a.want))
		return found
	}
	if a.want.serve {
		return found
	}
	if h.WithoutChallenges == "" {
		if f := judgeChallenge(a.want, r, h.Scope); f != nil {
			found = append(found, *f)
		}
	}
	if leaks(a.token, r) {
		add("the response contains a part of the token")
	}
	if f := h.judgeStrictly(a.want, r); f != nil && a.want.strict && status {
		found = append(found, *f)
	}
	return found
}

// judgeChallenge judges the WWW-Authenticate fields of a refusal. A 401 must have a
// challenge (RFC 9110 section 15.5.2), a 403 as well (RFC 6750 section 3). An error
// code may be missing, but must not be wrong. scope is the scope that the route
// requires.
func judgeChallenge(w want, r *response, scope string) *finding {
	fields := r.header.Values("WWW-Authenticate")
	if len(fields) == 0 {
		if r.status == 401 || r.status == 403 {
			return &finding{fmt.Sprintf("status %d without a WWW-Authenticate field", r.status), ""}
		}
		return nil
	}
	detail := fmt.Sprintf("%q", fields)
	all, err := parseChallenges(fields)
	if err != nil {
		return &finding{"a WWW-Authenticate field that clients cannot read", detail + ": " + err.Error()}
	}
	var bearer []challenge
	for _, c := range all {
		if c.scheme == "bearer" {
			bearer = append(bearer, c)
		}
	}
	if len(bearer) != 1 {
		return &finding{fmt.Sprintf("WWW-Authenticate has %d Bearer challenges, want one", len(bearer)), detail}
	}
	code, there := bearer[0].params["error"]
	switch right := codes[r.status]; {
	case w.noCode && there:
		return &finding{"WWW-Authenticate has an error code for a request without a token", detail}
	case there && right != "" && code != right:
		return &finding{fmt.Sprintf("WWW-Authenticate has the error code of another status than %d", r.status), detail}
	}
	if named, there := bearer[0].params["scope"]; there && r.status == 403 && !slices.Contains(strings.Fields(named), scope) {
		return &finding{"WWW-Authenticate names another scope than the missing one", detail}
	}
	return nil
}

// judgeStrictly judges what the RFCs leave open: that no cache stores a refusal,
// that an outage says when to come back, and that a refusal has its error code.
func (h *harness) judgeStrictly(w want, r *response) *finding {
	code := codes[r.status]
	switch field := r.header.Get("WWW-Authenticate"); {
	case !strings.Contains(r.header.Get("Cache-Control"), "no-store"):
		return &finding{"a refusal without Cache-Control: no-store", ""}
	case r.status == http.StatusServiceUnavailable && r.header.Get("Retry-After") == "":
		return &finding{"status 503 without Retry-After", ""}
	case code != "" && !w.noCode && h.WithoutChallenges == "" && !strings.Contains(field, `error="`+code+`"`):
		return &finding{"WWW-Authenticate lacks the error code " + code, fmt.Sprintf("%q", field)}
	}
	return nil
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
