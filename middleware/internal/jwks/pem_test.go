package jwks_test

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
	"github.com/bearerguard/bearerguard/middleware/internal/jwks"
)

// FuzzPEM checks that no text with PEM makes Parse panic or take long, that each key is
// of a size and a curve that the rules allow, that it is the same key in each form,
// and that a private key is never passed over.
func FuzzPEM(f *testing.F) {
	private, err := x509.MarshalPKCS8PrivateKey(someEd())
	if err != nil {
		f.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(someEC().Public())
	if err != nil {
		f.Fatal(err)
	}
	good := block("PUBLIC KEY", public)
	for _, seed := range []string{
		good, good + good, "text\n" + good, good[:70], block("PRIVATE KEY", private), good + block("PRIVATE KEY",
			private),
		block("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&someRSA().PublicKey)), block("CERTIFICATE", public),
		offTheCurve(good),
		"-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PUBLIC KEY",
		"-----BEGIN A-----\nB: C\n\nAA==\n-----END A-----\n", "\xff" + good,
		strings.Repeat("-----BEGIN ", 2000), strings.Repeat("-----BEGIN X-----\n", 2000), strings.Repeat(good, 100),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		asString, _ := json.Marshal(text)
		asMember, _ := json.Marshal(map[string]string{"a": text})
		var set *jwks.Set
		var fa fault.Fault
		frugal(t, len(text), func() { set, fa = jwks.Parse([]byte(text)) })
		inString, faString := jwks.Parse(asString)
		inMember, faMember := jwks.Parse(asMember)
		for _, one := range []*jwks.Set{set, inString, inMember} {
			for _, k := range one.Keys {
				checkKey(t, k)
			}
		}
		if !utf8.ValidString(text) || !strings.HasPrefix(text, "-----BEGIN ") {
			return
		}
		if fa != faString || len(set.Keys) != len(inString.Keys) {
			t.Errorf("fault %q, in a string %q", fa, faString)
		}
		for rest := []byte(text); ; {
			var b *pem.Block
			if b, rest = pem.Decode(rest); b == nil {
				break
			}
			if strings.Contains(b.Type, "PRIVATE KEY") && (fa != fault.PrivateKeys || faMember != fault.PrivateKeys) {
				t.Errorf("a block %q, fault %q, as a member %q", b.Type, fa, faMember)
			}
		}
		if (fa == fault.PrivateKeys) != (faMember == fault.PrivateKeys) {
			t.Errorf("fault %q, as a member %q", fa, faMember)
		}
		if faMember == "" && (len(inMember.Keys) != 1 || inMember.Keys[0].ID != "a") {
			t.Errorf("keys %+v", inMember.Keys)
		}
	})
}
