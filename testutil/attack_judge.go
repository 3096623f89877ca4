package testutil

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// A verdict is what has to come of a request.
type verdict struct {
	serve    bool  // the handler has to run
	statuses []int // any of these
	noCode   bool  // no error code in the challenge
	strict   bool  // the answer is as this library gives it
}

var (
	served = verdict{serve: true, statuses: []int{200}}
	// refused is for tokens that are not good (RFC 6750 section 3.1).
	refused = verdict{statuses: []int{401}}
	// malformed is for what is no token at all: whether that is an invalid
	// request or an invalid token is the API's to decide.
	malformed = verdict{statuses: []int{400, 401}}
	// forbidden is for good tokens that do not allow enough.
	forbidden = verdict{statuses: []int{403}}
	// unclear is for tokens that are either not good or do not allow enough.
	unclear = verdict{statuses: []int{400, 401, 403}}
	// anonymous is for requests without a bearer token: no error code, since
	// nothing failed yet.
	anonymous = verdict{statuses: []int{401}, noCode: true}
	// oversized also allows the server to have enough of the request.
	oversized = verdict{statuses: []int{400, 401, 413, 431}}
	// elsewhere is for tokens in places where the API may look and must not
	// accept one, and for methods that the route may not have.
	elsewhere = verdict{statuses: []int{400, 401, 404, 405, 415}}
)

// codes are the error codes that go with a status (RFC 6750 section 3.1).
var codes = map[int]string{400: "invalid_request", 401: "invalid_token", 403: "insufficient_scope"}

// String describes v, for the list of cases.
func (v verdict) String() string {
	var s []string
	for _, status := range v.statuses {
		s = append(s, strconv.Itoa(status))
	}
	text := strings.Join(s, ", ")
	if i := strings.LastIndex(text, ", "); i >= 0 {
		text = text[:i] + " or " + text[i+2:]
	}
	switch {
	case v.noCode:
		text += " without an error code"
	case len(v.statuses) == 1 && codes[v.statuses[0]] != "":
		text += " " + codes[v.statuses[0]]
	}
	return text
}

// try sends the request of c and judges what came of it.
func (a *arena) try(c Case) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.api == nil {
		a.api = a.API(a.issuer, http.HandlerFunc(a.canary))
	}
	var errs []error
	if c.before != nil {
		errs = append(errs, c.before())
	}
	ran, asked := a.ran.Load(), a.stranger.Requests(EndpointMetadata|EndpointKeys|EndpointToken)
	w, panicked := a.send(c.change)
	if panicked != nil {
		errs = append(errs, fmt.Errorf("the API panics: %v", panicked))
	}
	if did := a.ran.Load() != ran; did != c.verdict.serve {
		if did {
			errs = append(errs, errors.New("the handler ran"))
		} else {
			errs = append(errs, errors.New("the handler did not run"))
		}
	}
	if a.stranger.Requests(EndpointMetadata|EndpointKeys|EndpointToken) != asked {
		errs = append(errs, errors.New("the API asked a server that only the token names"))
	}
	if !slices.Contains(c.verdict.statuses, w.status) {
		errs = append(errs, fmt.Errorf("status %d, want %v", w.status, c.verdict))
	} else if !c.verdict.serve {
		errs = append(errs, a.judgeChallenge(c.verdict, w))
		errs = append(errs, leak(c.Token, w))
		if c.verdict.strict {
			errs = append(errs, judgeStrictly(c.verdict, w))
		}
	}
	if c.after != nil {
		errs = append(errs, c.after(w))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("%s\n%w", c.Tries, err)
	}
	return nil
}

// send sends a request and returns the answer, and what the API panicked with.
func (a *arena) send(change func(*http.Request)) (w *recorder, panicked any) {
	w = &recorder{header: make(http.Header)}
	r := a.request()
	change(r)
	panicked = serve(a.api, w, r)
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	return w, panicked
}

// sendToken is send for a request with a token.
func (a *arena) sendToken(token string) *recorder {
	w, _ := a.send(bearing(token))
	return w
}

