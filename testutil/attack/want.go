package attack

import (
	"strconv"
	"strings"
)

// A want is the expected result of a request.
type want struct {
	serve    bool  // the handler has to run
	statuses []int // any of these
	noCode   bool  // no error code in the challenge
	bare     bool  // a 403 needs no challenge: no other token would do
	dpop     bool  // a 401 needs a challenge of the scheme DPoP
	strict   bool  // the response is as this library gives it
}

var (
	served = want{serve: true, statuses: []int{200}}
	// rejected is for tokens that are not good (RFC 6750 section 3.1).
	rejected = want{statuses: []int{401}}
	// malformed is for text that is not a token: the API decides whether that is
	// an invalid request or an invalid token.
	malformed = want{statuses: []int{400, 401}}
	// forbidden is for good tokens that do not permit the request.
	forbidden = want{statuses: []int{403}}
	// unclear is for tokens that are either not good or do not permit the request.
	unclear = want{statuses: []int{400, 401, 403}}
	// anonymous is for requests without a bearer token. They get no error code
	// (RFC 6750 section 3.1).
	anonymous = want{statuses: []int{401}, noCode: true}
	// oversized also allows the server to stop reading the request.
	oversized = want{statuses: []int{400, 401, 413, 431}}
	// elsewhere is for tokens in places where the API may look but must not accept
	// one, and for methods that the route may not have.
	elsewhere = want{statuses: []int{400, 401, 404, 405, 415}}
	// unchecked is for tokens that the API cannot check, as far as the RFCs go.
	unchecked = want{statuses: []int{401, 500, 502, 503, 504}}

	// unproven is for tokens without a good proof of possession (RFC 9449 section 7.1).
	unproven = want{statuses: []int{401}, dpop: true}
	// uncertain is for proofs that are none: the API decides whether that is an invalid
	// request or an invalid proof.
	uncertain = want{statuses: []int{400, 401}, dpop: true}

	// strictly is rejected with everything that this library says in a response.
	strictly = want{statuses: []int{401}, strict: true}
	// unintelligible is for text whose characters no token has.
	unintelligible = want{statuses: []int{400}, strict: true}
	// unavailable is for good tokens that the API cannot check for the moment.
	unavailable = want{statuses: []int{503}, strict: true}
)

// proofCodes are the error codes of the scheme DPoP that go with a 401 (RFC 9449 sections
// 7.1 and 9).
var proofCodes = []string{"invalid_token", "invalid_dpop_proof", "use_dpop_nonce"}

// codes are the error codes that go with a status (RFC 6750 section 3.1).
var codes = map[int]string{400: "invalid_request", 401: "invalid_token", 403: "insufficient_scope"}

// String describes w, for the list of cases.
func (w want) String() string {
	var s []string
	for _, status := range w.statuses {
		s = append(s, strconv.Itoa(status))
	}
	text := strings.Join(s, ", ")
	if i := strings.LastIndex(text, ", "); i >= 0 {
		text = text[:i] + " or " + text[i+2:]
	}
	switch {
	case w.noCode:
		text += " without an error code"
	case w.dpop:
		text += ", a 401 with a DPoP challenge"
	case len(w.statuses) == 1 && codes[w.statuses[0]] != "":
		text += " " + codes[w.statuses[0]]
	}
	return text
}
