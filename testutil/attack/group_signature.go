package attack

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"fmt"
	"math/big"
)

// signatureAttacks are tokens with wrong signatures, some of them nearly right: RFC 7518 sections 3.3
// to 3.5, RFC 8032.
func signatureAttacks(h *harness) {
	g := h.good()
	header, p, s := g.segments()
	flipped := h.key.sign(h.key.alg, header+"."+p)
	flipped[len(flipped)/2] ^= 1
	h.raw(malformed, "signature/empty", "An empty signature.", header+"."+p+".")
	h.raw(malformed, "signature/segment-missing", "Neither a signature nor its dot.", header+"."+p)
	h.raw(malformed, "signature/flipped-bit", "One bit of the signature changed.",
		header+"."+p+"."+base64url(flipped))
	h.raw(malformed, "signature/half", "Half of the signature.", header+"."+p+"."+s[:len(s)/8*4])
	h.raw(malformed, "signature/a-word", "A word in place of the signature.", header+"."+p+".c2lnbmF0dXJl")
	_, other, _ := g.claim("sub", "mallory").segments()
	h.raw(rejected, "signature/other-payload", "A good signature over another payload.",
		header+"."+other+"."+s)
	for _, alg := range h.Algorithms {
		h.token(rejected, "signature/other-key-"+alg, "A signature by another key of the same type, "+
			"under the kid of the issuer's.",
			h.goodBy(h.keyFor(alg), alg).signedBy(h.otherKey(alg), alg))
		zeros := make([]byte, len(h.keyFor(alg).sign(alg, "")))
		h.token(malformed, "signature/zeros-"+alg, "A signature of zeros.",
			h.goodBy(h.keyFor(alg), alg).withSignature(zeros))
	}
	h.token(rejected, "signature/other-key-and-expired", "A bad signature and a past exp.",
		g.claim("exp", h.at(-7200, "")).signedBy(h.otherKey(h.key.alg), h.key.alg))
	if k := h.keyFor("ES256"); k != nil {
		ecdsaAttacks(h, k)
	}
	if k := h.keyFor("RS256"); k != nil {
		rsaAttacks(h, k)
	}
	if k := h.keyFor("PS256"); k != nil {
		pssAttacks(h, k)
	}
	if k := h.keyFor("EdDSA"); k != nil {
		ed25519Attacks(h, k)
	}
}

func ecdsaAttacks(h *harness, k *key) {
	g := h.goodBy(k, "ES256")
	input := g.signingInput()
	sig := k.sign(k.alg, input)
	r, s := sig[:32:32], sig[32:]
	order := k.private.(*ecdsa.PrivateKey).Params().N
	der, err := ecdsa.SignASN1(rand.Reader, k.private.(*ecdsa.PrivateKey), digest(input))
	if err != nil {
		panic("attack: " + err.Error())
	}
	fixed := func(n *big.Int) []byte { return n.FillBytes(make([]byte, 32)) }
	join := func(parts ...[]byte) (all []byte) {
		for _, p := range parts {
			all = append(all, p...)
		}
		return all
	}
	pad := make([]byte, 16)
	for name, signature := range sorted(map[string][]byte{
		"DER": der, "missing-byte": sig[:63], "extra-byte": join(sig, []byte{0}),
		"padded-halves": join(pad[:1], r, pad[:1], s), "long-halves": join(pad, r, pad, s),
		"swapped-halves": join(s, r),
	}) {
		h.raw(malformed, "signature/ES256-"+name,
			"An ECDSA signature that is not r and s of 32 bytes each (RFC 7518 section 3.4).",
			input+"."+base64url(signature))
	}
	zero, one, below := new(big.Int), big.NewInt(1), new(big.Int).Sub(order, big.NewInt(1))
	for _, c := range []struct {
		name string
		r, s *big.Int
	}{
		{"0-0", zero, zero}, {"0-1", zero, one}, {"1-0", one, zero}, {"1-1", one, one},
		{"n-n", order, order}, {"n-0", order, zero}, {"n-1", order, one}, {"below-n", below, below},
	} {
		h.raw(malformed, "signature/ES256-r-s-"+c.name,
			"An ECDSA signature of r and s out of range, which a verifier without that check accepts "+
				"for any text.",
			input+"."+base64url(join(fixed(c.r), fixed(c.s))))
	}
}

