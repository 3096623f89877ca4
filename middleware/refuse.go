package middleware

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A refusal is the JSON body of an error response.
type refusal struct {
	Error       string `json:"error,omitempty"`
	Description string `json:"error_description,omitempty"`
	Scope       string `json:"scope,omitempty"`
	ACRValues   string `json:"acr_values,omitempty"`
	MaxAge      int64  `json:"max_age,omitempty"` // in seconds
}

// A response is what a client is told about a Reason. The code is that of RFC 6750,
// section 3.1, or RFC 9470, section 3. It is empty if the request had no token or if
// the client is not at fault.
type response struct {
	status      int
	code        string
	description string
}

// unverified is the one response to everything that is wrong with a token before its
// signature is verified, so that trying out keys and issuers reveals nothing.
var unverified = response{http.StatusUnauthorized, "invalid_token", "The access token could not be verified"}

// responses holds the response to every Reason.
var responses = map[Reason]response{
	ErrNoToken: {http.StatusUnauthorized, "", "A bearer token is needed"},
	ErrMalformedRequest: {http.StatusBadRequest, "invalid_request",
		"The Authorization field must hold exactly one bearer token"},
	ErrCrossOrigin: {http.StatusForbidden, "",
		"The request must come from a page of the API's own origin"},
	ErrMalformedToken: unverified,
	ErrUnknownIssuer:  unverified,
	ErrUnknownKey:     unverified,
	ErrWrongAlgorithm: unverified,
	ErrBadSignature:   unverified,
	ErrNotAccessToken: {http.StatusUnauthorized, "invalid_token", "The token is not an access token"},
	ErrWrongAudience: {http.StatusUnauthorized, "invalid_token",
		"The access token was issued for another audience"},
	ErrExpired:     {http.StatusUnauthorized, "invalid_token", "The access token expired"},
	ErrNotYetValid: {http.StatusUnauthorized, "invalid_token", "The access token is not valid yet"},
	ErrRejected:    {http.StatusUnauthorized, "invalid_token", "The access token is not accepted here"},
	ErrRevoked:     {http.StatusUnauthorized, "invalid_token", "The access token was revoked"},
	ErrNotHolder: {http.StatusUnauthorized, "invalid_token",
		"The access token is bound to no key that the caller has shown"},
	ErrBadProof: {http.StatusUnauthorized, "invalid_dpop_proof", "The DPoP proof is missing or not valid"},
	ErrReplayed: {http.StatusUnauthorized, "invalid_dpop_proof", "The DPoP proof was used before"},
	ErrNonceNeeded: {http.StatusUnauthorized, "use_dpop_nonce",
		"The DPoP proof must carry the nonce of this response"},
	ErrInsufficientScope: {http.StatusForbidden, "insufficient_scope",
		"The access token does not cover this request"},
	ErrInsufficientAuthentication: {http.StatusUnauthorized, "insufficient_user_authentication",
		"A different or more recent authentication is needed"},
	ErrUnavailable: {http.StatusServiceUnavailable, "", "The access token cannot be verified at the moment"},
}

// A challenger makes the responses to rejected requests. Its fields are the parts
// that all challenges of an Authenticator share.
type challenger struct {
	schemes  []schemeChallenge
	metadata string // resource_metadata after a comma, quoted, or ""
	expose   bool   // scripts of other origins may read challenges
	body     func(Refusal) (mediaType string, body any)
	next     *challenger // whose challenges follow, nil if there is none
	places   bool        // tokens may be in other places than the Authorization field
}

// A schemeChallenge is the part of a scheme's challenge that is always the same.
type schemeChallenge struct {
	realm string // scheme and first parameter
	more  string // parameters behind it
	dpop  bool
}

func newChallenger(c *checkedConfig) challenger {
	made := challenger{
		expose: c.ExposeChallenge || c.resource != nil, body: c.RefusalBody,
		places: c.places != nil,
	}
	for _, scheme := range c.places.schemes() {
		if c.DPoP == nil || !c.DPoP.Required {
			made.schemes = append(made.schemes, schemeChallenge{realm: scheme + " realm=" + quotedString(c.Realm)})
		}
	}
	if c.DPoP != nil {
		made.schemes = append(made.schemes, schemeChallenge{
			realm: dpopScheme + " realm=" + quotedString(c.Realm), dpop: true,
			more: `, algs="` + strings.Join(c.DPoP.Algorithms, " ") + `"`,
		})
	}
	if c.resource != nil {
		made.metadata = ", resource_metadata=" + quotedString(metadataURL(c.resource))
	}
	return made
}

// refuse implements Authenticator.Refuse.
func (c *challenger) refuse(h http.Header, err error) (status int, body refusal) {
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	e, ok := errors.AsType[*Error](err)
	if !ok {
		reason, ok := errors.AsType[Reason](err)
		if !ok {
			return http.StatusInternalServerError, refusal{Description: "The request could not be checked"}
		}
		e = &Error{Reason: reason}
	}
	if e.nonce != "" {
		h[nonceField] = []string{e.nonce}
		if c.expose {
			expose(h, "DPoP-Nonce")
		}
	}
	if errors.Is(e.cause, context.Canceled) {
		return statusCallerLeft, refusal{Description: "The request was canceled"}
	}
	resp, ok := responses[e.Reason]
	if !ok {
		return http.StatusInternalServerError, refusal{Description: "The request could not be checked"}
	}
	if e.Reason == ErrMalformedRequest && c.places {
		resp.description = "The request must carry exactly one access token"
	}
	body = refusal{Error: resp.code, Description: resp.description}
	if e.Reason == ErrInsufficientScope || e.Reason == ErrInsufficientAuthentication {
		body.Scope = strings.Join(e.scopes, " ")
	}
	if e.Reason == ErrInsufficientAuthentication {
		body.ACRValues, body.MaxAge = strings.Join(e.acr, " "), int64(e.maxAge/time.Second)
	}
	if e.Reason == ErrUnavailable {
		h.Set("Retry-After", strconv.Itoa(wholeSeconds(e.RetryAfter)))
		return resp.status, body
	}
	if e.Reason == ErrCrossOrigin {
		return resp.status, body // no other token would do
	}
	c.challenge(h, resp, e)
	return resp.status, body
}

