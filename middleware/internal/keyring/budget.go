package keyring

import "time"

// Bounds of the fetches that find no keys.
const (
	budgetBurst    = 10              // at once
	budgetInterval = time.Second     // between them after that
	budgetCredit   = 54              // at once in addition, while fetches find keys
	creditFor      = 2 * time.Second // after the last fetch that found keys
)

// budget bounds the fetches for tenants that may not exist. A fetch takes one from
// it before it starts. One that finds no keys has spent it. One that finds keys gives
// it back and another one with it: where tenants exist, more of them are fetched at a
// time. The zero budget is unspent. A lock of its owner protects it.
type budget struct {
	spent   bucket
	credit  float64
	foundAt int64 // when a fetch last found keys

	failed   bool
	failedAt int64 // when a fetch last found none
}

// failedLately reports whether a fetch has found no keys in the time in which all
// that was spent comes back.
func (b *budget) failedLately(now int64) bool {
	return b.failed && now-b.failedAt < int64(budgetBurst*budgetInterval)
}

// wait returns the time until one has come back.
func (b *budget) wait(now int64) time.Duration {
	b.spent.at = min(b.spent.at, now) // the clock may have been set back
	return b.spent.wait(now, budgetBurst, budgetInterval)
}

// credited returns the credit at now.
func (b *budget) credited(now int64) float64 {
	if now-b.foundAt > int64(creditFor) || now < b.foundAt {
		return 0
	}
	return b.credit
}

// take takes one for a fetch, and reports whether there is one.
func (b *budget) take(now int64) bool {
	if b.wait(now) == 0 {
		b.spent.take(now, budgetBurst, budgetInterval)
		return true
	}
	if b.credit = b.credited(now); b.credit < 1 {
		return false
	}
	b.credit--
	return true
}

// ended records the outcome of a fetch.
func (b *budget) ended(now int64, found bool) {
	b.credit = b.credited(now)
	if !found {
		b.failed, b.failedAt = true, now
		b.credit /= 2
		return
	}
	b.foundAt = now
	returned := min(2, b.spent.left(now, budgetInterval))
	b.spent.spent, b.spent.at = b.spent.left(now, budgetInterval)-returned, now
	b.credit = min(budgetCredit, b.credit+2-returned)
}
