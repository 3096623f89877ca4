package fetch

import "github.com/bearerguard/bearerguard/middleware/internal/fault"

// IsPublic is isPublic, for tests.
var IsPublic = isPublic

// ReadMetadata is readMetadata, for tests.
func ReadMetadata(document []byte) (issuer, jwksURI string, f fault.Fault) {
	m, f := readMetadata(document)
	return m.issuer, m.jwksURI, f
}
