package dpop

// Fault says in one word why a proof was rejected. The empty Fault means that it was not.
// It never holds text of the proof, so it may be logged.
type Fault string

// The faults. All but FaultNonce and FaultHolder are an invalid_dpop_proof (RFC 9449,
// section 7.1).
const (
	// FaultForm: the proof is too long, or is no JWS in compact serialization with
	// canonical base64url; its header or claims are not one JSON object without repeated
	// names and variants of their spelling; or nonce is no string.
	FaultForm Fault = "form"
	// FaultCritical: the header has crit, b64, enc or zip.
	FaultCritical Fault = "critical"
	// FaultType: typ is not dpop+jwt.
	FaultType Fault = "type"
	// FaultAlgorithm: alg is missing, or the configuration does not allow it.
	FaultAlgorithm Fault = "algorithm"
	// FaultKey: jwk is missing, malformed, weak or too large, or not for alg.
	FaultKey Fault = "key"
	// FaultPrivateKey: jwk has a private member.
	FaultPrivateKey Fault = "private_key"
	// FaultMethod: htm is not the method of the request.
	FaultMethod Fault = "method"
	// FaultURI: htu is not the target URI of the request.
	FaultURI Fault = "uri"
	// FaultToken: ath is missing, or is not the hash of the access token.
	FaultToken Fault = "token"
	// FaultID: jti is missing, empty or longer than 256 bytes.
	FaultID Fault = "id"
	// FaultTime: iat is missing, no sensible time, or not in the window.
	FaultTime Fault = "time"
	// FaultNonce: the proof needs a nonce and has none, or one that is old or another
	// server's. The response is use_dpop_nonce with the current one (RFC 9449, section 9).
	FaultNonce Fault = "nonce"
	// FaultHolder: the key is not the one that the token is bound to. The response is
	// invalid_token, because the proof may be good.
	FaultHolder Fault = "holder"
	// FaultSignature: the signature is not by the key in the header.
	FaultSignature Fault = "signature"
)
