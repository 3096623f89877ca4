package middleware_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// The one issuer, API and time of the conformance tests.
const (
	theIssuer   = "https://id.example.com"
	theAudience = "https://api.example.com"
	theSubject  = "subject-5f1c9d2e"
)

var theTime = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func b64url(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func quoted(s string) string { b, _ := json.Marshal(s); return string(b) }

// A rawObject is a JSON object of raw names and values, so that a test can write
// what no encoder writes.
type rawObject []rawMember

type rawMember struct{ name, value string }

func (o rawObject) String() string {
	var b strings.Builder
	for i, m := range o {
		b.WriteByte(",{"[min(1, max(0, 1-i))])
		b.WriteString(m.name + ":" + m.value)
	}
	if len(o) == 0 {
		b.WriteByte('{')
	}
	b.WriteByte('}')
	return b.String()
}

// with returns a copy of o in which name has the value. "" removes name.
func (o rawObject) with(name, value string) rawObject {
	name = `"` + name + `"`
	var all rawObject
	found := false
	for _, m := range o {
		if m.name == name {
			found = true
			if value == "" {
				continue
			}
			m.value = value
		}
		all = append(all, m)
	}
	if !found && value != "" {
		all = append(all, rawMember{name, value})
	}
	return all
}

// A draft is a token before it is signed. Its methods return changed copies.
type draft struct {
	header, claims         rawObject
	headerText, claimsText string // instead of the objects, if not empty
	kid, alg               string // who signs and how; the header may say something else
}

// good returns a draft of a token that is good in every respect.
func good() draft {
	n := func(at time.Time) string { return jsonTime(at) }
	return draft{
		header: rawObject{{`"alg"`, `"ES256"`}, {`"typ"`, `"at+jwt"`}, {`"kid"`, `"ec"`}},
		claims: rawObject{
			{`"iss"`, quoted(theIssuer)}, {`"aud"`, quoted(theAudience)}, {`"sub"`, quoted(theSubject)},
			{`"client_id"`, `"deal-robot"`}, {`"exp"`, n(theTime.Add(time.Hour))},
			{`"iat"`, n(theTime.Add(-time.Minute))},
			{`"jti"`, `"b1946ac9"`}, {`"scope"`, `"deals-read"`},
		},
		kid: "ec", alg: "ES256",
	}
}

func jsonTime(t time.Time) string { b, _ := json.Marshal(t.Unix()); return string(b) }

// at returns the NumericDate of d after theTime.
func at(d time.Duration) string { return jsonTime(theTime.Add(d)) }

func (d draft) head(name, value string) draft  { d.header = d.header.with(name, value); return d }
func (d draft) claim(name, value string) draft { d.claims = d.claims.with(name, value); return d }

// alsoHead and also append a member with a raw name. The name may be there already.
func (d draft) alsoHead(name, value string) draft {
	d.header = append(d.header[:len(d.header):len(d.header)], rawMember{name, value})
	return d
}

func (d draft) also(name, value string) draft {
	d.claims = append(d.claims[:len(d.claims):len(d.claims)], rawMember{name, value})
	return d
}

// first puts a member before all others.
func (d draft) first(name, value string) draft {
	d.claims = append(rawObject{{name, value}}, d.claims...)
	return d
}

func (d draft) firstHead(name, value string) draft {
	d.header = append(rawObject{{name, value}}, d.header...)
	return d
}

// signedBy makes key and algorithm those of the header as well.
func (d draft) signedBy(kid, alg string) draft {
	d.kid, d.alg = kid, alg
	return d.head("kid", quoted(kid)).head("alg", quoted(alg))
}

// by signs with another key than the header names.
func (d draft) by(kid, alg string) draft { d.kid, d.alg = kid, alg; return d }

func (d draft) rawHeader(text string) draft { d.headerText = text; return d }
func (d draft) rawClaims(text string) draft { d.claimsText = text; return d }

// input returns the signing input.
func (d draft) input() string {
	header, claims := d.headerText, d.claimsText
	if header == "" {
		header = d.header.String()
	}
	if claims == "" {
		claims = d.claims.String()
	}
	return b64url([]byte(header)) + "." + b64url([]byte(claims))
}

func (d draft) token() string { return signInput(d.kid, d.alg, d.input()) }

// signInput signs input as it is.
func signInput(kid, alg, input string) string {
	return input + "." + b64url(signature(kid, alg, input))
}

func signature(kid, alg, input string) []byte {
	if alg == "none" {
		return nil
	}
	if alg == "Ed25519" {
		alg = "EdDSA"
	}
	sig, err := jwt.GetSigningMethod(alg).Sign(input, theKeys()[kid])
	if err != nil {
		panic(err)
	}
	return sig
}

// theKeys returns the private keys by key id. Those that begin with "foreign"
// are in no key set.
var theKeys = sync.OnceValue(func() map[string]any {
	newRSA := func(bits int) *rsa.PrivateKey {
		k, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			panic(err)
		}
		return k
	}
	newEC := func(c elliptic.Curve) *ecdsa.PrivateKey {
		k, err := ecdsa.GenerateKey(c, rand.Reader)
		if err != nil {
			panic(err)
		}
		return k
	}
	newEd := func() ed25519.PrivateKey {
		_, k, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			panic(err)
		}
		return k
	}
	shared := newRSA(2048)
	return map[string]any{
		"rsa": shared, "rsa-rs256": shared, "rsa-ps512": shared, "rsa-enc": shared, "rsa-noops": shared,
		"rsa-mixed": shared,
		"rsa-weak":  newRSA(1024), "rsa-private": newRSA(2048), "foreign-rsa": newRSA(2048),
		"ec": newEC(elliptic.P256()), "ec384": newEC(elliptic.P384()), "ec521": newEC(elliptic.P521()),
		"foreign-ec": newEC(elliptic.P256()), "ec-other": newEC(elliptic.P256()), "ec-enc": newEC(elliptic.P256()),
		"ed": newEd(), "foreign-ed": newEd(),
		"oct": []byte("a secret of more than thirty-two bytes"),
	}
})

