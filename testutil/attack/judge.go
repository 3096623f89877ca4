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
		found = append(found, judgeChallenge(a.want, r, target)...)
		if a.want.strict && right {
			found = append(found, judgeStrictly(a.want, r)...)
		}
	}
	return slices.DeleteFunc(found, func(f finding) bool {
		return f.class == wrongStatus && target.WithoutStatuses != "" ||
			f.class == wrongChallenge && target.WithoutChallenges != ""
	})
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
	code, field := codes[r.status], strings.Join(r.header.Values("WWW-Authenticate"), ", ")
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
