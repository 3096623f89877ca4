package dpop_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/dpop"
)

// withSecrets returns a Verifier with these secrets.
func withSecrets(secrets ...[]byte) *dpop.Verifier {
	c := config()
	c.Secrets = secrets
	return dpop.New(c)
}

// nonceProof returns a proof with a nonce, made at a time.
func nonceProof(t *testing.T, nonce string) string {
	own := map[string]string{"ATH": accessHash}
	claims := goodClaims[:len(goodClaims)-1] + `,"nonce":"` + nonce + `"}`
	return signers()["EdDSA"].proof(expand(t, edHeader, own), expand(t, claims, own))
}

const edHeader = `{"typ":"dpop+jwt","alg":"EdDSA","jwk":${EdDSA}}`

// at returns the use of an EdDSA proof at a time.
func at(now time.Time) dpop.Use {
	u := use("EdDSA")
	u.Now = now
	return u
}

func TestNonce(t *testing.T) {
	covers(t, "DP-14")
	v := withSecrets(secret(1))
	t.Run("it consists of NQCHAR and differs from minute to minute", func(t *testing.T) {
		seen := map[string]bool{}
		for i := range 1000 {
			nonce := v.Nonce(now.Add(time.Duration(i) * time.Minute))
			if len(nonce) != 32 || seen[nonce] {
				t.Fatalf("nonce %d is %q", i, nonce)
			}
			seen[nonce] = true
			for _, c := range nonce { // RFC 9449, section 8.1
				if c < 0x21 || c == '"' || c == '\\' || c > 0x7e {
					t.Fatalf("%q has the character %q", nonce, c)
				}
			}
		}
	})
	t.Run("the part that is not the minute differs, too", func(t *testing.T) {
		const number = 11 // characters, of 8 bytes and a part of the ninth
		if v.Nonce(now)[number:] == v.Nonce(now.Add(time.Minute))[number:] {
			t.Error("a client can make the nonce of the next minute")
		}
	})
	t.Run("it is the same for a minute", func(t *testing.T) {
		first := now.Truncate(time.Minute)
		if v.Nonce(first) != v.Nonce(first.Add(time.Minute-1)) ||
			v.Nonce(first) == v.Nonce(first.Add(time.Minute)) {
			t.Error("it changes at another time than with the minute")
		}
	})
	t.Run("it is the same in each release, whose replicas may run together", func(t *testing.T) {
		// HMAC-SHA-256 of "bearerguard DPoP nonce", a zero byte and the number, by another
		// implementation.
		if got, want := v.Nonce(now), "AAAAAAHJw4BOcf80QMspRwvGAtWGnKnu"; got != want {
			t.Errorf("it is %s, want %s", got, want)
		}
	})
	t.Run("it depends on the secret", func(t *testing.T) {
		if v.Nonce(now) == withSecrets(secret(2)).Nonce(now) {
			t.Error("two secrets make the same nonce")
		}
	})
	t.Run("it exists before 1970", func(t *testing.T) {
		if past := time.Unix(-30, 0); v.Nonce(past) == v.Nonce(time.Unix(30, 0)) {
			t.Error("two minutes have the same nonce")
		}
	})
	t.Run("there is none without a secret", func(t *testing.T) {
		for _, v := range []*dpop.Verifier{withSecrets(), withSecrets([][]byte{}...)} {
			if nonce := v.Nonce(now); nonce != "" {
				t.Errorf("it is %q", nonce)
			}
		}
	})
	t.Run("the secrets are copied", func(t *testing.T) {
		own := secret(1)
		w := withSecrets(own)
		clear(own)
		if w.Nonce(now) != v.Nonce(now) {
			t.Error("a change of the caller's secret changes the nonce")
		}
	})
}

// TestNonceOfReplicas sends proofs with the nonce of one replica to another whose clock is
// up to 30 seconds apart.
func TestNonceOfReplicas(t *testing.T) {
	covers(t, "DP-16 DP-38")
	one, other := withSecrets(secret(1)), withSecrets(secret(1))
	for second := range 60 {
		for _, apart := range []time.Duration{-30 * time.Second, 0, 30 * time.Second} {
			now := now.Add(time.Duration(second) * time.Second)
			proof := nonceProof(t, one.Nonce(now))
			p, f := other.Check(proof, at(now.Add(apart)))
			current := other.Nonce(now.Add(apart))
			if f != "" || p.Nonce != "" && p.Nonce != current || (p.Nonce == "") != (current == one.Nonce(now)) {
				t.Fatalf("second %d, %v apart: %+v, %q", second, apart, p, f)
			}
		}
	}
}

