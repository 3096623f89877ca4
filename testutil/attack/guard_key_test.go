package attack_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"slices"
	"strings"
)

// genuine reports whether the issuer signed the token.
func (g *guard) genuine(h, c claims, signed string, payload, signature []byte) bool {
	if g.lacks("signature: not checked") || len(signature) == 0 && g.lacks("signature: empty") {
		return true
	}
	var alg, kid string
	if json.Unmarshal(h["alg"], &alg) != nil && !g.lacks("algorithm: the key's if there counts as absent") {
		return false
	}
	if raw, ok := h["kid"]; ok && (json.Unmarshal(raw, &kid) != nil || raw[0] != '"') {
		if !g.lacks("key: a kid of another type counts as absent") {
			return false
		}
		kid = ""
	}
	if g.unsigned(alg) {
		return true
	}
	if h["b64"] != nil && g.lacks("header: unencoded payloads") {
		header, _, _ := strings.Cut(signed, ".")
		signed = header + "." + string(payload)
	}
	if strings.HasPrefix(alg, "HS") && g.mac(alg, kid, signed, signature) {
		return true
	}
	if slices.Contains([]string{"RS256", "PS256", "ES256", "EdDSA"}, alg) && g.lacks("good: without "+alg) {
		return false
	}
	if _, odd := g.keys.all()["future"]; odd && g.lacks("good: every key or none") {
		return false
	}
	for _, k := range g.candidates(h, c, kid) {
		if g.fits(&alg, k) && g.holds(alg, k, signed, signature) {
			return true
		}
	}
	return false
}

// unsigned reports whether alg says that there is no signature.
func (g *guard) unsigned(alg string) bool {
	return alg == "none" && g.lacks("algorithm: none") || alg != "none" &&
		strings.EqualFold(alg, "none") && g.lacks("algorithm: none in any case") ||
		alg != "none" && strings.Trim(alg, " \n\x00") == "none" &&
			g.lacks("algorithm: none with something around") || alg == "" &&
		g.lacks("algorithm: none at all") ||
		alg == "XX999" && g.lacks("algorithm: unknown ones are not verified")
}

// candidates returns the keys that may have signed.
func (g *guard) candidates(h, c claims, kid string) []jwk {
	text := func(name string) (s string) { _ = json.Unmarshal(h[name], &s); return s }
	switch {
	case h["jwk"] != nil && g.lacks("key: jwk"):
		var k jwk
		_ = json.Unmarshal(h["jwk"], &k)
		return []jwk{k}
	case h["x5c"] != nil && g.lacks("key: x5c"):
		var chain []string
		_ = json.Unmarshal(h["x5c"], &chain)
		return []jwk{{X5c: chain}}
	case h["jku"] != nil && g.lacks("key: jku"):
		return []jwk{fetchKeys(context.Background(), text("jku"))[kid]}
	case h["jku"] != nil && g.lacks("key: jku that begins like the issuer"):
		if u := text("jku"); strings.HasPrefix(u, strings.Split(g.issuer.URL(), "127")[0]) &&
			strings.Contains(u, strings.TrimPrefix(g.issuer.URL(), "http://")) {
			return []jwk{fetchKeys(context.Background(), u)[kid]}
		}
	case h["x5u"] != nil && g.lacks("key: x5u"):
		return []jwk{fetchKeys(context.Background(), text("x5u"))[kid]}
	case strings.HasPrefix(kid, "http") && g.lacks("key: kid is an address"):
		return []jwk{fetchKeys(context.Background(), kid)[kid]}
	case g.lacks("key: fetched from iss"):
		var iss string
		_ = json.Unmarshal(c["iss"], &iss)
		if strings.HasPrefix(iss, "http://127.0.0.1:") && iss != g.issuer.URL() &&
			len(iss) == len(g.issuer.URL()) {
			return []jwk{fetchKeys(context.Background(), iss+"/jwks")[kid]}
		}
	}
	if k, ok := g.keys.all()[kid]; ok {
		return []jwk{k}
	}
	if kid == "" && g.weakness == "key: a kid of another type counts as absent" {
		var all []jwk
		for _, k := range g.keys.all() {
			all = append(all, k)
		}
		return all
	}
	return nil
}

