package middleware

import (
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/dpop"
	"github.com/bearerguard/bearerguard/middleware/internal/replay"
)

// dpopScheme is the scheme of tokens that come with a proof (RFC 9449, section 7.1).
const dpopScheme = "DPoP"

// proofs check DPoP proofs, as Config.DPoP says.
type proofs struct {
	config   *DPoP
	verifier *dpop.Verifier
	memory   *replay.Memory
}

// newProofs returns nil without a configuration.
func newProofs(config *DPoP, leeway time.Duration) *proofs {
	if config == nil {
		return nil
	}
	return &proofs{
		config: config,
		memory: replay.New(config.MaxReplayBytes),
		verifier: dpop.New(dpop.Config{
			BaseURLs: config.BaseURLs, Algorithms: config.Algorithms, MaxAge: config.MaxAge, Leeway: leeway,
			Secrets: config.NonceSecrets, OnDemand: config.NonceOnDemand,
		}),
	}
}