func TestNonceRotation(t *testing.T) {
	covers(t, "DP-16 DP-36 DP-38")
	old, both, after := withSecrets(secret(1)), withSecrets(secret(2), secret(1)), withSecrets(secret(2))
	for _, c := range []struct {
		name     string
		from, to *dpop.Verifier
		next     bool // the response carries another nonce
		want     dpop.Fault
	}{
		{"the old secret, where there are both", old, both, true, ""},
		{"the new secret, where there are both", both, both, false, ""},
		{"the new secret, where it is alone", both, after, false, ""},
		{"the old secret, where it is gone", old, after, true, dpop.FaultNonce},
		{"the new secret, where it is not there yet", both, old, true, dpop.FaultNonce},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, f := c.to.Check(nonceProof(t, c.from.Nonce(now)), at(now))
			checkFault(t, f, c.want)
			if want := c.to.Nonce(now); c.next && p.Nonce != want || !c.next && p.Nonce != "" {
				t.Errorf("the next nonce is %q, the current one %q", p.Nonce, want)
			}
		})
	}
}

// TestRetry is what a client does that has the authorization server's nonce.
func TestRetry(t *testing.T) {
	covers(t, "DP-35")
	v := withSecrets(secret(1))
	p, f := v.Check(nonceProof(t, "the authorization server's"), at(now))
	checkFault(t, f, dpop.FaultNonce)
	if _, f = v.Check(nonceProof(t, p.Nonce), at(now)); f != "" {
		t.Errorf("the second proof has the fault %q", f)
	}
}

// TestUntil looks for the last moment at which a proof passes. Until is not before it.
func TestUntil(t *testing.T) {
	covers(t, "DP-42")
	plain := dpop.New(config())
	nonces := withSecrets(secret(1))
	own := map[string]string{"ATH": accessHash}
	minute := now.Truncate(time.Minute)
	for _, c := range []struct {
		name  string
		v     *dpop.Verifier
		proof string
		last  time.Time // in whole seconds
		until time.Time
	}{
		{"by iat", plain, signers()["EdDSA"].proof(expand(t, edHeader, own), expand(t, goodClaims, own)),
			now.Add(70 * time.Second), now.Add(70 * time.Second)},
		{"by the nonce", nonces, nonceProof(t, nonces.Nonce(now)),
			minute.Add(2*time.Minute - time.Second), minute.Add(2*time.Minute + 10*time.Second)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, f := c.v.Check(c.proof, at(c.last.Add(time.Second))); f == "" {
				t.Error("it passes a second later")
			}
			p, f := c.v.Check(c.proof, at(c.last))
			checkFault(t, f, "")
			if !p.Until.Equal(c.until) || p.Until.Before(c.last) {
				t.Errorf("it passes until %v, want %v", p.Until, c.until)
			}
		})
	}
}

// TestLeeway limits the part of the leeway that counts for the future.
func TestLeeway(t *testing.T) {
	covers(t, "DP-17")
	c := config()
	c.Leeway = 5 * time.Minute
	v := dpop.New(c)
	own := map[string]string{"ATH": accessHash}
	proof := signers()["EdDSA"].proof(expand(t, edHeader, own), expand(t, goodClaims, own))
	for _, c := range []struct {
		after time.Duration // the request, after iat
		want  dpop.Fault
	}{
		{-61 * time.Second, dpop.FaultTime}, {-60 * time.Second, ""}, {0, ""},
		{6 * time.Minute, ""}, {6*time.Minute + time.Second, dpop.FaultTime},
	} {
		t.Run(fmt.Sprint(c.after), func(t *testing.T) {
			_, f := v.Check(proof, at(now.Add(c.after)))
			checkFault(t, f, c.want)
		})
	}
}

// TestConcurrentNonces is for the race detector.
func TestConcurrentNonces(t *testing.T) {
	v := withSecrets(secret(1))
	proof := nonceProof(t, v.Nonce(now))
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for j := range 20 {
				p, f := v.Check(proof, at(now.Add(time.Duration((i+j)%2)*time.Minute)))
				if f != "" || p.ID == "" {
					t.Errorf("%+v, %q", p, f)
				}
			}
		})
	}
	group.Wait()
}
