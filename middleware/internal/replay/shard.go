package replay

import (
	"math"
	"sync"
)

// Times in seconds.
const (
	// grace is how long an entry stays after its time. Callers read the clock before
	// they call, so a call may come with an earlier time than the one before.
	grace = 2

	// tidyEvery is the time between two sweeps that are not needed for room.
	tidyEvery = 60
)

// counts says how many entries each key has: a count-min sketch with two rows. An entry
// counts in one counter of each row. The smaller of the two is at least the number of
// entries of the key, and more only if the key shares both counters with others. The
// counters of a key differ from shard to shard, so two keys that share both have
// different ones in nearly all other shards.
//
// They are needed only while the shard is more than half full. They are counted when it
// becomes so, and again after a sweep, so until then they take neither memory nor time.
type counts [2][256]uint16

// add counts the entry of g.
func (c *counts) add(g *tag) {
	c[0][g[0]]++
	c[1][g[1]]++
}

// A shard is a part of a Memory with a lock of its own.
type shard struct {
	mu     sync.Mutex
	table  table   // nil until the first entry and when all have expired
	used   int     // entries, with expired ones that have not been removed yet
	oldest uint32  // no entry expires before this second
	due    uint32  // when the next sweep is due that is not needed for room
	counts *counts // nil until it is needed
	fresh  bool    // whether counts is up to date

	// 64 bytes in all, so that shards share no cache lines.
}

// first looks for g and stores it if it is absent.
func (s *shard) first(g *tag, until, now uint32, l *limits) Verdict {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tidy(now)
	if e := s.find(g); e != nil {
		live := e.expires >= now
		if e.expires < until { // a store only if needed: other cores read the line too
			e.expires = until // the proof could pass until the later time
		}
		if live {
			return Seen
		}
		return Fresh
	}
	if !s.admits(g, l) && !(s.sweep(now) && s.admits(g, l)) {
		return Full
	}
	if s.used >= room(len(s.table)) {
		s.extend(now, l)
	}
	s.insert(g, until)
	return Fresh
}

// find returns the slot of g, nil if there is none.
func (s *shard) find(g *tag) *slot {
	if s.table == nil {
		return nil
	}
	if e := &s.table[s.table.find(g)]; e.expires != 0 {
		return e
	}
	return nil
}

// admits reports whether the key of g may have one more entry.
func (s *shard) admits(g *tag, l *limits) bool {
	if s.used < l.half {
		return true
	}
	if s.used >= l.full {
		return false
	}
	if !s.fresh {
		s.count()
	}
	return int(min(s.counts[0][g[0]], s.counts[1][g[1]])) < l.share
}

// count counts the entries of each key.
func (s *shard) count() {
	if s.counts == nil {
		s.counts = new(counts)
	}
	*s.counts = counts{}
	for i := range s.table {
		if e := &s.table[i]; e.expires != 0 {
			s.counts.add(&e.tag)
		}
	}
	s.fresh = true
}

// insert stores g, which is absent. The table has room.
func (s *shard) insert(g *tag, until uint32) {
	s.table[s.table.find(g)] = slot{*g, until}
	if s.fresh {
		s.counts.add(g)
	}
	s.used++
	s.oldest = min(s.oldest, until)
}

// extend makes room in the table, by a sweep if that frees a quarter of it, else by a
// larger table. The shard has fewer entries than its limit.
func (s *shard) extend(now uint32, l *limits) {
	n := len(s.table)
	if s.sweep(now) && (n == l.slots || s.used <= room(n)*3/4) {
		return
	}
	s.resize(min(max(leastSlots, 2*n), l.slots))
}

// tidy removes expired entries if that is due, and returns memory that is not needed.
func (s *shard) tidy(now uint32) {
	if now < s.due {
		return
	}
	s.due = now + tidyEvery
	if !s.sweep(now) {
		return
	}
	if s.used == 0 {
		s.table, s.counts = nil, nil
		return
	}
	// Half of the new table stays free, so that it does not grow again at once.
	n := len(s.table)
	for n/2 >= leastSlots && s.used <= room(n/2)/2 {
		n /= 2
	}
	if n <= len(s.table)/4 {
		s.counts = nil
		s.resize(n)
	}
}

// sweep removes the entries that expired before now by more than the grace. It reports
// false, and does nothing, if there are none.
//
// It takes the entries out one by one and stores those that live again, where each
// cluster of slots in use is taken from its beginning. So an entry moves towards its
// home, and only over slots that the sweep has passed.
func (s *shard) sweep(now uint32) bool {
	if now <= grace || s.oldest >= now-grace || s.table == nil {
		return false
	}
	t, start := s.table, s.table.free()
	s.oldest, s.fresh = math.MaxUint32, false
	for k := range t {
		i := start + k
		if i >= len(t) {
			i -= len(t)
		}
		e := t[i]
		if e.expires == 0 {
			continue
		}
		t[i].expires = 0
		if e.expires < now-grace {
			s.used--
			continue
		}
		t[t.find(&e.tag)] = e
		s.oldest = min(s.oldest, e.expires)
	}
	return true
}

// resize moves the entries to a table of n slots.
func (s *shard) resize(n int) {
	if s.table == nil {
		s.oldest = math.MaxUint32
	}
	t := make(table, n)
	for i := range s.table {
		if e := &s.table[i]; e.expires != 0 {
			t[t.find(&e.tag)] = *e
		}
	}
	s.table = t
}

// size returns the number of entries, and the bytes of the tables.
func (s *shard) size() (entries, bytes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.table == nil {
		return 0, 0
	}
	bytes = allocated(len(s.table) * slotBytes)
	if s.counts != nil {
		bytes += countBytes
	}
	return s.used, bytes
}
