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
	accepted := map[string]string{}
	for _, c := range [][2]string{
		{"rsa", "RS256"}, {"rsa", "RS384"}, {"rsa", "RS512"}, {"rsa", "PS256"}, {"rsa", "PS384"}, {"rsa", "PS512"},
		{"ec", "ES256"}, {"ec384", "ES384"}, {"ec521", "ES512"}, {"ed", "EdDSA"}, {"ed", "Ed25519"},
		{"rsa-rs256", "RS256"}, {"rsa-ps512", "PS512"}, {"rsa-private", "RS256"},
	} {
		accepted["A-01 AT-09 A-10 CF-12 K-10 ATK-A09 FA-06 "+c[0]+" "+c[1]] = g.signedBy(c[0], c[1]).token()
	}
	w.accepts(t, accepted)

	// Headers that say one thing over signatures that say another.
	says := func(alg string) draft { return g.head("alg", quoted(alg)) }
	unsigned := func(alg string) string { return says(alg).input() + "." }
	cases := []hostile{
		{"A-08 ATK-A03 none over a good signature", says("none").token(), wrongAlgorithm, ""},
		{"A-08 ATK-A03 none, signed anew", says("none").by("ec", "ES256").token(), wrongAlgorithm, ""},
		{"A-08 ATK-A26 an unknown name, empty signature", unsigned("XX999"), wrongAlgorithm, ""},
		{"A-08 ATK-A05 no alg, empty signature", g.head("alg", "").input() + ".", malformed, ""},
		{"P-02 J-07 ATK-A21 es256", says("es256").token(), wrongAlgorithm, ""},
		{"P-02 ATK-A21 ES256 and a space", says("ES256 ").token(), wrongAlgorithm, ""},
		{"P-02 ATK-A21 a Greek letter", says("\u0395S256").token(), wrongAlgorithm, ""},
		{"P-02 ATK-A21 ES256K", says("ES256K").token(), wrongAlgorithm, ""},
		{"P-02 A-11 RSA1_5", says("RSA1_5").token(), wrongAlgorithm, ""},
		{"P-02 RS1", says("RS1").token(), wrongAlgorithm, ""},
		{"P-03 K-07 ATK-A19 RS256 with a key for PS512", g.signedBy("rsa-ps512", "RS256").token(), unknownKey, g.signedBy("rsa-ps512", "PS512").token()},
		{"P-03 K-07 PS256 with a key for PS512", g.signedBy("rsa-ps512", "PS256").token(), unknownKey, ""},
		{"P-03 K-07 ATK-A19 RS512 with a key for RS256", g.signedBy("rsa-rs256", "RS512").token(), unknownKey, g.signedBy("rsa-rs256", "RS256").token()},
		{"P-03 K-07 PS256 with a key for RS256", g.signedBy("rsa-rs256", "PS256").token(), unknownKey, ""},
		{"A-06 P-03 ATK-A20 ES256 said of a P-384 key", g.head("kid", `"ec384"`).by("ec384", "ES384").token(), unknownKey, g.signedBy("ec384", "ES384").token()},
		{"A-06 P-03 ATK-A20 ES512 said of a P-256 key", says("ES512").token(), unknownKey, ""},
		{"P-03 ATK-A20 RS256 said of an EC key", says("RS256").by("rsa", "RS256").token(), unknownKey, g.signedBy("rsa", "RS256").token()},
		{"P-03 A-09 ATK-A20 EdDSA said of an EC key", says("EdDSA").token(), unknownKey, ""},
		{"P-03 A-09 ES256 said of an Ed25519 key", g.head("kid", `"ed"`).by("ed", "EdDSA").token(), unknownKey, g.signedBy("ed", "EdDSA").token()},
		{"A-03 ATK-A22 a 1024-bit key", g.signedBy("rsa-weak", "RS256").token(), unknownKey, g.signedBy("rsa", "RS256").token()},
		{"K-04 ATK-B12 an encryption key", g.signedBy("rsa-enc", "RS256").token(), unknownKey, g.signedBy("rsa", "RS256").token()},
		{"K-04 ATK-B12 an encryption key on a curve", g.signedBy("ec-enc", "ES256").token(), unknownKey, ""},
		{"K-05 ATK-B12 a key without verify in its key_ops", g.signedBy("rsa-noops", "RS256").token(), unknownKey, ""},
		{"K-06 a key whose use and key_ops disagree", g.signedBy("rsa-mixed", "RS256").token(), unknownKey, ""},
		{"K-11 ATK-B15 ATK-A09 a symmetric key in the set", hmacToken(g.head("kid", `"oct"`), theKeys()["oct"].([]byte)), wrongAlgorithm, ""},
		{"K-11 ATK-B15 a symmetric key, said to be EC", g.head("kid", `"oct"`).token(), unknownKey, ""},
		{"K-02 K-08 ATK-B13 a key of an unknown type", g.head("kid", `"future"`).token(), unknownKey, ""},
		{"K-13 P-07 ATK-A23 a key off its curve", g.head("kid", `"off-curve"`).token(), unknownKey, ""},
		{"K-02 ATK-B13 half a key", g.head("kid", `"half"`).token(), unknownKey, ""},
		{"K-09 another key's kid", g.by("ec-other", "ES256").token(), badSignature, g.signedBy("ec-other", "ES256").token()},
		{"K-09 no kid where several keys fit", g.head("kid", "").token(), unknownKey, g.head("kid", "").head("alg", `"ES384"`).by("ec384", "ES384").token()},
		{"K-09 an empty kid", g.head("kid", `""`).token(), malformed, ""},
	}
	for _, alg := range []string{"none", "None", "NONE", "nOnE", "NonE", "none ", " none", "none\u0000", "\u0000none", "none\n", "n\u006fne", "ｎone"} {
		cases = append(cases, hostile{"A-08 A-11 AT-05 ATK-A01 ATK-A02 " + strings.Trim(quoted(alg), `"`), unsigned(alg), wrongAlgorithm, ""})
	}
	for name, secret := range publicKeyForms(t) {
		cases = append(cases, hostile{"P-03 A-11 ATK-A06 ATK-A07 ATK-A08 ATK-A10 HS256 keyed with " + name, hmacToken(g, secret), wrongAlgorithm, ""})
	}
	for _, alg := range []string{"HS384", "HS512"} {
		cases = append(cases, hostile{"A-11 ATK-A06 " + alg, says(alg).token(), wrongAlgorithm, ""})
	}
	w.refuses(t, cases)

	row(t, "A-11 P-01 J-19 P-04 AT-05 MD-12 FA-06 what an issuer may use", func(t *testing.T) {
		for _, c := range []struct {
			allowed []string
			kid     string
			alg     string
			ok      bool
		}{
			{nil, "rsa", "RS256", true}, {nil, "rsa", "PS256", true}, {nil, "ec", "ES256", true}, {nil, "ed", "EdDSA", true}, {nil, "ed", "Ed25519", true},
			{nil, "rsa", "RS384", false}, {nil, "rsa", "RS512", false}, {nil, "rsa", "PS512", false}, {nil, "ec384", "ES384", false}, {nil, "ec521", "ES512", false},
			{[]string{"PS256", "ES256", "EdDSA"}, "rsa", "RS256", false}, {[]string{"PS256", "ES256", "EdDSA"}, "rsa", "PS256", true},
			{[]string{"Ed25519"}, "ed", "EdDSA", true}, {[]string{"ES512"}, "ec521", "ES512", true}, {[]string{"ES512"}, "ec", "ES256", false},
		} {
			w := newWorld(t, func(config *middleware.Config) { config.Issuers[0].Algorithms = c.allowed })
			r := bearing(g.signedBy(c.kid, c.alg).token())
			if c.ok {
				w.served(t, r, c.alg)
			} else {
				w.refused(t, r, wrongAlgorithm)
			}
		}
	})
}