func rsaAttacks(h *harness, k *key) {
	private := k.private.(*rsa.PrivateKey)
	g := h.goodBy(k, "RS256")
	input := g.signingInput()
	sig := k.sign(k.alg, input)
	bySHA1 := sha1.Sum([]byte(input))
	pss, err := rsa.SignPSS(rand.Reader, private, crypto.SHA256, digest(input),
		&rsa.PSSOptions{SaltLength: 32})
	if err != nil {
		panic("attack: " + err.Error())
	}
	for name, signature := range sorted(map[string][]byte{
		"SHA-1":           mustPKCS1(private, crypto.SHA1, bySHA1[:]),
		"no-DigestInfo":   mustPKCS1(private, 0, digest(input)),
		"garbage-after":   rawRSA(private, shortPadding(private.Size(), digest(input))),
		"leading-zero":    append([]byte{0}, sig...),
		"missing-byte":    sig[1:],
		"PSS-padding":     pss,
		"one":             append(make([]byte, len(sig)-1), 1),
		"modulus":         private.N.Bytes(),
		"beyond-modulus":  new(big.Int).Add(private.N, new(big.Int).SetBytes(sig)).Bytes(),
		"bare-hash-value": digest(input),
	}) {
		h.raw(malformed, "signature/RS256-"+name,
			"An RSA signature with another padding or hash than RS256 has (RFC 7518 section 3.3).",
			input+"."+base64url(signature))
	}
}

func mustPKCS1(key *rsa.PrivateKey, hash crypto.Hash, digest []byte) []byte {
	signature, err := rsa.SignPKCS1v15(nil, key, hash, digest)
	if err != nil {
		panic("attack: " + err.Error())
	}
	return signature
}

// rawRSA is the RSA private operation on a whole block.
func rawRSA(key *rsa.PrivateKey, block []byte) []byte {
	return new(big.Int).Exp(new(big.Int).SetBytes(block), key.D, key.N).FillBytes(make([]byte, key.Size()))
}

// shortPadding returns a PKCS #1 block with too little padding and the remaining
// bytes after the hash, where Bleichenbacher's forgery has it.
func shortPadding(size int, hash []byte) []byte {
	block := append([]byte{0, 1, 255, 255, 255, 255, 255, 255, 255, 255, 0}, sha256Info...)
	block = append(block, hash...)
	return append(block, make([]byte, size-len(block))...)
}

func pssAttacks(h *harness, k *key) {
	private := k.private.(*rsa.PrivateKey)
	input := h.goodBy(k, "PS256").signingInput()
	for _, salt := range []int{0, 20, 31, 33, private.Size() - 2 - 32} {
		signature, err := rsa.SignPSS(rand.Reader, private, crypto.SHA256, digest(input),
			&rsa.PSSOptions{SaltLength: salt})
		if err != nil {
			panic("attack: " + err.Error())
		}
		h.raw(malformed, fmt.Sprintf("signature/PS256-salt-%d", salt),
			"A PSS signature whose salt is not as long as the hash (RFC 7518 section 3.5).",
			input+"."+base64url(signature))
	}
	h.raw(malformed, "signature/PS256-PKCS1-padding", "A PKCS #1 signature and alg PS256.",
		input+"."+base64url(mustPKCS1(private, crypto.SHA256, digest(input))))
}

func ed25519Attacks(h *harness, k *key) {
	input := h.goodBy(k, "EdDSA").signingInput()
	sig := ed25519.Sign(k.private.(ed25519.PrivateKey), []byte(input))
	for name, signature := range sorted(map[string][]byte{
		"S-beyond-the-order": raiseS(sig), "missing-byte": sig[:63], "extra-byte": append(sig[:64:64], 0),
	}) {
		h.raw(malformed, "signature/EdDSA-"+name,
			"A second spelling of an Ed25519 signature (RFC 8032 section 5.1.7).",
			input+"."+base64url(signature))
	}
}

// raiseS adds the order of the group to the S of an Ed25519 signature, which is
// little endian.
func raiseS(sig []byte) []byte {
	order, _ := new(big.Int).SetString("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed",
		16)
	reverse := func(b []byte) []byte {
		out := make([]byte, len(b))
		for i := range b {
			out[len(b)-1-i] = b[i]
		}
		return out
	}
	s := new(big.Int).SetBytes(reverse(sig[32:]))
	return append(sig[:32:32], reverse(s.Add(s, order).FillBytes(make([]byte, 32)))...)
}
