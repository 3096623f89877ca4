package keyring

import (
	"maps"
	"slices"
	"time"
)

// maxCandidates bounds how many keys of one key id are tried for one token.
const maxCandidates = 4

// ref is what a token says about its key.
type ref struct{ kid, alg string }

// snapshot is a key set at one time. It never changes.
type snapshot struct {
	fetched int64 // Unix nanoseconds of the answer
	born    int64 // an earlier time than this means that the clock was set back
	soft    int64 // fresh until
	hard    int64 // serves until

	keys    map[identity]*Key
	byRef   map[ref][]*Key
	byAlg   map[string][]*Key // for tokens without a kid: exactly one key each
	kids    map[string]bool
	remarks []Remark
	leaked  bool // the private part of each key was published
}

// build makes a snapshot of a document. Keys that old has as well stay the same
// *Key, so that what was verified with them stays valid.
func build(r *Ring, doc *document, old *snapshot) *snapshot {
	s := &snapshot{
		keys:    make(map[identity]*Key, len(doc.keys)),
		byRef:   make(map[ref][]*Key, 2*len(doc.keys)),
		byAlg:   make(map[string][]*Key),
		kids:    make(map[string]bool, len(doc.keys)),
		remarks: doc.remarks,
		leaked:  doc.onlyPrivate(),
	}
	for _, p := range doc.keys {
		var k *Key
		if old != nil {
			k = old.keys[p.id]
		}
		if k == nil {
			k = &Key{ID: p.id.kid, Public: p.public, Issuer: p.id.issuer, ring: r, jwk: p.jwk}
		}
		s.keys[p.id] = k
		s.kids[p.id.kid] = true
		for _, alg := range p.algorithms {
			at := ref{p.id.kid, alg}
			if p.id.kid != "" && len(s.byRef[at]) < maxCandidates {
				s.byRef[at] = append(s.byRef[at], k)
			}
			s.byAlg[alg] = append(s.byAlg[alg], k)
		}
	}
	for alg, keys := range s.byAlg {
		if len(keys) != 1 {
			delete(s.byAlg, alg)
		}
	}
	return s
}

// at returns the snapshot with the times of an answer of now that is fresh for
// ttl and serves until hardLimit after fetched.
func (s *snapshot) at(fetched int64, now int64, ttl time.Duration) *snapshot {
	t := *s
	t.fetched = fetched
	t.born = fetched - int64(clockSlack)
	t.soft = now + int64(ttl)
	t.hard = fetched + int64(hardLimit)
	return &t
}

// usable reports whether the snapshot's keys may serve at now.
func (s *snapshot) usable(now int64) bool { return s != nil && now < s.hard }

// find returns the candidates for a token; nil means that there are none.
func (s *snapshot) find(kid, alg string) []*Key {
	if kid == "" {
		return s.byAlg[alg]
	}
	return s.byRef[ref{kid, alg}]
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

// kidsOf returns the ids of keys, sorted, fit for logs and bounded in number.
func kidsOf(keys []*Key) []string {
	const limit = 32
	kids := make(map[string]bool, len(keys))
	for _, k := range keys {
		kids[printable(k.ID)] = true
	}
	sorted := slices.Sorted(maps.Keys(kids))
	return sorted[:min(len(sorted), limit)]
}
