package middleware_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// row runs a subtest that covers the requirements with these ids.
func row(t *testing.T, name, ids string, f func(*testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		covers(t, ids)
		f(t)
	})
}

// responseTo is the right response for every reason, taken from the RFCs and not
// from the library.
var responseTo = map[middleware.Reason]struct {
	status int
	code   string
}{
	middleware.ErrNoToken:           {401, ""},
	middleware.ErrMalformedRequest:  {400, "invalid_request"},
	middleware.ErrMalformedToken:    {401, "invalid_token"},
	middleware.ErrUnknownIssuer:     {401, "invalid_token"},
	middleware.ErrUnknownKey:        {401, "invalid_token"},
	middleware.ErrWrongAlgorithm:    {401, "invalid_token"},
	middleware.ErrBadSignature:      {401, "invalid_token"},
	middleware.ErrNotAccessToken:    {401, "invalid_token"},
	middleware.ErrWrongAudience:     {401, "invalid_token"},
	middleware.ErrExpired:           {401, "invalid_token"},
	middleware.ErrNotYetValid:       {401, "invalid_token"},
	middleware.ErrRejected:          {401, "invalid_token"},
	middleware.ErrRevoked:           {401, "invalid_token"},
	middleware.ErrNotHolder:         {401, "invalid_token"},
	middleware.ErrInsufficientScope: {403, "insufficient_scope"},
	middleware.ErrUnavailable:       {503, ""},
}

// A hostile token has one defect.
type hostile struct {
	name, ids string
	token     string
	reason    middleware.Reason
	fixed     string // the same without the defect; "" means good().token()
}

// A genuine token is one that is accepted.
type genuine struct{ name, ids, token string }

// rejectsAll checks that every adapter rejects every token, and that the fixed ones are
// served, so that only the defect is rejected.
func (w *world) rejectsAll(t *testing.T, cases []hostile) {
	t.Helper()
	served := map[string]bool{}
	for _, c := range cases {
		row(t, c.name, c.ids, func(t *testing.T) {
			fixed := c.fixed
			if fixed == "" {
				fixed = good().token()
			}
			if !served[fixed] {
				served[fixed] = true
				w.serves(t, bearing(fixed), "fixed")
			}
			w.rejects(t, bearing(c.token), c.reason)
		})
	}
}

// acceptsAll checks that every adapter serves every token.
func (w *world) acceptsAll(t *testing.T, tokens []genuine) {
	t.Helper()
	for _, c := range tokens {
		row(t, c.name, c.ids, func(t *testing.T) { w.serves(t, bearing(c.token), "") })
	}
}

// serves checks that every adapter serves r. what describes it in errors.
func (w *world) serves(t *testing.T, r *http.Request, what string) {
	t.Helper()
	for _, d := range w.adapters {
		o := w.send(d, r.Clone(r.Context()))
		if o.status != 200 || !o.ran || o.panic != nil {
			t.Errorf("%s: %s: status %d, handler ran: %v, panic %v; %s", d.name, what, o.status, o.ran,
				o.panic, o.logged)
		}
	}
}

// rejects checks that every adapter rejects r for reason: status, challenge and body
// are right, the handler does not run, r causes no fetch beyond the bounds, and nothing of r is in
// the response or a log.
func (w *world) rejects(t *testing.T, r *http.Request, reason middleware.Reason) {
	t.Helper()
	requests, _ := w.origin.fetches()
	_, err := w.auth.Check(r.Clone(r.Context()), w.needOf(r)...)
	w.logged.take()
	if got := reasonOf(err); got != reason {
		t.Errorf("Check: reason %q, want %q", got, reason)
	}
	for _, d := range w.adapters {
		o := w.send(d, r.Clone(r.Context()))
		if err := o.check(r.Method, reason); err != nil {
			t.Errorf("%s: %v", d.name, err)
		}
		if leak := leaked(r, o); leak != "" {
			t.Errorf("%s: %s", d.name, leak)
		}
	}
	after, unexpected := w.origin.fetches()
	if len(unexpected) > 0 {
		t.Errorf("fetched %q", unexpected)
	}
	// A later time may be the time for a refresh.
	most := 0
	switch reason {
	case middleware.ErrUnknownKey, middleware.ErrUnavailable:
		return
	case middleware.ErrBadSignature: // the key may have been replaced under its name
		most = 3
	}
	if n := after - requests; n > most && w.clock.Load() == 0 {
		t.Errorf("%d fetches for a token that no key can verify", n)
	}
}

