// Package attack sends hostile requests to an HTTP API that takes OAuth 2.0 access
// tokens, in the API's own test, and reports each one that the API handles wrongly.
//
// The API may be built with any library. [Run] needs a function that builds it
// around an authorization server of package testutil and a handler:
//
//	func TestAttacks(t *testing.T) {
//		attack.Run(t, attack.Target{
//			Path: "/v1/deals", Scope: "deals-read",
//			API: func(issuer *testutil.Issuer, handler http.Handler) http.Handler {
//				return newAPI(issuer.URL(), issuer.Audience(), handler)
//			},
//		})
//	}
//
// A request is handled right if
//
//   - the handler runs for good tokens, and only for them;
//   - the status is the one that the RFCs name, or one of several where they leave
//     the choice, as between 400 and 401 for text that is not a token;
//   - a 401 or 403 has a WWW-Authenticate field that clients can read, with one
//     Bearer challenge, and an error code, if there is one, that belongs to the status;
//     an API that accepts DPoP proofs has a DPoP challenge for them, and need not have the
//     other one;
//   - the response contains no part of the token or its proof;
//   - the API sends no request to an address that only the token names;
//   - it does not work much longer on a token with long lists than on another one of
//     the same length, and does not keep good requests waiting for others.
//
// Groups of cases for what only some APIs do run if the Target says so. Tokens that are
// bound to a key (RFC 9449) or a client certificate (RFC 8705) are rejected by every API
// that cannot check what they are bound to. [Target.DPoP] and [Target.Certificates] are for
// APIs that can: they have to admit such tokens with a good proof or the right certificate,
// and with nothing else.
//
// [Target.Cases] returns the same cases for APIs without an HTTP server.
package attack
