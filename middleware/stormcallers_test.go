package middleware_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// check sends a token to the API. It returns why it was rejected, else what the
// handler finds.
func (s *storm) check(ctx context.Context, token string) (middleware.Reason, *claims.Token) {
	r := httptest.NewRequestWithContext(ctx, "GET", "/deals", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	admitted, err := s.auth.Check(r, scopes.Scope("deals-read"))
	var refusal *middleware.Error
	if errors.As(err, &refusal) {
		return refusal.Reason, nil
	}
	found, _ := claims.FromContext(admitted.Context())
	return "", found
}

// sendGood sends a good token and counts what becomes of it.
func (s *storm) sendGood(random *rand.Rand) {
	i := s.any(random)
	token := i.token(random)
	key := token.key
	seen, revoked, old := key.seen.Load(), token.revoked.Load(), s.old(i)
	start := time.Now()
	reason, found := s.check(s.Context(), token.text)
	wait := time.Since(start)
	switch {
	case reason == "" && revoked:
		s.Errorf("a revoked token is admitted")
	case revoked:
		s.add(refused+string(reason), 1)
	case reason == "":
		key.seen.Store(true)
		i.known.Store(true)
		s.add(admitted, 1)
		s.atLeast(waited, int(wait/time.Millisecond))
		s.handle(i, token, found)
		if seen && wait > 0 && !old && !key.withdrawn.Load() {
			s.lost(i, "lets a good token of %s, which was seen, wait %v", key.id, wait)
		}
	case key.withdrawn.Load(), token.revoking.Load():
		s.add(changed, 1)
	case seen && reason == middleware.ErrUnavailable && old:
		s.add(oldKeys, 1)
	case seen:
		s.lost(i, "rejects a good token of %s, which was seen: %q", key.id, reason)
	default:
		s.excuse(i, key, reason)
	}
}

// excuse counts a good request that was rejected, and whose key was never seen.
func (s *storm) excuse(i *stormIssuer, key *stormKey, reason middleware.Reason) {
	excuse := i.excuse(key, *s.tenants.Load())
	allowed := []middleware.Reason{middleware.ErrUnknownKey, middleware.ErrUnavailable}
	if excuse == newTenant || i.pattern {
		allowed = append(allowed, middleware.ErrUnknownIssuer)
	}
	if excuse == "" || !slices.Contains(allowed, reason) {
		s.lost(i, "rejects a good token of %s, which was published %v ago: %q %s",
			key.id, time.Since(key.published), reason, excuse)
		return
	}
	s.add(excuse+", "+string(reason), 1)
}

// old reports whether the last good response of the issuer may be a day old by the
// API's clock.
func (s *storm) old(i *stormIssuer) bool {
	return s.now().UnixNano()-i.good.Load() > int64(24*time.Hour-time.Minute)
}

// handle is a handler, which reads its token.
func (s *storm) handle(i *stormIssuer, sent *stormToken, found *claims.Token) {
	var all map[string]any
	err := found.Decode(&all)
	if err != nil || found.ID != sent.id || found.Subject != "user-"+sent.id || found.Issuer != i.URL() ||
		found.Tenant != i.tenant || strings.Join(found.Scopes, " ") != "deals-read deals-write" ||
		strings.Join(found.Roles, " ") != "reader writer" || all["jti"] != sent.id {
		s.Errorf("the handler finds %+v for a token of %s, %v", found, i.URL(), err)
	}
}

// revoke revokes a token that was sent before.
func (s *storm) revoke(random *rand.Rand) {
	token := s.any(random).token(random)
	token.revoking.Store(true)
	s.revoked.Store(token.id, true)
	token.revoked.Store(true)
}

// reject sends a hostile token, which must be rejected.
func (s *storm) reject(ctx context.Context, what, token string) {
	reason, _ := s.check(ctx, token)
	if reason == "" {
		s.Errorf("%s is admitted", what)
		return
	}
	s.add(refused+string(reason), 1)
}

// sendHostile sends a token that is not good.
func (s *storm) sendHostile(random *rand.Rand) {
	i, other := s.any(random), s.any(random)
	good := i.token(random).text
	switch random.IntN(7) {
	case 0:
		s.reject(s.Context(), "garbage", randomName(random)+"."+randomName(random)+"."+randomName(random))
	case 1:
		s.reject(s.Context(), "a token with another signature", good[:len(good)-8]+randomName(random)[:7]+"A")
	case 2:
		s.reject(s.Context(), "an expired token", i.Mint(map[string]any{"iat": nil, "exp": 1}))
	case 3:
		s.reject(s.Context(), "a token for another API", i.Mint(map[string]any{"aud": "https://other.example"}))
	case 4:
		s.reject(s.Context(), "a token without the scope", i.Mint(longLived()))
	case 5:
		if i != other {
			i.unknown() // the key is the other's
			s.reject(s.Context(), "a token in another issuer's name", other.MintHeader(
				map[string]any{"kid": other.KeyID("ES256")}, map[string]any{"iss": i.URL(), "scope": "deals-read"}))
		}
	case 6: // the caller does not wait
		ctx, cancel := context.WithTimeout(s.Context(), time.Duration(random.IntN(300))*time.Millisecond)
		defer cancel()
		i.unknown()
		s.reject(ctx, "a made-up key ID", forge(i.URL(), randomName(random)))
	}
}

// unknown records that an unknown key ID is sent.
func (i *stormIssuer) unknown() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.flooded = time.Now()
}

// flood sends many hostile tokens of one kind.
func (s *storm) flood(random *rand.Rand) {
	const every = 20 * time.Millisecond
	i, kind := s.any(random), random.IntN(3)
	var group sync.WaitGroup
	defer group.Wait()
	for n := range 100 + random.IntN(1000) {
		var what, token string
		switch kind {
		case 0:
			i.unknown()
			what, token = "a made-up key ID", forge(i.URL(), randomName(random))
		case 1:
			i.mu.Lock()
			gone := slices.Clone(i.gone)
			i.mu.Unlock()
			if len(gone) == 0 {
				return
			}
			kid := gone[n%len(gone)]
			if s.serves(i, kid) { // the API learns that the key left from the next good response
				if !s.sleep(every) {
					return
				}
				continue
			}
			i.unknown()
			what, token = "a token of a withdrawn key", i.MintHeader(
				map[string]any{"kid": kid}, map[string]any{"scope": "deals-read"})
		case 2:
			now := time.Now()
			s.tenants.Store(&now)
			what, token = "a made-up tenant", forge(fmt.Sprintf("http://%s/%s", patternHost, randomName(random)), "a")
		}
		group.Go(func() { s.reject(s.Context(), what, token) })
		if !s.sleep(every) {
			return
		}
	}
}

// serves reports whether the API still has a key of the issuer.
func (s *storm) serves(i *stormIssuer, kid string) bool {
	for _, set := range s.auth.Health() {
		if set.Issuer == i.URL() && slices.Contains(set.KeyIDs, kid) {
			return true
		}
	}
	return false
}

// forge returns a token that no key signed.
func forge(iss, kid string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"ES256","typ":"at+jwt","kid":"`+kid+`"}`)) + "." +
		encode([]byte(`{"iss":"`+iss+`","aud":"https://api.example.com","exp":4102444800}`)) + "." +
		encode(make([]byte, 64))
}
