package jwks_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
	"github.com/bearerguard/bearerguard/middleware/internal/jwks"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

var (
	someRSA = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })
	someEC  = sync.OnceValue(func() *ecdsa.PrivateKey {
		return must(ecdsa.GenerateKey(elliptic.P256(),
			rand.Reader))
	})
	someEd = sync.OnceValue(func() ed25519.PrivateKey {
		_, private, err := ed25519.GenerateKey(rand.Reader)
		return must(private, err)
	})
)

// certificate returns a certificate that expired long ago, in DER. Without a parent
// it has signed itself.
func certificate(t *testing.T, name string, public, private any, parent *x509.Certificate) []byte {
	t.Helper()
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1, 0), IsCA: parent == nil, BasicConstraintsValid: true,
	}
	if parent == nil {
		parent = c
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, public, private)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func block(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func publicPEM(t *testing.T, public any) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return block("PUBLIC KEY", der)
}

// object returns a JSON object of strings.
func object(members ...string) string {
	m := map[string]string{}
	for i := 0; i < len(members); i += 2 {
		m[members[i]] = members[i+1]
	}
	return string(must(json.Marshal(m)))
}

// ids returns the key IDs of a set, "-" for none.
func ids(set *jwks.Set) string {
	var all []string
	for _, k := range set.Keys {
		if k.ID == "" {
			k.ID = "-"
		}
		all = append(all, k.ID)
	}
	return strings.Join(all, " ")
}

// TestFormsOfAKeySet has documents that are published or configured instead of a JWK
// Set, each with documents next to it that are none.
func TestFormsOfAKeySet(t *testing.T) {
	rsaCert := block("CERTIFICATE", certificate(t, "token signing", someRSA().Public(), someRSA(), nil))
	ecPEM, edPEM := publicPEM(t, someEC().Public()), publicPEM(t, someEd().Public())
	rsaPKCS1 := block("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&someRSA().PublicKey))
	ca := must(x509.ParseCertificate(certificate(t, "authority", someEd().Public(), someEd(), nil)))
	leaf := block("CERTIFICATE", certificate(t, "leaf", someEC().Public(), someEd(), ca))
	chain := leaf + block("CERTIFICATE", ca.Raw)
	pkcs8 := block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(someRSA())))
	small := must(rsa.GenerateKey(rand.Reader, 1024))
	p224 := must(ecdsa.GenerateKey(elliptic.P224(), rand.Reader))

	for _, c := range []struct {
		name, document string
		want           fault.Fault
		ids            string
		note           jwks.Note // of the only remark
		looks          jwks.Looks
	}{
		// https://www.googleapis.com/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com
		// and https://www.googleapis.com/oauth2/v1/certs
		{"certificates by key ID", object("a", rsaCert, "b", leaf), "", "a b", "", ""},
		// https://www.gstatic.com/iap/verify/public_key
		{"public keys by key ID", object("a", ecPEM, "b", edPEM), "", "a b", "", ""},
		{"a chain by key ID is its first certificate", object("a", chain), "", "a", "", ""},
		{"another certificate after the first by key ID", object("a", leaf+rsaCert), "", "a", "", ""},
		{"null among them", `{"a":null,` + object("b", ecPEM)[1:], "", "b", "", ""},
		{"a weak key among them", object("a", ecPEM, "b", publicPEM(t, small.Public())), "", "a", jwks.NoteWeak,
			""},
		{"a broken certificate among them", object("a", ecPEM, "b", block("CERTIFICATE", []byte("x"))), "", "a",
			jwks.NoteMalformed, ""},
		{"a key ID of more than 1024 bytes", object("a", ecPEM, strings.Repeat("k", 1025), edPEM), "", "a",
			jwks.NoteMalformed, ""},

		{"a certificate", rsaCert, "", "-", "", ""},
		{"a public key", ecPEM, "", "-", "", ""},
		{"a public key in PKCS #1", rsaPKCS1, "", "-", "", ""},
		{"several", rsaCert + ecPEM + edPEM, "", "- - -", "", ""},
		{"a key and its certificate", rsaPKCS1 + rsaCert, "", "-", "", ""},
		{"a chain", chain, "", "-", jwks.NoteUse, ""},
		{"with Windows line breaks", strings.ReplaceAll(ecPEM, "\n", "\r\n"), "", "-", "", ""},
		{"with text behind it", " \n" + ecPEM + "\nend", "", "-", "", ""},
		{"with text in front", "Bag Attributes: <none>\n" + ecPEM, fault.MalformedJSON, "", "", jwks.LooksPEM},
		{"after a byte order mark", "\ufeff" + ecPEM, "", "-", "", ""},
		{"in a JSON string", string(must(json.Marshal(ecPEM))), "", "-", "", ""},
		{"a truncated one among them", ecPEM + edPEM[:60], "", "-", jwks.NoteMalformed, ""},
		{"a request among them", ecPEM + block("CERTIFICATE REQUEST", []byte("x")), "", "-", jwks.NoteKeyType, ""},

		{"a private key", pkcs8, fault.PrivateKeys, "", jwks.NotePrivate, ""},
		{"a private key after its certificate", rsaCert + pkcs8, fault.PrivateKeys, "", jwks.NotePrivate, ""},
		{"a private key by key ID", object("a", ecPEM, "b", pkcs8), fault.PrivateKeys, "", jwks.NotePrivate, ""},
		{"a private key in a chain by key ID", object("a", ecPEM+pkcs8), fault.PrivateKeys, "", jwks.NotePrivate,
			""},
		{"a truncated private key", ecPEM + pkcs8[:100], fault.PrivateKeys, "", jwks.NotePrivate, ""},
		{"an encrypted private key", ecPEM + block("ENCRYPTED PRIVATE KEY", []byte("x")), fault.PrivateKeys, "",
			jwks.NotePrivate, ""},
		{"a private key in PKCS #1", block("RSA PRIVATE KEY", []byte("x")), fault.PrivateKeys, "",
			jwks.NotePrivate, ""},
		{"a private key of OpenSSH", block("OPENSSH PRIVATE KEY", []byte("x")), fault.PrivateKeys, "",
			jwks.NotePrivate, ""},

		{"only a weak key", publicPEM(t, small.Public()), fault.NoUsableKeys, "", jwks.NoteWeak, ""},
		{"only a key on another curve", publicPEM(t, p224.Public()), fault.NoUsableKeys, "", jwks.NoteKeyType, ""},
		{"only a truncated one", ecPEM[:60], fault.NoUsableKeys, "", jwks.NoteMalformed, ""},
		{"a point off the curve", offTheCurve(ecPEM), fault.NoUsableKeys, "", jwks.NoteMalformed, ""},
		{"too many", strings.Repeat("-----BEGIN X-----\n", 1001), fault.TooManyKeys, "", "", ""},

		{"in an error response", object("error", "x: "+ecPEM), fault.NotKeySet, "", "", jwks.LooksError},
		{"a text of another kind among them", object("a", ecPEM, "b", "x"), fault.NotKeySet, "", "",
			jwks.LooksObject},
		// https://docs.cloudfoundry.org/api/uaa/version/77.0.0/index.html#token-key-s
		{"a single key that is also in PEM", object("kty", "RSA", "value", ecPEM), fault.NotKeySet, "", "",
			jwks.LooksKey},
		{"an array of them", `[` + string(must(json.Marshal(ecPEM))) + `]`, fault.NotKeySet, "", "",
			jwks.LooksArray},
		{"the same key ID twice", `{"a":null,"a":null,` + object("b", ecPEM)[1:], fault.MalformedJSON, "", "", ""},
		{"next to keys they do not count", `{"keys":[],` + object("b", ecPEM)[1:], fault.NoKeys, "", "", ""},
		{"in the place of the array", object("keys", ecPEM), fault.NotKeySet, "", "", jwks.LooksKeys},
		{"next to keys in another spelling", `{"Keys":[],` + object("b", ecPEM)[1:], fault.MalformedJSON, "", "",
			""},
	} {
		t.Run(c.name, func(t *testing.T) {
			set, f := jwks.Parse([]byte(c.document))
			if f != c.want || ids(set) != c.ids || set.Looks != c.looks {
				t.Errorf("fault %q, keys %q, looks %q", f, ids(set), set.Looks)
			}
			if c.note == "" && len(set.Remarks) > 0 || c.note != "" && (len(set.Remarks) != 1 ||
				set.Remarks[0].Note != c.note) {
				t.Errorf("remarks %v, want %q", set.Remarks, c.note)
			}
		})
	}
}

