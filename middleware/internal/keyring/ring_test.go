package keyring_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

func TestDiscoveryAndLookUp(t *testing.T) {
	virtual(t, "exact key IDs", func(t *testing.T) {
		covers(t, "K-09 MD-02")
		a, b, stranger := newSigner("a"), newSigner("b"), newSigner("a")
		issuer := newIssuer(a, b)
		r := ring(t, issuer)
		for _, s := range []*signer{a, b} {
			if ok, err := s.admitted(t.Context(), r, s.kid); !ok {
				t.Errorf("%s: %v", s.kid, err)
			}
		}
		if ok, _ := stranger.admitted(t.Context(), r, "a"); ok {
			t.Error("a stranger's signature under a known kid was admitted")
		}
		if n := issuer.fetches(); n != 2 { // the second because the key may have been replaced
			t.Errorf("%d fetches, want 2", n)
		}
		for _, c := range []struct {
			kid, alg string
			want     error
		}{
			{"a", "ES256", keyring.ErrAlgorithm},
			{"c", "EdDSA", keyring.ErrUnknownKey},
			{"", "ES256", keyring.ErrUnknownKey}, // none fits
			{"A", "EdDSA", keyring.ErrUnknownKey},
		} {
			if _, err := r.Keys(t.Context(), c.kid, c.alg); !errors.Is(err, c.want) {
				t.Errorf("%q %s: %v, want %v", c.kid, c.alg, err, c.want)
			}
		}
	})
}

func TestColdStartRecovers(t *testing.T) {
	virtual(t, "the issuer is down at the start", func(t *testing.T) {
		covers(t, "MD-10 ATK-F11")
		a := newSigner("a")
		issuer := newIssuer(a)
		issuer.fail(func(r *http.Request) (*http.Response, error) { return respond(r, 500, "no"), nil })
		r := ring(t, issuer)
		for range 600 { // a minute of outage
			_, err := r.Keys(t.Context(), "a", "EdDSA")
			var gone *keyring.UnavailableError
			if !errors.As(err, &gone) || gone.RetryAfter < time.Second || gone.Fault != fault.Status5xx {
				t.Fatalf("%v", err)
			}
			time.Sleep(100 * time.Millisecond)
		}
		during := issuer.requests()
		issuer.fail(nil)
		back := time.Now()
		for {
			if ok, _ := a.admitted(t.Context(), r, "a"); ok {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
		if took := time.Since(back); took > 6*time.Second {
			t.Errorf("recovered after %v", took)
		}
		if during > 20 {
			t.Errorf("%d requests in a minute of outage", during)
		}
	})
}
