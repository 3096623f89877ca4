// Package growth is for tests: it measures how the work of a function grows with
// its input.
//
// It compares the times of one function for two inputs, not times with a limit, so
// the speed of the machine cancels out. On Linux these are times of the processor on
// the thread, so other programs do not count either. Each is the shortest of several
// runs in turns, and a measurement that fails is repeated with more runs. Over three
// doublings linear work grows by 8 and quadratic work by 64, and the limit is 12.
package growth

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

const (
	// PerDoubling is the greatest growth of the work that Check accepts when the
	// input doubles. It leaves room for n log n and for slower memory.
	PerDoubling = 2.3
	// Doublings is the number of times that Check doubles the input.
	Doublings = 3

	measurements = 6
	leastTime    = 50 * time.Microsecond // of a run, so that the clock's steps do not count
)

// Check fails t if the work grows by more than PerDoubling for each doubling of the
// input. prepare returns the work for an input of length n, which Check does many
// times.
func Check(t testing.TB, n int, prepare func(n int) (work func())) {
	t.Helper()
	skipUnderRaceDetector(t)
	if growth := PerDoublingOf(prepare(n), prepare(n<<Doublings)); growth > PerDoubling {
		t.Errorf("from %d to %d the work grows by %.2f for each doubling, want at most %.1f",
			n, n<<Doublings, growth, PerDoubling)
	}
}

// CheckOnce is Check for fuzz targets, which have many inputs. It does the work once for
// a short and a long input, and only measures again what is out of proportion then.
func CheckOnce(t testing.TB, n int, prepare func(n int) (work func())) {
	t.Helper()
	skipUnderRaceDetector(t)
	small, large := prepare(n), prepare(n<<Doublings)
	const step = 10 * time.Microsecond
	limit := math.Pow(PerDoubling, Doublings)
	if float64(timeOf(large, 1)) <= limit*float64(max(timeOf(small, 1), step)) {
		return
	}
	// What a fuzzer makes of short inputs may not grow evenly. This is still far below
	// quadratic work, which grows by 4.
	if growth := PerDoublingOf(small, large); growth > 1.2*PerDoubling {
		t.Errorf("from %d to %d times the input the work grows by %.2f for each doubling",
			n, n<<Doublings, growth)
	}
}

// PerDoublingOf returns the growth of the work from small to large, whose input is
// doubled Doublings times, for one doubling. It returns the smallest growth of
// several measurements, or the first one that is at most PerDoubling.
func PerDoublingOf(small, large func()) float64 {
	repeats := repeatsOf(small)
	least := math.Inf(1)
	for m := range measurements {
		growth := measure(small, large, repeats, 3+3*m)
		if least = min(least, growth); least <= PerDoubling {
			break
		}
		if m > 0 && least > 1.4*PerDoubling { // nearly quadratic: no disturbance
			break
		}
	}
	return least
}

// repeatsOf returns how often work has to be done to take leastTime.
func repeatsOf(work func()) int {
	for repeats := 1; ; repeats *= 2 {
		if timeOf(work, repeats) >= leastTime {
			return repeats
		}
	}
}

func measure(small, large func(), repeats, runs int) float64 {
	// Without a collector, what is allocated costs both the same.
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	runtime.GC()
	shortSmall, shortLarge := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
	for range runs {
		shortSmall = min(shortSmall, timeOf(small, repeats))
		shortLarge = min(shortLarge, timeOf(large, repeats))
	}
	return math.Pow(float64(shortLarge)/float64(shortSmall), 1.0/Doublings)
}

func timeOf(work func(), repeats int) time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	start := now()
	for range repeats {
		work()
	}
	return now() - start
}

// skipUnderRaceDetector skips a test if the race detector is on, whose own work counts
// too. The same tests run without it.
func skipUnderRaceDetector(t testing.TB) {
	if underRaceDetector {
		t.Skip("run without -race: the work of the race detector would be measured")
	}
}
