package testutil

// An endpoint is a service of the server whose requests are counted.
type endpoint int

const (
	uncounted        endpoint = iota
	metadataEndpoint          // discovery documents of every form
	keysEndpoint              // the JWK Set
	tokenEndpoint
	endpoints // their number
)
