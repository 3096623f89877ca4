package keyring_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// nameless returns the JWKs of signers without their kid, with other names instead. In a
// name, %s is the kid.
func nameless(signers []*signer, names map[string]string) (jwks []map[string]any) {
	for _, s := range signers {
		more := map[string]any{"kid": nil}
		for member, name := range names {
			more[member] = fmt.Sprintf(name, s.kid)
		}
		jwks = append(jwks, s.jwk(more))
	}
	return jwks
}

func signersNamed(kids ...string) (signers []*signer) {
	for _, kid := range kids {
		signers = append(signers, newSigner(kid))
	}
	return signers
}

// TestNamesOfKeys has what a header says and the keys that are tried for it, of a set
// with the keys a to f.
func TestNamesOfKeys(t *testing.T) {
	type names = map[string]string
	all := signersNamed("a", "b", "c", "d", "e", "f")
	sets := map[string]*keyring.Ring{
		"no names": static(t, nameless(all, nil)...),
		"kid":      static(t, nameless(all, names{"kid": "%s"})...),
		"x5t":      static(t, nameless(all, names{"x5t": "1-%s", "x5t#S256": "256-%s"})...),
		"both":     static(t, nameless(all, names{"kid": "%s", "x5t": "1-%s", "x5t#S256": "256-%s"})...),
		"crossed": static(t, all[0].jwk(map[string]any{"x5t": "b"}), all[1].jwk(map[string]any{"x5t": "a"}),
			all[2].jwk(map[string]any{"kid": nil, "x5t": "a"})),
		"one without a kid": static(t, all[0].jwk(nil), all[1].jwk(map[string]any{"kid": nil})),
	}
	for _, c := range []struct {
		set  string
		ref  keyring.Ref
		want string // the keys that are tried, in order
	}{
		{"no names", keyring.Ref{}, "abcd"},
		{"no names", keyring.Ref{KeyID: "a"}, "abcd"},
		{"no names", keyring.Ref{X5T: "a"}, "abcd"},
		{"kid", keyring.Ref{}, "abcd"},
		{"kid", keyring.Ref{KeyID: "f"}, "f"},
		{"kid", keyring.Ref{KeyID: "F"}, ""},
		{"kid", keyring.Ref{KeyID: "x"}, ""},
		{"kid", keyring.Ref{X5T: "f"}, "f"},
		{"kid", keyring.Ref{X5TS256: "f"}, "f"},
		{"kid", keyring.Ref{X5T: "x"}, "abcd"},
		{"kid", keyring.Ref{KeyID: "e", X5T: "f"}, "e"},
		{"kid", keyring.Ref{KeyID: "x", X5T: "f"}, "f"},
		{"x5t", keyring.Ref{}, "abcd"},
		{"x5t", keyring.Ref{X5T: "1-f"}, "f"},
		{"x5t", keyring.Ref{X5TS256: "256-f"}, "f"},
		{"x5t", keyring.Ref{X5T: "1-e", X5TS256: "256-f"}, "f"},
		{"x5t", keyring.Ref{X5T: "1-e", X5TS256: "x"}, "e"},
		{"x5t", keyring.Ref{KeyID: "1-f"}, "f"},
		{"x5t", keyring.Ref{KeyID: "256-f"}, "f"},
		{"x5t", keyring.Ref{KeyID: "x", X5T: "1-f"}, "f"},
		{"x5t", keyring.Ref{KeyID: "x"}, "abcd"},
		{"both", keyring.Ref{KeyID: "a", X5T: "1-f"}, "a"},
		{"both", keyring.Ref{KeyID: "x", X5T: "1-f"}, "f"},
		{"both", keyring.Ref{KeyID: "x"}, ""},
		{"crossed", keyring.Ref{KeyID: "a"}, "abc"},
		{"crossed", keyring.Ref{KeyID: "b"}, "ba"},
		{"one without a kid", keyring.Ref{KeyID: "b"}, ""},
		{"one without a kid", keyring.Ref{}, "ab"},
	} {
		t.Run(fmt.Sprintf("%s: %+v", c.set, c.ref), func(t *testing.T) {
			covers(t, "K-09 J-13")
			c.ref.Algorithm = "EdDSA"
			keys, err := sets[c.set].Find(t.Context(), c.ref)
			got := ""
			for _, k := range keys {
				for _, s := range all {
					if s.among([]*keyring.Key{k}) {
						got += s.kid
					}
				}
			}
			found := err == nil
			if got != c.want || found != (c.want != "") || !found && !errors.Is(err, keyring.ErrUnknownKey) {
				t.Errorf("tries %q, want %q; %v", got, c.want, err)
			}
			c.ref.Algorithm = "ES256"
			if keys, err := sets[c.set].Find(t.Context(), c.ref); !errors.Is(err, keyring.ErrUnknownKey) {
				t.Errorf("of another algorithm: %d keys, %v", len(keys), err)
			}
		})
	}
}

// TestKeyWithSeveralNames: a key that is published under several kids is tried once for a
// token that names none.
func TestKeyWithSeveralNames(t *testing.T) {
	a, b := newSigner("a"), newSigner("b")
	var jwks []map[string]any
	for n := range 5 {
		jwks = append(jwks, a.jwk(map[string]any{"kid": fmt.Sprint(n)}))
	}
	jwks = append(jwks, a.jwk(map[string]any{"kid": "other", "issuer": "https://tenant.example"}), b.jwk(nil))
	keys, err := static(t, jwks...).Find(t.Context(), keyring.Ref{Algorithm: "EdDSA"})
	if err != nil || len(keys) != 3 || !b.among(keys[2:]) {
		t.Errorf("%d keys, %v", len(keys), err)
	}
}

