package middleware_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// republish publishes what edit makes of each of the issuer's keys.
func republish(t *testing.T, i *testutil.Issuer, edit func(jwk map[string]any)) {
	t.Helper()
	i.SetJWKS(nil)
	var set struct {
		Keys []map[string]any `json:"keys"`
	}
	if err := json.Unmarshal(i.JWKS(), &set); err != nil {
		t.Fatal(err)
	}
	for _, jwk := range set.Keys {
		edit(jwk)
	}
	document, err := json.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	i.SetJWKS(document)
}

// rename returns an edit that makes of each key's kid what the set of names says: a name
// for each member, in which %s is the kid. A key without kid among them has none.
func rename(names map[string]string) func(map[string]any) {
	return func(jwk map[string]any) {
		kid := jwk["kid"]
		delete(jwk, "kid")
		for member, name := range names {
			jwk[member] = name
			if name == "%s" {
				jwk[member] = kid
			}
		}
	}
}

// TestHowTokensNameTheirKey has the ways in which headers and key sets name a key, while
// a rotation is under way: the old and the new key are published.
//
//   - AD FS writes x5t alone into access tokens: https://github.com/jwt/ruby-jwt/issues/370
//   - key sets with x5t and without kid: https://github.com/quarkusio/quarkus/issues/9965
//   - x5t alone during a rotation: https://github.com/manfredsteyer/angular-oauth2-oidc/issues/670
//   - x5t with the value of the key's kid: https://github.com/wso2/product-is/issues/4352
//   - no kid in tokens: https://github.com/dadrus/heimdall/issues/99
//   - no kid in key sets, and one in tokens: https://github.com/authlib/authlib/pull/893
func TestHowTokensNameTheirKey(t *testing.T) {
	type names = map[string]string
	type header = map[string]any
	for _, c := range []struct {
		name   string
		set    names
		header header // of a token that a key has signed; in a text, %s is the key's kid
	}{
		{"a kid", names{"kid": "%s"}, nil},
		{"no kid in either", names{}, header{"kid": nil}},
		{"no kid in the token", names{"kid": "%s"}, header{"kid": nil}},
		{"x5t instead of kid", names{"x5t": "%s"}, header{"kid": nil, "x5t": "%s"}},
		{"x5t#S256 instead of kid", names{"x5t#S256": "%s"}, header{"kid": nil, "x5t#S256": "%s"}},
		{"both thumbprints, of which the set has one", names{"x5t": "%s"},
			header{"kid": nil, "x5t": "%s", "x5t#S256": "unknown"}},
		{"x5t that is the key's kid", names{"kid": "%s"}, header{"kid": nil, "x5t": "%s"}},
		{"kid that is the key's x5t", names{"x5t": "%s"}, nil},
		{"kid that is the key's x5t#S256", names{"x5t#S256": "%s"}, nil},
		{"kid in another form, and x5t", names{"kid": "one", "x5t": "%s"}, header{"kid": "other", "x5t": "%s"}},
		{"kid, and none in the set", names{}, nil},
		{"kid, and x5t that the set does not have", names{"kid": "%s"}, header{"x5t": "unknown"}},
		{"x5t that the set does not have", names{"kid": "%s"}, header{"kid": nil, "x5t": "unknown"}},
		{"x5t null", names{"kid": "%s"}, header{"kid": nil, "x5t": json.RawMessage("null")}},
		{"x5t a number next to kid", names{"kid": "%s", "x5t": "1"}, header{"x5t": 1}},
		{"x5t#S256 an array next to kid", names{"kid": "%s"}, header{"x5t#S256": []string{"a"}}},
		{"x5t empty next to kid", names{"kid": "%s"}, header{"x5t": ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			covers(t, "K-09 J-13")
			inBubble(t, nil, func(t *testing.T, o outage) {
				before := o.KeyID("ES256")
				o.Rotate()
				after := o.KeyID("ES256")
				republish(t, o.Issuer, rename(c.set))
				for _, kid := range []string{before, after} {
					own := header{}
					for name, value := range c.header {
						if own[name] = value; value == "%s" {
							own[name] = kid
						}
					}
					token := o.signedBy(kid, own)
					if reason, _ := o.verify(token); reason != "" {
						t.Errorf("rejected: %s; the set has %q", reason, o.auth.Health()[0].KeyIDs)
					}
				}
				if n := o.KeyRequests(); n != 1 {
					t.Errorf("%d fetches", n)
				}
			})
		})
	}
}

// signedBy returns a token that the key kid has signed, with a header that may say
// something else.
func (o outage) signedBy(kid string, header map[string]any) string {
	all := map[string]any{"typ": "at+jwt", "alg": "ES256", "kid": kid}
	for name, value := range header {
		if all[name] = value; value == nil {
			delete(all, name)
		}
	}
	text, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	return o.Sign(text, payloadOf(o.Mint(nil)), kid)
}

