package keyring

import "time"

// bucket counts what may be done a number of times at once, and once more after
// each interval. The zero bucket is unspent.
type bucket struct {
	spent float64
	at    int64
}

// left returns what is spent at now, less what has come back.
func (b *bucket) left(now int64, interval time.Duration) float64 {
	return max(0, b.spent-float64(max(0, now-b.at))/float64(interval))
}

// wait returns the time until one more may be done.
func (b *bucket) wait(now int64, size int, interval time.Duration) time.Duration {
	over := b.left(now, interval) - float64(size-1)
	return time.Duration(max(0, over*float64(interval)))
}

// take records that one was done.
func (b *bucket) take(now int64, size int, interval time.Duration) {
	b.spent, b.at = min(float64(size), b.left(now, interval)+1), now
}

// double returns base doubled n times, at most limit.
func double(base time.Duration, n int, limit time.Duration) time.Duration {
	for ; n > 0 && base < limit; n-- {
		base *= 2
	}
	return min(base, limit)
}

// spread lengthens d by up to a fifth.
func spread(d time.Duration, jitter float64) time.Duration {
	return d + time.Duration(float64(d)*jitter/5)
}
