package growth_test

import (
	"slices"
	"testing"

	"github.com/bearerguard/bearerguard/internal/growth"
)

var sink int

// compare compares every element of list with the first of the others.
func compare(list []int, others int) func() {
	return func() {
		for i := range list {
			for _, other := range list[:others] {
				sink += list[i] & other
			}
		}
	}
}

func TestLinearWorkPasses(t *testing.T) {
	growth.Check(t, 1000, func(n int) func() { return compare(make([]int, n), 100) })
}

func TestSortingPasses(t *testing.T) {
	growth.Check(t, 1000, func(n int) func() {
		list := make([]int, n)
		return func() {
			for i := range list {
				list[i] = i * 7919 % n
			}
			slices.Sort(list)
		}
	})
}

func TestQuadraticWorkFails(t *testing.T) {
	list := make([]int, 500<<growth.Doublings)
	got := growth.PerDoublingOf(compare(list[:500], 500), compare(list, len(list)))
	if got <= growth.PerDoubling {
		t.Errorf("quadratic work grows by %.2f, want about 4", got)
	}
}
