package middleware_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
)

// TestAlgorithm is about which algorithms verify a token and with which keys:
// RFC 7518, RFC 8725, section 3.1.
func TestAlgorithm(t *testing.T) {
	w := newWorld(t, nil)
	g := good()
	var accepted []genuine
	for _, c := range [][2]string{
		{"rsa", "RS256"}, {"rsa", "RS384"}, {"rsa", "RS512"}, {"rsa", "PS256"}, {"rsa", "PS384"}, {"rsa", "PS512"},
		{"ec", "ES256"}, {"ec384", "ES384"}, {"ec521", "ES512"}, {"ed", "EdDSA"}, {"ed", "Ed25519"},
		{"rsa-rs256", "RS256"}, {"rsa-ps512", "PS512"}, {"rsa-private", "RS256"},
	} {
		accepted = append(accepted, genuine{c[0] + " " + c[1], "A-01 AT-09 A-10 CF-12 K-10 ATK-A09 FA-06",
			g.signedBy(c[0], c[1]).token()})
	}
	w.acceptsAll(t, accepted)

	// Headers that say one thing over signatures that say another.
	says := func(alg string) draft { return g.head("alg", quoted(alg)) }
	unsigned := func(alg string) string { return says(alg).input() + "." }
	cases := []hostile{
		{"none over a good signature", "A-08 ATK-A03", says("none").token(), wrongAlgorithm, ""},
		{"none over a new signature", "A-08 ATK-A03", says("none").by("ec", "ES256").token(), wrongAlgorithm, ""},
		{"an unknown name, empty signature", "A-08 ATK-A26", unsigned("XX999"), wrongAlgorithm, ""},
		{"none by escapes", "A-08 A-11 AT-05 ATK-A01 ATK-A02", g.head("alg", `"n\u006fne"`).input() + ".",
			wrongAlgorithm, ""},
		{"no alg, empty signature", "A-08 ATK-A05", g.head("alg", "").input() + ".", malformed, ""},
		{"es256", "P-02 J-07 ATK-A21", says("es256").token(), wrongAlgorithm, ""},
		{"ES256 and a space", "P-02 ATK-A21", says("ES256 ").token(), wrongAlgorithm, ""},
		{"a Greek letter", "P-02 ATK-A21", says("\u0395S256").token(), wrongAlgorithm, ""},
		{"ES256K", "P-02 ATK-A21", says("ES256K").token(), wrongAlgorithm, ""},
		{"RSA1_5", "P-02 A-11", says("RSA1_5").token(), wrongAlgorithm, ""},
		{"RS1", "P-02", says("RS1").token(), wrongAlgorithm, ""},
		{"RS256 with a key for PS512", "P-03 K-07 ATK-A19", g.signedBy("rsa-ps512", "RS256").token(), unknownKey,
			g.signedBy("rsa-ps512", "PS512").token()},
		{"PS256 with a key for PS512", "P-03 K-07", g.signedBy("rsa-ps512", "PS256").token(), unknownKey, ""},
		{"RS512 with a key for RS256", "P-03 K-07 ATK-A19", g.signedBy("rsa-rs256", "RS512").token(), unknownKey,
			g.signedBy("rsa-rs256", "RS256").token()},
		{"PS256 with a key for RS256", "P-03 K-07", g.signedBy("rsa-rs256", "PS256").token(), unknownKey, ""},
		{"ES256 with a P-384 key", "A-06 P-03 ATK-A20", g.head("kid", `"ec384"`).by("ec384", "ES384").token(),
			unknownKey, g.signedBy("ec384", "ES384").token()},
		{"ES512 with a P-256 key", "A-06 P-03 ATK-A20", says("ES512").token(), unknownKey, ""},
		{"RS256 with an EC key", "P-03 ATK-A20", says("RS256").by("rsa", "RS256").token(), unknownKey,
			g.signedBy("rsa", "RS256").token()},
		{"EdDSA with an EC key", "P-03 A-09 ATK-A20", says("EdDSA").token(), unknownKey, ""},
		{"ES256 with an Ed25519 key", "P-03 A-09", g.head("kid", `"ed"`).by("ed", "EdDSA").token(), unknownKey,
			g.signedBy("ed", "EdDSA").token()},
		{"a 1024-bit key", "A-03 ATK-A22", g.signedBy("rsa-weak", "RS256").token(), unknownKey,
			g.signedBy("rsa", "RS256").token()},
		{"an encryption key", "K-04 ATK-B12", g.signedBy("rsa-enc", "RS256").token(), unknownKey,
			g.signedBy("rsa", "RS256").token()},
		{"an encryption key on a curve", "K-04 ATK-B12", g.signedBy("ec-enc", "ES256").token(), unknownKey, ""},
		{"a key without verify in its key_ops", "K-05 ATK-B12", g.signedBy("rsa-noops", "RS256").token(),
			unknownKey, ""},
		{"a key whose use and key_ops disagree", "K-06", g.signedBy("rsa-mixed", "RS256").token(), unknownKey, ""},
		{"a symmetric key in the set", "K-11 ATK-B15 ATK-A09",
			hmacToken(g.head("kid", `"oct"`), theKeys()["oct"].([]byte)), wrongAlgorithm, ""},
		{"a symmetric key for ES256", "K-11 ATK-B15", g.head("kid", `"oct"`).token(), unknownKey, ""},
		{"a key of an unknown type", "K-02 K-08 ATK-B13", g.head("kid", `"future"`).token(), unknownKey, ""},
		{"a key off its curve", "K-13 P-07 ATK-A23", g.head("kid", `"off-curve"`).token(), unknownKey, ""},
		{"half a key", "K-02 ATK-B13", g.head("kid", `"half"`).token(), unknownKey, ""},
		{"another key's kid", "K-09", g.by("ec-other", "ES256").token(), badSignature,
			g.signedBy("ec-other", "ES256").token()},
		{"no kid, signed by no key of the set", "K-09", g.head("kid", "").by("foreign-ec", "ES256").token(),
			badSignature, g.head("kid", "").token()},
		{"no kid where no key fits", "K-09", g.head("kid", "").head("alg", `"RS384"`).token(), badSignature,
			g.signedBy("rsa", "RS384").head("kid", "").token()},
		{"an empty kid", "K-09", g.head("kid", `""`).token(), malformed, ""},
	}
	for _, alg := range []string{"none", "None", "NONE", "nOnE", "NonE", "none ", " none", "none\u0000",
		"\u0000none", "none\n", "ｎone"} {
		cases = append(cases, hostile{strings.Trim(quoted(alg), `"`), "A-08 A-11 AT-05 ATK-A01 ATK-A02",
			unsigned(alg), wrongAlgorithm, ""})
	}
	for name, secret := range publicKeyForms(t) {
		cases = append(cases, hostile{"HS256 keyed with " + name, "P-03 A-11 ATK-A06 ATK-A07 ATK-A08 ATK-A10",
			hmacToken(g, secret), wrongAlgorithm, ""})
	}
	for _, alg := range []string{"HS384", "HS512"} {
		cases = append(cases, hostile{alg, "A-11 ATK-A06", says(alg).token(), wrongAlgorithm, ""})
	}
	w.rejectsAll(t, cases)

	row(t, "what an issuer may use", "A-11 P-01 J-19 P-04 AT-05 MD-12 FA-06", func(t *testing.T) {
		for _, c := range []struct {
			allowed []string
			kid     string
			alg     string
			ok      bool
		}{
			{nil, "rsa", "RS256", true}, {nil, "rsa", "PS256", true}, {nil, "ec", "ES256", true},
			{nil, "ed", "EdDSA", true}, {nil, "ed", "Ed25519", true},
			{nil, "rsa", "RS384", false}, {nil, "rsa", "RS512", false}, {nil, "rsa", "PS512", false},
			{nil, "ec384", "ES384", false}, {nil, "ec521", "ES512", false},
			{[]string{"PS256", "ES256", "EdDSA"}, "rsa", "RS256", false},
			{[]string{"PS256", "ES256", "EdDSA"}, "rsa", "PS256", true},
			{[]string{"Ed25519"}, "ed", "EdDSA", true}, {[]string{"ES512"}, "ec521", "ES512", true},
			{[]string{"ES512"}, "ec", "ES256", false},
		} {
			w := newWorld(t, func(config *middleware.Config) { config.Issuers[0].Algorithms = c.allowed })
			r := bearing(g.signedBy(c.kid, c.alg).token())
			if c.ok {
				w.serves(t, r, c.alg)
			} else {
				w.rejects(t, r, wrongAlgorithm)
			}
		}
	})
}

