package keyring

// For tests only.
var (
	IsPublic     = isPublic
	ParseSet     = func(body []byte) error { _, err := parseSet(body); return err }
	ReadMetadata = func(body []byte, issuer string) (uri string, fault Fault) {
		claims, fault := readMetadata(body, &Source{Issuer: issuer}, formOpenID)
		return claims.JWKSURI, fault
	}
)
