package jwks

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"math/big"
	"strings"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// firstCertificate returns the certificate of a JWK with its key: the first of x5c
// (RFC 7517, section 4.7), in DER. It is nil if there is none, or none that can be
// decoded.
func firstCertificate(members strictjson.Object) (der []byte) {
	raw, ok := members.Get("x5c")
	if !ok {
		return nil
	}
	strictjson.Each(raw, func(first []byte) bool {
		text, ok := strictjson.String(first)
		if ok {
			der, _ = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
		}
		return false
	})
	if len(der) == 0 {
		return nil
	}
	return der
}

// fromCertificate sets the members of a JWK that has a certificate and no key of its
// own. RFC 7518, section 6, demands both; some issuers publish the certificate alone.
// The error is a Note.
//
// If there are both, the members count and the certificate does not.
func fromCertificate(text map[string]string, der []byte) error {
	kty := text["kty"]
	if der == nil || text["n"]+text["e"]+text["x"]+text["y"] != "" || materialNames[kty] == nil {
		return nil
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil // as if there were none: there is no key
	}
	crv := text["crv"]
	setPublic(text, certificate.PublicKey)
	if text["kty"] != kty || crv != "" && text["crv"] != crv {
		return NoteInvalid
	}
	return nil
}

// setPublic sets the members of a JWK for a public key. The key type is empty if
// there is none for it.
func setPublic(text map[string]string, public crypto.PublicKey) {
	text["kty"] = ""
	switch public := public.(type) {
	case *rsa.PublicKey:
		text["kty"] = "RSA"
		text["n"], text["e"] = encode(public.N.Bytes()), encode(big.NewInt(int64(public.E)).Bytes())
	case *ecdsa.PublicKey:
		point, err := public.Bytes() // 4, and both coordinates (SEC 1, section 2.3.3)
		if err != nil {
			return
		}
		half := 1 + len(point)/2
		text["kty"], text["crv"] = "EC", public.Params().Name
		text["x"], text["y"] = encode(point[1:half]), encode(point[half:])
	case ed25519.PublicKey:
		text["kty"], text["crv"], text["x"] = "OKP", "Ed25519", encode(public)
	}
}
