package testutil_test

import (
	"crypto"
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/testutil"
)

// kids returns those that are published.
func kids(t *testing.T, document []byte) (all []string) {
	t.Helper()
	for _, k := range decode(t, document)["keys"].([]any) {
		kid, _ := k.(map[string]any)["kid"].(string)
		all = append(all, kid)
	}
	return all
}

func TestRotate(t *testing.T) {
	for _, system := range []string{"", "c4t", "ipreo", "cadasto", "connect2id", "cern"} {
		t.Run("system "+system, func(t *testing.T) {
			i := testutil.NewIssuer(t, testutil.Options{System: system})
			added := i.AddKey(testutil.Key{Algorithm: "ES256"})
			document, token := i.JWKS(), i.Mint(nil)
			first := kids(t, document)
			own := first[:len(first)-1]
			check := func(what, old string, published bool) {
				t.Helper()
				verify(t, i.JWKS(), i.Mint(nil))
				if _, _, err := tryVerify(t, i.JWKS(), old); (err == nil) != published {
					t.Errorf("%s: the old token: %v", what, err)
				}
				if k := kids(t, get(t, i.JWKSURL())); !slices.Contains(k, added) ||
					len(slices.Compact(slices.Sorted(slices.Values(k)))) != len(k) {
					t.Errorf("%s: keys %v", what, k)
				}
			}
			check("before", token, true)
			i.Rotate()
			check("Rotate", token, true)
			second := i.Mint(nil)
			if k := kids(t, i.JWKS()); len(k) != 2*len(own)+1 {
				t.Errorf("after Rotate %d keys: %v", len(k), k)
			}
			i.Rotate()
			check("second Rotate", token, false)
			check("second Rotate", second, true)
			third := i.Mint(nil)
			i.RotateAndDrop()
			check("RotateAndDrop", third, false)
			if k := kids(t, i.JWKS()); len(k) != len(own)+1 {
				t.Errorf("after RotateAndDrop %d keys: %v", len(k), k)
			}
			// A dropped key can still sign, for a test of what must then be refused.
			dropped := i.MintHeader(map[string]any{"kid": own[0]}, nil)
			verify(t, document, dropped)
			if _, _, err := tryVerify(t, i.JWKS(), dropped); err == nil {
				t.Error("a dropped key is published")
			}
		})
	}
}

func TestAddKey(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{})
	published := func(kid string) map[string]any {
		for _, k := range decode(t, i.JWKS())["keys"].([]any) {
			if k := k.(map[string]any); k["kid"] == kid {
				return k
			}
		}
		return nil
	}
	if k := published(i.AddKey(testutil.Key{Algorithm: "RS256",
		Members: map[string]any{"use": "enc", "alg": nil}})); k["use"] != "enc" || k["alg"] != nil {
		t.Errorf("enc: %v", k)
	}
	if k := published(i.AddKey(testutil.Key{Algorithm: "RS256", Bits: 1024})); len(unbase64(t,
		k["n"].(string))) != 128 {
		t.Errorf("1024 bits: %v", k)
	}
	oct := i.AddKey(testutil.Key{Algorithm: "HS256", DangerouslyExposePrivate: true, Secret: []byte("x")})
	if k := published(oct); k["kty"] != "oct" || k["k"] != "eA" {
		t.Errorf("oct: %v", k)
	}
	if k := published(i.AddKey(testutil.Key{Algorithm: "HS512"})); k["kty"] != "oct" || k["k"] != nil {
		t.Errorf("oct, not exposed: %v", k)
	}
	for alg, names := range map[string][]string{"RS256": {"d", "p", "q", "dp", "dq", "qi"}, "ES384": {"d"},
		"EdDSA": {"d"}} {
		k := published(i.AddKey(testutil.Key{Algorithm: alg, DangerouslyExposePrivate: true}))
		for _, name := range names {
			if s, _ := k[name].(string); s == "" {
				t.Errorf("%s: no %s in %v", alg, name, k)
			}
		}
	}
	if k := published(i.AddKey(testutil.Key{Algorithm: "ES256", Unpublished: true})); k != nil {
		t.Errorf("unpublished: %v", k)
	}
	// Another key under a kid that is taken signs, and what it signs is no good.
	kid := i.KeyID("RS256")
	if got := i.AddKey(testutil.Key{ID: kid, Algorithm: "RS256", Unpublished: true}); got != kid {
		t.Errorf("kid %q, want %q", got, kid)
	}
	if _, _, err := tryVerify(t, i.JWKS(), i.MintHeader(map[string]any{"kid": kid}, nil)); err == nil {
		t.Error("two keys of one kid are one key")
	}
	verify(t, i.JWKS(), i.Mint(nil))
	defer func() {
		if recover() == nil {
			t.Error("no panic for an unknown algorithm")
		}
	}()
	i.AddKey(testutil.Key{Algorithm: "XX256"})
}

