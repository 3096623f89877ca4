package middleware

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/middleware/internal/jws"
	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// checkHeader checks that the algorithm is allowed for the issuer and that typ is
// that of an access token (RFC 8725, sections 3.1 and 3.11). If the issuer has several
// key sets, the header must suit one of them.
func (d *decision) checkHeader() bool {
	h := &d.message.Header
	reason := d.issuer.judgeHeader(h)
	for i := 0; reason != "" && i < len(d.sources); i++ {
		if other := d.sources[i]; other.mayHaveSigned(h, d.iss) {
			d.issuer, reason = other, ""
		}
	}
	d.algorithm = d.issuer.algorithms[h.Algorithm]
	return reason == "" || d.reject(reason)
}

// judgeHeader returns why no token of the issuer has this header, "" if one may.
func (issuer *trustedIssuer) judgeHeader(h *jws.Header) Reason {
	switch {
	case issuer.algorithms[h.Algorithm] == nil:
		return ErrWrongAlgorithm
	case !slices.Contains(issuer.types, h.Type):
		return ErrNotAccessToken
	}
	return ""
}

// mayHaveSigned reports whether a token with this header and iss may be the issuer's,
// one of those with the same URL.
func (issuer *trustedIssuer) mayHaveSigned(h *jws.Header, iss string) bool {
	if issuer.judgeHeader(h) != "" {
		return false
	}
	if issuer.family == nil || iss == "" {
		return true
	}
	_, ok := issuer.tenant(iss) // templates with the same URL may have different tenants
	return ok
}

// findKeys finds the keys that may have signed the token: of the issuer, with the name
// that the header gives, for its algorithm. It may have to wait for the issuer's key set.
func (d *decision) findKeys() bool {
	ref := d.keyRef()
	ring, err := d.issuer.ringFor(d.ctx, d.iss)
	if d.issuer.family != nil {
		d.now = d.auth.now() // it may have been a new tenant, whose keys take time
	}
	if err == nil {
		if d.tried = ring.Known(ref, d.now); d.tried == nil {
			d.tried, err = ring.Find(d.ctx, ref)
			d.now = d.auth.now() // the token may have expired meanwhile
		}
	}
	if err != nil {
		d.hint, d.quiet = hintNoKeys(err)
		return d.rejectKeys(err)
	}
	if d.keys = d.issuer.servingKeys(d.tried, d.iss); len(d.keys) == 0 {
		d.hint, d.quiet = hintKeyIssuer, true
		return d.reject(ErrUnknownKey)
	}
	return true
}

// keyRef returns what the header says about the key.
func (d *decision) keyRef() keyring.Ref {
	h := &d.message.Header
	return keyring.Ref{KeyID: h.KeyID, X5T: h.X5T, X5TS256: h.X5TS256, Algorithm: h.Algorithm}
}

// rejectKeys rejects a token for which there are no keys.
func (d *decision) rejectKeys(err error) bool {
	if err == keyring.ErrUnknownKey { // a flood of made-up key IDs gets this one
		return d.reject(ErrUnknownKey)
	}
	if errors.Is(err, context.Canceled) {
		return d.abandon()
	}
	var unavailable *keyring.UnavailableError
	var failed *keyring.FetchFailedError
	switch {
	case errors.As(err, &unavailable):
		d.retryAfter = unavailable.RetryAfter
		return d.reject(ErrUnavailable)
	case errors.As(err, &failed):
		d.hint = adviseFault(failed.Fault) + "; the known keys stay in use, and this token's key may be a new one"
		d.retryAfter = failed.RetryAfter
		return d.reject(ErrUnavailable)
	case errors.Is(err, keyring.ErrTenantLimit):
		d.hint = hintTenants
		return d.reject(ErrUnknownIssuer)
	case errors.Is(err, keyring.ErrTenantName), errors.Is(err, keyring.ErrNoTenant):
		return d.reject(ErrUnknownIssuer)
	}
	return d.reject(ErrUnknownKey)
}

// ringFor returns the keys for iss, which names this issuer or one of its tenants.
// It may have to wait for the keys of a tenant that has none.
func (issuer *trustedIssuer) ringFor(ctx context.Context, iss string) (*keyring.Ring, error) {
	if issuer.family == nil {
		return issuer.ring, nil
	}
	tenant, _ := issuer.tenant(iss)
	return issuer.family.Await(ctx, map[string]string{issuer.name: tenant}, iss)
}

// servingKeys returns those of keys that may serve iss. Usually these are all, and
// then it returns keys itself.
func (issuer *trustedIssuer) servingKeys(keys []*keyring.Key, iss string) []*keyring.Key {
	mayNot := func(key *keyring.Key) bool { return !issuer.keyMayServe(key, iss) }
	if !slices.ContainsFunc(keys, mayNot) {
		return keys
	}
	return slices.DeleteFunc(slices.Clone(keys), mayNot)
}

// keyMayServe reports whether key may sign for iss. Entra keys carry an "issuer"
// member that restricts this. It may hold a placeholder for the tenant, and names
// Issuer.MetadataIssuer if the metadata has a name of its own.
func (issuer *trustedIssuer) keyMayServe(key *keyring.Key, iss string) bool {
	keyIssuer := key.Issuer
	if keyIssuer == "" || keyIssuer == iss || matchesTemplate(keyIssuer, iss) {
		return true
	}
	if issuer.MetadataIssuer == "" {
		return false
	}
	expected := issuer.MetadataIssuer
	if issuer.family != nil {
		tenant, _ := issuer.tenant(iss)
		expected = placeholder.ReplaceAllLiteralString(expected, tenant)
		keyIssuer = placeholder.ReplaceAllLiteralString(keyIssuer, tenant)
	}
	return keyIssuer == expected || matchesTemplate(keyIssuer, expected)
}

// matchesTemplate reports whether iss is template with one path segment or host
// label in the place of its placeholder, wherever that occurs.
func matchesTemplate(template, iss string) bool {
	split := splitTemplate(template)
	value, ok := split.value(iss)
	return ok && !strings.Contains(value, "/")
}
