package attack_test

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/url"
	"strings"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// confirmation reads a cnf claim.
func (g *guard) confirmation(raw json.RawMessage) (jkt, x5t string, ok bool) {
	if raw == nil {
		return "", "", true
	}
	var c map[string]json.RawMessage
	if json.Unmarshal(raw, &c) != nil || c == nil {
		return "", "", string(raw) == "null" && g.lacks("cnf: null counts as absent")
	}
	if _, strict := strictjson.Members(raw); !strict && !g.lacks("cnf: names twice") {
		return "", "", false
	}
	if len(c) == 0 {
		return "", "", g.lacks("cnf: an empty one counts as absent")
	}
	for name, value := range c {
		if strings.EqualFold(name, "jkt") && name != "jkt" && g.lacks("cnf: names in any case") ||
			strings.EqualFold(name, "x5t#S256") && name != "x5t#S256" && g.lacks("cnf: names in any case") {
			name = map[bool]string{true: "jkt", false: "x5t#S256"}[len(name) == 3]
		}
		var text string
		switch err := json.Unmarshal(value, &text); {
		case err != nil || string(value) == "null":
			return "", "", false
		case name == "x5t" && g.lacks("certificate: SHA-1"):
			x5t = text
		case name == "jkt" && g.isThumbprint(&text):
			jkt = text
		case name == "x5t#S256" && g.isThumbprint(&text):
			x5t = text
		default:
			return "", "", false
		}
	}
	if jkt != "" && x5t != "" && g.lacks("cnf: the key alone") {
		x5t = ""
	}
	return jkt, x5t, true
}

// isThumbprint reports whether text is a SHA-256 in base64url, or made so by a weakness.
func (g *guard) isThumbprint(text *string) bool {
	b, err := hex.DecodeString(*text)
	if err == nil && len(b) == 32 && g.lacks("cnf: in hexadecimal digits") {
		*text = base64.RawURLEncoding.EncodeToString(b)
	}
	if strings.HasSuffix(*text, "=") && g.lacks("cnf: with padding") {
		*text = strings.TrimRight(*text, "=")
	}
	return len(*text) == 43 || len(*text) == 42 && g.lacks("cnf: the beginning will do") ||
		len(*text) == 27 && g.lacks("certificate: SHA-1")
}

// hasCertificate reports whether the client of r has the certificate.
func (g *guard) hasCertificate(r *http.Request, x5t string) bool {
	is := func(der []byte) bool {
		sum, old := sha256.Sum256(der), sha1.Sum(der)
		text := base64.RawURLEncoding.EncodeToString(sum[:])
		return text == x5t || strings.HasPrefix(text, x5t) && g.lacks("cnf: the beginning will do") ||
			x5t == base64.RawURLEncoding.EncodeToString(old[:]) && g.lacks("certificate: SHA-1")
	}
	var chain []*x509.Certificate
	if r.TLS != nil {
		chain = r.TLS.PeerCertificates
	} else if g.lacks("certificate: panics without TLS") {
		panic("nil pointer")
	}
	for i, cert := range chain {
		if is(cert.Raw) && (i == 0 || g.lacks("certificate: anywhere in the chain")) ||
			is(cert.RawSubjectPublicKeyInfo) && g.lacks("certificate: the hash of the key") {
			return true
		}
	}
	return len(chain) == 0 && (is(nil) && g.lacks("certificate: the hash of nothing") ||
		g.lacks("certificate: only if there is one")) ||
		len(chain) > 0 && g.lacks("certificate: any") || g.inField(r, x5t)
}

// inField reports whether a weakness finds the certificate in a header field.
func (g *guard) inField(r *http.Request, x5t string) bool {
	for name, fields := range r.Header {
		if name != "Authorization" && thumbprintIn(fields[0]) == x5t && g.lacks("certificate: in "+name) {
			return true
		}
	}
	return false
}

// thumbprintIn returns the thumbprint of the certificate in a field of any form, "" if
// there is none.
func thumbprintIn(field string) string {
	if _, hash, _ := strings.Cut("Hash="+strings.TrimPrefix(field, "Hash="), "="); len(hash) >= 64 {
		if sum, err := hex.DecodeString(hash[:64]); err == nil {
			return base64.RawURLEncoding.EncodeToString(sum)
		}
	}
	der, err := base64.StdEncoding.DecodeString(strings.Trim(field, ":"))
	if err != nil {
		text := field
		if !strings.Contains(field, " ") { // escaped
			text, _ = url.QueryUnescape(field)
		}
		text = strings.ReplaceAll(text, " ", "\n")
		text = strings.NewReplacer("BEGIN\n", "BEGIN ", "END\n", "END ").Replace(text)
		block, _ := pem.Decode([]byte(text))
		if block == nil {
			return ""
		}
		der = block.Bytes
	}
	sum := sha256.Sum256(der)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