// TestRolloverWithoutKeyIDs: of an issuer whose tokens have no kid, the first token of a
// new key is accepted after one fetch, and forged ones cause no more fetches than made-up
// key IDs do.
func TestRolloverWithoutKeyIDs(t *testing.T) {
	type names = map[string]string
	for _, c := range []struct {
		name  string
		names names
		ref   func(s *signer) keyring.Ref
	}{
		{"no names", nil, func(*signer) keyring.Ref { return keyring.Ref{} }},
		{"x5t", names{"x5t": "%s"}, func(s *signer) keyring.Ref { return keyring.Ref{X5T: s.kid} }},
		{"x5t in tokens alone", nil, func(s *signer) keyring.Ref { return keyring.Ref{X5T: s.kid} }},
		{"kid in tokens alone", nil, func(s *signer) keyring.Ref { return keyring.Ref{KeyID: s.kid} }},
		{"a kid of another form, and x5t#S256", names{"kid": "key %s", "x5t#S256": "%s"},
			func(s *signer) keyring.Ref { return keyring.Ref{KeyID: "other " + s.kid, X5TS256: s.kid} }},
	} {
		virtual(t, c.name, func(t *testing.T) {
			covers(t, "K-09 K-17 K-20")
			s := signersNamed("a", "b", "c", "d")
			publish := func(issuer *fakeIssuer, signers ...*signer) {
				issuer.change(func() { issuer.set = keySet(nameless(signers, c.names)...) })
			}
			issuer := newIssuer()
			issuer.header.Set("Cache-Control", "max-age=3600")
			publish(issuer, s[0])
			r := ring(t, issuer, direct)
			warm(t, r)
			admitted := func(s *signer) (bool, error) {
				ref := c.ref(s)
				ref.Algorithm = "EdDSA"
				return s.admittedBy(t.Context(), r, ref)
			}
			for n := 1; n < 4; n++ {
				publish(issuer, s[n-1], s[n])
				for _, s := range s[n-1 : n+1] {
					if ok, err := admitted(s); !ok {
						t.Errorf("key %d: %v", n, err)
					}
				}
				if got := issuer.fetches(); got != n+1 {
					t.Errorf("%d fetches after %d rotations", got, n)
				}
				time.Sleep(10 * time.Minute)
			}
			before := issuer.fetches()
			for n := range 3000 {
				if ok, _ := admitted(newSigner(fmt.Sprint("forged ", n%30))); ok {
					t.Fatal("a forged token was admitted")
				}
				if ok, err := admitted(s[0]); ok || errors.Is(err, keyring.ErrUnavailable) {
					t.Fatalf("a token of a key that left: %v", err)
				}
				if ok, err := admitted(s[3]); !ok {
					t.Fatalf("a good token: %v", err)
				}
				time.Sleep(100 * time.Millisecond)
			}
			t.Logf("%d fetches in five minutes of forged tokens", issuer.fetches()-before)
			if n := issuer.fetches() - before; n > 100 {
				t.Errorf("%d fetches in five minutes of forged tokens", n)
			}
		})
	}
}

// TestKeyIDThatNoKeyCanHave: where no key of the set has a kid, the one of a good token
// causes no fetch, and that of a forged one fewer and fewer.
func TestKeyIDThatNoKeyCanHave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		covers(t, "K-17")
		a, forger := newSigner("a"), newSigner("a")
		issuer := newIssuer()
		issuer.set = keySet(nameless([]*signer{a}, nil)...)
		issuer.header.Set("Cache-Control", "max-age=3600")
		r := ring(t, issuer, direct)
		for range 600 {
			if ok, err := a.admitted(t.Context(), r, "a"); !ok {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		if n := issuer.fetches(); n != 1 {
			t.Errorf("%d fetches for good tokens", n)
		}
		for range 600 {
			if ok, _ := forger.admitted(t.Context(), r, "a"); ok {
				t.Fatal("a forged token was admitted")
			}
			time.Sleep(time.Second)
		}
		if n := issuer.fetches() - 1; n > 15 {
			t.Errorf("%d fetches for forged tokens in ten minutes", n)
		}
	})
}

// TestOrderOfAnExport: the keys of an import are tried in the order of the document.
func TestOrderOfAnExport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := signersNamed("e", "c", "a", "b", "d")
		issuer := newIssuer()
		issuer.set = keySet(nameless(s, map[string]string{"x5t": "%s"})...)
		before, after := ring(t, issuer, direct), ring(t, issuer, direct)
		warm(t, before)
		exported, err := before.Export()
		if err != nil {
			t.Fatal(err)
		}
		if err := after.Import(exported); err != nil {
			t.Fatal(err)
		}
		for n, one := range s {
			find := func(ref keyring.Ref) bool {
				keys, err := after.Find(t.Context(), ref)
				return err == nil && one.among(keys)
			}
			if tried := find(keyring.Ref{Algorithm: "EdDSA"}); tried != (n < 4) {
				t.Errorf("key %d is tried: %t", n, tried)
			}
			if !find(keyring.Ref{X5T: one.kid, Algorithm: "EdDSA"}) {
				t.Errorf("key %d has lost its x5t", n)
			}
		}
		synctest.Wait()
	})
}
