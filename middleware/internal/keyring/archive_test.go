package keyring_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// TestColdOfflineStart starts a process with the keys of another while the
// issuer cannot be reached.
func TestColdOfflineStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := newSigner("a"), newSigner("b")
		issuer := newIssuer(a)
		issuer.set = keySet(a.jwk(map[string]any{"d": "secret", "issuer": "https://tenant.example"}),
			ecJWK(), rsaJWK())
		before := ring(t, issuer)
		if _, err := before.Export(); !errors.Is(err, keyring.ErrNothing) {
			t.Errorf("%v, want ErrNothing", err)
		}
		warm(t, before)
		exported, err := before.Export()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(exported), "secret") {
			t.Error("the export holds a private member")
		}
		issuer.fail(hang)
		time.Sleep(20 * time.Hour)

		r := ring(t, issuer)
		if err := r.Import(exported); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if ok, err := a.admitted(t.Context(), r, "a"); !ok || time.Since(start) != 0 {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		keys, _ := r.Keys(t.Context(), "a", "EdDSA")
		if keys[0].Issuer != "https://tenant.example" || !keys[0].Live(time.Now()) {
			t.Errorf("%+v", keys[0])
		}
		if h := r.Health(); h.State != keyring.StateStale || h.Age != 20*time.Hour || h.UsableFor != 4*time.Hour ||
			len(h.KeyIDs) != 2 {
			t.Errorf("%+v", h)
		}
		again, err := r.Export()
		if err != nil || string(again) != string(exported) {
			t.Errorf("another export differs: %v\n%s\n%s", err, exported, again)
		}
		time.Sleep(6 * time.Second)
		issuer.fail(nil)
		issuer.publish(b)
		time.Sleep(10 * time.Second)
		r.Refresh(t.Context())
		synctest.Wait()
		if keys[0].Live(time.Now()) {
			t.Error("the imported key outlived the issuer's answer")
		}
		if ok, err := b.admitted(t.Context(), r, "b"); !ok {
			t.Error(err)
		}
		if err := r.Import(exported); err != nil {
			t.Error(err)
		}
		if ok, _ := a.admitted(t.Context(), r, "a"); ok {
			t.Error("an older import replaced newer keys")
		}
	})
}

func TestImportHardLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := newIssuer(newSigner("a"))
		r := ring(t, issuer)
		warm(t, r)
		exported, err := r.Export()
		if err != nil {
			t.Fatal(err)
		}
		issuer.fail(internalError)
		other := ring(t, issuer)
		time.Sleep(23*time.Hour + 59*time.Minute)
		if err := other.Import(exported); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Minute)
		if _, err := other.Keys(t.Context(), "a", "EdDSA"); !errors.Is(err, keyring.ErrUnavailable) {
			t.Errorf("a day old: %v", err)
		}
		if err := ring(t, issuer).Import(exported); !errors.Is(err, keyring.ErrArchiveTime) {
			t.Errorf("a day old: %v", err)
		}
		future := strings.Replace(string(exported), `"fetched":"2000`, `"fetched":"2001`, 1)
		if err := ring(t, issuer).Import([]byte(future)); !errors.Is(err, keyring.ErrArchiveTime) {
			t.Errorf("fetched in the future: %v", err)
		}
	})
}

func TestImportRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := newIssuer(newSigner("a"))
		r := ring(t, issuer)
		warm(t, r)
		exported, err := r.Export()
		if err != nil {
			t.Fatal(err)
		}
		text := string(exported)
		static, err := keyring.New(keyring.Source{Issuer: issuerURL, JWKS: []byte(issuer.set)}, keyring.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := static.Import(exported); !errors.Is(err, keyring.ErrArchive) {
			t.Errorf("static: %v", err)
		}
		for name, bad := range map[string]string{
			"another issuer's":   strings.Replace(text, issuerURL, "https://issuer.test/realm2", 1),
			"another format":     strings.Replace(text, "keys-1", "keys-2", 1),
			"no format":          strings.Replace(text, `"format":"bearerguard-keys-1",`, "", 1),
			"an unknown member":  strings.Replace(text, `{`, `{"hard":"never",`, 1),
			"a second issuer":    strings.Replace(text, `{`, `{"issuer":"https://evil.example",`, 1),
			"truncated":          text[:len(text)-1],
			"empty":              "",
			"a key set":          issuer.set,
			"issuer in an array": strings.Replace(text, `"`+issuerURL+`"`, `["`+issuerURL+`"]`, 1),
			"a malformed time":   strings.Replace(text, `"fetched":"`, `"fetched":"x`, 1),
		} {
			if bad == text {
				t.Fatalf("%s: unchanged", name)
			}
			if err := ring(t, issuer).Import([]byte(bad)); !errors.Is(err, keyring.ErrArchive) {
				t.Errorf("%s: %v", name, err)
			}
		}
		var unusable *keyring.SetError
		weak := strings.Replace(text, `"kty":"OKP"`, `"kty":"oct"`, 1)
		if err := ring(t, issuer).Import([]byte(weak)); !errors.As(err, &unusable) ||
			unusable.Fault != fault.NoUsableKeys {
			t.Errorf("no usable key: %v", err)
		}
		// A tampered jwks_uri is checked like one from metadata.
		evil := ring(t, issuer)
		if err := evil.Import([]byte(strings.Replace(text, jwksURL, "http://evil.test/realm/keys",
			1))); err != nil {
			t.Fatal(err)
		}
		evil.Refresh(t.Context())
		synctest.Wait()
		if h := evil.Health(); h.State != keyring.StateFresh ||
			issuer.asked["/realm/.well-known/openid-configuration"] != 2 {
			t.Errorf("%+v, asked %v", h, issuer.asked)
		}
	})
}

// TestLeakedKeys: a set with private members of every key does not replace a set
// without, and serves if there is no other.
func TestLeakedKeys(t *testing.T) {
	virtual(t, "all private parts published", func(t *testing.T) {
		covers(t, "K-10")
		a, b := newSigner("a"), newSigner("b")
		private := map[string]any{"d": "AAAA"}
		issuer := newIssuer(a)
		r := ring(t, issuer, direct)
		warm(t, r)
		issuer.change(func() { issuer.set = keySet(b.jwk(private)) })
		if ok, _ := b.admitted(t.Context(), r, "b"); ok {
			t.Error("a leaked key replaced a good set")
		}
		if ok, err := a.admitted(t.Context(), r, "a"); !ok || r.Health().Fault != fault.PrivateKeys {
			t.Errorf("%v, %+v", err, r.Health())
		}
		issuer.change(func() { issuer.set = keySet(b.jwk(private), a.jwk(nil)) })
		time.Sleep(10 * time.Second)
		if ok, err := b.admitted(t.Context(), r, "b"); !ok {
			t.Errorf("together with a good key: %v", err)
		}

		issuer.change(func() { issuer.set = keySet(a.jwk(private)) })
		cold := ring(t, issuer, direct)
		warm(t, cold)
		issuer.change(func() { issuer.set = keySet(b.jwk(private)) })
		if ok, err := b.admitted(t.Context(), cold, "b"); !ok {
			t.Errorf("after another leaked set: %v", err)
		}
		exported, err := cold.Export()
		if err != nil {
			t.Fatal(err)
		}
		later := ring(t, issuer, direct)
		if err := later.Import(exported); err != nil {
			t.Fatal(err)
		}
		issuer.change(func() { issuer.set = keySet(a.jwk(private)) })
		if ok, err := a.admitted(t.Context(), later, "a"); !ok {
			t.Errorf("after an import of a leaked set: %v", err)
		}
	})
}
