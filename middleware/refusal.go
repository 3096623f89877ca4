package middleware

import (
	"net/http"
	"strings"
	"time"
)

// A Refusal is what a client may be told about its rejected request, for
// Config.RefusalBody.
type Refusal struct {
	// Status is the status of the response.
	Status int
	// Code is the error code (RFC 6750, section 3.1; RFC 9470, section 3), "" if the
	// request had no token or if the client is not at fault.
	Code string
	// Description says what is wrong, in fixed words.
	Description string
	// Scopes are the scopes that the route needs, if the token lacks one.
	Scopes []string
	// ACRValues and MaxAge are the authentication that the route needs (RFC 9470), if
	// the token's does not do.
	ACRValues []string
	MaxAge    time.Duration
	// RetryAfter is when the client should come back, for status 503.
	RetryAfter time.Duration
}

// ProblemDetails is a Config.RefusalBody that writes problem details (RFC 9457), with
// the members "error", "scope", "acr_values" and "max_age" as extensions.
func ProblemDetails(r Refusal) (mediaType string, body any) {
	return "application/problem+json", struct {
		Type   string `json:"type"`
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail,omitempty"`
		Error  string `json:"error,omitempty"`
		Scope  string `json:"scope,omitempty"`
		ACR    string `json:"acr_values,omitempty"`
		MaxAge int64  `json:"max_age,omitempty"`
	}{
		"about:blank", title(r.Status), r.Status, r.Description,
		r.Code, strings.Join(r.Scopes, " "), strings.Join(r.ACRValues, " "), int64(r.MaxAge / time.Second),
	}
}

// title returns the title of a status (RFC 9457, section 4.2.1).
func title(status int) string {
	if status == statusCallerLeft {
		return "Client Closed Request"
	}
	return http.StatusText(status)
}

// statusCallerLeft is the status for a request whose caller has left, the one that
// nginx logs for it. No client receives it. It is none of the API's errors in a metric
// of statuses, and says nothing about the token.
const statusCallerLeft = 499
