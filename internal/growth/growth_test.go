package growth_test

import (
	"math/bits"
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

func TestWorkWithALogarithmPasses(t *testing.T) {
	growth.Check(t, 1000, func(n int) func() { return compare(make([]int, n), 10*bits.Len(uint(n))) })
}

func TestQuadraticWorkFails(t *testing.T) {
	list := make([]int, 500<<growth.Doublings)
	got := growth.PerDoublingOf(compare(list[:500], 500), compare(list, len(list)))
	if got <= growth.PerDoubling {
		t.Errorf("quadratic work grows by %.2f, want about 4", got)
	}
}

// A verdict records whether a test failed.
type verdict struct {
	testing.TB
	failed bool
}

func (v *verdict) Helper()               {}
func (v *verdict) Errorf(string, ...any) { v.failed = true }

var kept []byte

func TestMemoryIsInProportionToTheInput(t *testing.T) {
	for bytes, want := range map[int]bool{1000: false, 100 << 10: true} {
		v := &verdict{TB: t}
		growth.Frugal(v, 500, 1<<10, 2, func() { kept = make([]byte, bytes) })
		if v.failed != want {
			t.Errorf("%d bytes for 500 fail: %v", bytes, v.failed)
		}
	}
}
