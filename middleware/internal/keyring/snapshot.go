package keyring

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/jwks"
)

const (
	expireAfter   = 24 * time.Hour // without a good response the last good keys serve this long
	clockSlack    = time.Minute    // a clock that goes back by more than this was changed
	maxCandidates = 4              // keys with one key ID that are tried for one token
)

// snapshot is a key set at one time. It never changes.
type snapshot struct {
	fetched   int64 // when the response came, in Unix nanoseconds
	notBefore int64 // an earlier time means that the clock was set back
	staleAt   int64 // a refresh is due from then on
	expiresAt int64 // the keys do not serve from then on; math.MaxInt64 for a static set

	keys    map[jwks.Identity]*Key
	byRef   map[ref][]*Key
	byAlg   map[string][]*Key // for tokens without a kid: exactly one key each
	kids    map[string]bool
	unnamed bool // no key has an ID, so that none can be asked for by its ID
	remarks []jwks.Remark
	leaked  bool // private members of each key were published
}

// ref is what a token says about its key.
type ref struct{ kid, alg string }

// newSnapshot makes a snapshot of a set, for an owner. Keys that old has as well
// stay the same *Key, so that what was verified with them stays valid.
func newSnapshot(o owner, set *jwks.Set, old *snapshot) *snapshot {
	s := &snapshot{
		keys:    make(map[jwks.Identity]*Key, len(set.Keys)),
		byRef:   make(map[ref][]*Key, 2*len(set.Keys)),
		byAlg:   make(map[string][]*Key),
		kids:    make(map[string]bool, len(set.Keys)),
		remarks: set.Remarks,
		leaked:  set.AllPrivate(),
	}
	for i := range set.Keys {
		parsed := &set.Keys[i]
		var k *Key
		if old != nil {
			k = old.keys[parsed.Identity]
		}
		if k == nil {
			k = &Key{ID: parsed.ID, Public: parsed.Public, Issuer: parsed.Issuer, owner: o, jwk: parsed.JWK}
		}
		s.keys[parsed.Identity] = k
		s.kids[parsed.ID] = true
		for _, alg := range parsed.Algorithms {
			at := ref{parsed.ID, alg}
			if parsed.ID != "" && len(s.byRef[at]) < maxCandidates {
				s.byRef[at] = append(s.byRef[at], k)
			}
			s.byAlg[alg] = append(s.byAlg[alg], k)
		}
	}
	s.unnamed = len(s.kids) == 1 && s.kids[""]
	for alg, keys := range s.byAlg {
		if len(keys) != 1 {
			delete(s.byAlg, alg)
		}
	}
	return s
}

// at returns the snapshot with the times of a response that came at fetched and
// is fresh for freshFor after now.
func (s *snapshot) at(fetched, now int64, freshFor time.Duration) *snapshot {
	t := *s
	t.fetched = fetched
	t.notBefore = fetched - int64(clockSlack)
	t.staleAt = now + int64(freshFor)
	t.expiresAt = fetched + int64(expireAfter)
	return &t
}

// forever returns the snapshot with the times of a static set.
func (s *snapshot) forever(now int64) *snapshot {
	t := *s
	t.fetched = now
	t.notBefore, t.staleAt, t.expiresAt = math.MinInt64, math.MaxInt64, math.MaxInt64
	return &t
}

// usable reports whether the snapshot's keys may serve at now. A nil snapshot
// has none.
func (s *snapshot) usable(now int64) bool { return s != nil && now < s.expiresAt }

// query is what a request asks for.
type query struct {
	kid, alg string
	tried    *Key // does not verify the token, which has no kid; else nil
}

// find returns the candidates for a token, nil if there are none.
func (s *snapshot) find(kid, alg string) []*Key {
	if kid == "" || s.unnamed {
		return s.byAlg[alg]
	}
	return s.byRef[ref{kid, alg}]
}

// lookup returns the candidates for a token, or an error if no fetch can change
// the result. It returns neither if a fetch may find the key.
func (s *snapshot) lookup(q query) ([]*Key, error) {
	keys := s.find(q.kid, q.alg)
	static := s.expiresAt == math.MaxInt64
	switch {
	case len(keys) > 0 && keys[0] != q.tried:
		return keys, nil
	case q.kid != "" && s.kids[q.kid]:
		return nil, ErrAlgorithm
	case static, len(q.kid) > jwks.MaxKeyIDLen, q.kid == "" && len(keys) == 0:
		return nil, ErrUnknownKey
	}
	return nil, nil
}

// missingFrom returns the keys of s that other, which may be nil, does not
// have.
func (s *snapshot) missingFrom(other *snapshot) []*Key {
	var keys []*Key
	for id, k := range s.keys {
		if other == nil || other.keys[id] != k {
			keys = append(keys, k)
		}
	}
	return keys
}

// keyIDs returns the IDs of keys, sorted, printable and bounded in number.
func keyIDs(keys []*Key) []string {
	const limit = 32
	ids := make(map[string]bool, len(keys))
	for _, k := range keys {
		ids[jwks.Printable(k.ID)] = true
	}
	sorted := slices.Sorted(maps.Keys(ids))
	return sorted[:min(len(sorted), limit)]
}
