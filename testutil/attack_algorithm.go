package testutil

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"strings"
)

// goodTokens are what an API has to accept before anything else is worth
// trying.
func goodTokens(a *arena) {
	for _, alg := range a.Algorithms {
		a.token(served, "good/"+alg, "A token signed by "+alg+".", a.goodBy(a.signer(alg), alg))
	}
	g := a.good()
	for name, typ := range sorted(map[string]any{
		"at+jwt": "at+jwt", "application-at+jwt": "application/at+jwt", "JWT": "JWT", "missing": nil,
	}) {
		a.token(served, "good/typ-"+name, "A usual typ (RFC 9068 section 2.1, RFC 7519 section 5.1).", g.head("typ", typ))
	}
	a.token(served, "good/aud-array", "The audience among others (RFC 7519 section 4.1.3).", g.claim("aud", []string{"https://other.example", a.issuer.Audience()}))
	a.token(served, "good/exp-fraction", "A time with a fraction (RFC 7519 section 2).", g.claim("exp", a.at(3600, ".5")))
	a.token(served, "good/unknown-header-member", "A header parameter that nobody knows (RFC 7515 section 4).", g.head("vendor", json.RawMessage(`{"x":[1,null]}`)))
	a.token(served, "good/unknown-claim", "A claim that nobody knows (RFC 7519 section 4).", g.claim("vendor", json.RawMessage(`{"x":[1,null]}`)))
	a.token(served, "good/escaped-names", "A name written with escapes is the same name (RFC 8259 section 7).", g.claim("aud", nil).claimLast(`"\u0061ud":`+string(quoted(a.issuer.Audience()))))
	for _, scheme := range []string{"bearer", "BEARER"} {
		token := g.token()
		a.credential(served, "good/scheme-"+scheme, "The scheme in other letters (RFC 9110 section 11.1).", token, scheme+" "+token)
	}
	if a.Scope != "" {
		a.token(served, "good/scope-among-others", "The scope among others (RFC 6749 section 3.3).", g.claim("scope", "another-one "+a.Scope+" and-more"))
	}
}

// algorithmAttacks let the token choose how it is verified: RFC 7515 section
// 10.6, RFC 8725 sections 2.1 and 3.1.
func algorithmAttacks(a *arena) {
	g := a.good()
	for _, c := range [][2]string{
		{"none", "none"}, {"None", "None"}, {"NONE", "NONE"}, {"nOnE", "nOnE"}, {"none-and-space", "none "}, {"space-and-none", " none"},
		{"none-and-NUL", "none\x00"}, {"none-and-newline", "none\n"}, {"none-fullwidth", "\uff4eone"}, {"empty", ""}, {"unknown", "XX999"},
	} {
		a.token(malformed, "algorithm/"+c[0], "No signature, and an alg that may say that none is needed.", g.head("alg", c[1]).unsigned())
	}
	a.token(malformed, "algorithm/missing-unsigned", "Neither alg nor signature.", g.head("alg", nil).unsigned())
	a.token(malformed, "algorithm/none-escaped", "alg none with an escape, no signature.", g.head("alg", json.RawMessage(`"n\u006fne"`)).unsigned())
	a.token(malformed, "algorithm/none-signed", "alg none over a good signature.", g.head("alg", "none"))
	a.token(malformed, "algorithm/none-without-kid", "alg none, no kid, no signature.", g.head("alg", "none").head("kid", nil).unsigned())
	h, p, _ := g.head("alg", "none").segments()
	a.raw(malformed, "algorithm/none-two-segments", "alg none, and not even a place for a signature.", h+"."+p)

	for name, value := range sorted(map[string]any{
		"missing": nil, "null": json.RawMessage("null"), "number": 256, "array": []string{a.key.alg}, "object": json.RawMessage("{}"), "true": true,
		"lower-case": strings.ToLower(a.key.alg), "and-space": a.key.alg + " ", "homoglyph": strings.Replace(a.key.alg, "S", "\u0405", 1),
	}) {
		if value == a.key.alg {
			continue
		}
		a.token(malformed, "algorithm/spelling-"+name, "A good signature, and an alg that is none that the API accepts.", g.head("alg", value))
	}

	for name, secret := range sorted(a.secrets()) {
		a.token(malformed, "algorithm/HS256-"+name, "HS256, keyed with what everybody knows (RFC 8725 section 2.1).", g.hmac(secret))
	}
	for _, alg := range []string{"HS384", "HS512"} {
		f := g.head("alg", alg).by(&signingKey{private: a.secrets()[a.pemName()]}, alg)
		a.token(malformed, "algorithm/"+alg+"-public-key", alg+", keyed with the public key in PEM.", f)
	}
	for _, alg := range []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"} {
		k := a.anyOf("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
		if k == nil || k.alg == alg {
			continue
		}
		a.token(malformed, "algorithm/"+alg+"-by-a-key-for-"+k.alg, "A good signature by another algorithm than the key is published for (RFC 7517 section 4.4).", a.goodBy(k, alg))
	}
	for _, alg := range a.Algorithms {
		for _, other := range a.Algorithms {
			if k := a.signer(other); alg != other {
				a.token(malformed, "algorithm/"+alg+"-said-of-a-key-for-"+other, "The kid of one key and the algorithm of another.",
					a.goodBy(a.signer(alg), alg).head("kid", k.id))
			}
		}
	}
}

// anyOf returns the issuer's key for the first of these algorithms that the API
// accepts.
func (a *arena) anyOf(algs ...string) *signingKey {
	for _, alg := range algs {
		if k := a.signer(alg); k != nil {
			return k
		}
	}
	return nil
}

// pemName is the secret that attackers try first.
func (a *arena) pemName() string { return a.key.alg + "-PEM" }

// secrets are what an attacker may take for a shared secret.
func (a *arena) secrets() map[string][]byte {
	all := map[string][]byte{
		"nothing": {}, "blank": []byte(" "), "NUL": {0}, "word": []byte("secret"), "kid": []byte(a.key.id), "key-set": a.issuer.JWKS(),
	}
	for _, alg := range a.Algorithms {
		k := a.signer(alg)
		der, err := x509.MarshalPKIXPublicKey(k.public())
		if err != nil {
			panic("testutil: " + err.Error())
		}
		text := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
		all[alg+"-PEM"] = text
		all[alg+"-DER"] = der
		all[alg+"-JWK"] = a.issuer.system.jwk(a.issuer, k).mustEncode()
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
				panic("testutil: " + err.Error())
			}
			all[alg+"-point"], all[alg+"-x-and-y"] = point, point[1:]
		case ed25519.PublicKey:
			all[alg+"-raw"] = p
		}
	}
	return all
}