// publicKeyForms returns the forms of a public key that an attacker may use as a
// shared secret.
func publicKeyForms(t testing.TB) map[string][]byte {
	forms := map[string][]byte{"nothing": {}, "a blank": []byte(" "), "a word": []byte("secret"), "NUL": {0}}
	add := func(name string, public any) {
		der, err := x509.MarshalPKIXPublicKey(public)
		if err != nil {
			t.Fatal(err)
		}
		text := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
		forms[name+" in PEM"], forms[name+" in DER"] = text, der
		forms[name+" in PEM, trimmed"] = []byte(strings.TrimSpace(string(text)))
		forms[name+" in PEM after a newline"] = append([]byte("\n"), text...)
		forms[name+" in PEM with CRLF"] = []byte(strings.ReplaceAll(string(text), "\n", "\r\n"))
	}
	keys := theKeys()
	rsaKey, ecKey, edKey := keys["rsa"].(*rsa.PrivateKey), keys["ec"].(*ecdsa.PrivateKey),
		keys["ed"].(ed25519.PrivateKey)
	add("the RSA key", &rsaKey.PublicKey)
	add("the EC key", &ecKey.PublicKey)
	add("the Ed25519 key", edKey.Public())
	pkcs1 := x509.MarshalPKCS1PublicKey(&rsaKey.PublicKey)
	forms["the RSA key in PKCS #1"] = pkcs1
	forms["the RSA key in PKCS #1 PEM"] = pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: pkcs1})
	forms["the modulus"] = rsaKey.N.Bytes()
	forms["the Ed25519 key alone"] = edKey.Public().(ed25519.PublicKey)
	point, _ := ecKey.PublicKey.Bytes()
	forms["the point"], forms["x and y"] = point, point[1:]
	forms["the key set"] = theKeySet()
	for _, kid := range []string{"rsa", "ec", "ed"} {
		forms["the JWK "+kid], _ = json.Marshal(publicJWK(kid))
	}
	return forms
}

