package dpop_test

import (
	"fmt"
	"strings"
	"testing"
	"unsafe"

	"github.com/bearerguard/bearerguard/middleware/internal/dpop"
)

// goodProof returns the usual proof by a key.
func goodProof(t testing.TB, name string) string {
	header := strings.ReplaceAll(goodHeader, "ES256", name)
	header = strings.Replace(header, "${"+name+"}", signers()[name].jwk(), 1)
	claims := strings.NewReplacer("${NOW}", fmt.Sprint(now.Unix()), "${ATH}", accessHash).Replace(goodClaims)
	return signers()[name].proof(header, claims)
}

// TestChangedProofs changes or removes each byte of a good proof in turn. (An ECDSA signature
// has a second form that verifies, with all of s changed. It has the same jti, so the replay
// store rejects it.)
func TestChangedProofs(t *testing.T) {
	covers(t, "DP-06")
	for _, name := range []string{"ES256", "EdDSA"} {
		t.Run(name, func(t *testing.T) {
			v := dpop.New(config())
			proof := goodProof(t, name)
			if _, f := v.Check(proof, use(name)); f != "" {
				t.Fatalf("the proof itself: %q", f)
			}
			for i := range proof {
				for _, c := range []byte{proof[i] ^ 1, proof[i] ^ 2, proof[i] ^ 0x20, 'A', '.', '=', 0, 0xff} {
					if c == proof[i] {
						continue
					}
					changed := proof[:i] + string([]byte{c}) + proof[i+1:]
					if p, f := v.Check(changed, use(name)); f == "" {
						t.Fatalf("byte %d may be %q: %+v", i, c, p)
					}
				}
				if p, f := v.Check(proof[:i]+proof[i+1:], use(name)); f == "" {
					t.Fatalf("byte %d may be missing: %+v", i, p)
				}
			}
		})
	}
}

// TestUnknownUse has uses that name nothing to compare with.
func TestUnknownUse(t *testing.T) {
	covers(t, "DP-08 DP-20 DP-21")
	proof := goodProof(t, "EdDSA")
	with := func(name, value, other string) string {
		header := expand(t, edHeader, nil)
		claims := expand(t, goodClaims, map[string]string{"ATH": accessHash})
		claims = strings.Replace(claims, `"`+name+`":"`+value+`"`, `"`+name+`":"`+other+`"`, 1)
		return signers()["EdDSA"].proof(header, claims)
	}
	for _, c := range []struct {
		name   string
		proof  string
		change func(*dpop.Use)
		want   dpop.Fault
	}{
		{"nothing is unknown", proof, func(*dpop.Use) {}, ""},
		{"the zero Use", proof, func(u *dpop.Use) { *u = dpop.Use{} }, dpop.FaultMethod},
		{"no method", proof, func(u *dpop.Use) { u.Method = "" }, dpop.FaultMethod},
		{"no method and an empty htm", with("htm", "GET", ""), func(u *dpop.Use) { u.Method = "" },
			dpop.FaultMethod},
		{"another token", proof, func(u *dpop.Use) { u.Token += "x" }, dpop.FaultToken},
		{"no token", proof, func(u *dpop.Use) { u.Token = "" }, dpop.FaultToken},
		{"no token and an empty ath", with("ath", accessHash, ""), func(u *dpop.Use) { u.Token = "" },
			dpop.FaultToken},
		{"no token and the ath of none", with("ath", accessHash, noneHash), func(u *dpop.Use) { u.Token = "" },
			dpop.FaultToken},
		{"no thumbprint", proof, func(u *dpop.Use) { u.Thumbprint = "" }, dpop.FaultHolder},
		{"a thumbprint in another form", proof, func(u *dpop.Use) { u.Thumbprint += "=" }, dpop.FaultHolder},
	} {
		t.Run(c.name, func(t *testing.T) {
			u := use("EdDSA")
			c.change(&u)
			_, f := dpop.New(config()).Check(c.proof, u)
			checkFault(t, f, c.want)
		})
	}
}

// TestZeroConfig has a Verifier that no proof passes.
func TestZeroConfig(t *testing.T) {
	v := dpop.New(dpop.Config{})
	if _, f := v.Check(goodProof(t, "EdDSA"), use("EdDSA")); f == "" {
		t.Error("a proof passes")
	}
	if nonce := v.Nonce(now); nonce != "" {
		t.Errorf("there is a nonce %q", nonce)
	}
}

// TestHeadersAreCached stores the header of a proof only after all checks, and then reads it
// from the cache for another proof.
func TestHeadersAreCached(t *testing.T) {
	covers(t, "DP-33")
	v := dpop.New(config())
	good := goodProof(t, "EdDSA")
	header, rest, _ := strings.Cut(good, ".")
	payload, _, _ := strings.Cut(rest, ".")
	forged := header + "." + payload + "." + strings.Repeat("A", 86)
	bad := use("EdDSA")
	bad.Target = "/items/2"
	for _, c := range []struct {
		name  string
		proof string
		use   dpop.Use
		want  dpop.Fault
		after int // headers in the cache
	}{
		{"a forged signature", forged, use("EdDSA"), dpop.FaultSignature, 0},
		{"another token", good, use("ES256"), dpop.FaultHolder, 0},
		{"another target", good, bad, dpop.FaultURI, 0},
		{"a good proof", good, use("EdDSA"), "", 1},
		{"a forged signature, with the header in the cache", forged, use("EdDSA"), dpop.FaultSignature, 1},
		{"another token, with the header in the cache", good, use("ES256"), dpop.FaultHolder, 1},
		{"another target, with the header in the cache", good, bad, dpop.FaultURI, 1},
		{"the proof again", good, use("EdDSA"), "", 1},
	} {
		_, f := v.Check(c.proof, c.use)
		if n := dpop.CachedHeaders(v); f != c.want || n != c.after {
			t.Errorf("%s: fault %q and %d headers, want %q and %d", c.name, f, n, c.want, c.after)
		}
	}
}

// TestReusedMemory overwrites the memory of a proof, as a server does that reads every
// request into the same buffer.
func TestReusedMemory(t *testing.T) {
	v := dpop.New(config())
	proof := goodProof(t, "EdDSA")
	for range 3 {
		buffer := []byte(proof)
		p, f := v.Check(unsafe.String(&buffer[0], len(buffer)), use("EdDSA"))
		clear(buffer)
		if n := dpop.CachedHeaders(v); f != "" || p.ID != "-BwC3ESc6acc2lTc" || n != 1 {
			t.Errorf("%+v, %q, %d headers are cached", p, f, n)
		}
	}
}

// TestAllocations counts what a proof with a cached header allocates: jti, and what the
// signature needs.
func TestAllocations(t *testing.T) {
	v := withSecrets(secret(1))
	proof := nonceProof(t, v.Nonce(now))
	u := use("EdDSA")
	n := testing.AllocsPerRun(200, func() {
		if _, f := v.Check(proof, u); f != "" {
			t.Fatal(f)
		}
	})
	if n > 1 && !raceDetector {
		t.Errorf("%v allocations, want 1", n)
	}
}
