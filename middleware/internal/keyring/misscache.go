package keyring

import (
	"hash/maphash"
	"time"
)

// How long a key ID that a fetch did not find is refused without another fetch.
// The time doubles each time a fetch does not find it: a key that a slow content
// network publishes late is found soon, and one client with an outdated key does
// not use up the fetches of all others.
const (
	missMin   = time.Second
	missMax   = 5 * time.Minute
	missSlots = 256
)

// missCache holds key IDs that a fetch did not find: a table of fixed size, in
// which a later ID may overwrite an earlier one. It stores hashes instead of the
// IDs, which an attacker chooses. The ring's lock protects it.
type missCache struct {
	slots [missSlots]struct {
		hash  uint64
		until int64
		times uint8
	}
}

var missSeed = maphash.MakeSeed()

func missHash(kid string) uint64 { return maphash.String(missSeed, kid) }

// has reports whether the ID is to be refused at now. A nil cache is empty.
func (c *missCache) has(hash uint64, now int64) bool {
	if c == nil {
		return false
	}
	s := &c.slots[hash%missSlots]
	return s.hash == hash && now < s.until && s.until-now <= int64(missMax)
}

// add records that a fetch which began after the request for the ID did not find
// it.
func (c *missCache) add(hash uint64, now int64) {
	s := &c.slots[hash%missSlots]
	if s.hash != hash {
		s.hash, s.times = hash, 0
	}
	s.until = now + int64(double(missMin, int(s.times), missMax))
	if s.times < 16 {
		s.times++
	}
}