// publicKeyForms returns what an attacker may take for a shared secret.
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
	rsaKey, ecKey, edKey := keys["rsa"].(*rsa.PrivateKey), keys["ec"].(*ecdsa.PrivateKey), keys["ed"].(ed25519.PrivateKey)
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
		{"A-05 ATK-A13 DER", with(input, der), badSignature, with(input, sig)},
		{"A-05 ATK-A13 a byte short", with(input, sig[:63]), badSignature, ""},
		{"A-05 ATK-A13 a byte too many", with(input, append(append([]byte{}, sig...), 0)), badSignature, ""},
		{"A-05 ATK-A13 halves of 33 bytes", with(input, append(append([]byte{0}, sig[:32]...), append([]byte{0}, sig[32:]...)...)), badSignature, ""},
		{"A-05 halves of 48 bytes", with(input, append(append(make([]byte, 16), sig[:32]...), append(make([]byte, 16), sig[32:]...)...)), badSignature, ""},
		{"A-05 ATK-A12 s beyond the order", with(input, append(append([]byte{}, sig[:32]...), fixed(new(big.Int).Mod(new(big.Int).Add(s, order), new(big.Int).Lsh(big.NewInt(1), 256)))...)), badSignature, ""},
		{"A-05 halves swapped", with(input, append(fixed(s), fixed(r)...)), badSignature, ""},
		{"AT-05 a flipped bit", with(input, flipped), badSignature, with(input, sig)},
		{"AT-05 J-18 of another payload", with(g.claim("sub", `"mallory"`).input(), sig), badSignature, ""},
		{"AT-05 K-09 by a stranger's key", g.by("foreign-ec", "ES256").token(), badSignature, ""},
		{"AT-05 by a stranger's RSA key", g.signedBy("rsa", "RS256").by("foreign-rsa", "RS256").token(), badSignature, g.signedBy("rsa", "RS256").token()},
		{"AT-05 by a stranger's Ed25519 key", g.signedBy("ed", "EdDSA").by("foreign-ed", "EdDSA").token(), badSignature, g.signedBy("ed", "EdDSA").token()},
		{"ATK-A30 bad and expired", g.claim("exp", at(-3600e9)).by("foreign-ec", "ES256").token(), badSignature, ""},
		{"ATK-A30 bad and for somebody else", g.claim("aud", `"x"`).by("foreign-ec", "ES256").token(), badSignature, ""},
		{"A-07 ATK-A16 PSS said, PKCS #1 made", g.signedBy("rsa", "PS256").by("rsa", "RS256").token(), badSignature, g.signedBy("rsa", "PS256").token()},
		{"J-20 PKCS #1 said, PSS made", g.signedBy("rsa", "RS256").by("rsa", "PS256").token(), badSignature, ""},
	}
	zero, one, below := big.NewInt(0), big.NewInt(1), new(big.Int).Sub(order, big.NewInt(1))
	for _, a := range []*big.Int{zero, one, below, order} {
		for _, b := range []*big.Int{zero, one, below, order} {
			cases = append(cases, hostile{"A-05 ATK-A12 r and s of " + a.Text(16)[:1] + b.Text(16)[:1] + a.Text(16)[a.BitLen()/8:] + b.Text(16)[b.BitLen()/8:], with(input, append(fixed(a), fixed(b)...)), badSignature, ""})
		}
	}

	key := theKeys()["rsa"].(*rsa.PrivateKey)
	ps, rs := g.signedBy("rsa", "PS256"), g.signedBy("rsa", "RS256")
	for _, salt := range []int{0, 1, 20, 31, 33, 64, key.Size() - 2 - 32} {
		forged, err := rsa.SignPSS(rand.Reader, key, crypto.SHA256, digest(ps.input()), &rsa.PSSOptions{SaltLength: salt})
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, hostile{"A-07 ATK-A16 a salt of another length " + big.NewInt(int64(salt)).String(), with(ps.input(), forged), badSignature, ps.token()})
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
		hostile{"J-20 ATK-A18 SHA-1 in the DigestInfo", with(rs.input(), forgedSHA1), badSignature, rs.token()},
		hostile{"J-20 ATK-A17 no DigestInfo", with(rs.input(), noInfo), badSignature, ""},
		hostile{"J-20 ATK-A17 a padding with garbage", with(rs.input(), rsaRaw(key, paddedWrongly(key.Size(), digest(rs.input())))), badSignature, ""},
		hostile{"ATK-A17 a zero before it", with(rs.input(), append([]byte{0}, good...)), badSignature, ""},
		hostile{"ATK-A17 nothing but zeros", with(rs.input(), make([]byte, key.Size())), badSignature, ""},
		hostile{"ATK-A17 a short one", with(rs.input(), good[1:]), badSignature, ""},
	)
	ed := g.signedBy("ed", "EdDSA")
	edSig := signature("ed", "EdDSA", ed.input())
	cases = append(cases,
		hostile{"A-09 ATK-A15 S beyond the order", with(ed.input(), raisedS(edSig)), badSignature, with(ed.input(), edSig)},
		hostile{"A-09 a byte short", with(ed.input(), edSig[:63]), badSignature, ""},
		hostile{"A-09 nothing but zeros", with(ed.input(), make([]byte, 64)), badSignature, ""},
	)
	w.refuses(t, cases)
	row(t, "ATK-A14 ATK-G08 the other s is the same token to a denylist", func(t *testing.T) {
		revoked := newWorld(t, func(c *middleware.Config) { c.Revoked = revokedIDs("b1946ac9") })
		other := with(input, append(append([]byte{}, sig[:32]...), fixed(new(big.Int).Sub(order, s))...))
		for _, token := range []string{with(input, sig), other} {
			revoked.refused(t, bearing(token), middleware.ErrRevoked)
		}
	})
}

// rsaRaw is the private operation on a whole block.
func rsaRaw(key *rsa.PrivateKey, block []byte) []byte {
	return new(big.Int).Exp(new(big.Int).SetBytes(block), key.D, key.N).FillBytes(make([]byte, key.Size()))
}

// paddedWrongly returns the block of Bleichenbacher's forgery: short padding,
// the hash, garbage.
func paddedWrongly(size int, hash []byte) []byte {
	info := []byte{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20}
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
