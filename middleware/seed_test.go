package middleware_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

func TestTheConfiguredLocationWins(t *testing.T) {
	for _, metadata := range []string{
		`{"issuer":"https://identity.example.com/","jwks_uri":"https://10.0.0.1:1/openid/v1/jwks"}`,
		`{"issuer":"https://identity.example.com/","jwks_uri":null}`,
		`{"issuer":"https://another.example.com/"}`,
	} {
		s := newServers(t, 1, testutil.Options{})
		s[0].Fail(testutil.Fault{Metadata: true, Body: []byte(metadata)})
		config := s.config()
		config.Issuers[0].MetadataURL = "https://s0.example/.well-known/openid-configuration"
		auth := newAuth(t, config)
		if reason, _ := judged(auth, s.mint(0, nil)); reason != "" {
			t.Errorf("%s: %q %s", metadata, reason, auth.Health()[0].Fault)
		}
		if n := s[0].MetadataRequests(); n != 0 {
			t.Errorf("%d requests for metadata", n)
		}
	}
}

func TestASeedServesUntilTheFirstFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServers(t, 1, testutil.Options{})
		config := s.config()
		config.Issuers[0].JWKS = json.RawMessage(s.keySet(0))
		old := s.mint(0, map[string]any{"exp": time.Now().Add(1000 * time.Hour).Unix()})
		s[0].Fail(testutil.Fault{Drop: true})
		auth := newAuth(t, config)
		if h := auth.Health()[0]; h.State != "stale" || !h.Usable || h.Fetches != 0 || len(h.KeyIDs) != 1 {
			t.Errorf("at first: %+v", h)
		}
		if err := auth.Ready(t.Context()); err != nil {
			t.Error("not ready with a seed:", err)
		}
		synctest.Wait()
		if h := auth.Health()[0]; h.Fetches == 0 {
			t.Error("Ready started no fetch")
		}
		time.Sleep(24*time.Hour - time.Second) // virtual
		if reason, waited := judged(auth, old); reason != "" || waited != 0 {
			t.Errorf("after nearly 24 hours: %q after %v", reason, waited)
		}
		time.Sleep(time.Second) // virtual
		if reason, _ := judged(auth, old); reason != middleware.ErrUnavailable {
			t.Errorf("after 24 hours: %q", reason)
		}
		s[0].Recover()
		time.Sleep(time.Minute) // virtual
		if reason, _ := judged(auth, old); reason != "" {
			t.Errorf("after a fetch: %q", reason)
		}
	})
}

func TestAFetchReplacesASeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServers(t, 2, testutil.Options{})
		config := s[:1].config()
		config.Issuers[0].JWKS = bytes.ReplaceAll(s.keySet(1), []byte("SIGNING_KEY"), []byte("seed"))
		auth := newAuth(t, config)
		seeded := s[1].MintHeader(map[string]any{"kid": "seed"}, nil)
		if reason, waited := judged(auth, seeded); reason != "" || waited != 0 {
			t.Errorf("a token of the seed: %q after %v", reason, waited)
		}
		synctest.Wait() // the fetch that its use started
		if reason, _ := judged(auth, seeded); reason != middleware.ErrUnknownKey {
			t.Errorf("a cached token of the seed's key, which the issuer does not have: %q", reason)
		}
		if reason, _ := judged(auth, s.mint(0, nil)); reason != "" {
			t.Errorf("a token of the issuer's key: %q", reason)
		}
		if h := auth.Health()[0]; h.State != "fresh" {
			t.Errorf("after the fetch: %+v", h)
		}
	})
}

// TestImportedKeysTakeThePlaceOfASeed: the issuer published them, though before New.
func TestImportedKeysTakeThePlaceOfASeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServers(t, 2, testutil.Options{})
		before := newAuth(t, s[:1].config())
		if err := before.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		exported, err := before.ExportKeys(sharedIssuer)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour) // virtual
		config := s[:1].config()
		config.Issuers[0].JWKS = json.RawMessage(s.keySet(1))
		s[0].Fail(testutil.Fault{Drop: true})
		after := newAuth(t, config)
		if err := after.ImportKeys(sharedIssuer, exported); err != nil {
			t.Fatal(err)
		}
		if reason, _ := judged(after, s.mint(0, nil)); reason != "" {
			t.Errorf("a token of the imported keys: %q", reason)
		}
		if reason, _ := judged(after, s.mint(1, nil)); reason != middleware.ErrBadSignature {
			t.Errorf("a token of the seed: %q", reason)
		}
		synctest.Wait()
	})
}