// TestSignature is about signatures that are nearly right: RFC 7518, sections
// 3.3 to 3.5, RFC 8032.
func TestSignature(t *testing.T) {
	w := newWorld(t, nil)
	g := good()
	input := g.input()
	with := func(input string, sig []byte) string { return input + "." + b64url(sig) }
	sig := signature("ec", "ES256", input)
	order := theKeys()["ec"].(*ecdsa.PrivateKey).Params().N
	fixed := func(n *big.Int) []byte { return n.FillBytes(make([]byte, 32)) }
	r, s := new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:])
	der, err := ecdsa.SignASN1(rand.Reader, theKeys()["ec"].(*ecdsa.PrivateKey), digest(input))
	if err != nil {
		t.Fatal(err)
	}
	flipped := append([]byte{}, sig...)
	flipped[40] ^= 1
	cases := []hostile{
		{"DER", "A-05 ATK-A13", with(input, der), badSignature, with(input, sig)},
		{"a byte short", "A-05 ATK-A13", with(input, sig[:63]), badSignature, ""},
		{"a byte too many", "A-05 ATK-A13", with(input, append(append([]byte{}, sig...), 0)), badSignature, ""},
		{"halves of 33 bytes", "A-05 ATK-A13", with(input,
			append(append([]byte{0}, sig[:32]...), append([]byte{0}, sig[32:]...)...)), badSignature, ""},
		{"halves of 48 bytes", "A-05", with(input,
			append(append(make([]byte, 16), sig[:32]...), append(make([]byte, 16), sig[32:]...)...)),
			badSignature, ""},
		{"s beyond the order", "A-05 ATK-A12", with(input,
			append(append([]byte{}, sig[:32]...),
				fixed(new(big.Int).Mod(new(big.Int).Add(s, order), new(big.Int).Lsh(big.NewInt(1), 256)))...)),
			badSignature, ""},
		{"halves swapped", "A-05", with(input, append(fixed(s), fixed(r)...)), badSignature, ""},
		{"a flipped bit", "AT-05", with(input, flipped), badSignature, with(input, sig)},
		{"of another payload", "AT-05 J-18", with(g.claim("sub", `"mallory"`).input(), sig), badSignature, ""},
		{"by another issuer's key", "AT-05 K-09", g.by("foreign-ec", "ES256").token(), badSignature, ""},
		{"by another issuer's RSA key", "AT-05", g.signedBy("rsa", "RS256").by("foreign-rsa", "RS256").token(),
			badSignature, g.signedBy("rsa", "RS256").token()},
		{"by another issuer's Ed25519 key", "AT-05", g.signedBy("ed", "EdDSA").by("foreign-ed", "EdDSA").token(),
			badSignature, g.signedBy("ed", "EdDSA").token()},
		{"bad and expired", "ATK-A30", g.claim("exp", at(-3600e9)).by("foreign-ec", "ES256").token(),
			badSignature, ""},
		{"bad and for another API", "ATK-A30", g.claim("aud", `"x"`).by("foreign-ec", "ES256").token(),
			badSignature, ""},
		{"a PKCS #1 signature for PS256", "A-07 ATK-A16", g.signedBy("rsa", "PS256").by("rsa", "RS256").token(),
			badSignature, g.signedBy("rsa", "PS256").token()},
		{"a PSS signature for RS256", "J-20", g.signedBy("rsa", "RS256").by("rsa", "PS256").token(),
			badSignature, ""},
	}
	zero, one, below := big.NewInt(0), big.NewInt(1), new(big.Int).Sub(order, big.NewInt(1))
	for _, a := range []*big.Int{zero, one, below, order} {
		for _, b := range []*big.Int{zero, one, below, order} {
			cases = append(cases,
				hostile{"r and s of " + a.Text(16)[:1] + b.Text(16)[:1] + a.Text(16)[a.BitLen()/8:] +
					b.Text(16)[b.BitLen()/8:], "A-05 ATK-A12", with(input, append(fixed(a), fixed(b)...)), badSignature, ""})
		}
	}

	key := theKeys()["rsa"].(*rsa.PrivateKey)
	ps, rs := g.signedBy("rsa", "PS256"), g.signedBy("rsa", "RS256")
	for _, salt := range []int{0, 1, 20, 31, 33, 64, key.Size() - 2 - 32} {
		forged, err := rsa.SignPSS(rand.Reader, key, crypto.SHA256, digest(ps.input()),
			&rsa.PSSOptions{SaltLength: salt})
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, hostile{"a salt of another length " + big.NewInt(int64(salt)).String(),
			"A-07 ATK-A16", with(ps.input(), forged), badSignature, ps.token()})
	}
	sha1 := crypto.SHA1.New()
	sha1.Write([]byte(rs.input()))
	forgedSHA1, err := rsa.SignPKCS1v15(nil, key, crypto.SHA1, sha1.Sum(nil))
	if err != nil {
		t.Fatal(err)
	}
	noInfo, err := rsa.SignPKCS1v15(nil, key, 0, digest(rs.input()))
	if err != nil {
		t.Fatal(err)
	}
	good := signature("rsa", "RS256", rs.input())
	cases = append(cases,
		hostile{"SHA-1 in the DigestInfo", "J-20 ATK-A18", with(rs.input(), forgedSHA1), badSignature, rs.token()},
		hostile{"no DigestInfo", "J-20 ATK-A17", with(rs.input(), noInfo), badSignature, ""},
		hostile{"a padding with garbage", "J-20 ATK-A17",
			with(rs.input(), rsaRaw(key, paddedWrongly(key.Size(), digest(rs.input())))), badSignature, ""},
		hostile{"a zero before it", "ATK-A17", with(rs.input(), append([]byte{0}, good...)), badSignature, ""},
		hostile{"only zeros", "ATK-A17", with(rs.input(), make([]byte, key.Size())), badSignature, ""},
		hostile{"a short one", "ATK-A17", with(rs.input(), good[1:]), badSignature, ""},
	)
	ed := g.signedBy("ed", "EdDSA")
	edSig := signature("ed", "EdDSA", ed.input())
	cases = append(cases,
		hostile{"S beyond the order", "A-09 ATK-A15", with(ed.input(), raisedS(edSig)), badSignature,
			with(ed.input(), edSig)},
		hostile{"an Ed25519 signature a byte short", "A-09", with(ed.input(), edSig[:63]), badSignature, ""},
		hostile{"an Ed25519 signature of zeros", "A-09", with(ed.input(), make([]byte, 64)), badSignature, ""},
	)
	w.rejectsAll(t, cases)
	row(t, "the denylist recognizes a token with the other s", "ATK-A14 ATK-G08", func(t *testing.T) {
		revoked := newWorld(t, func(c *middleware.Config) { c.Revoked = revokedIDs("b1946ac9") })
		other := with(input, append(append([]byte{}, sig[:32]...), fixed(new(big.Int).Sub(order, s))...))
		for _, token := range []string{with(input, sig), other} {
			revoked.rejects(t, bearing(token), middleware.ErrRevoked)
		}
	})
}

// rsaRaw applies the private RSA operation to a whole block.
func rsaRaw(key *rsa.PrivateKey, block []byte) []byte {
	return new(big.Int).Exp(new(big.Int).SetBytes(block), key.D, key.N).FillBytes(make([]byte, key.Size()))
}

// paddedWrongly returns the block of Bleichenbacher's forgery: short padding,
// the hash, garbage.
func paddedWrongly(size int, hash []byte) []byte {
	info := []byte{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
		0x05, 0x00, 0x04, 0x20}
	block := append([]byte{0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0}, info...)
	block = append(block, hash...)
	return append(block, make([]byte, size-len(block))...)
}

// raisedS adds the group's order to the second half of an Ed25519 signature.
func raisedS(sig []byte) []byte {
	order, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	out := append([]byte{}, sig...)
	s := make([]byte, 32)
	for i := range s {
		s[i] = sig[63-i]
	}
	sum := new(big.Int).Add(new(big.Int).SetBytes(s), order).FillBytes(make([]byte, 32))
	for i := range sum {
		out[63-i] = sum[i]
	}
	return out
}