func TestSetJWKS(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{})
	before := string(get(t, i.JWKSURL()))
	for _, document := range []string{"", "<html>", `{"keys":[]}`} {
		i.SetJWKS([]byte(document))
		if got := string(get(t, i.JWKSURL())); got != document || string(i.JWKS()) != document {
			t.Errorf("%q is published as %q", document, got)
		}
	}
	i.SetJWKS(nil)
	if got := string(get(t, i.JWKSURL())); got != before {
		t.Errorf("published %s, want %s", got, before)
	}
}

// A token of one server must never verify with the keys of another that is open
// at the same time, even though RSA keys are used again after Close.
func TestKeysAreNotShared(t *testing.T) {
	a := testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"RS256"}})
	first := decode(t, a.JWKS())["keys"].([]any)[0].(map[string]any)
	a.Close()
	fresh := testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"RS256"}, FreshKeys: true})
	seen := map[any]bool{first["n"]: true}
	if k := decode(t, fresh.JWKS())["keys"].([]any)[0].(map[string]any); seen[k["n"]] {
		t.Error("FreshKeys used a key again")
	}
	seen = map[any]bool{}
	again := false
	for range 3 {
		i := testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"RS256", "PS256"}})
		for _, k := range decode(t, i.JWKS())["keys"].([]any) {
			k := k.(map[string]any)
			again = again || k["n"] == first["n"]
			if seen[k["n"]] || k["kid"] == first["kid"] {
				t.Errorf("key %v is another server's", k["kid"])
			}
			seen[k["n"]] = true
		}
	}
	if !again {
		t.Error("no key was used again")
	}
}

func TestSignerReturnsThePrivateKeyOfAKid(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{InProcess: true})
	for kid, published := range map[string]bool{
		i.KeyID("RS256"): true, i.KeyID("ES256"): true, i.KeyID("EdDSA"): true,
		i.AddKey(testutil.Key{Algorithm: "ES384", Unpublished: true}): false,
	} {
		s := i.Signer(kid)
		if s == nil {
			t.Fatalf("no signer for %s", kid)
		}
		if got := strings.Contains(string(i.JWKS()), `"`+kid+`"`); got != published {
			t.Errorf("%s published: %v", kid, got)
		}
	}
	token := i.MintHeader(map[string]any{"alg": "EdDSA"}, nil)
	input := token[:strings.LastIndexByte(token, '.')]
	signature, err := i.Signer(i.KeyID("EdDSA")).Sign(nil, []byte(input), crypto.Hash(0))
	if err != nil || input+"."+base64.RawURLEncoding.EncodeToString(signature) != token {
		t.Errorf("the signer has another key than the issuer: %v", err)
	}
	if i.Signer("unknown") != nil || i.Signer(i.AddKey(testutil.Key{Algorithm: "HS256"})) != nil {
		t.Error("a signer of an unknown or a symmetric key")
	}
}