// bearing returns what puts a token into a request as RFC 6750 section 2.1 has it.
func bearing(token string) func(*http.Request) {
	return func(r *http.Request) { r.Header["Authorization"] = []string{"Bearer " + token} }
}

// request returns a request to the API as a server has it, without a token.
func (a *arena) request() *http.Request {
	u, err := url.ParseRequestURI(a.Path)
	if err != nil {
		panic("testutil: " + err.Error()) // newArena has looked
	}
	r, err := http.NewRequest(a.Method, "/", http.NoBody)
	if err != nil {
		panic("testutil: Target.Method: " + err.Error())
	}
	r.URL, r.RequestURI, r.Host, r.RemoteAddr = u, a.Path, "api.example.com", "192.0.2.1:1234"
	r.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, HandshakeComplete: true, ServerName: r.Host}
	return r
}

// serve has h serve r, and returns what it panicked with.
func serve(h http.Handler, w http.ResponseWriter, r *http.Request) (panicked any) {
	defer func() { panicked = recover() }()
	h.ServeHTTP(w, r)
	return nil
}

// judgeChallenge judges the WWW-Authenticate fields of a refusal. A 401 has to
// have a challenge (RFC 9110 section 15.5.2), a 403 as well (RFC 6750 section
// 3). An error code may be missing, but not be a wrong one.
func (a *arena) judgeChallenge(v verdict, w *recorder) error {
	fields := w.sent.Values("WWW-Authenticate")
	if len(fields) == 0 {
		if w.status == 401 || w.status == 403 {
			return fmt.Errorf("status %d without a WWW-Authenticate field", w.status)
		}
		return nil
	}
	all, err := parseChallenges(fields)
	if err != nil {
		return fmt.Errorf("WWW-Authenticate %q: %w", fields, err)
	}
	var bearer []challenge
	for _, c := range all {
		if c.scheme == "bearer" {
			bearer = append(bearer, c)
		}
	}
	if len(bearer) != 1 {
		return fmt.Errorf("WWW-Authenticate %q has %d Bearer challenges, want one", fields, len(bearer))
	}
	code, there := bearer[0].params["error"]
	switch want := codes[w.status]; {
	case v.noCode && there:
		return fmt.Errorf("WWW-Authenticate %q has an error code for a request without a token", fields)
	case there && want != "" && code != want:
		return fmt.Errorf("WWW-Authenticate %q: error %q goes with another status than %d", fields, code, w.status)
	}
	if scope, there := bearer[0].params["scope"]; there && w.status == 403 && !slices.Contains(strings.Fields(scope), a.Scope) {
		return fmt.Errorf("WWW-Authenticate %q does not name the scope %q that is missing", fields, a.Scope)
	}
	return nil
}

// judgeStrictly judges what the RFCs leave open: that nobody stores a refusal,
// that an outage says when to come back, and that a refusal says its code.
func judgeStrictly(v verdict, w *recorder) error {
	switch {
	case !strings.Contains(w.sent.Get("Cache-Control"), "no-store"):
		return errors.New("a refusal without Cache-Control: no-store")
	case w.status == http.StatusServiceUnavailable && w.sent.Get("Retry-After") == "":
		return errors.New("status 503 without Retry-After")
	case codes[w.status] != "" && !v.noCode && !strings.Contains(w.sent.Get("WWW-Authenticate"), `error="`+codes[w.status]+`"`):
		return fmt.Errorf("WWW-Authenticate %q lacks the error code %q", w.sent.Get("WWW-Authenticate"), codes[w.status])
	}
	return nil
}

// leak looks for the token in the answer.
func leak(token string, w *recorder) error {
	const telling = 20 // characters; shorter parts may be there by chance
	var answer strings.Builder
	w.sent.Write(&answer)
	answer.Write(w.body.Bytes())
	for part := range strings.SplitSeq(token, ".") {
		if len(part) >= telling && strings.Contains(answer.String(), part) {
			return errors.New("the answer holds a part of the token")
		}
	}
	return nil
}
