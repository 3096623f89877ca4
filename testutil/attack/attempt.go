package attack

import "net/http"

// An attempt is what a case does.
type attempt struct {
	want   want
	token  string // the token of the request, to look for in the response
	change func(*http.Request)
	outer  func(*http.Request)      // makes the request that the handler makes this one from; may be nil
	before func() *finding          // prepares the API for the request; may be nil
	after  func(*response) *finding // judges more of the response; may be nil
}

// A response is what the API responded, and what it did meanwhile.
type response struct {
	status   int
	header   http.Header
	body     string
	ran      bool // the handler
	asked    bool // the API sent a request to the other issuer
	panicked any
}

// bearing returns what puts a token into a request as in RFC 6750 section 2.1.
func bearing(token string) func(*http.Request) {
	return func(r *http.Request) { r.Header["Authorization"] = []string{"Bearer " + token} }
}
