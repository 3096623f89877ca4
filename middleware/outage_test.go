package middleware_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// An outage is an API and its issuer in a synctest bubble: time is virtual, so
// that waiting can be measured and costs nothing.
type outage struct {
	*testutil.Issuer
	auth *middleware.Authenticator
}

// inBubble runs f with an issuer and an API that trusts it.
func inBubble(t *testing.T, edit func(*middleware.Config), f func(t *testing.T, o outage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		issuer := testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"ES256"}})
		config := middleware.Config{
			Audiences:  []string{issuer.Audience()},
			Issuers:    []middleware.Issuer{{URL: issuer.URL()}},
			HTTPClient: &http.Client{Transport: issuer},
		}
		if edit != nil {
			edit(&config)
		}
		auth, err := middleware.New(config)
		if err != nil {
			t.Fatal(err)
		}
		f(t, outage{issuer, auth})
		synctest.Wait()
	})
}

// verify returns the reason of the refusal of token, "" if it is good, and how
// long the caller waited.
func (o outage) verify(token string) (middleware.Reason, time.Duration) {
	start := time.Now()
	_, err := o.auth.Verify(context.Background(), token)
	var refusal *middleware.Error
	if errors.As(err, &refusal) {
		return refusal.Reason, time.Since(start)
	}
	return "", time.Since(start)
}

// good fails the test unless a fresh token of the current key passes at once.
func (o outage) good(t *testing.T, when string) {
	t.Helper()
	if reason, waited := o.verify(o.Mint(nil)); reason != "" || waited > 0 {
		t.Errorf("%s: a good token is refused (%q) or waits %v", when, reason, waited)
	}
}

// unknown returns a token whose key id the issuer has never had.
func (o outage) unknown(i int) string {
	return o.MintHeader(map[string]any{"kid": fmt.Sprintf("made-up-%d", i)}, nil)
}

func TestMadeUpKeyIDs(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, o outage) {
		o.good(t, "before the flood")
		before := o.KeyRequests()
		var longest time.Duration
		for i := range 2000 {
			reason, waited := o.verify(o.unknown(i))
			if reason != middleware.ErrUnknownKey {
				t.Fatalf("made-up key id %d: %q", i, reason)
			}
			longest = max(longest, waited)
			if i%100 == 0 {
				o.good(t, "in the flood")
			}
		}
		fetches := o.KeyRequests() - before
		t.Logf("2,000 made-up key ids: %d fetches, longest wait %v", fetches, longest)
		if fetches > 3 {
			t.Errorf("%d fetches, want at most 3", fetches)
		}
		if longest >= 2*time.Second {
			t.Errorf("a request waited %v", longest)
		}
		time.Sleep(time.Minute) // virtual
		o.Rotate()
		o.good(t, "with a new key, a minute after the flood")
	})
}

func TestNewKeyPassesAtOnce(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, o outage) {
		old := o.Mint(nil)
		o.good(t, "at first")
		for range 5 {
			o.Rotate()
			o.good(t, "with the new key")
			time.Sleep(20 * time.Minute) // virtual
		}
		if reason, _ := o.verify(old); reason != middleware.ErrUnknownKey && reason != middleware.ErrExpired {
			t.Errorf("a token of a key withdrawn long ago: %q", reason)
		}
	})
}

func TestWithdrawnKeyStopsRememberedTokens(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, o outage) {
		token := o.Mint(nil)
		for range 2 { // the second time it is remembered
			if reason, _ := o.verify(token); reason != "" {
				t.Fatal(reason)
			}
		}
		o.RotateAndDrop()
		time.Sleep(15 * time.Minute) // virtual: the next refresh is due by then
		o.verify(token)              // lets it begin
		synctest.Wait()
		if reason, _ := o.verify(token); reason != middleware.ErrUnknownKey {
			t.Errorf("a token of a withdrawn key: %q, want %q", reason, middleware.ErrUnknownKey)
		}
	})
}

func TestIssuerDownSinceBeforeStart(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, o outage) {
		o.Down()
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Authorization", "Bearer "+o.Mint(nil))
		for range 50 {
			_, err := o.auth.Check(r)
			h := http.Header{}
			status, _ := o.auth.Refuse(h, err)
			if status != http.StatusServiceUnavailable || h.Get("Retry-After") == "" ||
				h.Get("WWW-Authenticate") != "" {
				t.Fatalf("status %d, %v", status, h)
			}
			time.Sleep(time.Second) // virtual
		}
		if err := o.auth.Ready(t.Context()); !errors.Is(err, middleware.ErrUnavailable) {
			t.Errorf("Ready: %v", err)
		}
		if err := o.Up(); err != nil {
			t.Fatal(err)
		}
		back := time.Now()
		for {
			if reason, _ := o.verify(o.Mint(nil)); reason == "" {
				break
			}
			if time.Since(back) > 15*time.Second {
				t.Fatal("no recovery within 15 s of the issuer's return")
			}
			time.Sleep(100 * time.Millisecond) // virtual
		}
		t.Logf("recovered %v after the issuer's return", time.Since(back))
		if err := o.auth.Ready(t.Context()); err != nil {
			t.Errorf("Ready: %v", err)
		}
	})
}

