package attack

import (
	"bytes"
	"crypto/rsa"

	"github.com/bearerguard/bearerguard/testutil"
)

// keySetCases are about an issuer whose key set also has keys that make no sense.
// The other keys of the set remain good (RFC 7517 section 5).
func keySetCases(h *harness) {
	const zeros = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	const keys = `{"keys":[` +
		`{"kty":"future","kid":"future","use":"sig","alg":"XX999","x":"AA"},` +
		`{"kty":"EC","crv":"secp256k1","kid":"curve","use":"sig","x":"AA","y":"AA"},` +
		`{"kty":"EC","crv":"P-256","kid":"off-curve","use":"sig","alg":"ES256",` +
		`"x":"` + zeros + `","y":"` + zeros + `"},` +
		`{"kty":"RSA","kid":"half","use":"sig","alg":"RS256","n":"AQAB"},`
	odd := h.separate(func(i *testutil.Issuer) {
		i.SetJWKS(bytes.Replace(i.JWKS(), []byte(`{"keys":[`), []byte(keys), 1))
	})
	odd.token(served, "keyset/good-key-among-odd-ones", "A good token of an issuer that also publishes "+
		"keys of an unknown "+
		"type or curve, half a key, and a point that is not on its curve (RFC 7517 section 5).", odd.good())
	for _, kid := range []string{"future", "curve", "off-curve", "half"} {
		odd.token(malformed, "keyset/"+kid+"-named", "A token that names one of the keys that make no "+
			"sense.",
			odd.good().header("kid", kid))
	}
	h.join(odd)

	alg, id := h.key.alg, ""
	bundle := h.separate(func(i *testutil.Issuer) {
		id = i.AddKey(testutil.Key{Algorithm: alg, Members: map[string]any{"use": "x509-svid"}})
	})
	bundle.token(rejected, "keyset/use-x509-svid", "A good signature by a key for X.509-SVIDs, as in a SPIFFE "+
		"bundle (SPIFFE Trust Domain and Bundle, section 4.2.2).", bundle.goodBy(issuersKey(bundle.issuer, id, alg), alg))
	h.join(bundle)
}

// strictKeyAttacks are about keys that contradict themselves.
func strictKeyAttacks(h *harness) {
	if !h.Strict {
		return
	}
	alg := h.key.alg
	ids := map[string]string{}
	own := h.separate(func(i *testutil.Issuer) {
		for name, members := range sorted(map[string]map[string]any{
			"use-sig-and-key_ops-encrypt": {"use": "sig", "key_ops": []string{"verify", "encrypt"}},
			"Use-and-use":                 {"Use": "enc"},
			"of-another-issuer":           {"issuer": "https://other.example"},
		}) {
			ids[name] = i.AddKey(testutil.Key{Algorithm: alg, Members: members})
		}
	})
	for name, id := range sorted(ids) {
		own.token(strictly, "strict/key-"+name,
			"A good signature by a published key that contradicts itself or belongs to another issuer.",
			own.goodBy(issuersKey(own.issuer, id, alg), alg))
	}
	own.token(strictly, "strict/without-kid-of-several",
		"A token that does not say which of several keys signed it (RFC 7515 section 4.1.4), and a "+
			"key that is none of them.",
		own.good().signedBy(h.otherKey(alg), alg).header("kid", nil))
	h.join(own)

	rsaKey := h.firstOf("RS256", "PS256")
	if rsaKey == nil {
		return
	}
	zeros := h.separate(func(i *testutil.Issuer) {
		n := i.Signer(i.KeyID(rsaKey.alg)).Public().(*rsa.PublicKey).N.Bytes()
		padded := base64url(append([]byte{0}, n...))
		i.SetJWKS(bytes.Replace(i.JWKS(), []byte(base64url(n)), []byte(padded), 1))
	})
	zeros.token(served, "strict/zero-before-the-modulus",
		"A good token of an issuer that writes a zero byte before its modulus, as many do (RFC 7518 "+
			"section 6.3.1.1).",
		zeros.goodBy(zeros.keyFor(rsaKey.alg), rsaKey.alg))
	h.join(zeros)
}
