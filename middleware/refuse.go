package middleware

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A Refusal is the body of a refused request's answer.
type Refusal struct {
	// Error is the error code of RFC 6750, section 3.1 or RFC 9470, section 3;
	// empty if the request carried no token, or the fault is not the client's.
	Error string `json:"error,omitempty"`
	// Description is a fixed sentence for the developer of the client.
	Description string `json:"error_description,omitempty"`
	// Scope lists the scopes that the route needs, separated by spaces.
	Scope string `json:"scope,omitempty"`
}

// An answer is how a Reason is told to the client.
type answer struct {
	status      int
	code        string
	description string
}

// unverified is the one answer for everything that is wrong with a token before
// its signature holds: whoever tries keys and issuers learns nothing from it.
var unverified = answer{http.StatusUnauthorized, "invalid_token", "The access token could not be verified"}

// table holds the answer to every Reason.
var table = map[Reason]answer{
	ErrNoToken:          {http.StatusUnauthorized, "", "A bearer token is needed"},
	ErrMalformedRequest: {http.StatusBadRequest, "invalid_request", "The Authorization field must hold exactly one bearer token"},
	ErrMalformedToken:   unverified,
	ErrUnknownIssuer:    unverified,
	ErrUnknownKey:       unverified,
	ErrWrongAlgorithm:   unverified,
	ErrBadSignature:     unverified,
	ErrNotAccessToken:   {http.StatusUnauthorized, "invalid_token", "The token is not an access token"},
	ErrWrongAudience:    {http.StatusUnauthorized, "invalid_token", "The access token was issued for another audience"},
	ErrExpired:          {http.StatusUnauthorized, "invalid_token", "The access token expired"},
	ErrNotYetValid:      {http.StatusUnauthorized, "invalid_token", "The access token is not valid yet"},
	ErrRejected:         {http.StatusUnauthorized, "invalid_token", "The access token is not accepted here"},
	ErrRevoked:          {http.StatusUnauthorized, "invalid_token", "The access token was revoked"},
	ErrNotHolder:        {http.StatusUnauthorized, "invalid_token", "The access token is bound to a key and came without its proof"},
	ErrInsufficientScope: {http.StatusForbidden, "insufficient_scope",
		"The access token does not cover this request"},
	ErrInsufficientAuthentication: {http.StatusUnauthorized, "insufficient_user_authentication",
		"A different or more recent authentication is needed"},
	ErrUnavailable: {http.StatusServiceUnavailable, "", "The access token cannot be verified at the moment"},
}

// answers holds what is the same in all of an Authenticator's answers.
type answers struct {
	realm    string // the first parameter, quoted
	metadata string // resource_metadata with its comma, quoted, or ""
}

func newAnswers(c *checkedConfig) answers {
	ans := answers{realm: "Bearer realm=" + quotedString(c.Realm)}
	if c.resource != nil {
		ans.metadata = ", resource_metadata=" + quotedString(metadataURL(c.resource))
	}
	return ans
}

// Refuse is the one place where an error becomes HTTP. It sets in h what the
// answer needs, WWW-Authenticate (RFC 6750, section 3), Cache-Control and
// Retry-After, and returns the status and a body to be sent as JSON. Nothing of
// it depends on the token's content or on an error's text.
//
// An err that is no refusal of this package means 500: whatever it is, the
// request must not pass.
func (a *answers) refuse(h http.Header, err error) (status int, body Refusal) {
	h.Set("Cache-Control", "no-store")
	var e *Error
	if !errors.As(err, &e) {
		var reason Reason
		if !errors.As(err, &reason) {
			return http.StatusInternalServerError, Refusal{Description: "The request could not be checked"}
		}
		e = &Error{Reason: reason}
	}
	ans, ok := table[e.Reason]
	if !ok {
		return http.StatusInternalServerError, Refusal{Description: "The request could not be checked"}
	}
	body = Refusal{Error: ans.code, Description: ans.description}
	if e.Reason == ErrInsufficientScope || e.Reason == ErrInsufficientAuthentication {
		body.Scope = strings.Join(e.scopes, " ")
	}
	if e.Reason == ErrUnavailable {
		h.Set("Retry-After", strconv.Itoa(seconds(e.RetryAfter)))
		return ans.status, body
	}
	a.challenge(h, ans, e)
	return ans.status, body
}

// challenge adds the challenge for e. A challenge that somebody else set stays,
// one of ours from a guard further out does not.
func (a *answers) challenge(h http.Header, ans answer, e *Error) {
	var c strings.Builder
	c.Grow(256)
	c.WriteString(a.realm)
	if ans.code != "" {
		c.WriteString(`, error="` + ans.code + `", error_description="` + ans.description + `"`)
	}
	// Clients that come by the metadata ask for the scopes of the challenge.
	tellScopes := ans.status == http.StatusUnauthorized && a.metadata != "" ||
		e.Reason == ErrInsufficientScope || e.Reason == ErrInsufficientAuthentication
	if tellScopes && len(e.scopes) > 0 {
		c.WriteString(`, scope="` + strings.Join(e.scopes, " ") + `"`)
	}
	if e.Reason == ErrInsufficientAuthentication {
		if len(e.acr) > 0 {
			c.WriteString(", acr_values=" + quotedString(strings.Join(e.acr, " ")))
		}
		if e.maxAge > 0 {
			c.WriteString(`, max_age="` + strconv.FormatInt(int64(e.maxAge/time.Second), 10) + `"`)
		}
	}
	c.WriteString(a.metadata)

	const name = "Www-Authenticate"
	var kept []string
	for _, other := range h[name] {
		if !strings.HasPrefix(other, a.realm) {
			kept = append(kept, other)
		}
	}
	h[name] = append(kept, c.String())
	if a.metadata != "" {
		expose(h, "WWW-Authenticate")
	}
}

// expose lets scripts read a field of the answer, if the API's CORS policy lets
// them read the answer at all (Fetch, section 3.2).
func expose(h http.Header, field string) {
	const name = "Access-Control-Expose-Headers"
	for _, fields := range h[name] {
		for known := range strings.SplitSeq(fields, ",") {
			if known = strings.TrimSpace(known); known == "*" || strings.EqualFold(known, field) {
				return
			}
		}
	}
	h.Add(name, field)
}

// seconds rounds d up to whole seconds, at least one.
func seconds(d time.Duration) int {
	return max(1, int(math.Ceil(d.Seconds())))
}

// quotedString returns s as a quoted-string (RFC 9110, section 5.6.4). New
// has refused whatever cannot be quoted.
func quotedString(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// write answers a refused request: Refuse, then status and body.
func (a *answers) write(w http.ResponseWriter, r *http.Request, err error) {
	status, body := a.refuse(w.Header(), err)
	if text, ok := refusalTexts[body]; ok {
		writeText(w, r, status, text)
		return
	}
	writeJSON(w, r, status, body)
}

// refusalTexts holds the refusals that name no scope as JSON: those that
// somebody who has no good token can cause at will.
var refusalTexts = func() map[Refusal][]byte {
	texts := make(map[Refusal][]byte, len(table))
	for _, ans := range table {
		body := Refusal{Error: ans.code, Description: ans.description}
		text, err := json.Marshal(body)
		if err != nil {
			panic(err)
		}
		texts[body] = append(text, '\n')
	}
	return texts
}()