func TestIssuerDownAfterWarmUp(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, o outage) {
		o.good(t, "at first")
		o.Down()
		for range 23 {
			time.Sleep(time.Hour) // virtual
			o.good(t, "during the outage")
		}
		if err := o.auth.Ready(t.Context()); err != nil {
			t.Errorf("Ready: %v", err)
		}
		if status, word := healthOf(t, o.auth); status != 200 || word != "degraded" {
			t.Errorf("health: %d %q, want 200 degraded", status, word)
		}
		time.Sleep(2 * time.Hour) // virtual: past the day that old keys may serve
		if reason, _ := o.verify(o.Mint(nil)); reason != middleware.ErrUnavailable {
			t.Errorf("with keys of the day before: %q, want %q", reason, middleware.ErrUnavailable)
		}
		if status, word := healthOf(t, o.auth); status != 503 || word != "unready" {
			t.Errorf("health: %d %q, want 503 unready", status, word)
		}
	})
}

// TestReplacedKeyWithoutName: an issuer whose only key has no id replaces it.
// The first token of the new key passes, and forged ones cause no more fetches
// than made-up key ids do.
func TestReplacedKeyWithoutName(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, o outage) {
		publishNameless := func() {
			o.SetJWKS(nil)
			var set struct {
				Keys []map[string]any `json:"keys"`
			}
			if err := json.Unmarshal(o.JWKS(), &set); err != nil {
				t.Fatal(err)
			}
			for _, key := range set.Keys {
				delete(key, "kid")
			}
			document, err := json.Marshal(set)
			if err != nil {
				t.Fatal(err)
			}
			o.SetJWKS(document)
		}
		nameless := map[string]any{"kid": nil}
		publishNameless()
		old := o.MintHeader(nameless, nil)
		if reason, _ := o.verify(old); reason != "" {
			t.Fatal(reason)
		}
		o.RotateAndDrop()
		publishNameless()
		if reason, waited := o.verify(o.MintHeader(nameless, nil)); reason != "" || waited > 0 {
			t.Errorf("a token of the new key: %q after %v", reason, waited)
		}
		if reason, _ := o.verify(old); reason != middleware.ErrBadSignature {
			t.Errorf("a token of the replaced key: %q", reason)
		}
		before := o.KeyRequests()
		for i := range 2000 {
			if reason, _ := o.verify(fmt.Sprintf("%s%04d", old[:len(old)-4], i)); reason == "" {
				t.Fatal("a forged token passes")
			}
		}
		if n := o.KeyRequests() - before; n > 3 {
			t.Errorf("%d fetches for forged tokens, want at most 3", n)
		}
	})
}

// TestStartWithYesterdaysKeys: an API whose owner says so starts cold while its
// issuer is down.
func TestStartWithYesterdaysKeys(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, o outage) {
		o.good(t, "at first")
		exported, err := o.auth.ExportKeys(o.URL())
		if err != nil {
			t.Fatal(err)
		}
		o.Down()
		config := middleware.Config{
			Audiences:  []string{o.Audience()},
			Issuers:    []middleware.Issuer{{URL: o.URL()}},
			HTTPClient: &http.Client{Transport: o},
		}
		second, err := middleware.New(config)
		if err != nil {
			t.Fatal(err)
		}
		if err := second.ImportKeys(o.URL(), exported); err != nil {
			t.Fatal(err)
		}
		o.auth = second
		o.good(t, "after a cold start")
		if err := second.ImportKeys("https://other.example.com", exported); !errors.Is(err,
			middleware.ErrUnknownIssuer) {
			t.Errorf("keys for an issuer that is not configured: %v", err)
		}
	})
}

// healthOf returns what HealthHandler answers.
func healthOf(t *testing.T, auth *middleware.Authenticator) (status int, word string) {
	t.Helper()
	w := httptest.NewRecorder()
	auth.HealthHandler().ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	var body struct {
		Status  string
		KeySets []map[string]any `json:"key_sets"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Fatal(err)
	}
	if len(body.KeySets) != 1 {
		t.Errorf("%d key sets in %s", len(body.KeySets), w.Body)
	}
	return w.Code, body.Status
}
