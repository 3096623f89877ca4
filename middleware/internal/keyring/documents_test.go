package keyring_test

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
	"github.com/bearerguard/bearerguard/middleware/internal/jwks"
	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

func publicPEM(s *signer) string {
	der, err := x509.MarshalPKIXPublicKey(s.private.Public())
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func privatePEM(s *signer) string {
	der, err := x509.MarshalPKCS8PrivateKey(s.private)
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// TestAnUnusableDocumentTellsWhy: Health and the event of a failed fetch say of each
// key why it is unusable, and what the document is that is no key set. A good fetch
// ends that.
func TestAnUnusableDocumentTellsWhy(t *testing.T) {
	a := newSigner("a")
	enc := jwks.Remark{KeyID: "a", Note: jwks.NoteUse}
	for _, c := range []struct {
		name, set string
		fault     fault.Fault
		remarks   []jwks.Remark
		looks     jwks.Looks
	}{
		{"only keys for encryption", keySet(a.jwk(map[string]any{"use": "enc"})), fault.NoUsableKeys,
			[]jwks.Remark{enc}, ""},
		{"only keys of X.509-SVIDs", keySet(a.jwk(map[string]any{"use": "x509-svid"})), fault.NoUsableKeys,
			[]jwks.Remark{enc}, ""},
		{"a private key in PEM", string(mustJSON(map[string]string{"a": privatePEM(a)})), fault.PrivateKeys,
			[]jwks.Remark{{KeyID: "a", Note: jwks.NotePrivate}}, ""},
		{"an error response", `{"error":"invalid_request"}`, fault.NotKeySet, nil, jwks.LooksError},
		{"a bare key", string(mustJSON(a.jwk(nil))), fault.NotKeySet, nil, jwks.LooksKey},
		{"a token", "eyJhbGciOiJub25lIn0.e30.", fault.MalformedJSON, nil, jwks.LooksToken},
	} {
		virtual(t, c.name, func(t *testing.T) {
			issuer := newIssuer()
			issuer.set = c.set
			var mu sync.Mutex
			var failed []keyring.Event
			r := ring(t, issuer, direct, func(_ *keyring.Source, o *keyring.Options) {
				o.Observe = func(e keyring.Event) {
					mu.Lock()
					defer mu.Unlock()
					failed = append(failed, e)
				}
			})
			wantFault(t, r, c.fault)
			synctest.Wait()
			if h := r.Health(); h.Fault != c.fault || !slices.Equal(h.Remarks, c.remarks) || h.Looks != c.looks {
				t.Errorf("health %q, remarks %v, looks %q", h.Fault, h.Remarks, h.Looks)
			}
			mu.Lock()
			for _, e := range failed {
				if e.Kind != keyring.EventFailed || !slices.Equal(e.Remarks, c.remarks) || e.Looks != c.looks {
					t.Errorf("event %+v", e)
				}
			}
			if len(failed) == 0 {
				t.Error("no event")
			}
			mu.Unlock()
			issuer.publish(a)
			time.Sleep(time.Hour)
			warm(t, r)
			if h := r.Health(); len(h.Remarks) != 0 || h.Looks != "" {
				t.Errorf("after a good fetch: %v, looks %q", h.Remarks, h.Looks)
			}
			var set *keyring.SetError
			_, err := keyring.New(keyring.Source{Issuer: issuerURL, JWKS: []byte(c.set)}, keyring.Options{})
			if !errors.As(err, &set) || set.Fault != c.fault || !slices.Equal(set.Remarks, c.remarks) ||
				set.Looks != c.looks {
				t.Errorf("as a static set: %v", err)
			}
		})
	}
}

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// TestRemarksWhileOldKeysServe: the remarks on a set that is not taken come before
// those on the set in use, which stay, and the same one is not there twice.
func TestRemarksWhileOldKeysServe(t *testing.T) {
	virtual(t, "private members", func(t *testing.T) {
		a, b := newSigner("a"), newSigner("b")
		issuer := newIssuer()
		issuer.set = keySet(a.jwk(nil), b.jwk(map[string]any{"d": "AA"}))
		r := ring(t, issuer, direct)
		warm(t, r)
		issuer.change(func() {
			issuer.set = keySet(a.jwk(map[string]any{"d": "AA"}),
				b.jwk(map[string]any{"d": "AA"}))
		})
		time.Sleep(10 * time.Minute)
		warm(t, r)
		synctest.Wait()
		h := r.Health()
		want := []jwks.Remark{{KeyID: "a", Note: jwks.NotePrivate}, {KeyID: "b", Note: jwks.NotePrivate}}
		if h.Fault != fault.PrivateKeys || !slices.Equal(h.Remarks, want) {
			t.Errorf("%q, %v", h.Fault, h.Remarks)
		}
	})
}

// TestAnEmptyPrivateMemberFreezesNothing: "d": null in every key is no private key,
// so a set with it replaces the one before. The same with a value is refused.
// https://github.com/Abblix/Oidc.Server/pull/263
func TestAnEmptyPrivateMemberFreezesNothing(t *testing.T) {
	virtual(t, "a rotation", func(t *testing.T) {
		a, b, c := newSigner("a"), newSigner("b"), newSigner("c")
		issuer := newIssuer(a)
		r := ring(t, issuer, direct)
		warm(t, r)
		publish := func(s *signer, d string) {
			issuer.change(func() { issuer.set = strings.Replace(signerSet(s), `"kty"`, `"d":`+d+`,"kty"`, 1) })
			time.Sleep(10 * time.Minute)
			r.Refresh(t.Context())
			synctest.Wait()
		}
		publish(b, "null")
		if ok, err := b.admitted(t.Context(), r, "b"); !ok || r.Health().Fault != "" {
			t.Errorf("null: %v, %+v", err, r.Health())
		}
		publish(c, `"AA"`)
		if ok, _ := c.admitted(t.Context(), r, "c"); ok || r.Health().Fault != fault.PrivateKeys {
			t.Errorf("a value: %+v", r.Health())
		}
	})
}

// TestKeysInPEM: a configured key without an ID serves tokens with any kid and with
// none, and no tokens of other keys. Keys by ID are found by it alone.
func TestKeysInPEM(t *testing.T) {
	a, b := newSigner("a"), newSigner("b")
	one, err := keyring.New(keyring.Source{Issuer: issuerURL, JWKS: []byte(publicPEM(a))}, keyring.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, kid := range []string{"a", "other", ""} {
		if ok, err := a.admitted(t.Context(), one, kid); !ok {
			t.Errorf("kid %q: %v", kid, err)
		}
		if ok, _ := b.admitted(t.Context(), one, kid); ok {
			t.Errorf("kid %q: another key is admitted", kid)
		}
		if _, err := one.Keys(t.Context(), kid, "RS256"); !errors.Is(err, keyring.ErrUnknownKey) {
			t.Errorf("kid %q for another algorithm: %v", kid, err)
		}
	}
	named, err := keyring.New(keyring.Source{Issuer: issuerURL,
		JWKS: mustJSON(map[string]string{"a": publicPEM(a), "b": publicPEM(b)})}, keyring.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for kid, want := range map[string]bool{"a": true, "b": false, "other": false} {
		if ok, _ := a.admitted(t.Context(), named, kid); ok != want {
			t.Errorf("kid %q: %v", kid, ok)
		}
	}
}

// TestTheFormsAreFetchedToo publishes keys in other forms, and takes an export to
// another process.
func TestTheFormsAreFetchedToo(t *testing.T) {
	a := newSigner("a")
	for name, set := range map[string]string{
		"PEM by key ID":     string(mustJSON(map[string]string{"a": publicPEM(a)})),
		"PEM":               publicPEM(a),
		"a SPIFFE bundle":   strings.Replace(signerSet(a), `"use":"sig"`, `"use":"jwt-svid"`, 1),
		"a byte order mark": "\ufeff" + signerSet(a),
		"an x5t": strings.Replace(signerSet(a), `"kty"`, `"x5t":"-_8AAAAAAAAAAAAAAAAAAAAAAAE=","kty"`,
			1),
	} {
		virtual(t, name, func(t *testing.T) {
			issuer := newIssuer()
			issuer.set = set
			r := ring(t, issuer)
			warm(t, r)
			if ok, err := a.admitted(t.Context(), r, "a"); !ok {
				t.Error(err)
			}
			exported, err := r.Export()
			if err != nil {
				t.Fatal(err)
			}
			again := ring(t, issuer)
			if err := again.Import(exported); err != nil {
				t.Fatal(err)
			}
			if copied, err := again.Export(); err != nil || string(copied) != string(exported) {
				t.Errorf("%v, %s, want %s", err, copied, exported)
			}
			if name == "an x5t" && !strings.Contains(string(exported), `"x5t":"-_8AAAAAAAAAAAAAAAAAAAAAAAE"`) {
				t.Errorf("%s", exported)
			}
			if ok, err := a.admitted(t.Context(), again, "a"); !ok {
				t.Error(err)
			}
		})
	}
}
