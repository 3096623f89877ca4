package tokencache_test

import (
	"fmt"
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/tokencache"
)

// TestEqualHashes stores many tokens under one hash. Each must find its own value, and no
// value must be found by a token that was not stored.
func TestEqualHashes(t *testing.T) {
	c := tokencache.New[int](100, anyBytes)
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

// TestHashIsSeeded checks that every cache hashes differently, so that no client can know
// which tokens share a bucket.
func TestHashIsSeeded(t *testing.T) {
	seen := map[uint64]bool{}
	for range 20 {
		seen[tokencache.New[int](1, anyBytes).Hash("a")] = true
	}
	if len(seen) != 20 {
		t.Errorf("20 caches hash a token to %d values, want 20", len(seen))
	}
}

// TestHashUsesEveryByte changes each byte of a token and expects another hash.
func TestHashUsesEveryByte(t *testing.T) {
	c := tokencache.New[int](1, anyBytes)
	base := token(0)
	seen := map[uint64]string{c.Hash(base): "the token itself",
		c.Hash(base[1:]): "the token without its first byte"}
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
