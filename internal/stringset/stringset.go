// Package stringset finds strings in lists whose lengths clients choose. A short list
// is compared string by string, which costs no memory. A long one has an index, so
// that the time for all its strings together grows linearly. The index is a map of
// Go, whose hashes a client cannot foresee.
package stringset

import "slices"

// Pairwise is the length up to which lists are compared string by string.
const Pairwise = 32

// freeSearches is how often a long list is searched string by string before it gets
// an index, which costs about as much as this.
const freeSearches = 8

// A Finder finds strings in one list, which must not change meanwhile. The zero
// Finder finds nothing. It is not safe for concurrent use.
type Finder struct {
	list     []string
	searches int
	index    map[string]struct{}
}

// In returns a Finder for list.
func In(list []string) Finder { return Finder{list: list} }

// Has reports whether s is in the list.
func (f *Finder) Has(s string) bool {
	if len(f.list) <= Pairwise || f.scans() {
		return slices.Contains(f.list, s)
	}
	_, ok := f.index[s]
	return ok
}

// HasBytes is Has for bytes, which it does not copy.
func (f *Finder) HasBytes(b []byte) bool {
	if f.scans() {
		for _, s := range f.list {
			if s == string(b) {
				return true
			}
		}
		return false
	}
	_, ok := f.index[string(b)]
	return ok
}

// scans reports whether the next search is string by string. If not, there is an
// index.
func (f *Finder) scans() bool {
	if len(f.list) <= Pairwise {
		return true
	}
	if f.searches < freeSearches {
		f.searches++
		return true
	}
	if f.index == nil {
		f.index = indexOf(f.list, len(f.list))
	}
	return false
}

// A Unique builds one list without duplicates. The zero Unique is ready for use.
type Unique struct{ index map[string]struct{} }

// Append returns list with s at its end unless s is in list. Every element of list
// must come from an earlier Append of u.
func (u *Unique) Append(list []string, s string) []string {
	if len(list) < Pairwise {
		if slices.Contains(list, s) {
			return list
		}
		return append(list, s)
	}
	if u.index == nil {
		u.index = indexOf(list, 4*len(list))
	}
	n := len(u.index)
	if u.index[s] = struct{}{}; len(u.index) == n {
		return list
	}
	return append(list, s)
}

// Distinct returns list without duplicates, each string at its first place. It
// returns list itself if there are none and list is short.
func Distinct(list []string) []string {
	if len(list) <= Pairwise {
		repeats := false
		for i := range list {
			repeats = repeats || slices.Contains(list[:i], list[i])
		}
		if !repeats {
			return list
		}
	}
	var distinct []string
	var u Unique
	for _, s := range list {
		distinct = u.Append(distinct, s)
	}
	return distinct
}

func indexOf(list []string, capacity int) map[string]struct{} {
	index := make(map[string]struct{}, capacity)
	for _, s := range list {
		index[s] = struct{}{}
	}
	return index
}
