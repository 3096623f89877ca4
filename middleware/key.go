package middleware

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/jws"
	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// signer returns the key that signed the token. It sets now anew if it had to
// wait for keys.
func (is *issuer) signer(ctx context.Context, clock func() time.Time, iss string, h *jws.Header, signed string, signature []byte, now *time.Time) (*keyring.Key, *Error) {
	keys, err := is.candidates(ctx, clock, iss, h, now)
	if err != nil {
		e := &Error{Reason: ErrUnknownKey, Issuer: is.URL}
		var unavailable *keyring.UnavailableError
		switch {
		case errors.As(err, &unavailable):
			e.Reason, e.RetryAfter = ErrUnavailable, unavailable.RetryAfter
		case errors.Is(err, keyring.ErrTenantLimit), errors.Is(err, keyring.ErrTenantName):
			e.Reason = ErrUnknownIssuer
		}
		return nil, e
	}
	key, owned := is.verifier(keys, iss, h.Algorithm, signed, signature)
	if key == nil && owned && h.KeyID == "" {
		// The issuer names no keys: it may have replaced the only one.
		if ring, err := is.keys(iss); err == nil {
			keys, err = ring.Replaced(ctx, h.Algorithm, keys[0])
			*now = clock()
			if err == nil {
				key, _ = is.verifier(keys, iss, h.Algorithm, signed, signature)
			}
		}
	}
	switch {
	case key != nil:
		return key, nil
	case !owned:
		return nil, &Error{Reason: ErrUnknownKey, Issuer: is.URL}
	}
	return nil, &Error{Reason: ErrBadSignature, Issuer: is.URL}
}

// verifier returns the one of keys that verifies the signature, nil if none
// does, and whether one of them may sign for iss at all.
func (is *issuer) verifier(keys []*keyring.Key, iss, alg, signed string, signature []byte) (verifier *keyring.Key, owned bool) {
	for _, key := range keys {
		if !is.owns(key.Issuer, iss) {
			continue
		}
		owned = true
		if is.algorithms[alg].Verify(signed, signature, key.Public) {
			return key, true
		}
	}
	return nil, owned
}

// keys returns the key ring for iss, which this issuer was found by.
func (is *issuer) keys(iss string) (*keyring.Ring, error) {
	if is.family == nil {
		return is.ring, nil
	}
	tenant, _ := is.tenant(iss)
	return is.family.Ring(map[string]string{is.name: tenant}, iss)
}

// candidates returns the keys that may have signed a token with this header.
// It may have to wait for them, and then sets now anew.
func (is *issuer) candidates(ctx context.Context, clock func() time.Time, iss string, h *jws.Header, now *time.Time) ([]*keyring.Key, error) {
	ring, err := is.keys(iss)
	if err != nil {
		return nil, err
	}
	if keys := ring.Known(h.KeyID, h.Algorithm, *now); keys != nil {
		return keys, nil
	}
	keys, err := ring.Keys(ctx, h.KeyID, h.Algorithm)
	*now = clock()
	return keys, err
}

// owns reports whether a key that names an issuer of its own, as Entra's do,
// may sign for iss. The name may hold a placeholder, which stands for whatever
// iss has there; metadata of another name by design brings keys of that name.
func (is *issuer) owns(keyIssuer, iss string) bool {
	if keyIssuer == "" || keyIssuer == iss {
		return true
	}
	if fits(keyIssuer, iss) {
		return true
	}
	if is.MetadataIssuer == "" {
		return false
	}
	expected := is.MetadataIssuer
	if is.family != nil {
		tenant, _ := is.tenant(iss)
		expected = placeholder.ReplaceAllLiteralString(expected, tenant)
		keyIssuer = placeholder.ReplaceAllLiteralString(keyIssuer, tenant)
	}
	return keyIssuer == expected || fits(keyIssuer, expected)
}

// fits reports whether iss is template with one path segment or host label in
// the place of its placeholder.
func fits(template, iss string) bool {
	at := placeholder.FindStringIndex(template)
	if at == nil {
		return false
	}
	rest, ok := strings.CutPrefix(iss, template[:at[0]])
	if !ok {
		return false
	}
	value, ok := strings.CutSuffix(rest, template[at[1]:])
	return ok && value != "" && !strings.Contains(value, "/")
}
