package middleware

// Stats are totals since New, for a metrics library to read when it is asked. Of nested
// guards only the one that judges the token counts: those behind it that accept its
// admission do not. Check within a handler counts again.
type Stats struct {
	// AdmittedCached and AdmittedVerified count the admissions, by whether the token was
	// in the cache or its signature was verified for the request.
	AdmittedCached   uint64 `json:"admitted_cached"`
	AdmittedVerified uint64 `json:"admitted_verified"`
	// Vouched counts the callers that the API vouched for, see Authenticator.Vouch.
	Vouched uint64 `json:"vouched"`
	// Refused counts the rejected requests. Each Reason has a member, also with zero.
	Refused map[Reason]uint64 `json:"refused"`
	// CallersLeft counts the requests whose caller left before the decision.
	CallersLeft uint64 `json:"callers_left"`

	// CacheHits and CacheMisses count the tokens that were looked for in the cache. Both
	// are zero without a cache.
	CacheHits   uint64 `json:"cache_hits"`
	CacheMisses uint64 `json:"cache_misses"`
	// CachedTokens and CachedBytes are what the cache holds, as Cached returns it.
	CachedTokens int `json:"cached_tokens"`
	CachedBytes  int `json:"cached_bytes"`

	// Proofs and ProofBytes are what is kept of used DPoP proofs. Both are zero without
	// Config.DPoP.
	Proofs     int `json:"proofs"`
	ProofBytes int `json:"proof_bytes"`
	// ProofsWithoutRoom counts the requests that were rejected because MaxReplayBytes was
	// reached, and ReplayFailures the errors of DPoP.Replays.
	ProofsWithoutRoom uint64 `json:"proofs_without_room"`
	ReplayFailures    uint64 `json:"replay_failures"`
	// UntrustedCertificates counts the requests with the field of Certificates.Header
	// from peers that are not among the proxies, of tokens that are bound to a certificate.
	UntrustedCertificates uint64 `json:"untrusted_certificates"`

	// KeyFetches counts the fetches of key sets that ended, with those that failed.
	KeyFetches       uint64 `json:"key_fetches"`
	FailedKeyFetches uint64 `json:"failed_key_fetches"`
}

// Stats returns the totals. It does no I/O. Requests that are served meanwhile may be in
// some of the numbers and not in others.
func (a *Authenticator) Stats() Stats {
	c := a.observe.counts
	s := Stats{
		Vouched: c.vouched.Load(), CallersLeft: c.left.Load(), Refused: make(map[Reason]uint64, len(c.refused)),
		CacheHits: c.refusedHits.Load(), CacheMisses: c.misses.Load(),
		KeyFetches: c.fetches.Load(), FailedKeyFetches: c.failedFetches.Load(),
	}
	s.ReplayFailures, s.UntrustedCertificates = c.replayFailures.Load(), c.untrusted.Load()
	if a.proofs != nil {
		s.Proofs, s.ProofBytes = a.proofs.memory.Len(), a.proofs.memory.Bytes()
		s.ProofsWithoutRoom = a.proofs.memory.Refused()
	}
	for i := range c.stripes {
		s.AdmittedCached += c.stripes[i].cached.Load()
		s.AdmittedVerified += c.stripes[i].verified.Load()
	}
	for reason, n := range c.refused {
		s.Refused[reason] = n.Load()
	}
	s.CacheHits += s.AdmittedCached
	s.CachedTokens, s.CachedBytes = a.Cached()
	return s
}
