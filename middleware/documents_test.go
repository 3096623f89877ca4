package middleware_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// A publisher makes a document from an issuer's only JWK and from the key itself.
type publisher func(t *testing.T, jwk map[string]any, key crypto.Signer) string

// verifyPublished publishes the document of an issuer that signs with alg, and
// verifies a good token of it. With static it is the document of the configuration.
func verifyPublished(t *testing.T, alg string, static bool, publish publisher) (middleware.KeySetHealth,
	error) {
	t.Helper()
	issuer := testutil.NewIssuer(t, testutil.Options{Keys: []string{alg}})
	var set struct{ Keys []map[string]any }
	if err := json.Unmarshal(issuer.JWKS(), &set); err != nil {
		t.Fatal(err)
	}
	document := []byte(publish(t, set.Keys[0], issuer.Signer(issuer.KeyID(alg))))
	trusted := middleware.Issuer{URL: issuer.URL(), Algorithms: []string{alg}}
	if static {
		trusted.JWKS = document
	} else {
		issuer.SetJWKS(document)
	}
	auth, err := middleware.New(middleware.Config{Audiences: []string{issuer.Audience()},
		Issuers: []middleware.Issuer{trusted}})
	if err != nil {
		return middleware.KeySetHealth{}, err
	}
	_, err = auth.Verify(context.Background(), issuer.Mint(nil))
	return auth.Health()[0], err
}

// setOf returns a key set with one key and other members.
func setOf(jwk map[string]any, members string) string {
	b, err := json.Marshal(jwk)
	if err != nil {
		panic(err)
	}
	return `{"keys":[` + string(b) + `]` + members + `}`
}

// edited publishes the JWK with other members.
func edited(members map[string]any) publisher {
	return func(_ *testing.T, jwk map[string]any, _ crypto.Signer) string {
		for name, value := range members {
			jwk[name] = value
		}
		return setOf(jwk, "")
	}
}

// lengthened publishes the JWK with zeros or other bytes before its x.
func lengthened(front ...byte) publisher {
	return func(t *testing.T, jwk map[string]any, _ crypto.Signer) string {
		x, err := base64.RawURLEncoding.DecodeString(jwk["x"].(string))
		if err != nil {
			t.Fatal(err)
		}
		jwk["x"] = base64.RawURLEncoding.EncodeToString(append(front, x...))
		return setOf(jwk, "")
	}
}

func asPEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// certified returns a certificate with the key, which expired long ago.
func certified(t *testing.T, key crypto.Signer) []byte {
	t.Helper()
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "x"},
		NotAfter: time.Unix(1, 0)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// byKeyID publishes PEM under the key's ID.
func byKeyID(jwk map[string]any, text string) string {
	b, err := json.Marshal(map[string]any{jwk["kid"].(string): text})
	if err != nil {
		panic(err)
	}
	return string(b)
}

// certificateByKeyID is what https://www.googleapis.com/oauth2/v1/certs publishes.
func certificateByKeyID(t *testing.T, jwk map[string]any, key crypto.Signer) string {
	return byKeyID(jwk, asPEM("CERTIFICATE", certified(t, key)))
}

func publicKeyPEM(t *testing.T, _ map[string]any, key crypto.Signer) string {
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return asPEM("PUBLIC KEY", der)
}

func privateKeyPEM(t *testing.T, _ map[string]any, key crypto.Signer) string {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return asPEM("PRIVATE KEY", der)
}

var ofOtherKeyTypes = map[string]any{"crv": nil, "x": nil, "y": nil, "d": nil, "k": nil, "oth": []any{},
	"x5u": nil, "x5c": []any{}}

// TestDocumentsThatIssuersPublish has key sets as serializers write them and in the
// other forms in which keys are published and configured.
func TestDocumentsThatIssuersPublish(t *testing.T) {
	for _, c := range []struct {
		name, alg string
		publish   publisher
	}{
		// https://github.com/dvsekhvalnov/jose-jwt/issues/214
		{"members of other key types", "RS256", edited(ofOtherKeyTypes)},
		// https://github.com/AzureAD/azure-activedirectory-identitymodel-extensions-for-dotnet/issues/2254
		{"an empty key_ops", "RS256", edited(map[string]any{"key_ops": []string{}})},
		{"null for what is optional", "RS256", edited(map[string]any{"key_ops": nil, "use": nil, "alg": nil,
			"x5t": nil})},
		// https://github.com/jpadilla/pyjwt/issues/857
		{"null for the kid", "RS256", edited(map[string]any{"kid": nil})},
		// https://github.com/GluuFederation/oxAuth/issues/1595
		{"a zero in front of a coordinate", "ES256", lengthened(0)},
		// https://github.com/instructure/canvas-lms/issues/2639
		{"a byte order mark", "RS256", func(_ *testing.T, jwk map[string]any,
			_ crypto.Signer) string {
			return "\ufeff" + setOf(jwk, "")
		}},
		// https://github.com/cloudfoundry/uaa/issues/530
		{"padding", "RS256", func(_ *testing.T, jwk map[string]any, _ crypto.Signer) string {
			jwk["n"] = jwk["n"].(string) + "=="
			return setOf(jwk, "")
		}},
		// https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE_Trust_Domain_and_Bundle.md
		{"a SPIFFE bundle", "ES256", func(_ *testing.T, jwk map[string]any, _ crypto.Signer) string {
			jwk["use"] = "jwt-svid"
			return setOf(jwk, `,"spiffe_sequence":7,"spiffe_refresh_hint":300`)
		}},
		{"certificates by key ID", "RS256", certificateByKeyID},
		// https://www.gstatic.com/iap/verify/public_key
		{"public keys by key ID", "ES256", func(t *testing.T, jwk map[string]any, key crypto.Signer) string {
			return byKeyID(jwk, publicKeyPEM(t, jwk, key))
		}},
		{"a public key", "RS256", publicKeyPEM},
		{"a certificate", "ES256", func(t *testing.T, _ map[string]any, key crypto.Signer) string {
			return asPEM("CERTIFICATE", certified(t, key))
		}},
		// https://github.com/aspnet-contrib/AspNet.Security.OpenIdConnect.Server/issues/267
		{"a certificate in a JWK", "RS256", func(t *testing.T, jwk map[string]any, key crypto.Signer) string {
			delete(jwk, "n")
			delete(jwk, "e")
			jwk["x5c"] = []string{base64.StdEncoding.EncodeToString(certified(t, key))}
			return setOf(jwk, "")
		}},
	} {
		for _, static := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, static %v", c.name, static), func(t *testing.T) {
				health, err := verifyPublished(t, c.alg, static, c.publish)
				if err != nil || health.Fault != "" || len(health.Remarks) != 0 {
					t.Errorf("%v; fault %q, remarks %v", err, health.Fault, health.Remarks)
				}
			})
		}
	}
}