// publicJWK returns the public members of a key as its JWK has them.
func publicJWK(kid string) map[string]any {
	switch k := theKeys()[kid].(type) {
	case *rsa.PrivateKey:
		return map[string]any{"kty": "RSA", "kid": kid, "n": b64url(k.N.Bytes()),
			"e": b64url(big.NewInt(int64(k.E)).Bytes())}
	case *ecdsa.PrivateKey:
		point, err := k.PublicKey.Bytes()
		if err != nil {
			panic(err)
		}
		half := (len(point) - 1) / 2
		return map[string]any{"kty": "EC", "kid": kid, "crv": k.Curve.Params().Name, "x": b64url(point[1 : 1+half]),
			"y": b64url(point[1+half:])}
	case ed25519.PrivateKey:
		return map[string]any{"kty": "OKP", "kid": kid, "crv": "Ed25519",
			"x": b64url(k.Public().(ed25519.PublicKey))}
	case []byte:
		return map[string]any{"kty": "oct", "kid": kid, "k": b64url(k)}
	}
	panic("no key " + kid)
}

// jwkWith returns the JWK of kid with members set, or removed where the value
// is nil.
func jwkWith(kid string, pairs ...any) map[string]any {
	jwk := publicJWK(kid)
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == nil {
			delete(jwk, pairs[i].(string))
		} else {
			jwk[pairs[i].(string)] = pairs[i+1]
		}
	}
	return jwk
}

// keySet returns a JWK set document.
func keySet(keys ...map[string]any) []byte {
	text, err := json.Marshal(map[string]any{"keys": keys})
	if err != nil {
		panic(err)
	}
	return text
}

// theKeySet is the issuer's: good keys among unusable ones, which must neither
// verify a token nor make the good ones unusable.
func theKeySet() []byte {
	private := theKeys()["rsa-private"].(*rsa.PrivateKey)
	return keySet(
		map[string]any{"kty": "FUTURE", "kid": "future", "v": "1"},
		jwkWith("rsa-weak"),
		jwkWith("oct", "alg", "HS256"),
		map[string]any{"kty": "EC", "kid": "off-curve", "crv": "P-256", "x": b64url(make([]byte, 32)),
			"y": b64url(make([]byte, 32))},
		map[string]any{"kty": "RSA", "kid": "half", "n": "AQAB"},
		jwkWith("rsa", "use", "sig", "x5c", []string{"not a certificate"}, "vendor", map[string]any{"a": 1}),
		jwkWith("rsa-rs256", "alg", "RS256"), jwkWith("rsa-ps512", "alg", "PS512"),
		jwkWith("rsa-enc", "use", "enc"), jwkWith("rsa-noops", "key_ops", []string{"encrypt"}),
		jwkWith("rsa-mixed", "use", "sig", "key_ops", []string{"verify", "encrypt"}),
		jwkWith("rsa-private", "d", b64url(private.D.Bytes())),
		jwkWith("ec", "use", "sig"), jwkWith("ec384"), jwkWith("ec521"), jwkWith("ec-other"),
		jwkWith("ec-enc", "use", "enc"),
		jwkWith("ed"),
	)
}

// hmacToken signs with a shared secret.
func hmacToken(d draft, secret []byte) string {
	input := d.head("alg", `"HS256"`).input()
	sig, err := jwt.SigningMethodHS256.Sign(input, secret)
	if err != nil {
		panic(err)
	}
	return input + "." + b64url(sig)
}

// digest returns the SHA-256 of text.
func digest(text string) []byte {
	h := crypto.SHA256.New()
	h.Write([]byte(text))
	return h.Sum(nil)
}