// payloadOf returns the payload of a token.
func payloadOf(token string) []byte {
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		panic(err)
	}
	return payload
}

// TestNamesOfOtherKeys has tokens whose header leads to other keys than the one that
// signed, or to none.
func TestNamesOfOtherKeys(t *testing.T) {
	type header = map[string]any
	both := map[string]string{"kid": "%s", "x5t": "%s"}
	for _, c := range []struct {
		name   string
		set    map[string]string
		signer int    // 0 has left the set, 1 and 2 are in it
		header header // a number stands for the kid of that key
		want   middleware.Reason
	}{
		{"no kid, signed by a key that left", both, 0, header{"kid": nil}, badSignature},
		{"no kid in either, signed by a key that left", nil, 0, header{"kid": nil}, badSignature},
		{"kid of a key that left, and none in the set", nil, 0, nil, badSignature},
		{"x5t of a key that left", both, 0, header{"kid": nil, "x5t": 0}, badSignature},
		{"kid of a key that left", both, 0, nil, unknownKey},
		{"kid of a key that left, x5t of another one", both, 0, header{"x5t": 1}, badSignature},
		{"x5t of another key", both, 1, header{"kid": nil, "x5t": 2}, badSignature},
		{"x5t#S256 that is another key's x5t", both, 1, header{"kid": nil, "x5t#S256": 2}, badSignature},
		{"kid of another key, x5t of the right one", both, 1, header{"kid": 2, "x5t": 1}, badSignature},
		{"kid that is no key's, where keys have some", both, 1, header{"kid": "none"}, unknownKey},
		{"X5T", both, 1, header{"kid": nil, "X5T": 1}, malformed},
		{"x5t#s256", both, 1, header{"x5t#s256": 1}, malformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			covers(t, "K-09 J-13 ATK-B08")
			inBubble(t, nil, func(t *testing.T, o outage) {
				var kids [3]string
				for i := range kids {
					if i > 0 {
						o.Rotate()
					}
					kids[i] = o.KeyID("ES256")
				}
				republish(t, o.Issuer, rename(c.set))
				header := header{}
				for name, value := range c.header {
					header[name] = value
					if n, ok := value.(int); ok {
						header[name] = kids[n]
					}
				}
				if reason, _ := o.verify(o.signedBy(kids[c.signer], header)); reason != c.want {
					t.Errorf("%q, want %q", reason, c.want)
				}
				clear(header)
				if c.set == nil {
					header["kid"] = nil
				}
				if reason, _ := o.verify(o.signedBy(kids[1], header)); reason != "" {
					t.Errorf("a good token: %q", reason)
				}
			})
		})
	}
}

// TestFourKeysAtMost: a token that names no key costs four verifications at most.
func TestFourKeysAtMost(t *testing.T) {
	covers(t, "K-09")
	inBubble(t, nil, func(t *testing.T, o outage) {
		kids := []string{o.KeyID("ES256")}
		for n := range 5 {
			kids = append(kids, o.AddKey(testutil.Key{ID: fmt.Sprint("k", n), Algorithm: "ES256"}))
		}
		republish(t, o.Issuer, rename(nil))
		for n, kid := range kids {
			reason, _ := o.verify(o.signedBy(kid, map[string]any{"kid": nil}))
			want := middleware.Reason("")
			if n >= 4 {
				want = badSignature
			}
			if reason != want {
				t.Errorf("a token of key %d: %q, want %q", n+1, reason, want)
			}
		}
	})
}

// TestRolloverWithoutNames: of an issuer whose keys have no names, tokens of the old and
// the new key are accepted as soon as both are published, and those of the old one are
// rejected as soon as the API knows that it has left.
func TestRolloverWithoutNames(t *testing.T) {
	covers(t, "K-09 K-19 K-20")
	inBubble(t, nil, func(t *testing.T, o outage) {
		nameless := map[string]any{"kid": nil}
		try := func(when, kid string, want middleware.Reason) {
			t.Helper()
			if reason, waited := o.verify(o.signedBy(kid, nameless)); reason != want || waited > 0 {
				t.Errorf("%s: %q after %v, want %q", when, reason, waited, want)
			}
		}
		before := o.KeyID("ES256")
		republish(t, o.Issuer, rename(nil))
		try("the only key", before, "")
		o.Rotate()
		after := o.KeyID("ES256")
		republish(t, o.Issuer, rename(nil))
		try("the first token of the new key", after, "")
		try("the old key", before, "")
		if n := o.KeyRequests(); n != 2 {
			t.Errorf("%d fetches", n)
		}
		o.RotateAndDrop()
		last := o.KeyID("ES256")
		republish(t, o.Issuer, rename(nil))
		try("the first token of the last key", last, "")
		try("a key that left", before, badSignature)
		time.Sleep(time.Minute) // virtual
		try("a key that left, later", after, badSignature)
	})
}
