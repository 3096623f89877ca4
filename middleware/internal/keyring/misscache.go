package keyring

import (
	"hash/maphash"
	"slices"
	"time"
)

// How long a key ID that a fetch did not find is refused without another fetch.
// The time doubles each time a fetch does not find it: a key that a slow content
// network publishes late is found soon, and one client with an outdated key does
// not use up the fetches of all others. A key ID that left the set waits for the
// longest of these times.
const (
	missMin   = time.Second
	missMax   = 5 * time.Minute
	missSets  = 64 // of missWays IDs each
	missWays  = 4
	leftSlots = 64
)

// settled is how long a key is in the set until its removal is believed although
// no new key replaces it. Before that, another member of a cluster may have
// responded, one that does not have the key yet.
const settled = 10 * time.Minute

// missCache holds key IDs that a fetch did not find, and those that left the set.
// Both tables have a fixed size. In the first a later ID may overwrite one that was
// missed less often, in the second it overwrites the one that left first: only the
// issuer adds to it. They store hashes instead of the IDs, which an attacker chooses.
// The ring's lock protects it.
type missCache struct {
	sets [missSets][missWays]miss
	left [leftSlots]miss
	next int // in left
}

// miss is a key ID that is refused without a fetch.
type miss struct {
	hash  uint64
	until int64
	times uint8
}

var missSeed = maphash.MakeSeed()

func missHash(kid string) uint64 { return maphash.String(missSeed, kid) }

// find returns the entry of an ID, nil if there is none. A nil cache is empty.
func (c *missCache) find(hash uint64) *miss {
	if c == nil {
		return nil
	}
	if m := c.findLeft(hash); m != nil {
		return m
	}
	set := &c.sets[hash%missSets]
	for i := range set {
		if m := &set[i]; m.hash == hash && m.times > 0 {
			return m
		}
	}
	return nil
}

func (c *missCache) findLeft(hash uint64) *miss {
	if c == nil {
		return nil
	}
	for i := range c.left {
		if m := &c.left[i]; m.hash == hash && m.times > 0 {
			return m
		}
	}
	return nil
}

// has reports whether the ID is to be refused at now.
func (c *missCache) has(hash uint64, now int64) bool {
	m := c.find(hash)
	return m != nil && now < m.until && m.until-now <= int64(missMax)
}

// add records that a fetch which began after the request for the ID did not find
// it.
func (c *missCache) add(hash uint64, now int64) {
	m := c.find(hash)
	if m == nil {
		m = c.place(hash, now)
		*m = miss{hash: hash}
	}
	m.until = now + int64(double(missMin, int(m.times), missMax))
	if m.times < 16 {
		m.times++
	}
}

// place returns the place for a new ID: that of an ID that no token names any more, or
// that of the one that was missed least often. Outdated tokens name their keys again and
// again, and must not take each other's place.
func (c *missCache) place(hash uint64, now int64) *miss {
	set := &c.sets[hash%missSets]
	least, fewest := &set[0], uint8(255)
	for i := range set {
		times := set[i].times
		if now-set[i].until >= int64(missMax) {
			times = 0
		}
		if times < fewest {
			least, fewest = &set[i], times
		}
	}
	return least
}

// leave records that the key with the ID left the set.
func (c *missCache) leave(hash uint64, now int64) {
	m := c.findLeft(hash)
	if m == nil {
		m = &c.left[c.next]
		c.next = (c.next + 1) % leftSlots
	}
	*m = miss{hash, now + int64(missMax), 16}
}

// changed takes over what a fetch changed: the IDs of removed keys are refused from
// now on, unless they are among the names that keys still have. After a new key, an ID
// that was not found before may be published, too, and has its chance again.
func (c *missCache) changed(added, removed []*Key, names map[string]bool, now int64) {
	if len(added) > 0 {
		c.sets = [missSets][missWays]miss{}
	}
	// A key that comes back shows that the members of a cluster have different
	// sets. What one of them does not have has not left.
	returned := slices.ContainsFunc(added, func(k *Key) bool { return c.findLeft(missHash(k.ID)) != nil })
	for _, k := range removed {
		early := len(added) == 0 && now-k.since < int64(settled)
		if k.ID != "" && !returned && !early && !names[k.ID] {
			c.leave(missHash(k.ID), now)
		}
	}
}
