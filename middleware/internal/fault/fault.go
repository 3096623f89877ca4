// Package fault holds the words for why an issuer's keys could not be had.
package fault

// Fault is one of a fixed list of words, fit for a metric label, a log line or
// a health page. It never holds text of an error or of a response. The empty
// Fault means that all went well.
type Fault string

// No document came.
const (
	ConnectionRefused Fault = "connection_refused"
	DNS               Fault = "dns"          // the resolver does not respond
	NoSuchHost        Fault = "no_such_host" // the resolver says that the name does not exist
	TLS               Fault = "tls"
	Timeout           Fault = "timeout"
	Network           Fault = "network"         // any other failure to connect or to read
	PrivateAddress    Fault = "private_address" // refused when dialling
	Redirect          Fault = "redirect"
	RateLimited       Fault = "rate_limited" // status 429
	NotFound          Fault = "not_found"    // status 404 or 410
	Status4xx         Fault = "status_4xx"   // any other of them
	Status5xx         Fault = "status_5xx"
	OtherStatus       Fault = "status" // neither of these, nor 200
	TooLarge          Fault = "too_large"
	Internal          Fault = "internal" // a panic while the document was fetched or read
)

// A document came, and it is no use.
const (
	NotJSON        Fault = "not_json"       // HTML and the like
	MalformedJSON  Fault = "malformed_json" // truncated, duplicate members, invalid UTF-8
	NotKeySet      Fault = "not_a_key_set"  // not an object with an array "keys", nor PEM
	NoKeys         Fault = "no_keys"        // "keys" is empty
	NoUsableKeys   Fault = "no_usable_keys" // none of the keys can verify a signature
	TooManyKeys    Fault = "too_many_keys"
	PrivateKeys    Fault = "private_keys" // all keys have private members, those in use have not; or PEM with a private key
	IssuerMismatch Fault = "issuer_mismatch"
	NoJWKSURI      Fault = "no_jwks_uri"
	BadJWKSURI     Fault = "bad_jwks_uri" // not a URL, or not https
)

// Error returns the word, so that a transport can return a Fault.
func (f Fault) Error() string { return string(f) }

// Unreachable reports whether the fault says nothing about the URL that was
// requested: another URL of the same host would fail in the same way.
func (f Fault) Unreachable() bool {
	switch f {
	case ConnectionRefused, DNS, NoSuchHost, TLS, Timeout, Network, PrivateAddress, RateLimited, Status5xx:
		return true
	}
	return false
}

// Transient reports whether another attempt may succeed at once.
func (f Fault) Transient() bool {
	switch f {
	case ConnectionRefused, DNS, Timeout, Network, Status5xx, MalformedJSON:
		return true
	}
	return false
}

// UnknownTenant reports whether the fault is what the issuer returns for a
// tenant that does not exist, rather than an outage.
func (f Fault) UnknownTenant() bool {
	switch f {
	case NoSuchHost, NotFound, Status4xx, IssuerMismatch, Redirect, NotJSON, NoJWKSURI, PrivateAddress:
		return true
	}
	return false
}
