package attack

import (
	"net/http"
	"time"

	"github.com/bearerguard/bearerguard/testutil"
)

// A Target is an API to attack in its own test.
type Target struct {
	// API builds the API. It must accept tokens of issuer for issuer.Audience(),
	// and call handler for each request that its guard admits, instead of or in
	// addition to what it serves. API is called before the first request, and
	// again with another issuer for each case that changes its issuer.
	API func(issuer *testutil.Issuer, handler http.Handler) http.Handler

	// Method and Path are those of the guarded route. Empty means GET and "/".
	Method, Path string

	// Scope is the scope that the route requires. Empty means that it requires
	// none, and leaves out the cases of the group "scope".
	Scope string

	// Algorithms are those that the API accepts, out of those of
	// testutil.Options.Keys. The first signs unless the attack is in the
	// signature. Nil means RS256, PS256, ES256 and EdDSA.
	Algorithms []string

	// Header and Claims are what the API requires of good tokens in addition to
	// RFC 9068 section 2, by the rules of testutil.Issuer.MintHeader.
	Header, Claims map[string]any

	// Strict adds the group "strict", for APIs that reject what this library
	// rejects in addition to the RFCs, and respond as it does.
	Strict bool

	// RFC9068 adds the group "rfc9068", for APIs that require every claim of
	// RFC 9068 section 2.2.
	RFC9068 bool

	// Discovery adds the group "discovery", for APIs that find the keys through
	// the issuer's metadata.
	Discovery bool

	// Clock adds the group "clock", for APIs whose clock is issuer.Now. The cases
	// move it.
	Clock bool

	// Slow adds the group "slow", for APIs that fetch the issuer's keys again when a
	// token names an unknown one. Its cases let the issuer hang.
	Slow bool

	// Cookie adds the group "cookie", for APIs that also read tokens in the cookie of
	// this name. Its cases are requests that other sites can make a browser send.
	Cookie string

	// Batch adds the group "batch", for APIs whose handlers have the API serve requests
	// that they make from the admitted one with its context, such as the parts of a batch.
	Batch bool

	// DPoP adds the group "dpop", for APIs that also accept tokens that are bound to a key,
	// with a proof by ES256 or EdDSA (RFC 9449). It is what clients write in front of the
	// path in htu, such as "https://api.example.com".
	DPoP string

	// Nonces is for APIs of which DPoP is set and that demand a nonce of theirs in every
	// proof (RFC 9449 section 9). It adds cases without that nonce, one of them if Clock is
	// set, and leaves out those of a wrong iat, which such an API need not look at.
	Nonces bool

	// Certificates adds the group "certificate", for APIs that also accept tokens that are
	// bound to a client certificate (RFC 8705). The certificates of a request are in its
	// field TLS. For an API that reads them from a header field, Target.API has to put a
	// handler in front that does what the proxy does.
	Certificates bool

	// MaxAge adds the group "age", for APIs that reject tokens issued longer ago
	// than this. Zero leaves the group out.
	MaxAge time.Duration

	// Revoke adds the group "revoked". It puts the token with this jti on the
	// API's denylist. Nil leaves the group out.
	Revoke func(jti string)

	// Without leaves out cases, each with the reason. A key is the name of a case
	// or a pattern as in path.Match, such as "size/*".
	Without map[string]string

	// WithoutChallenges leaves out the checks of the WWW-Authenticate field, and
	// WithoutStatuses those of the status of a response to a rejected request.
	// The value is the reason. Empty means that they are checked.
	WithoutChallenges, WithoutStatuses string
}
