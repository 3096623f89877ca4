package keyring_test

import (
	"errors"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// warmRing returns a ring with some keys, as a busy API has it.
func warmRing(t testing.TB) *keyring.Ring {
	r := ring(t, newIssuer(newSigner("a"), newSigner("b"), newSigner("key-2026-01")), direct)
	warm(t, r)
	return r
}

func BenchmarkKeys(b *testing.B) {
	r, ctx := warmRing(b), b.Context()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := r.Keys(ctx, "key-2026-01", "EdDSA"); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkLive(b *testing.B) {
	r := warmRing(b)
	keys, err := r.Keys(b.Context(), "a", "EdDSA")
	if err != nil {
		b.Fatal(err)
	}
	now := time.Now()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if !keys[0].Live(now) {
				b.Fatal("not live")
			}
		}
	})
}

// BenchmarkUnknown is a flood of one made-up key ID while no fetch is allowed.
func BenchmarkUnknown(b *testing.B) {
	r, ctx := warmRing(b), b.Context()
	for range 10 {
		r.Keys(ctx, time.Now().String(), "EdDSA")
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := r.Keys(ctx, "made up", "EdDSA"); err == nil {
				b.Fatal("known")
			}
		}
	})
}

// BenchmarkBadSignature is a flood of tokens that the key they name does not verify, while
// no fetch is allowed for them. The verifications come on top.
func BenchmarkBadSignature(b *testing.B) {
	r, ctx, ref := warmRing(b), b.Context(), keyring.Ref{KeyID: "a", Algorithm: "EdDSA"}
	keys, err := r.Find(ctx, ref)
	if err != nil {
		b.Fatal(err)
	}
	for range 10 {
		r.Replaced(ctx, ref, keys)
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := r.Replaced(ctx, ref, keys); err == nil {
				b.Fatal("another key")
			}
		}
	})
}

// BenchmarkTenants is the lookup of a tenant's ring.
func BenchmarkTenants(b *testing.B) {
	s := newTenants()
	f := ringsOf(b, s, 0)
	if ok, err := ask(b, f, s, "real0"); !ok {
		b.Fatal(err)
	}
	ctx, vars := b.Context(), map[string]string{"company": "real0"}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := f.Await(ctx, vars, "https://real0.auth.example"); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// TestAllocations: what every request does, also a forged one, allocates nothing.
func TestAllocations(t *testing.T) {
	r := warmRing(t)
	keys, err := r.Keys(t.Context(), "a", "EdDSA")
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		r.Keys(t.Context(), time.Now().String(), "EdDSA")
		r.Replaced(t.Context(), keyring.Ref{KeyID: "a", Algorithm: "EdDSA"}, keys)
	}
	ctx, now := t.Context(), time.Now()
	tenants := newTenants()
	f, vars := ringsOf(t, tenants, 0), map[string]string{"company": "real0"}
	if ok, err := ask(t, f, tenants, "real0"); !ok {
		t.Fatal(err)
	}
	for name, f := range map[string]func(){
		"Keys": func() {
			if _, err := r.Keys(ctx, "a", "EdDSA"); err != nil {
				t.Error(err)
			}
		},
		"Keys of an unknown kid": func() {
			if _, err := r.Keys(ctx, "made up", "EdDSA"); !errors.Is(err, keyring.ErrUnknownKey) {
				t.Error(err)
			}
		},
		"Known for a token without a name": func() {
			if keys := r.Known(keyring.Ref{Algorithm: "EdDSA"}, now); len(keys) != 3 {
				t.Error(keys)
			}
		},
		"Replaced for a bad signature": func() {
			_, err := r.Replaced(ctx, keyring.Ref{KeyID: "a", Algorithm: "EdDSA"}, keys)
			if err != keyring.ErrUnknownKey {
				t.Error(err)
			}
		},
		"Await for a tenant with keys": func() {
			if _, err := f.Await(ctx, vars, "https://real0.auth.example"); err != nil {
				t.Error(err)
			}
		},
		"Live": func() {
			if !keys[0].Live(now) {
				t.Error("not live")
			}
		},
	} {
		if n := testing.AllocsPerRun(1000, f); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
