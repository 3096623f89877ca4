package stringset_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/bearerguard/bearerguard/internal/growth"
	"github.com/bearerguard/bearerguard/internal/stringset"
)

func numbers(n, different int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprint(i % different)
	}
	return list
}

// lengths are on both sides of every threshold.
var lengths = []int{0, 1, 2, 31, 32, 33, 34, 100}

func TestHas(t *testing.T) {
	for _, n := range lengths {
		f, fb := stringset.In(numbers(n, 1000)), stringset.In(numbers(n, 1000))
		for round := range 3 {
			for i := range 150 {
				s := fmt.Sprint(i)
				if got, want := f.Has(s), i < n; got != want {
					t.Errorf("%d strings, round %d: Has(%s) = %v", n, round, s, got)
				}
				if got, want := fb.HasBytes([]byte(s)), i < n; got != want {
					t.Errorf("%d strings, round %d: HasBytes(%s) = %v", n, round, s, got)
				}
			}
		}
	}
}

func TestTheZeroFinderFindsNothing(t *testing.T) {
	var f stringset.Finder
	if f.Has("") || f.HasBytes(nil) {
		t.Error("found")
	}
}

func TestEachStringIsAppendedOnce(t *testing.T) {
	for _, n := range lengths {
		for _, different := range lengths[1:] {
			list := numbers(n, different)
			want := numbers(min(n, different), 1000)
			var u stringset.Unique
			var got []string
			for _, s := range list {
				got = u.Append(got, s)
			}
			if !slices.Equal(got, want) {
				t.Errorf("Append: %d of %d strings, want %d", len(got), n, len(want))
			}
			if got := stringset.Distinct(list); !slices.Equal(got, want) {
				t.Errorf("Distinct: %d of %d strings, want %d", len(got), n, len(want))
			}
		}
	}
}

func TestShortListsNeedNoMemory(t *testing.T) {
	list := numbers(stringset.Pairwise, 1000)
	room := make([]string, 0, stringset.Pairwise)
	n := testing.AllocsPerRun(100, func() {
		f := stringset.In(list)
		var u stringset.Unique
		got := room
		for _, s := range list {
			if f.Has(s) {
				got = u.Append(got, s)
			}
		}
		if len(stringset.Distinct(got)) != len(list) {
			t.Fatal("a string is missing")
		}
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestTheWorkGrowsWithTheList(t *testing.T) {
	for _, c := range []struct {
		name string
		work func(list []string)
	}{
		{"Has", func(list []string) {
			f := stringset.In(list)
			for _, s := range list {
				f.Has(s)
			}
		}},
		{"HasBytes", func(list []string) {
			f := stringset.In(list)
			for range list {
				f.HasBytes([]byte("x"))
			}
		}},
		{"Append", func(list []string) {
			var u stringset.Unique
			var unique []string
			for _, s := range list {
				unique = u.Append(unique, s)
			}
		}},
		{"Distinct", func(list []string) { stringset.Distinct(list) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			growth.Check(t, 400, func(n int) func() {
				list := numbers(n, n)
				return func() { c.work(list) }
			})
		})
	}
}
