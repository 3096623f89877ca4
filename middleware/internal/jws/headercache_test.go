package jws_test

import (
	"fmt"
	"sync"
	"testing"
	"unsafe"

	"github.com/bearerguard/bearerguard/middleware/internal/jws"
)

func mustRead(t testing.TB, r *jws.Reader, compact string, known *jws.HeaderCache) jws.Message {
	t.Helper()
	m, err := r.Read(compact, known)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestHeaderCacheKeepsCopies uses the memory of the message and of the Reader again
// after CacheHeader.
func TestHeaderCacheKeepsCopies(t *testing.T) {
	var cache jws.HeaderCache
	var r jws.Reader
	text := segment(`{"alg":"made-up","kid":"first","typ":"x"}`)
	buffer := []byte(text + ".e30.")
	m := mustRead(t, &r, unsafe.String(&buffer[0], len(buffer)), nil)
	m.CacheHeader(&cache)
	clear(buffer)
	mustRead(t, &r, segment(`{"alg":"ES256","kid":"other"}`)+".e30.", nil)

	got := mustRead(t, &r, text+".e30.", &cache)
	if want := (jws.Header{Algorithm: "made-up", KeyID: "first", Type: "x"}); got.Header != want {
		t.Errorf("the cached header is %+v, want %+v", got.Header, want)
	}
	if n := testing.AllocsPerRun(100, func() { mustRead(t, &r, got.String(), &cache) }); n != 0 {
		t.Errorf("%v allocations for a cached header, want none", n)
	}
}

// TestHeaderCacheIsBounded adds more headers than fit, from several goroutines, and
// reads others meanwhile.
func TestHeaderCacheIsBounded(t *testing.T) {
	var cache jws.HeaderCache
	var all sync.WaitGroup
	for g := range 4 {
		all.Go(func() {
			var r jws.Reader
			for i := range 500 {
				want := jws.Header{Algorithm: "ES256", KeyID: fmt.Sprintf("%d of %d", i, g)}
				m := mustRead(t, &r, segment(`{"alg":"ES256","kid":"`+want.KeyID+`"}`)+".e30.", &cache)
				if m.Header != want {
					t.Errorf("header %+v, want %+v", m.Header, want)
				}
				m.CacheHeader(&cache)
				if n := cache.Len(); n > 256 {
					t.Errorf("%d headers are cached, want at most 256", n)
				}
			}
		})
	}
	all.Wait()
	if n := cache.Len(); n == 0 {
		t.Error("no header is cached")
	}
}

// TestHeaderCacheAddsOnce checks that CacheHeader of a header that was cached changes
// nothing.
func TestHeaderCacheAddsOnce(t *testing.T) {
	var cache jws.HeaderCache
	var r jws.Reader
	m := mustRead(t, &r, header+".e30.", &cache)
	m.CacheHeader(&cache)
	again := mustRead(t, &r, header+".e30.", &cache)
	if n := testing.AllocsPerRun(100, func() { again.CacheHeader(&cache) }); n != 0 || cache.Len() != 1 {
		t.Errorf("%v allocations, %d headers, want 0 and 1", n, cache.Len())
	}
}
