package main

import (
	"math"
	"strings"
	"time"

	"github.com/Yiling-J/theine-go"
	"github.com/bearerguard/bearerguard/middleware/internal/tokencache"
	"github.com/dgraph-io/ristretto/v2"
	hlru "github.com/hashicorp/golang-lru/v2"
	"github.com/hashicorp/golang-lru/v2/expirable"
	"github.com/maypok86/otter/v2"
)

type val struct{ expires int64 }

// cache is what all have in common. put clones the key, as any of them must.
type cache interface {
	get(k string) (*val, bool)
	put(k string, v *val, now int64)
	remove(k string) // expired; own does it for itself
	len() int
	settle() // wait for background work
	close()
}

type own struct{ c *tokencache.Cache[*val] }

func (o own) get(k string) (*val, bool)       { return o.c.Get(k) }
func (o own) put(k string, v *val, now int64) { o.c.Put(strings.Clone(k), v, 0, v.expires, now) }
func (o own) remove(k string)                 {}
func (o own) len() int                        { return o.c.Len() }
func (o own) settle()                         {}
func (o own) close()                          {}

type hashi struct{ c *hlru.Cache[string, *val] }

func (o hashi) get(k string) (*val, bool)       { return o.c.Get(k) }
func (o hashi) put(k string, v *val, now int64) { o.c.Add(strings.Clone(k), v) }
func (o hashi) remove(k string)                 { o.c.Remove(k) }
func (o hashi) len() int                        { return o.c.Len() }
func (o hashi) settle()                         {}
func (o hashi) close()                          {}

type hashi2q struct {
	c *hlru.TwoQueueCache[string, *val]
}

func (o hashi2q) get(k string) (*val, bool)       { return o.c.Get(k) }
func (o hashi2q) put(k string, v *val, now int64) { o.c.Add(strings.Clone(k), v) }
func (o hashi2q) remove(k string)                 { o.c.Remove(k) }
func (o hashi2q) len() int                        { return o.c.Len() }
func (o hashi2q) settle()                         {}
func (o hashi2q) close()                          {}

type hashiExp struct{ c *expirable.LRU[string, *val] }

func (o hashiExp) get(k string) (*val, bool)       { return o.c.Get(k) }
func (o hashiExp) put(k string, v *val, now int64) { o.c.Add(strings.Clone(k), v) }
func (o hashiExp) remove(k string)                 { o.c.Remove(k) }
func (o hashiExp) len() int                        { return o.c.Len() }
func (o hashiExp) settle()                         {}
func (o hashiExp) close()                          {}

type ott struct{ c *otter.Cache[string, *val] }

func (o ott) get(k string) (*val, bool)       { return o.c.GetIfPresent(k) }
func (o ott) put(k string, v *val, now int64) { o.c.Set(strings.Clone(k), v) }
func (o ott) remove(k string)                 { o.c.Invalidate(k) }
func (o ott) len() int                        { return o.c.EstimatedSize() }
func (o ott) settle()                         { o.c.CleanUp() }
func (o ott) close()                          { o.c.StopAllGoroutines() }

type thei struct{ c *theine.Cache[string, *val] }

func (o thei) get(k string) (*val, bool)       { return o.c.Get(k) }
func (o thei) put(k string, v *val, now int64) { o.c.SetWithTTL(strings.Clone(k), v, 1, time.Hour) }
func (o thei) remove(k string)                 { o.c.Delete(k) }
func (o thei) len() int                        { return o.c.Len() }
func (o thei) settle()                         { o.c.Wait() }
func (o thei) close()                          { o.c.Close() }

// ristretto knows keys by two hashes only, so the value must hold the token and
// the caller compare it.
type risVal struct {
	k string
	v *val
}
type ris struct {
	c *ristretto.Cache[string, *risVal]
}

func (o ris) get(k string) (*val, bool) {
	if r, ok := o.c.Get(k); ok && r.k == k {
		return r.v, true
	}
	return nil, false
}
func (o ris) put(k string, v *val, now int64) {
	o.c.SetWithTTL(k, &risVal{strings.Clone(k), v}, 1, time.Hour)
}
func (o ris) remove(k string) { o.c.Del(k) }
func (o ris) len() int {
	n := 0
	o.c.IterValues(func(*risVal) bool { n++; return false })
	return n
}
func (o ris) settle() { o.c.Wait() }
func (o ris) close()  { o.c.Close() }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

type maker struct {
	name string
	make func(n int) cache
}

var makers = []maker{
	{"own table", func(n int) cache { return own{tokencache.New[*val](n, math.MaxInt)} }},
	{"golang-lru LRU", func(n int) cache { return hashi{must(hlru.New[string, *val](n))} }},
	{"golang-lru 2Q", func(n int) cache { return hashi2q{must(hlru.New2Q[string, *val](n))} }},
	{"golang-lru expirable", func(n int) cache { return hashiExp{expirable.NewLRU[string, *val](n, nil, time.Hour)} }},
	{"otter", func(n int) cache {
		return ott{otter.Must(&otter.Options[string, *val]{MaximumSize: n,
			ExpiryCalculator: otter.ExpiryCreatingFunc(func(otter.Entry[string, *val]) time.Duration { return time.Hour })})}
	}},
	{"theine", func(n int) cache { return thei{must(theine.NewBuilder[string, *val](int64(n)).Build())} }},
	{"ristretto", func(n int) cache {
		return ris{must(ristretto.NewCache(&ristretto.Config[string, *risVal]{NumCounters: int64(10 * n), MaxCost: int64(n), BufferItems: 64, IgnoreInternalCost: true}))}
	}},
}