// challenge adds the challenges for e to h, one for each scheme. What is wrong stands in
// that of the scheme that the client has used (RFC 9449, section 7.2), or in all if it is
// not clear which that is. challenge replaces those that an outer guard of the same realm
// set, and keeps those of other schemes and realms.
func (c *challenger) challenge(h http.Header, resp response, e *Error) {
	fault := c.fault(resp, e)
	const name = "Www-Authenticate"
	var kept []string
	for _, other := range h[name] {
		if !c.hasRealm(other) {
			kept = append(kept, other)
		}
	}
	everywhere := resp.code == "" || e.Reason == ErrMalformedRequest || len(c.schemes) == 1
	for _, scheme := range c.schemes {
		said := scheme.realm + scheme.more
		if everywhere || scheme.dpop == e.dpop {
			said += fault
		}
		kept = append(kept, said+c.metadata)
	}
	h[name] = kept
	if c.expose {
		expose(h, "WWW-Authenticate")
	}
	if c.next != nil {
		c.next.challenge(h, resp, e)
	}
}

// fault returns the parameters of a challenge that say what is wrong, with a comma in front.
func (c *challenger) fault(resp response, e *Error) string {
	var b strings.Builder
	b.Grow(256)
	if resp.code != "" {
		b.WriteString(`, error="` + resp.code + `", error_description="` + resp.description + `"`)
	}
	// Clients that read the metadata ask for the scopes of the challenge.
	tellScopes := resp.status == http.StatusUnauthorized && c.metadata != "" ||
		e.Reason == ErrInsufficientScope || e.Reason == ErrInsufficientAuthentication
	if tellScopes && len(e.scopes) > 0 {
		b.WriteString(`, scope="` + strings.Join(e.scopes, " ") + `"`)
	}
	if e.Reason == ErrInsufficientAuthentication {
		if len(e.acr) > 0 {
			b.WriteString(", acr_values=" + quotedString(strings.Join(e.acr, " ")))
		}
		if e.maxAge > 0 {
			b.WriteString(`, max_age="` + strconv.FormatInt(int64(e.maxAge/time.Second), 10) + `"`)
		}
	}
	return b.String()
}

// hasRealm reports whether a challenge is one of c's.
func (c *challenger) hasRealm(challenge string) bool {
	return slices.ContainsFunc(c.schemes, func(own schemeChallenge) bool {
		return strings.HasPrefix(challenge, own.realm)
	})
}

// wholeSeconds rounds d up, to one second at least.
func wholeSeconds(d time.Duration) int {
	return max(1, int(math.Ceil(d.Seconds())))
}

// quotedString returns s as a quoted-string (RFC 9110, section 5.6.4). New has
// rejected what cannot be quoted.
func quotedString(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// refusalOf returns the Refusal of a status and its usual body.
func refusalOf(status int, body refusal, retryAfter time.Duration) Refusal {
	return Refusal{
		Status: status, Code: body.Error, Description: body.Description,
		Scopes: strings.Fields(body.Scope), ACRValues: strings.Fields(body.ACRValues),
		MaxAge: time.Duration(body.MaxAge) * time.Second, RetryAfter: retryAfter,
	}
}

// own returns the body of the API's own making as JSON. It reports false if there is none,
// or if it cannot be written: the usual body takes its place.
func (c *challenger) own(status int, body refusal, err error) (mediaType string, text []byte, ok bool) {
	mediaType, made := c.body(refusalOf(status, body, retryAfterOf(err)))
	text, encodeErr := json.Marshal(made)
	if encodeErr != nil || mediaType == "" {
		return "", nil, false
	}
	return mediaType, append(text, '\n'), true
}

// refuseWithBody implements Authenticator.Refuse.
func (c *challenger) refuseWithBody(h http.Header, err error) (status int, body any) {
	status, usual := c.refuse(h, err)
	if c.body != nil {
		if mediaType, text, ok := c.own(status, usual, err); ok {
			h.Set("Content-Type", mediaType)
			return status, json.RawMessage(text)
		}
	}
	return status, usual
}

// retryAfterOf returns when the client should come back.
func retryAfterOf(err error) time.Duration {
	var e *Error
	if errors.As(err, &e) && e.Reason == ErrUnavailable {
		return max(e.RetryAfter, time.Second)
	}
	return 0
}

// write implements Authenticator.WriteRefusal.
func (c *challenger) write(w http.ResponseWriter, r *http.Request, err error) {
	status, body := c.refuse(w.Header(), err)
	if c.body != nil {
		if mediaType, text, ok := c.own(status, body, err); ok {
			writeText(w, r, status, mediaType, text)
			return
		}
	}
	if text, ok := refusalTexts[body]; ok {
		writeText(w, r, status, jsonType, text)
		return
	}
	writeJSON(w, r, status, body)
}

// refusalTexts holds the JSON of every refusal that names no scope. These are the
// ones that a client without a good token can cause at will.
var refusalTexts = func() map[refusal][]byte {
	texts := make(map[refusal][]byte, len(responses))
	for _, resp := range responses {
		body := refusal{Error: resp.code, Description: resp.description}
		text, err := json.Marshal(body)
		if err != nil {
			panic(err)
		}
		texts[body] = append(text, '\n')
	}
	return texts
}()