// offTheCurve changes the last byte of the point of a public key.
func offTheCurve(text string) string {
	b, _ := pem.Decode([]byte(text))
	b.Bytes[len(b.Bytes)-1] ^= 1
	return string(pem.EncodeToMemory(b))
}

// TestWhatElseADocumentLooksLike has documents that are no key set.
func TestWhatElseADocumentLooksLike(t *testing.T) {
	for _, c := range []struct {
		document string
		want     fault.Fault
		looks    jwks.Looks
	}{
		{`{"issuer":"https://as.example","jwks_uri":"https://as.example/keys","keys_url":"x"}`, fault.NotKeySet,
			jwks.LooksMetadata},
		{`{"error":"invalid_request","error_description":"x"}`, fault.NotKeySet, jwks.LooksError},
		{ecKey, fault.NotKeySet, jwks.LooksKey},
		{`[` + ecKey + `]`, fault.NotKeySet, jwks.LooksArray},
		{`{"keys":{}}`, fault.NotKeySet, jwks.LooksKeys},
		{`{"keys":null,"issuer":"x"}`, fault.NotKeySet, jwks.LooksKeys},
		{`{}`, fault.NotKeySet, jwks.LooksObject},
		{`{"a":1}`, fault.NotKeySet, jwks.LooksObject},
		{`"eyJhbGciOiJub25lIn0.e30."`, fault.NotKeySet, jwks.LooksString},
		{`null`, fault.NotKeySet, jwks.LooksScalar},
		{`7`, fault.NotKeySet, jwks.LooksScalar},
		{"eyJhbGciOiJub25lIn0.e30.\n", fault.MalformedJSON, jwks.LooksToken},
		{" \n", fault.MalformedJSON, jwks.LooksEmpty},
		{"upstream timed out", fault.MalformedJSON, jwks.LooksText},
		{`{"error":`, fault.MalformedJSON, ""},
		{`[] []`, fault.MalformedJSON, ""},
		{`{"keys":[]}`, fault.NoKeys, ""},
		{`<html>`, fault.NotJSON, ""},
	} {
		set, f := jwks.Parse([]byte(c.document))
		if f != c.want || set.Looks != c.looks || len(set.Keys) > 0 {
			t.Errorf("%s: fault %q, looks %q", c.document, f, set.Looks)
		}
	}
}
