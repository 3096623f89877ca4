package main

import (
	"hash/maphash"
	"strings"
	"sync"
)

// Two ways to build the table itself, without a choice of victims: what the hit
// of any cache built on them costs at least.

type rwShards struct {
	seed  maphash.Seed
	bound int
	s     [16]struct {
		mu sync.RWMutex
		m  map[string]*val
		_  [32]byte
	}
}

func newRW(n int) cache {
	c := &rwShards{seed: maphash.MakeSeed(), bound: n / 16}
	for i := range c.s {
		c.s[i].m = map[string]*val{}
	}
	return c
}
func (c *rwShards) get(k string) (*val, bool) {
	s := &c.s[maphash.Comparable(c.seed, k)>>60]
	s.mu.RLock()
	v, ok := s.m[k]
	s.mu.RUnlock()
	return v, ok
}
func (c *rwShards) put(k string, v *val, now int64) {
	s := &c.s[maphash.Comparable(c.seed, k)>>60]
	k = strings.Clone(k)
	s.mu.Lock()
	if len(s.m) >= c.bound {
		for old := range s.m {
			delete(s.m, old)
			break
		}
	}
	s.m[k] = v
	s.mu.Unlock()
}
func (c *rwShards) remove(k string) {}
func (c *rwShards) len() (n int) {
	for i := range c.s {
		c.s[i].mu.Lock()
		n += len(c.s[i].m)
		c.s[i].mu.Unlock()
	}
	return n
}
func (c *rwShards) settle() {}
func (c *rwShards) close()  {}

type syncMap struct{ m sync.Map }

func (c *syncMap) get(k string) (*val, bool) {
	v, ok := c.m.Load(k)
	if !ok {
		return nil, false
	}
	return v.(*val), true
}
func (c *syncMap) put(k string, v *val, now int64) { c.m.Store(strings.Clone(k), v) }
func (c *syncMap) remove(k string)                 {}
func (c *syncMap) len() (n int)                    { c.m.Range(func(any, any) bool { n++; return true }); return n }
func (c *syncMap) settle()                         {}
func (c *syncMap) close()                          {}

var parts = []maker{
	{"part: 16 maps, RWMutex", newRW},
	{"part: sync.Map, no bound", func(int) cache { return &syncMap{} }},
}
