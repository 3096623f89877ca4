package tokencache_test

import (
	"fmt"
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/tokencache"
)

// TestEqualHashes shows that a hash, even if somebody found out how to make it
// collide, only leads to an entry and never answers for another token.
func TestEqualHashes(t *testing.T) {
	c := tokencache.New[int](100)
	const hash, n = 12345, 20
	for i := range n {
		c.PutHashed(hash, token(i), i, 10, 5)
	}
	for i := range n {
		if got, ok := c.GetHashed(hash, token(i)); !ok || got != i {
			t.Errorf("token %d of those with one hash: %d, %t", i, got, ok)
		}
	}
	if got, ok := c.GetHashed(hash, token(n)); ok {
		t.Errorf("a token that was not stored got the value %d of another with its hash", got)
	}
	for _, i := range []int{0, n / 2, n - 1} { // both ends and the middle of the bucket
		c.DeleteHashed(hash, token(i))
		if _, ok := c.GetHashed(hash, token(i)); ok {
			t.Errorf("token %d is still there after Delete", i)
		}
	}
	for _, i := range []int{1, n/2 - 1, n/2 + 1, n - 2} {
		if got, ok := c.GetHashed(hash, token(i)); !ok || got != i {
			t.Errorf("token %d after its neighbour was deleted: %d, %t", i, got, ok)
		}
	}
}

// TestHashIsSeeded shows that nobody can learn from one cache, or from the
// source, which tokens share a bucket in another.
func TestHashIsSeeded(t *testing.T) {
	seen := map[uint64]bool{}
	for range 20 {
		seen[tokencache.New[int](1).Hash("a")] = true
	}
	if len(seen) != 20 {
		t.Errorf("20 caches hash a token to %d values, want 20", len(seen))
	}
}

// TestHashTakesAll shows that each place in a token counts.
func TestHashTakesAll(t *testing.T) {
	c := tokencache.New[int](1)
	base := token(0)
	seen := map[uint64]string{c.Hash(base): "the token itself", c.Hash(base[1:]): "without the first byte"}
	for i := range base {
		b := []byte(base)
		b[i] ^= 1
		h := c.Hash(string(b))
		if with, ok := seen[h]; ok {
			t.Errorf("a change of byte %d hashes like %s", i, with)
		}
		seen[h] = fmt.Sprintf("a change of byte %d", i)
	}
}
