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
	maxCandidates = 4              // keys that are tried for one token, the first of the document
)

// snapshot is a key set at one time. It never changes.
type snapshot struct {
	fetched   int64 // when the response came, in Unix nanoseconds
	notBefore int64 // an earlier time means that the clock was set back
	staleAt   int64 // a refresh is due from then on
	expiresAt int64 // the keys do not serve from then on; math.MaxInt64 for a static set

	keys      map[jwks.Identity]*Key
	byName    map[named][]*Key
	byAlg     map[string][]*Key // for tokens that name no key
	names     map[string]bool   // kid, x5t and x5t#S256 of the keys
	nameless  bool              // no key has a kid
	published []jwks.PublicJWK  // the keys, in the order of the document
	remarks   []jwks.Remark
	leaked    bool // private members of each key were published
}

// named is a name of a key with an algorithm that it fits.
type named struct{ name, alg string }

// newSnapshot makes a snapshot of a set, for an owner. Keys that old has as well
// stay the same *Key, so that what was verified with them stays valid.
func newSnapshot(o owner, set *jwks.Set, old *snapshot) *snapshot {
	s := &snapshot{
		keys:     make(map[jwks.Identity]*Key, len(set.Keys)),
		byName:   make(map[named][]*Key, 2*len(set.Keys)),
		byAlg:    make(map[string][]*Key),
		names:    make(map[string]bool, len(set.Keys)),
		nameless: true,
		remarks:  set.Remarks,
		leaked:   set.AllPrivate(),
	}
	for i := range set.Keys {
		parsed := &set.Keys[i]
		var k *Key
		if old != nil {
			k = old.keys[parsed.Identity]
		}
		if k == nil {
			k = &Key{
				ID: parsed.ID, Public: parsed.Public, Issuer: parsed.Issuer,
				owner: o, thumbprint: parsed.Thumbprint,
			}
		}
		s.keys[parsed.Identity] = k
		s.published = append(s.published, parsed.JWK)
		s.nameless = s.nameless && parsed.ID == ""
		s.name(k, parsed.ID, parsed.Algorithms)
		for _, alg := range parsed.Algorithms {
			s.byAlg[alg] = candidate(s.byAlg[alg], k)
		}
	}
	// A kid goes before the thumbprints of other keys.
	for i := range set.Keys {
		parsed := &set.Keys[i]
		s.name(s.keys[parsed.Identity], parsed.X5TS256, parsed.Algorithms)
		s.name(s.keys[parsed.Identity], parsed.X5T, parsed.Algorithms)
	}
	return s
}

// name gives a key a name, unless it is empty.
func (s *snapshot) name(k *Key, name string, algorithms []string) {
	if name == "" {
		return
	}
	s.names[name] = true
	for _, alg := range algorithms {
		at := named{name, alg}
		s.byName[at] = candidate(s.byName[at], k)
	}
}

// candidate adds a key to those that are tried for a token. They are bounded in number,
// because each costs a verification, and a forged token costs all of them. A key with
// several names is tried once.
func candidate(keys []*Key, k *Key) []*Key {
	same := func(other *Key) bool { return other.thumbprint == k.thumbprint && other.Issuer == k.Issuer }
	if len(keys) >= maxCandidates || slices.ContainsFunc(keys, same) {
		return keys
	}
	return append(keys, k)
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
	Ref
	tried []*Key // do not verify the token
}

// find returns the keys to be tried for a token, nil if there are none.
func (s *snapshot) find(r *Ref) []*Key {
	if r.KeyID != "" {
		keys := s.byName[named{r.KeyID, r.Algorithm}]
		if keys != nil || s.names[r.KeyID] {
			return keys
		}
	}
	for _, thumbprint := range [...]string{r.X5TS256, r.X5T} {
		if thumbprint == "" {
			continue
		}
		if keys := s.byName[named{jwks.CertificateHash(thumbprint), r.Algorithm}]; keys != nil {
			return keys
		}
	}
	if r.KeyID == "" || s.nameless {
		return s.byAlg[r.Algorithm]
	}
	return nil
}

// lookup returns the keys to be tried for a token, without those that were tried, or an
// error if no fetch can change the result. It returns neither if a fetch may find a key.
func (s *snapshot) lookup(q *query) ([]*Key, error) {
	keys := s.find(&q.Ref)
	static := s.expiresAt == math.MaxInt64
	name := q.name()
	switch {
	case len(keys) > 0 && q.tried == nil:
		return keys, nil
	case len(keys) > 0 && !containsAll(q.tried, keys):
		return slices.DeleteFunc(slices.Clone(keys), func(k *Key) bool { return slices.Contains(q.tried, k) }), nil
	case len(keys) == 0 && s.names[name]:
		return nil, ErrAlgorithm
	case static, len(name) > jwks.MaxKeyIDLen, len(keys) == 0 && name == "":
		return nil, ErrUnknownKey
	}
	return nil, nil
}

// containsAll reports whether all has each of keys.
func containsAll(all, keys []*Key) bool {
	return !slices.ContainsFunc(keys, func(k *Key) bool { return !slices.Contains(all, k) })
}

// contradicts reports whether the token names a key of the snapshot that does not verify
// it. Then the issuer may have given a new key the name of an old one, or the token is
// forged.
func (s *snapshot) contradicts(q *query) bool { return q.tried != nil && s.names[q.name()] }

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