// TestDocumentsThatStayRefused has, for each document that is read, another one next
// to it that is not. Health says why, and so does New of a static document.
func TestDocumentsThatStayRefused(t *testing.T) {
	for _, c := range []struct {
		name, alg string
		publish   publisher
		fault     string
		remark    string // the end of the only one
		looks     string
	}{
		{"a key for encryption", "RS256", edited(map[string]any{"use": "enc"}), "no_usable_keys",
			": not_for_signature", ""},
		{"a key of X.509-SVIDs", "ES256", edited(map[string]any{"use": "x509-svid"}), "no_usable_keys",
			": not_for_signature", ""},
		{"another operation", "RS256", edited(map[string]any{"key_ops": []string{"encrypt"}}), "no_usable_keys",
			": not_for_signature", ""},
		{"a symmetric key", "RS256", edited(map[string]any{"kty": "oct", "k": "AAAA", "n": nil, "e": nil}),
			"no_usable_keys", ": symmetric", ""},
		{"a larger coordinate", "ES256", lengthened(1), "no_usable_keys", ": invalid_key", ""},
		{"a name in another spelling", "RS256", edited(map[string]any{"Use": nil}), "no_usable_keys",
			": malformed", ""},
		{"a private key in PEM", "RS256", privateKeyPEM, "private_keys", ": private_members", ""},
		{"a private key by key ID", "ES256", func(t *testing.T, jwk map[string]any, key crypto.Signer) string {
			return byKeyID(jwk, publicKeyPEM(t, jwk, key)+privateKeyPEM(t, jwk, key))
		}, "private_keys", ": private_members", ""},
		{"a single key", "RS256", func(_ *testing.T, jwk map[string]any, _ crypto.Signer) string {
			b, _ := json.Marshal(jwk)
			return string(b)
		}, "not_a_key_set", "", "single_key"},
		{"metadata", "RS256", func(*testing.T, map[string]any, crypto.Signer) string {
			return `{"issuer":"https://as.example","jwks_uri":"https://as.example/keys"}`
		}, "not_a_key_set", "", "metadata"},
		{"an error response", "RS256", func(*testing.T, map[string]any, crypto.Signer) string {
			return `{"error":"invalid_request"}`
		}, "not_a_key_set", "", "error_response"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, err := verifyPublished(t, c.alg, false, c.publish)
			if !errors.Is(err, middleware.ErrUnavailable) || h.Fault != c.fault || h.Looks != c.looks {
				t.Errorf("%v; fault %q, looks %q", err, h.Fault, h.Looks)
			}
			if c.remark == "" && len(h.Remarks) > 0 || c.remark != "" && (len(h.Remarks) != 1 ||
				!strings.HasSuffix(h.Remarks[0], c.remark)) {
				t.Errorf("remarks %q, want %q", h.Remarks, c.remark)
			}
			_, err = verifyPublished(t, c.alg, true, c.publish)
			var mistake *middleware.ConfigError
			if !errors.As(err, &mistake) || !strings.Contains(err.Error(), c.fault) ||
				!strings.Contains(err.Error(), c.looks) {
				t.Errorf("New: %v", err)
			}
		})
	}
}

// TestDroppedZeroOfEachCurve: of four keys on P-521, three have a coordinate that is
// shorter in a serializer of numbers.
// https://github.com/jpadilla/pyjwt/issues/709
func TestDroppedZeroOfEachCurve(t *testing.T) {
	for _, static := range []bool{false, true} {
		for range 8 {
			lengths := []int{}
			_, err := verifyPublished(t, "ES512", static, func(t *testing.T, jwk map[string]any,
				_ crypto.Signer) string {
				for _, name := range []string{"x", "y"} {
					b, err := base64.RawURLEncoding.DecodeString(jwk[name].(string))
					if err != nil {
						t.Fatal(err)
					}
					b = new(big.Int).SetBytes(b).Bytes()
					lengths = append(lengths, len(b))
					jwk[name] = base64.RawURLEncoding.EncodeToString(b)
				}
				return setOf(jwk, "")
			})
			if err != nil {
				t.Errorf("coordinates of %v bytes, static %v: %v", lengths, static, err)
			}
		}
	}
}
