package keyring_test

import (
	"crypto/ed25519"
	"crypto/rsa"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// TestSet has faults of a set as a whole.
func TestSet(t *testing.T) {
	good := with(newSigner("a").jwk(nil))
	many := func(n int) string {
		keys := make([]string, n)
		for i := range keys {
			keys[i] = with(newSigner(fmt.Sprint(i)).jwk(nil))
		}
		return `{"keys":[` + strings.Join(keys, ",") + `]}`
	}
	for _, c := range []struct {
		name, ids, set string
		want           fault.Fault
	}{
		{"good", "", `{"keys":[` + good + `]}`, ""},
		{"good among other members and white space", "",
			" \n{\"a\":{\"a\":[1,2]} ,\"keys\" : [ " + good + " ] }\r\n", ""},
		{"empty object", "K-01", `{}`, fault.NotKeySet},
		{"array", "K-01", `[` + good + `]`, fault.NotKeySet},
		{"keys an object", "K-01", `{"keys":{}}`, fault.NotKeySet},
		{"keys null", "K-01", `{"keys":null}`, fault.NotKeySet},
		{"keys in another case", "K-01", `{"Keys":[` + good + `]}`, fault.MalformedJSON},
		{"keys in two spellings", "K-03", `{"keys":[` + good + `],"KEYS":[]}`, fault.MalformedJSON},
		{"a bare key", "K-01", good, fault.NotKeySet},
		{"string", "K-01", `"keys"`, fault.NotKeySet},
		{"empty keys", "ATK-F02", `{"keys":[]}`, fault.NoKeys},
		{"no document", "", ``, fault.MalformedJSON},
		{"only white space", "", "  \n", fault.MalformedJSON},
		{"truncated", "ATK-F11", `{"keys":[` + good, fault.MalformedJSON},
		{"trailing data", "", `{"keys":[` + good + `]}{}`, fault.MalformedJSON},
		{"byte order mark", "", "\ufeff" + `{"keys":[` + good + `]}`, ""},
		{"two byte order marks", "", "\ufeff\ufeff" + `{"keys":[` + good + `]}`, fault.MalformedJSON},
		{"HTML", "ATK-F11", `<!doctype html><p>Down for maintenance`, fault.NotJSON},
		{"keys twice", "K-03", `{"keys":[` + good + `],"keys":[]}`, fault.MalformedJSON},
		{"keys twice through an escape", "K-03", `{"keys":[` + good + `],"\u006beys":[]}`, fault.MalformedJSON},
		{"invalid UTF-8", "", "{\"z\":\"\xff\",\"keys\":[" + good + `]}`, fault.MalformedJSON},
		{"only oct", "", `{"keys":[{"kty":"oct","k":"AAAA"}]}`, fault.NoUsableKeys},
		{"only broken keys", "", `{"keys":[{},null,5,"x",[]]}`, fault.NoUsableKeys},
		{"1,000 keys", "", many(1000), ""},
		{"1,001 keys", "K-16 ATK-F07", many(1001), fault.TooManyKeys},
	} {
		t.Run(c.name, func(t *testing.T) {
			covers(t, c.ids)
			_, err := keyring.New(keyring.Source{Issuer: issuerURL, JWKS: []byte(c.set)}, keyring.Options{})
			var unusable *keyring.SetError
			switch {
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want != "" && (!errors.As(err, &unusable) || unusable.Fault != c.want):
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

func static(t *testing.T, jwks ...map[string]any) *keyring.Ring {
	t.Helper()
	r, err := keyring.New(keyring.Source{Issuer: issuerURL, JWKS: []byte(keySet(jwks...))}, keyring.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestDuplicateKeyID: the keys of one ID that fit the token's algorithm are all
// candidates, four at most.
func TestDuplicateKeyID(t *testing.T) {
	t.Run("several keys of one ID", func(t *testing.T) {
		covers(t, "K-09 CF-04 ATK-B11")
		var jwks []map[string]any
		var signers []*signer
		for range 6 {
			s := newSigner("same")
			signers, jwks = append(signers, s), append(jwks, s.jwk(nil))
		}
		r := static(t, append(jwks, map[string]any{"kty": "EC", "crv": "P-256", "kid": "same", "x": ecJWK()["x"],
			"y": ecJWK()["y"]})...)
		keys, err := r.Keys(t.Context(), "same", "EdDSA")
		if err != nil || len(keys) != 4 {
			t.Fatalf("%d candidates, %v", len(keys), err)
		}
		for i, k := range keys {
			if !k.Public.(ed25519.PublicKey).Equal(signers[i].private.Public()) {
				t.Errorf("candidate %d is not key %d of the document", i, i)
			}
		}
		if keys, err := r.Keys(t.Context(), "same", "ES256"); err != nil || len(keys) != 1 {
			t.Errorf("%d EC candidates, %v", len(keys), err)
		}
	})
}

// TestNoKeyID has tokens without a kid. The keys that fit are tried, four at most.
func TestNoKeyID(t *testing.T) {
	t.Run("no kid", func(t *testing.T) {
		covers(t, "K-09")
		a, b := newSigner("a"), newSigner("")
		one := static(t, a.jwk(nil), ecJWK())
		if ok, err := a.admitted(t.Context(), one, ""); !ok {
			t.Errorf("one key fits: %v", err)
		}
		if keys, err := one.Keys(t.Context(), "", "ES256"); err != nil || len(keys) != 1 {
			t.Errorf("one key fits ES256: %v", err)
		}
		if _, err := one.Keys(t.Context(), "", "RS256"); !errors.Is(err, keyring.ErrUnknownKey) {
			t.Errorf("no key fits: %v", err)
		}
		two := static(t, a.jwk(nil), b.jwk(map[string]any{"kid": nil}))
		for _, s := range []*signer{a, b} {
			if ok, err := s.admitted(t.Context(), two, ""); !ok {
				t.Errorf("two keys fit: %v", err)
			}
		}
		if ok, err := a.admitted(t.Context(), two, "a"); !ok {
			t.Errorf("with its kid: %v", err)
		}
		if _, err := two.Keys(t.Context(), "b", "EdDSA"); !errors.Is(err, keyring.ErrUnknownKey) {
			t.Errorf("with a kid that no key has: %v", err)
		}
	})
}

// TestSameKeyTwice: another encoding of a key is not a second key.
func TestSameKeyTwice(t *testing.T) {
	t.Run("another spelling", func(t *testing.T) {
		covers(t, "K-14")
		long := rsaJWK()
		long["n"] = b64(append([]byte{0, 0}, rsaKey().N.Bytes()...))
		long["e"] = b64([]byte{0, 1, 0, 1})
		r := static(t, rsaJWK(), long)
		keys, err := r.Keys(t.Context(), "k", "RS256")
		if err != nil || len(keys) != 1 {
			t.Fatalf("%d keys, %v", len(keys), err)
		}
		if !keys[0].Public.(*rsa.PublicKey).Equal(rsaKey().Public()) {
			t.Error("not the key of the document")
		}
		if keys, err := r.Keys(t.Context(), "", "RS256"); err != nil || len(keys) != 1 {
			t.Errorf("without a kid: %d keys, %v", len(keys), err)
		}
	})
}

func TestKeyIssuerMember(t *testing.T) {
	t.Run("issuer of a JWK", func(t *testing.T) {
		covers(t, "MD-14 ATK-B10")
		a := newSigner("a")
		r := static(t, a.jwk(map[string]any{"issuer": "https://login.example/{tenantid}/v2.0"}))
		keys, err := r.Keys(t.Context(), "a", "EdDSA")
		if err != nil || keys[0].Issuer != "https://login.example/{tenantid}/v2.0" || keys[0].ID != "a" {
			t.Fatalf("%+v, %v", keys, err)
		}
	})
}

func TestStaticRingStaysOffline(t *testing.T) {
	issuer := newIssuer()
	r, err := keyring.New(keyring.Source{Issuer: issuerURL, JWKS: []byte(signerSet(newSigner("a")))},
		keyring.Options{Client: issuer.client()})
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if _, err := r.Keys(t.Context(), "b", "EdDSA"); !errors.Is(err, keyring.ErrUnknownKey) {
			t.Fatal(err)
		}
	}
	if err := r.Refresh(t.Context()); err != nil {
		t.Error(err)
	}
	h := r.Health()
	if h.State != keyring.StateFresh || !h.Static || h.UsableFor >= 0 || !h.NextAttempt.IsZero() ||
		issuer.requests() != 0 {
		t.Errorf("%+v, %d requests", h, issuer.requests())
	}
}
