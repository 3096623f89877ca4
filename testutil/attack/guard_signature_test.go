package attack_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"math/big"
	"slices"
	"strings"
)

// holds reports whether the signature is good.
func (g *guard) holds(alg string, k jwk, signed string, signature []byte) bool {
	digest := sha256.Sum256([]byte(signed))
	switch public := k.public().(type) {
	case *rsa.PublicKey:
		if public.N.BitLen() < 2048 {
			return public.N.BitLen() > 0 && g.lacks("key: any size")
		}
		return g.rsaHolds(alg, public, signed, digest[:], signature)
	case *ecdsa.PublicKey:
		return alg == "ES256" && g.ecdsaHolds(public, digest[:], signature)
	case ed25519.PublicKey:
		if len(signature) == 64 && g.lacks("signature: S modulo the order") {
			signature = reduceS(signature)
		}
		if len(signature) > 64 && g.lacks("signature: more than an Ed25519 signature") {
			signature = signature[:64]
		}
		return alg == "EdDSA" && ed25519.Verify(public, []byte(signed), signature)
	}
	return false
}

func (g *guard) rsaHolds(alg string, public *rsa.PublicKey, signed string, digest, signature []byte) bool {
	if strings.HasPrefix(alg, "PS") {
		auto := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthAuto}
		return alg == "PS256" &&
			rsa.VerifyPSS(public, crypto.SHA256, digest, signature,
				&rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}) == nil ||
			alg == "PS256" && g.lacks("signature: a salt of any length") &&
				rsa.VerifyPSS(public, crypto.SHA256, digest, signature, auto) == nil ||
			alg == "PS256" && g.lacks("signature: PKCS #1 for PSS") &&
				rsa.VerifyPKCS1v15(public, crypto.SHA256, digest, signature) == nil ||
			alg == "PS512" && rsa.VerifyPSS(public, crypto.SHA512, sum512(signed), signature, auto) == nil
	}
	if alg == "RS512" {
		return rsa.VerifyPKCS1v15(public, crypto.SHA512, sum512(signed), signature) == nil
	}
	if alg == "RS384" {
		d := sha512.Sum384([]byte(signed))
		return rsa.VerifyPKCS1v15(public, crypto.SHA384, d[:], signature) == nil
	}
	if alg != "RS256" {
		return false
	}
	if rsa.VerifyPKCS1v15(public, crypto.SHA256, digest, signature) == nil {
		return true
	}
	old := sha1.Sum([]byte(signed))
	block := new(big.Int).Exp(new(big.Int).SetBytes(signature), big.NewInt(int64(public.E)),
		public.N).FillBytes(make([]byte, public.Size()))
	return g.lacks("signature: SHA-1") &&
		rsa.VerifyPKCS1v15(public, crypto.SHA1, old[:], signature) == nil ||
		g.lacks("signature: no DigestInfo") && rsa.VerifyPKCS1v15(public, 0, digest, signature) == nil ||
		g.lacks("signature: PSS for PKCS #1") &&
			rsa.VerifyPSS(public, crypto.SHA256, digest, signature, nil) == nil ||
		g.lacks("signature: the hash anywhere in the block") && bytes.Contains(block, digest) ||
		g.lacks("signature: RSA of any length") &&
			rsa.VerifyPKCS1v15(public, crypto.SHA256, digest, bytes.TrimLeft(signature, "\x00")) == nil ||
		g.lacks("signature: RSA beyond the modulus") && bytes.HasSuffix(block, digest)
}

func sum512(signed string) []byte {
	d := sha512.Sum512([]byte(signed))
	return d[:]
}

func (g *guard) ecdsaHolds(public *ecdsa.PublicKey, digest, signature []byte) bool {
	half := len(signature) / 2
	r, s := new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])
	order := public.Params().N
	if len(signature) == 64 {
		mod := func(n *big.Int) bool { return new(big.Int).Mod(n, order).Sign() == 0 }
		if mod(r) && mod(s) && g.lacks("signature: r and s of zero") ||
			(r.Sign() == 0 || s.Sign() == 0) && g.lacks("signature: r or s of zero") {
			return true
		}
		return ecdsa.Verify(public, digest, r, s) || g.lacks("signature: r and s in any order") &&
			ecdsa.Verify(public, digest, s, r)
	}
	return len(signature)%2 == 0 && g.lacks("signature: halves of any length") &&
		ecdsa.Verify(public, digest, r, s) ||
		len(signature) == 65 && g.lacks("signature: more than r and s") &&
			ecdsa.Verify(public, digest, new(big.Int).SetBytes(signature[:32]),
				new(big.Int).SetBytes(signature[32:64])) ||
		g.lacks("signature: DER") && ecdsa.VerifyASN1(public, digest, signature)
}

func reduceS(signature []byte) []byte {
	order, _ := new(big.Int).SetString("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed",
		16)
	s := slices.Clone(signature[32:])
	slices.Reverse(s)
	s = new(big.Int).Mod(new(big.Int).SetBytes(s), order).FillBytes(make([]byte, 32))
	slices.Reverse(s)
	return append(slices.Clone(signature[:32]), s...)
}
