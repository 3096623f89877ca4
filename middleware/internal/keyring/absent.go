package keyring

import (
	"hash/maphash"
	"time"
)

// How long a key id that a fetch did not find is refused without another one.
// The time doubles each time a fetch still does not find it, so that a key that
// a slow content network publishes late is found soon, and one client with an
// outdated key does not spend everyone's allowance.
const (
	absentMin   = time.Second
	absentMax   = 5 * time.Minute
	absentSlots = 256
)

// absent is the negative cache of key ids: a table of fixed size, in which a
// later id may overwrite an earlier one. It holds hashes, not the ids, which an
// attacker chooses. It is used under the ring's lock.
type absent struct {
	slots [absentSlots]struct {
		hash  uint64
		until int64
		times uint8
	}
}

var absentSeed = maphash.MakeSeed()

func absentHash(kid string) uint64 { return maphash.String(absentSeed, kid) }

// has reports whether the id is known to be absent at now. A nil table holds
// nothing.
func (a *absent) has(hash uint64, now int64) bool {
	if a == nil {
		return false
	}
	s := &a.slots[hash%absentSlots]
	return s.hash == hash && now < s.until && s.until-now <= int64(absentMax)
}

// add notes that a fetch which began after the id was asked for did not find
// it.
func (a *absent) add(hash uint64, now int64) {
	s := &a.slots[hash%absentSlots]
	if s.hash != hash {
		s.hash, s.times = hash, 0
	}
	s.until = now + int64(double(absentMin, int(s.times), absentMax))
	if s.times < 16 {
		s.times++
	}
}
