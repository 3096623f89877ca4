package middleware

import "github.com/bearerguard/bearerguard/middleware/internal/dpop"

// Hints about tokens that are bound to a key.
const (
	hintProofs       = "have the client send exactly one DPoP field with the scheme DPoP"
	hintWithoutProof = "have the client send the token with the scheme DPoP and a proof: " +
		"it is bound to a DPoP key and came with another scheme"
	hintUnbound = "have the client request a token that is bound to its key, or send this one with " +
		"the scheme Bearer: it is bound to no DPoP key"
	hintRequired = "have the client request a token that is bound to its key: this API or this route " +
		"accepts no other"
	hintOtherKey = "have the client sign its proofs with the key that its token is bound to: " +
		"the proof is of another key"
	hintReplays = "look at the store in DPoP.Replays: it returned an error"

	hintReplaysFull = "raise DPoP.MaxReplayBytes, or look for a client that sends very many requests: " +
		"the memory for used proofs is full"

	hintNoCertificate = "have the client present the certificate that its token is bound to, and the server " +
		"or its proxy ask for it: the request has none"
	hintOtherCertificate = "have the client present the certificate that its token is bound to: " +
		"the request has another one"
	hintCertificateField = "compare Certificates.Format with what the proxy writes: " +
		"its field does not hold exactly one certificate"
	hintUntrustedProxy = "add the network of the proxy to Certificates.Proxies, or look for a client that " +
		"sends the proxy's field itself: the field came from another peer"
	hintUncertified = "have the client request a token that is bound to its certificate: " +
		"Certificates.Required demands it"
)

// hintProof returns what to do about a proof that is not valid.
func hintProof(fault dpop.Fault) string {
	switch fault {
	case dpop.FaultURI:
		return "add what clients write in front of the path to DPoP.BaseURLs: " +
			"the htu of the proof is another URL than that of the request"
	case dpop.FaultMethod:
		return "have the client make a proof for each request: its htm is another method"
	case dpop.FaultTime:
		return "compare the clocks of the client and of this API, or set DPoP.NonceSecrets, with which the " +
			"client's clock does not count: iat is too old or lies in the future"
	case dpop.FaultToken:
		return "have the client put the SHA-256 of this token into ath: the proof is for another token"
	case dpop.FaultAlgorithm:
		return "add the algorithm of the client's proofs to DPoP.Algorithms, or have it use another one"
	case dpop.FaultPrivateKey:
		return "have the client put only its public key into the proof, and make a new key: this one is known"
	case dpop.FaultKey:
		return "have the client put one public key of its algorithm into jwk, an RSA key of 2048 to 4096 bits"
	case dpop.FaultSignature:
		return "have the client sign the proof with the key in jwk"
	case dpop.FaultType:
		return "have the client set typ to dpop+jwt"
	case dpop.FaultID:
		return "have the client write a new jti of 1 to 256 bytes into each proof"
	}
	return "have the client make its proofs as RFC 9449, section 4.2, says: this one cannot be read"
}
