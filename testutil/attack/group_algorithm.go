package attack

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"strings"
)

// algorithmAttacks let the token choose how it is verified: RFC 7515 section
// 10.6, RFC 8725 sections 2.1 and 3.1.
func algorithmAttacks(h *harness) {
	g := h.good()
	for _, c := range [][2]string{
		{"none", "none"}, {"None", "None"}, {"NONE", "NONE"}, {"nOnE", "nOnE"}, {"none-and-space", "none "},
		{"space-and-none", " none"},
		{"none-and-NUL", "none\x00"}, {"none-and-newline", "none\n"}, {"none-fullwidth", "\uff4eone"},
		{"empty", ""}, {"unknown", "XX999"},
	} {
		h.token(malformed, "algorithm/"+c[0],
			"No signature, and an alg that some readers take for none.", g.header("alg", c[1]).unsigned())
	}
	h.token(malformed, "algorithm/missing-unsigned", "Neither alg nor signature.",
		g.header("alg", nil).unsigned())
	h.token(malformed, "algorithm/none-escaped", "alg none with an escape, no signature.",
		g.header("alg", json.RawMessage(`"n\u006fne"`)).unsigned())
	h.token(malformed, "algorithm/none-signed", "alg none over a good signature.", g.header("alg", "none"))
	h.token(malformed, "algorithm/none-without-kid", "alg none, no kid, no signature.",
		g.header("alg", "none").header("kid", nil).unsigned())
	header, p, _ := g.header("alg", "none").segments()
	h.raw(malformed, "algorithm/none-two-segments", "alg none, and only two segments.", header+"."+p)

	for name, value := range sorted(map[string]any{
		"missing": nil, "null": json.RawMessage("null"), "number": 256, "array": []string{h.key.alg},
		"object": json.RawMessage("{}"), "true": true,
		"lower-case": strings.ToLower(h.key.alg), "and-space": h.key.alg + " ",
		"homoglyph": strings.Replace(h.key.alg, "S", "\u0405", 1),
	}) {
		if value == h.key.alg {
			continue
		}
		h.token(malformed, "algorithm/spelling-"+name,
			"A good signature, and an alg that is not one that the API accepts.", g.header("alg", value))
	}

	for name, secret := range sorted(h.secrets()) {
		h.token(malformed, "algorithm/HS256-"+name,
			"HS256, keyed with a public value (RFC 8725 section 2.1).", g.hmac(secret))
	}
	for _, alg := range []string{"HS384", "HS512"} {
		f := g.header("alg", alg).signedBy(&key{private: h.secrets()[h.pemName()]}, alg)
		h.token(malformed, "algorithm/"+alg+"-public-key", alg+", keyed with the public key in PEM.", f)
	}
	for _, alg := range []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"} {
		k := h.firstOf("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
		if k == nil || k.alg == alg {
			continue
		}
		h.token(malformed, "algorithm/"+alg+"-by-a-key-for-"+k.alg,
			"A good signature by another algorithm than the key is published for (RFC 7517 section 4.4).",
			h.goodBy(k, alg))
	}
	for _, alg := range h.Algorithms {
		for _, other := range h.Algorithms {
			if k := h.keyFor(other); alg != other {
				h.token(malformed, "algorithm/"+alg+"-with-a-key-for-"+other,
					"The kid of one key and the algorithm of another.",
					h.goodBy(h.keyFor(alg), alg).header("kid", k.id))
			}
		}
	}
}

// pemName is the name of the public key in PEM among secrets.
func (h *harness) pemName() string { return h.key.alg + "-PEM" }

// secrets are public or guessable values that an attacker may sign HS256 with.
func (h *harness) secrets() map[string][]byte {
	all := map[string][]byte{
		"empty-secret": {}, "blank": []byte(" "), "NUL": {0}, "word": []byte("secret"),
		"kid": []byte(h.key.id), "key-set": h.issuer.JWKS(),
	}
	for _, alg := range h.Algorithms {
		k := h.keyFor(alg)
		der, err := x509.MarshalPKIXPublicKey(k.public())
		if err != nil {
			panic("attack: " + err.Error())
		}
		text := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
		all[alg+"-PEM"] = text
		all[alg+"-DER"] = der
		all[alg+"-JWK"] = publishedJWK(h.issuer, k.id)
		switch p := k.public().(type) {
		case *rsa.PublicKey:
			all[alg+"-PEM-trimmed"] = []byte(strings.TrimSpace(string(text)))
			all[alg+"-PEM-CRLF"] = []byte(strings.ReplaceAll(string(text), "\n", "\r\n"))
			all[alg+"-PEM-after-a-newline"] = append([]byte("\n"), text...)
			pkcs1 := x509.MarshalPKCS1PublicKey(p)
			all[alg+"-PKCS1"] = pkcs1
			all[alg+"-PKCS1-PEM"] = pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: pkcs1})
			all[alg+"-modulus"] = p.N.Bytes()
		case *ecdsa.PublicKey:
			point, err := p.Bytes()
			if err != nil {
				panic("attack: " + err.Error())
			}
			all[alg+"-point"], all[alg+"-x-and-y"] = point, point[1:]
		case ed25519.PublicKey:
			all[alg+"-raw"] = p
		}
	}
	return all
}
