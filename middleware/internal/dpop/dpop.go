package dpop

import (
	"strings"
	"sync"
	"time"

	"github.com/bearerguard/bearerguard/internal/strictjson"
	"github.com/bearerguard/bearerguard/middleware/internal/jws"
	"github.com/bearerguard/bearerguard/middleware/internal/tokencache"
)

const (
	// maxProof is the length in bytes of the longest proof.
	maxProof = 8 << 10
	// maxAhead limits how far iat may be in the future, with any leeway.
	maxAhead = 60 * time.Second

	// Bounds of the cache of headers. A header is read again after an hour, so that those
	// of clients that are gone leave the cache.
	cachedHeaders     = 10_000
	cachedHeaderBytes = 4 << 20
	headerSeconds     = 3600
)

// Config says which proofs a Verifier accepts. The caller checks it.
type Config struct {
	// BaseURLs are what clients put before the path of a request: each an absolute URL for
	// which CheckBaseURL returns "". Others match no proof.
	BaseURLs []string
	// Algorithms are names of package jws. EdDSA and Ed25519 stand for each other.
	Algorithms []string
	// MaxAge is how old iat may be. Leeway is added to both ends of the window. At most a
	// minute of it counts for the future.
	MaxAge, Leeway time.Duration
	// Secrets make nonces: the first makes them, and all verify. Each should have 32
	// random bytes or more. Without any, proofs need no nonce, and one that they have is
	// ignored.
	Secrets [][]byte
	// OnDemand accepts a proof without a nonce if its iat is in the window. Without it,
	// every proof needs a nonce if there are Secrets.
	OnDemand bool
}

// A Verifier checks proofs. It is safe for concurrent use.
type Verifier struct {
	bases      []string
	algorithms map[string]*jws.Algorithm
	maxAge     time.Duration
	leeway     time.Duration
	nonces     *nonces
	onDemand   bool
	headers    *tokencache.Cache[*header]
	scratches  sync.Pool // of *scratch
}

// A scratch is memory for one proof. What is longer is allocated.
type scratch struct {
	claims    [1024]byte
	members   [16]strictjson.Member
	uri       [512]byte
	signature [512]byte
}

// New returns a Verifier. It copies what c refers to.
func New(c Config) *Verifier {
	v := &Verifier{
		algorithms: jws.Algorithms(c.Algorithms...),
		maxAge:     c.MaxAge,
		leeway:     c.Leeway,
		nonces:     newNonces(c.Secrets),
		onDemand:   c.OnDemand,
		headers:    tokencache.New[*header](cachedHeaders, cachedHeaderBytes),
		scratches:  sync.Pool{New: func() any { return new(scratch) }},
	}
	for _, url := range c.BaseURLs {
		if base, ok := parseBase(url); ok {
			v.bases = append(v.bases, base)
		}
	}
	return v
}

// Nonce returns the nonce that a response may carry at this time, "" if there are no
// secrets. Two calls in the same minute return the same one.
func (v *Verifier) Nonce(now time.Time) string {
	if !v.nonces.on() {
		return ""
	}
	return v.nonces.at(now).current()
}

// split returns the three segments of a proof (RFC 7515, section 7.1), and the first two
// with the dot between them. Decoding rejects a header or payload that is empty, and a
// signature with another dot.
func split(proof string) (header, payload, input, signature string, ok bool) {
	if len(proof) > maxProof {
		return "", "", "", "", false
	}
	header, rest, _ := strings.Cut(proof, ".")
	payload, signature, ok = strings.Cut(rest, ".")
	if !ok || signature == "" {
		return "", "", "", "", false
	}
	return header, payload, proof[:len(header)+1+len(payload)], signature, true
}
