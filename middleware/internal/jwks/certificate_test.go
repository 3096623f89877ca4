package jwks_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/jwks"
)

// TestACertificateIsTheKeyInIt: a key from a certificate is the one that a JWK has,
// and has the hashes of the certificate.
func TestACertificateIsTheKeyInIt(t *testing.T) {
	der := certificate(t, "x", someRSA().Public(), someRSA(), nil)
	n := base64.RawURLEncoding.EncodeToString(someRSA().N.Bytes())
	x5c := `"kty":"RSA","kid":"a","x5c":["` + base64.StdEncoding.EncodeToString(der) + `"]`
	asJWK, note := only(t, `{"n":"`+n+`","e":"AQAB",`+x5c+`}`)
	if asJWK == nil {
		t.Fatal(note)
	}
	// https://github.com/aspnet-contrib/AspNet.Security.OpenIdConnect.Server/issues/267
	alone, note := only(t, `{`+x5c+`}`)
	if alone == nil {
		t.Fatal(note)
	}
	set, f := jwks.Parse([]byte(object("a", block("CERTIFICATE", der))))
	if f != "" {
		t.Fatal(f)
	}
	one, other := sha1.Sum(der), sha256.Sum256(der)
	for _, k := range []*jwks.Key{asJWK, alone, &set.Keys[0]} {
		if k.Identity != asJWK.Identity || k.JWK != asJWK.JWK || !someRSA().PublicKey.Equal(k.Public) ||
			k.X5T != base64.RawURLEncoding.EncodeToString(one[:]) ||
			k.X5TS256 != base64.RawURLEncoding.EncodeToString(other[:]) {
			t.Errorf("%+v", k)
		}
	}
	own, note := only(t, `{"n":"`+n+`","e":"AQAB","x5t":"own","x5t#S256":"own2",`+x5c+`}`)
	if own == nil || own.X5T != "own" || own.X5TS256 != "own2" {
		t.Errorf("note %q, key %+v", note, own)
	}
}

// TestTheCertificateOfAJWK: the members of a JWK go before its certificate, which
// counts only if there are none.
func TestTheCertificateOfAJWK(t *testing.T) {
	x5c := func(der []byte) string { return `"x5c":["` + base64.StdEncoding.EncodeToString(der) + `"]` }
	ec := x5c(certificate(t, "x", someEC().Public(), someEC(), nil))
	ed := x5c(certificate(t, "x", someEd().Public(), someEd(), nil))
	small := must(rsa.GenerateKey(rand.Reader, 1024))
	for _, c := range []struct {
		name, jwk string
		note      jwks.Note
	}{
		{"of an EC key", `{"kty":"EC",` + ec + `}`, ""},
		{"of an EC key with its curve", `{"kty":"EC","crv":"P-256",` + ec + `}`, ""},
		{"of an OKP key", `{"kty":"OKP","crv":"Ed25519",` + ed + `}`, ""},
		{"with line breaks", `{"kty":"EC",` + strings.Replace(ec, `["`, `["\n `, 1) + `}`, ""},
		{"another certificate next to the members", with(rsaKey, ec), ""},
		{"no certificate next to the members", with(rsaKey, `"x5c":["garbage",7]`), ""},
		{"another type next to the members", with(rsaKey, `"x5c":"garbage"`), ""},

		{"of another key type", `{"kty":"RSA",` + ec + `}`, jwks.NoteInvalid},
		{"of another curve", `{"kty":"EC","crv":"P-384",` + ec + `}`, jwks.NoteInvalid},
		{"without a key type", `{` + ec + `}`, jwks.NoteKeyType},
		{"for encryption", `{"kty":"EC","use":"enc",` + ec + `}`, jwks.NoteUse},
		{"with half of the members", `{"kty":"EC","crv":"P-256","x":"AA",` + ec + `}`, jwks.NoteInvalid},
		{"of a weak key", `{"kty":"RSA",` + x5c(certificate(t, "x", small.Public(), small, nil)) + `}`,
			jwks.NoteWeak},
		{"that is none", `{"kty":"RSA","x5c":["AAAA"]}`, jwks.NoteInvalid},
		{"in second place", `{"kty":"RSA","x5c":["AAAA",` + ec[len(`"x5c":[`):] + `}`, jwks.NoteInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			k, note := only(t, c.jwk)
			if note != c.note || (k == nil) != (c.note != "") {
				t.Fatalf("note %q, want %q", note, c.note)
			}
			if k != nil && strings.Contains(c.jwk, modulus) && k.JWK.N != modulus {
				t.Error("not the key of the members")
			}
		})
	}
}
