package keyring

// IsPublic is for tests only.
var IsPublic = isPublic

// ReadMetadata is for tests only: it reads metadata from a well-known place.
func ReadMetadata(body []byte, issuer string) (named, uri string, fault Fault) {
	claims, fault := readMetadata(body, &Source{Issuer: issuer}, formOpenID)
	return claims.Issuer, claims.JWKSURI, fault
}

// Thumbprint is for tests only: the thumbprint of a JWK that is accepted.
func Thumbprint(jwk []byte) string {
	k, err := parseKey(jwk)
	if err != nil {
		return err.Error()
	}
	return encode(k.id.thumbprint[:])
}
