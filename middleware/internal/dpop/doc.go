// Package dpop checks DPoP proofs (RFC 9449), by which the client of a bound access token
// shows that it holds the token's key.
//
// A [Verifier] does what section 4.3 demands of a proof, items 2 to 12, and makes and
// checks the nonces of sections 8 and 9. The number of DPoP fields (item 1), the replay of
// a proof (section 11.1) and the response are for the caller.
//
// # Order
//
// Cheap checks come before dear ones, and the signature comes last:
//
//	form        three segments, 8 KiB at most
//	header      typ, alg, jwk; read once for each client, see below
//	claims      canonical base64url, one JSON object without repeated names
//	htm, htu, ath, jti, then iat or nonce
//	thumbprint  the key is the one that the token is bound to
//	signature
//
// So a caller that lets only proofs with a good token come here pays for a signature only
// if the token's own client made the proof, or someone who knows its public key.
//
// # Headers
//
// The header of a client's proofs is always the same text, because nothing in it changes
// from one proof to the next. What was read from it is cached by that text. Only the header
// of a proof that passed every check is stored, so only the holder of a token takes room,
// for the one key that the token is bound to.
//
// # The target URI
//
// htu is compared with a configured base URL followed by the path of the request target.
// The fields Host, Forwarded and X-Forwarded-* are never read, because a client can write
// them. Both sides are normalized by RFC 3986, sections 6.2.2 and 6.2.3; file uri.go says
// how, and file base.go what the path of a request target is.
//
// # Nonces
//
// A nonce is the number of a minute and a MAC of it. It is the same for all clients, and
// nothing is stored: replicas with the same secrets accept each other's nonces. It limits
// how long before its use a proof can have been made (section 11.2).
package dpop
