package middleware

import (
	"context"
	"time"
)

// A DPoP says how proofs of possession are checked (RFC 9449), with which a client shows
// on every request that it holds the key of its token. BaseURLs must be set; every other
// zero value is the safe default.
//
// A token that is bound to a key (cnf.jkt) is accepted with the scheme DPoP and a good
// proof, and with nothing else. Other tokens are accepted as before.
type DPoP struct {
	// BaseURLs are what clients write in front of the path: the origins of this API as
	// clients know them, such as "https://api.example.com", with the prefix of the path
	// that a proxy in front removes, such as "https://example.com/api". The htu of a
	// proof is compared with one of them and the path of the request. The Host field and
	// those of proxies are never used: clients can send them.
	BaseURLs []string
	// Algorithms lists the accepted algorithms of proofs. Empty means ES256, EdDSA,
	// Ed25519, PS256 and RS256.
	Algorithms []string
	// MaxAge is how old a proof may be, at most 5 minutes. Config.Leeway is added, also
	// to the future. Zero means 1 minute.
	MaxAge time.Duration
	// Required rejects tokens that are not bound to a DPoP key. For some routes only,
	// use scopes.Bound. False accepts them.
	Required bool

	// NonceSecrets demand that proofs carry a nonce of this API (RFC 9449, section 9),
	// so that no proof can be made long in advance. Each secret has 32 bytes or more. The
	// first one makes nonces, all of them are accepted: to change the secret, add the new
	// one at the end at all replicas, then move it to the front, and remove the old one 3
	// minutes after that. Replicas must have the same
	// secrets and need share nothing else. Nil means that no nonce is demanded.
	NonceSecrets [][]byte
	// NonceOnDemand demands a nonce only of proofs whose iat is too far from this API's
	// time: of clients with a wrong clock. False demands it of all.
	NonceOnDemand bool

	// Replays remembers which proofs were used, for all replicas of this API: see
	// module adapters/redisstore. If it returns an error, the request is rejected as
	// ErrUnavailable. Nil means that each replica remembers what it has seen itself.
	Replays ReplayStore
	// MaxReplayBytes bounds the memory for proofs that this process remembers. No proof
	// is forgotten while it could be used again: a request for which there is no room is
	// rejected as ErrUnavailable. Zero means 128 MiB, which is room for more than five
	// million proofs; what is not used is not taken.
	MaxReplayBytes int
	// DangerouslyIgnoreReplayFailures admits requests while Replays fails. A proof can
	// then be used once at each replica.
	DangerouslyIgnoreReplayFailures bool
}

// A ReplayStore remembers DPoP proofs for several replicas of an API. It must be safe for
// concurrent use.
type ReplayStore interface {
	// First reports whether key is new, and remembers it until then. Keys are hashes,
	// which hold nothing of a token.
	First(ctx context.Context, key [32]byte, until time.Time) (bool, error)
}

// Defaults and limits of a DPoP.
const (
	defaultProofAge    = time.Minute
	maxProofAge        = 5 * time.Minute
	defaultReplayBytes = 128 << 20
	minReplayBytes     = 1 << 20
	minNonceSecret     = 32
)

// defaultProofAlgorithms are those of DPoP.Algorithms if that is empty.
var defaultProofAlgorithms = []string{"ES256", "EdDSA", "Ed25519", "PS256", "RS256"}