// check holds the response to a rejected request against the RFCs.
func (o outcome) check(method string, reason middleware.Reason) error {
	want, known := responseTo[reason]
	switch {
	case !known:
		return fmt.Errorf("no response is known for %q", reason)
	case o.panic != nil:
		return fmt.Errorf("panic: %v", o.panic)
	case o.ran:
		return fmt.Errorf("the handler ran")
	case o.status != want.status:
		return fmt.Errorf("status %d, want %d", o.status, want.status)
	case o.header.Get("Cache-Control") != "no-store":
		return fmt.Errorf("Cache-Control %q", o.header.Get("Cache-Control"))
	case len(o.header["Set-Cookie"]) > 0:
		return fmt.Errorf("a cookie is set")
	}
	if !strings.Contains(o.logged, "reason="+string(reason)) {
		return fmt.Errorf("no event with the reason %q: %s", reason, o.logged)
	}
	if want.status == 503 {
		if o.header.Get("Retry-After") == "" || o.header.Get("WWW-Authenticate") != "" {
			return fmt.Errorf("header of a 503: %v", o.header)
		}
		return nil
	}
	c, err := oneChallenge(o.header)
	if err != nil {
		return err
	}
	if c.params["error"] != want.code {
		return fmt.Errorf("error=%q, want %q", c.params["error"], want.code)
	}
	if _, described := c.params["error_description"]; described != (want.code != "") {
		return fmt.Errorf("error_description: %v", described)
	}
	if method == http.MethodHead {
		if o.body != "" {
			return fmt.Errorf("a body in the response to HEAD: %q", o.body)
		}
		return nil
	}
	var body map[string]string
	if err := json.Unmarshal([]byte(o.body), &body); err != nil || body["error"] != want.code {
		return fmt.Errorf("body %q: %v", o.body, err)
	}
	for name := range body {
		if name != "error" && name != "error_description" && name != "scope" {
			return fmt.Errorf("member %q in the body", name)
		}
	}
	return nil
}

// The characters that RFC 6750, section 3 allows in the parameters.
var (
	printable = regexp.MustCompile(`^[\x20\x21\x23-\x5B\x5D-\x7E]*$`)
	scopeList = regexp.MustCompile(`^[\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*$`)
)

// oneChallenge returns the one Bearer challenge of h, if it is one by RFC 9110
// and RFC 6750, section 3.
func oneChallenge(h http.Header) (wwwChallenge, error) {
	fields := h["Www-Authenticate"]
	if len(fields) != 1 {
		return wwwChallenge{}, fmt.Errorf("%d WWW-Authenticate fields: %q", len(fields), fields)
	}
	all, err := parseWWW(fields[0])
	if err != nil || len(all) != 1 {
		return wwwChallenge{}, fmt.Errorf("%q holds %d challenges: %v", fields[0], len(all), err)
	}
	c := all[0]
	switch {
	case c.scheme != "bearer" || c.token68 != "" || len(c.params) == 0:
		return c, fmt.Errorf("%q is no Bearer challenge", fields[0])
	case c.twice:
		return c, fmt.Errorf("%q has a parameter twice", fields[0])
	case !strings.HasPrefix(fields[0], "Bearer "):
		return c, fmt.Errorf("%q: the scheme is spelled unusually", fields[0])
	}
	for name, value := range c.params {
		known := map[string]*regexp.Regexp{"realm": printable, "scope": scopeList, "error": printable,
			"error_description": printable, "error_uri": printable, "resource_metadata": printable,
			"acr_values": printable, "max_age": printable}[name]
		if known == nil || name != "realm" && !known.MatchString(value) || !c.quoted[name] {
			return c, fmt.Errorf("%q: %s", fields[0], name)
		}
	}
	return c, nil
}

// leaked returns a description of what o reveals of the request, a token or a key,
// "" if nothing.
func leaked(r *http.Request, o outcome) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s\n%v\n%s\n%v", o.body, o.header, o.logged, o.panic)
	text := out.String()
	for _, secret := range secretsOf(r) {
		if strings.Contains(text, secret) {
			return fmt.Sprintf("%q is revealed: %s", secret, text)
		}
	}
	for _, inner := range []string{"golang-jwt", "crypto/", "invalid character", "strictjson", "go-jose",
		"illegal base64", "upstream-host"} {
		if strings.Contains(text, inner) {
			return "an inner error is revealed: " + text
		}
	}
	return ""
}

// needOf returns the requirements of r's route.
func (w *world) needOf(r *http.Request) []scopes.Requirement {
	switch r.URL.Path {
	case "/deals":
		return []scopes.Requirement{scopes.Scope("deals-read")}
	case "/both":
		return []scopes.Requirement{scopes.Scope("deals-read"), scopes.Scope("deals-write")}
	}
	return nil
}