// fits reports whether k may be used with alg.
func (g *guard) fits(alg *string, k jwk) bool {
	if *alg == "" && g.lacks("algorithm: the key's if there counts as absent") {
		*alg = k.Alg
	}
	if k.Alg != "" && strings.EqualFold(*alg, k.Alg) && g.lacks("algorithm: in any case") {
		*alg = k.Alg
	}
	if g.lacks("algorithm: without space around") {
		*alg = strings.TrimSpace(*alg)
	}
	if k.X5c != nil || g.weakness == "key: jwk" && k.Use == "" {
		return true
	}
	otherUse := k.Use == "enc" || k.Use == "x509-svid"
	return (k.Use == "sig" || k.Use == "" || otherUse && g.lacks("key: use not checked")) &&
		(k.KeyOps == nil || k.Use == "sig" && g.lacks("key: key_ops of a key with use not checked") ||
			slices.Contains(k.KeyOps, "verify") || g.lacks("key: key_ops not checked")) &&
		(k.Alg == *alg || k.Alg == "" && g.lacks("algorithm: any for a key without alg") ||
			k.Alg == "RS256" && g.lacks("key: alg not checked") || k.Alg == "PS512" &&
			g.lacks("key: alg PS512 is RSA")) &&
		(k.Kty == "oct") == strings.HasPrefix(*alg, "HS")
}

// mac reports whether the signature is a MAC that a weakness accepts.
func (g *guard) mac(alg, kid, signed string, signature []byte) bool {
	try := func(secret []byte) bool {
		if alg != "HS256" {
			return alg == "HS512" && hmac.Equal(sha512MAC(secret, signed), signature)
		}
		return macHolds(secret, signed, signature)
	}
	for _, k := range g.keys.all() {
		if k.Kty == "oct" {
			secret, _ := base64.RawURLEncoding.DecodeString(k.K)
			if k.Kid == kid && g.lacks("key: symmetric") && try(secret) {
				return true
			}
			continue
		}
		public := k.public()
		if public == nil || k.Use != "sig" {
			continue
		}
		der, _ := x509.MarshalPKIXPublicKey(public)
		text := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
		if g.lacks("algorithm: HMAC by the public key in PEM") && try(text) ||
			g.lacks("algorithm: HMAC by the trimmed PEM") && try(bytes.TrimSpace(text)) ||
			g.lacks("algorithm: HMAC by the public key in DER") && try(der) {
			return true
		}
		switch p := public.(type) {
		case *rsa.PublicKey:
			if g.lacks("algorithm: HMAC by the modulus") && try(p.N.Bytes()) ||
				g.lacks("algorithm: HMAC by PKCS #1") && try(x509.MarshalPKCS1PublicKey(p)) {
				return true
			}
		case ed25519.PublicKey:
			if g.lacks("algorithm: HMAC by the Ed25519 key") && try(p) {
				return true
			}
		case *ecdsa.PublicKey:
			if point, _ := p.Bytes(); g.lacks("algorithm: HMAC by the point") && try(point) {
				return true
			}
		}
	}
	return g.lacks("algorithm: HMAC by nothing") && try(nil) || g.lacks("algorithm: HMAC by a word") &&
		try([]byte("secret")) ||
		g.lacks("algorithm: HMAC by the key set") && try(g.issuer.JWKS()) ||
		g.lacks("algorithm: HMAC by the kid") && try([]byte(kid)) ||
		strings.Contains(kid, "dev/null") && g.lacks("key: kid is a file") && try(nil) ||
		strings.Contains(kid, "UNION") && g.lacks("key: kid in SQL") && try(nil)
}

// macHolds reports whether signature is the HS256 over signed.
func macHolds(secret []byte, signed string, signature []byte) bool {
	m := hmac.New(sha256.New, secret)
	m.Write([]byte(signed))
	return hmac.Equal(m.Sum(nil), signature)
}

func sha512MAC(secret []byte, signed string) []byte {
	m := hmac.New(sha512.New, secret)
	m.Write([]byte(signed))
	return m.Sum(nil)
}

// public returns the public key, nil if k has none.
func (k jwk) public() crypto.PublicKey {
	number := func(s string) *big.Int {
		b, _ := base64.RawURLEncoding.DecodeString(s)
		return new(big.Int).SetBytes(b)
	}
	switch {
	case k.X5c != nil:
		der, _ := base64.StdEncoding.DecodeString(k.X5c[0])
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			return nil
		}
		return cert.PublicKey
	case k.Kty == "RSA" && k.E != "":
		return &rsa.PublicKey{N: number(k.N), E: int(number(k.E).Int64())}
	case k.Kty == "EC" && k.Crv == "P-256":
		p, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(),
			slices.Concat([]byte{4}, number(k.X).FillBytes(make([]byte, 32)), number(k.Y).FillBytes(make([]byte, 32))))
		if err != nil {
			return nil
		}
		return p
	case k.Kty == "OKP":
		return ed25519.PublicKey(number(k.X).FillBytes(make([]byte, 32)))
	}
	return nil
}
