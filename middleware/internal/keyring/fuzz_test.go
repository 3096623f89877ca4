package keyring_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// FuzzKeySet checks that no document makes a ring panic or hand out a key that
// the rules do not allow, and that an export can be imported.
func FuzzKeySet(f *testing.F) {
	for _, seed := range []string{
		keySet(rsaJWK(), ecJWK(), okpJWK()), keySet(), `{}`, `[]`, ``, `<html>`, `{"keys":[null,{},[]]}`,
		`{"keys":[` + with(rsaJWK(), "d", "AQAB") + `],"keys":[]}`, "\ufeff{}",
		`{"keys":[{"kty":"oct","k":"AAAA"}]}`,
		publicPEM(newSigner("")), privatePEM(newSigner("")),
		string(mustJSON(map[string]string{"a": publicPEM(newSigner(""))})),
		`{"keys":[` + with(rsaJWK(), "use", "jwt-svid", "oth", []int{}) + `,` +
			with(ecJWK(), "x5t", "FB:FF") + `]}`,
		`{"keys":[` + with(ecJWK(), "x", "AA") + `]} x`, `{"keys":[{"\u006bty":"OKP"}]}`, "{\"keys\":[\"\xff\"]}",
		keySet(newSigner("a").jwk(map[string]any{"kid": nil, "x5t": "a", "x5t#S256": "b"}),
			newSigner("a").jwk(nil)),
		keySet(newSigner("a").jwk(map[string]any{"alg": "Ed25519", "key_ops": []string{"verify"},
			"issuer": "https://x"})),
	} {
		f.Add([]byte(seed))
	}
	var many []map[string]any
	for n := range 100 {
		many = append(many, newSigner(fmt.Sprint("key ", n)).jwk(nil))
	}
	f.Add([]byte(keySet(many...)))
	f.Fuzz(func(t *testing.T, body []byte) {
		if body == nil {
			return
		}
		var r *keyring.Ring
		var err error
		frugal(t, len(body), func() {
			r, err = keyring.New(keyring.Source{Issuer: issuerURL, JWKS: body}, keyring.Options{})
		})
		if err != nil {
			for _, c := range err.Error() {
				if c < ' ' || c > '~' {
					t.Errorf("error %q", err)
				}
			}
			return
		}
		text := bytes.Contains(body, []byte("-----BEGIN "))
		if !utf8.Valid(body) || !json.Valid(bytes.TrimPrefix(body, []byte("\ufeff"))) && !text {
			t.Errorf("a document that is neither JSON nor PEM was accepted: %q", body)
		}
		for _, kid := range append(kidsIn(body), "") {
			for _, alg := range all {
				for _, ref := range []keyring.Ref{{KeyID: kid}, {X5T: kid}, {X5TS256: kid}} {
					ref.Algorithm = alg
					keys, err := r.Find(t.Context(), ref)
					if err == nil && len(keys) == 0 || len(keys) > 4 {
						t.Errorf("%d keys, %v", len(keys), err)
					}
					for _, k := range keys {
						checkKey(t, k, ref)
					}
				}
			}
		}
		exported, err := r.Export()
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{`"d":`, `"p":`, `"q":`, `"dp":`, `"dq":`, `"oth":`, `"k":`} {
			if strings.Contains(string(exported), secret) {
				t.Errorf("a private member was exported")
			}
		}
		again, err := keyring.New(keyring.Source{Issuer: issuerURL, JWKSURL: jwksURL}, keyring.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := again.Import(exported); err != nil {
			t.Errorf("an export cannot be imported: %v", err)
		}
		if copied, err := again.Export(); err != nil || string(copied) != string(exported) {
			t.Errorf("export of the import differs: %v", err)
		}
	})
}

// kidsIn returns the names of keys that encoding/json sees in a document.
func kidsIn(body []byte) []string {
	var set struct{ Keys []map[string]any }
	json.Unmarshal(body, &set)
	var kids []string
	for _, k := range set.Keys {
		for _, member := range []string{"kid", "x5t", "x5t#S256"} {
			if name, ok := k[member].(string); ok {
				kids = append(kids, name)
			}
		}
	}
	return kids[:min(len(kids), 8)]
}

func checkKey(t *testing.T, k *keyring.Key, ref keyring.Ref) {
	ok, alg := false, ref.Algorithm
	switch public := k.Public.(type) {
	case *rsa.PublicKey:
		bits := public.N.BitLen()
		ok = (alg[:2] == "RS" || alg[:2] == "PS") && bits >= 2048 && bits <= 8192 && public.E >= 3 &&
			public.E%2 == 1
	case *ecdsa.PublicKey:
		_, err := public.ECDH() // fails for a point that is not on the curve
		ok = err == nil && map[string]int{"ES256": 256, "ES384": 384,
			"ES512": 521}[alg] == public.Curve.Params().BitSize
	case ed25519.PublicKey:
		ok = (alg == "EdDSA" || alg == "Ed25519") && len(public) == ed25519.PublicKeySize
	}
	if !ok {
		t.Errorf("a %T for %s", k.Public, alg)
	}
}

// FuzzTemplate checks that the name of a tenant changes no other part of a URL.
func FuzzTemplate(f *testing.F) {
	for _, seed := range []string{"a", "..", "a/b", "a.b", "a@b", "a%2e", "", "a#", "a?", "{t}", "127.0.0.1",
		"xn--a", "A-b_c~"} {
		f.Add(seed)
	}
	s := newTenants()
	host := ringsOf(f, s, 0)
	path, err := keyring.NewTenants(keyring.Source{Issuer: "https://as.example/a-{t}/v2"}, 0,
		keyring.Options{Client: newIssuer().client()})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, name string) {
		iss := "https://" + name + ".auth.example"
		if _, err := host.Ring(map[string]string{"company": name}, iss); err == nil {
			u, err := url.Parse(iss)
			if err != nil || u.Host != name+".auth.example" || u.Path != "" || u.RawQuery != "" || u.User != nil ||
				strings.Count(u.Host, ".") != 2 {
				t.Errorf("%q makes %q", name, iss)
			}
		}
		iss = "https://as.example/a-" + name + "/v2"
		if _, err := path.Ring(map[string]string{"t": name}, iss); err == nil {
			u, err := url.Parse(iss)
			if err != nil || u.Host != "as.example" || u.Path != "/a-"+name+"/v2" ||
				strings.Count(u.EscapedPath(), "/") != 2 || u.RawQuery != "" {
				t.Errorf("%q makes %q", name, iss)
			}
		}
	})
}
