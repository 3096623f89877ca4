package testutil

import (
	"net/http"
	"strings"
	"time"
)

// A Fault is a way in which a server fails. With the zero value it does not fail.
type Fault struct {
	// Metadata, Keys and Token say which endpoints fail: the discovery documents,
	// the JWK Set, the token endpoint. If none is set, all fail.
	Metadata, Keys, Token bool

	// Path narrows the fault to requests whose path starts with it.
	Path string

	// Delay is how long requests are held before anything else happens to them.
	// The wait ends early when the client leaves, and with Recover and Close.
	Delay time.Duration

	// Drop closes the connection without a response. A client that has sent on a
	// connection it used before may try again at once, see http.Transport.
	Drop bool

	// Status, Header and Body are the response. If all are zero, and Drop is
	// false, the response is the usual one. If only Header is set, its fields are
	// added to the usual response. A zero Status with a Body means 200.
	Status int
	Header http.Header
	Body   []byte
}

// A fault is a Fault in force.
type fault struct {
	Fault
	over chan struct{} // closed when the fault ends
}

func (f *fault) concerns(r *http.Request, e endpoint) bool {
	on := !f.Metadata && !f.Keys && !f.Token
	switch e {
	case metadataEndpoint:
		on = on || f.Metadata
	case keysEndpoint:
		on = on || f.Keys
	case tokenEndpoint:
		on = on || f.Token
	}
	return on && strings.HasPrefix(r.URL.Path, f.Path)
}
