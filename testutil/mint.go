package testutil

import (
	"fmt"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

// Mint returns a signed access token, made as the token endpoint makes it for
// the first client: with iss, aud, sub, client_id, iat, exp and jti, or with the
// claims of the System's tokens. Without a System it has no scope claim.
//
// claims replace claims of the same name, a nil value removes one, and others
// are added. A json.RawMessage is written as it is, valid or not. Mint panics if
// a value cannot be encoded as JSON.
func (i *Issuer) Mint(claims map[string]any) string { return i.MintHeader(nil, claims) }

// MintHeader is Mint with changes to the token's header, by the same rules.
//
// The header decides which key signs. The kid of a key of the server, also of an old
// or added one, signs with that key. An alg signs with the key named by kid if that
// is possible, else with the current key of that algorithm. The alg "none", in upper
// or lower case, leaves the signature empty. Other values are written and otherwise
// ignored, so that the signature is good and the header is not. MintHeader panics if
// no key of the server can sign by alg.
func (i *Issuer) MintHeader(header, claims map[string]any) string {
	g := &grant{client: i.options.Clients[0], at: i.Now(), tenant: i.options.Tenant}
	if a := i.system.audience(&i.site); a != "" {
		g.audience = []string{a}
	}
	if i.options.System != "" {
		g.scopes = g.client.Scopes
	}
	kid, _ := header["kid"].(string)
	alg, _ := header["alg"].(string)
	k, alg := i.signer(kid, alg)
	return compact(k, alg,
		i.headerFor(k, alg).with(header).mustEncode(),
		i.payload(g).with(claims).mustEncode())
}

// Sign returns a token of exactly these bytes for header and payload, which may be
// any text. key is the kid of one of the server's keys, an algorithm, or "none" for
// an empty signature. Sign panics if there is no such key.
func (i *Issuer) Sign(header, payload []byte, key string) string {
	i.mu.Lock()
	k := i.keys.find(key)
	i.mu.Unlock()
	alg := key
	if k != nil {
		alg = k.alg
	} else if !isNone(key) {
		if jwt.GetSigningMethod(key) == nil {
			panic(fmt.Sprintf("testutil: Sign: no key %q", key))
		}
		k, alg = i.signer("", key)
	}
	return compact(k, alg, header, payload)
}

func isNone(alg string) bool { return strings.EqualFold(alg, "none") }

// signer returns the key and algorithm to sign with for what a header says.
func (i *Issuer) signer(kid, alg string) (*signingKey, string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	k := i.keys.find(kid)
	if isNone(alg) {
		if k == nil {
			k = i.keys.current[0]
		}
		return k, alg
	}
	if jwt.GetSigningMethod(alg) == nil {
		alg = ""
	}
	switch {
	case k != nil && alg == "":
		return k, k.alg
	case k != nil && k.fits(alg):
		return k, alg
	case alg == "":
		k = i.keys.current[0]
		return k, k.alg
	}
	if k = i.keys.signer(alg); k == nil {
		panic(fmt.Sprintf("testutil: no key signs by %s; see Options.Keys and AddKey", alg))
	}
	return k, alg
}

// headerFor returns the header of a token that k signs by alg.
func (i *Issuer) headerFor(k *signingKey, alg string) object {
	return i.system.header(&i.site, k).with(map[string]any{"alg": alg})
}

// payload returns the claims of a token for g.
func (i *Issuer) payload(g *grant) object {
	return i.system.claims(&i.site, g).with(g.client.Claims)
}

// issue returns the token that the token endpoint issues for g.
func (i *Issuer) issue(g *grant) string {
	k, alg := i.signer("", "")
	return compact(k, alg, i.headerFor(k, alg).mustEncode(), i.payload(g).mustEncode())
}

// compact returns the JWS compact serialization (RFC 7515 section 3.1).
func compact(k *signingKey, alg string, header, payload []byte) string {
	input := b64(header) + "." + b64(payload)
	if isNone(alg) {
		return input + "."
	}
	signature, err := k.sign(alg, []byte(input))
	if err != nil {
		panic("testutil: " + err.Error())
	}
	return input + "." + b64(signature)
}
