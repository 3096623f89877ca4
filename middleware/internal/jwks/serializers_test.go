package jwks_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
	"github.com/bearerguard/bearerguard/middleware/internal/jwks"
)

// The key of RFC 7638, section 3.1.
const (
	modulus = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPeb" +
		"WKRX" +
		"jBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8" +
		"KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xB" +
		"niIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
	rsaKey = `{"kty":"RSA","n":"` + modulus + `","e":"AQAB"}`
)

// with returns a JWK with more members in front.
func with(jwk, members string) string { return strings.Replace(jwk, "{", "{"+members+",", 1) }

// only parses a set with one key, and returns the key or the note on it.
func only(t *testing.T, jwk string) (*jwks.Key, jwks.Note) {
	t.Helper()
	set, f := jwks.Parse([]byte(`{"keys":[` + jwk + `]}`))
	note := jwks.Note("")
	if len(set.Remarks) > 0 {
		note = set.Remarks[0].Note
	}
	if f == "" && len(set.Keys) == 1 {
		return &set.Keys[0], note
	}
	if f != fault.NoUsableKeys || note == "" {
		t.Errorf("fault %q, %d keys, remarks %v", f, len(set.Keys), set.Remarks)
	}
	return nil, note
}

// TestMembersThatAKeyDoesNotHave: serializers write members that a key does not have
// as null, as an empty array or as an empty string. The key is the same without them.
// What is not empty keeps its meaning.
func TestMembersThatAKeyDoesNotHave(t *testing.T) {
	for _, c := range []struct {
		name, jwk string
		note      jwks.Note
	}{
		// https://github.com/AzureAD/azure-activedirectory-identitymodel-extensions-for-dotnet/issues/2254
		{"empty arrays", with(rsaKey, `"key_ops":[],"oth":[],"x5c":[ ]`), ""},
		// https://github.com/simpleidserver/SimpleIdServer/pull/864
		{"an empty list of other primes", with(rsaKey, `"oth":[]`), ""},
		// https://github.com/dvsekhvalnov/jose-jwt/issues/214
		{"null for all that an RSA key has not", with(rsaKey,
			`"use":null,"alg":null,"kid":null,"key_ops":null,"k":null,"d":null,"p":null,"q":null,"dp":null,"dq":null,`+
				`"qi":null,"oth":null,"crv":null,"x":null,"y":null,"x5u":null,"x5c":null,"x5t":null,"x5t#S256":null,`+
				`"issuer":null`), ""},
		{"null for all that an EC key has not", with(ecKey, `"n":null,"e":null,"d":null,"k":null,"use":null`), ""},
		{"null for all that an OKP key has not", with(edKey, `"n":null,"e":null,"y":null,"d":null,"k":null`), ""},
		// https://github.com/Abblix/Oidc.Server/pull/263
		{"a private member that is null", with(rsaKey, `"d":null`), ""},
		{"a private member that is empty", with(rsaKey, `"d":"","k":""`), ""},
		// https://github.com/jpadilla/pyjwt/issues/857
		{"a kid that is null", with(rsaKey, `"kid":null`), ""},
		{"a kid that is empty", with(rsaKey, `"kid":""`), ""},
		{"members of other key types with any value", with(rsaKey, `"crv":7,"x":{},"y":[]`), ""},

		{"key_ops with another operation", with(rsaKey, `"key_ops":["encrypt"]`), jwks.NoteUse},
		{"key_ops with null in it", with(rsaKey, `"key_ops":[null]`), jwks.NoteMalformed},
		{"key_ops that is an object", with(rsaKey, `"key_ops":{}`), jwks.NoteMalformed},
		{"a use that is empty", with(rsaKey, `"use":""`), jwks.NoteUse},
		{"an alg that is empty", with(rsaKey, `"alg":""`), jwks.NoteAlgorithm},
		{"a use that is an array", with(rsaKey, `"use":[]`), jwks.NoteMalformed},
		{"a kty that is null", `{"kty":null,"n":"` + modulus + `","e":"AQAB"}`, jwks.NoteKeyType},
		{"an n that is null", `{"kty":"RSA","n":null,"e":"AQAB"}`, jwks.NoteInvalid},
		{"a kid that is a number", with(rsaKey, `"kid":7`), jwks.NoteMalformed},
		{"a symmetric key with null for the rest", `{"kty":"oct","k":"AAAA","n":null,"e":null}`,
			jwks.NoteSymmetric},
		{"null twice", with(rsaKey, `"use":null,"use":null`), jwks.NoteMalformed},
		{"null in another spelling", with(rsaKey, `"Use":null`), jwks.NoteMalformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			k, note := only(t, c.jwk)
			if note != c.note || (k == nil) != (c.note != "") {
				t.Fatalf("note %q, want %q", note, c.note)
			}
			if k != nil && (k.Private || k.JWK.Use != "" || k.Algorithm != "") {
				t.Errorf("read as %+v", k)
			}
		})
	}
}

// TestPrivateMembersThatAreThere: any value but null and an empty one is a private
// key that was published.
func TestPrivateMembersThatAreThere(t *testing.T) {
	for _, members := range []string{`"d":"AA"`, `"k":"AA"`, `"d":5`, `"d":false`, `"d":{}`, `"oth":[{}]`,
		`"oth":[null]`, `"qi":" "`} {
		if k, note := only(t, with(rsaKey, members)); k == nil || !k.Private || note != jwks.NotePrivate {
			t.Errorf("%s: note %q", members, note)
		}
	}
}

// TestUseOfASPIFFEBundle: of the keys of a bundle, those for JWT-SVIDs count.
// https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE_Trust_Domain_and_Bundle.md
func TestUseOfASPIFFEBundle(t *testing.T) {
	bundle := `{"spiffe_sequence":1,"spiffe_refresh_hint":300,"keys":[` +
		with(rsaKey, `"use":"x509-svid","x5c":["AAAA"]`) + `,` + with(ecKey, `"use":"jwt-svid"`) + `]}`
	set, f := jwks.Parse([]byte(bundle))
	if f != "" || len(set.Keys) != 1 || set.Keys[0].ID != "ec" || set.Keys[0].JWK.Use != "sig" {
		t.Errorf("fault %q, keys %+v", f, set.Keys)
	}
	if len(set.Remarks) != 1 || set.Remarks[0].Note != jwks.NoteUse {
		t.Errorf("remarks %v", set.Remarks)
	}
	for _, members := range []string{`"use":"x509-svid"`, `"use":"JWT-SVID"`,
		`"use":"jwt-svid","key_ops":["encrypt","verify"]`} {
		if _, note := only(t, with(ecKey, members)); note != jwks.NoteUse {
			t.Errorf("%s: note %q", members, note)
		}
	}
}

// TestNumbersOfRSAKeys: n and e may have padding, and zeros in front. It is the same
// key in each spelling. A text in another alphabet is no number.
func TestNumbersOfRSAKeys(t *testing.T) {
	standard := strings.NewReplacer("-", "+", "_", "/").Replace(modulus)
	decoded, _ := base64.RawURLEncoding.DecodeString(modulus)
	padded := base64.RawURLEncoding.EncodeToString(append([]byte{0}, decoded...))
	for _, c := range []struct {
		name, n, e string
		note       jwks.Note
	}{
		{"as the RFC says", modulus, "AQAB", ""},
		// https://github.com/cloudfoundry/uaa/issues/530, https://github.com/TNG/keycloak-mock/issues/144
		{"with padding", modulus + "==", "AQAB", ""},
		// https://github.com/OpenIdentityPlatform/OpenAM/pull/173
		{"with a zero in front", padded, "AAEAAQ", ""},
		{"an exponent with padding", modulus, "AAEAAQ==", ""},

		// https://github.com/OpenIDC/mod_auth_openidc/issues/368
		{"in base64", standard + "==", "AQAB", jwks.NoteMalformed},
		// https://github.com/IdentityServer/IdentityServer3/issues/732
		{"in base64 without padding", standard, "AQAB", jwks.NoteMalformed},
		{"both alphabets", "+" + modulus[1:], "AQAB", jwks.NoteMalformed},
		{"padding of another length", modulus + "=", "AQAB", jwks.NoteMalformed},
		{"more padding", modulus + "===", "AQAB", jwks.NoteMalformed},
		{"padding where none belongs", modulus, "AQAB====", jwks.NoteMalformed},
		{"padding inside", modulus[:len(modulus)-4] + "==" + modulus[len(modulus)-4:], "AQAB", jwks.NoteMalformed},
		{"stray bits", modulus[:len(modulus)-1] + "x", "AQAB", jwks.NoteMalformed},
		{"a line break", modulus[:76] + `\n` + modulus[76:], "AQAB", jwks.NoteMalformed},
		{"a space in front", " " + modulus, "AQAB", jwks.NoteMalformed},
		{"commas for padding", modulus + ",,", "AQAB", jwks.NoteMalformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			k, note := only(t, `{"kty":"RSA","n":"`+c.n+`","e":"`+c.e+`"}`)
			if note != c.note || (k == nil) != (c.note != "") {
				t.Fatalf("note %q, want %q", note, c.note)
			}
			if k == nil {
				return
			}
			const want = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs" // RFC 7638, section 3.1
			if got := base64.RawURLEncoding.EncodeToString(k.Thumbprint[:]); got != want {
				t.Errorf("thumbprint %s", got)
			}
		})
	}
}

// smallPoint returns the coordinates of a point on the curve, of which the first byte
// of x or y is zero.
func smallPoint(t *testing.T, curve elliptic.Curve, zeroIn int) (coordinates [2][]byte) {
	t.Helper()
	for range 100_000 {
		k, err := ecdsa.GenerateKey(curve, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		point, err := k.PublicKey.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		half := 1 + len(point)/2
		if coordinates = [2][]byte{point[1:half], point[half:]}; coordinates[zeroIn][0] == 0 {
			return coordinates
		}
	}
	t.Fatal("no such point")
	return coordinates
}

// TestCoordinatesOfAnotherLength: serializers of numbers leave zeros in front of a
// coordinate out, and others add one. It is the same key. A number that is too large
// for the curve is none.
//
// https://github.com/keycloak/keycloak/issues/14933, https://github.com/jwtk/jjwt/issues/901,
// https://github.com/jpadilla/pyjwt/issues/709 and https://github.com/GluuFederation/oxAuth/issues/1595
func TestCoordinatesOfAnotherLength(t *testing.T) {
	for _, curve := range []elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		for at, name := range []string{"x", "y"} {
			t.Run(curve.Params().Name+" "+name, func(t *testing.T) {
				point := smallPoint(t, curve, at)
				jwk := func(b []byte) string {
					text := [2]string{base64.RawURLEncoding.EncodeToString(point[0]),
						base64.RawURLEncoding.EncodeToString(point[1])}
					text[at] = base64.RawURLEncoding.EncodeToString(b)
					return fmt.Sprintf(`{"kty":"EC","crv":%q,"x":%q,"y":%q}`, curve.Params().Name, text[0], text[1])
				}
				full := point[at]
				want, note := only(t, jwk(full))
				if want == nil {
					t.Fatal(note)
				}
				for _, b := range [][]byte{full[1:], append([]byte{0}, full...), append([]byte{0, 0, 0}, full...)} {
					k, note := only(t, jwk(b))
					if k == nil || k.Identity != want.Identity || k.JWK != want.JWK {
						t.Errorf("%d bytes: note %q, key %+v", len(b), note, k)
					}
				}
				for _, b := range [][]byte{
					nil,
					append([]byte{1}, full...),         // too large
					append(slices.Clone(full), 0),      // too large
					full[2:],                           // another number, unless it is a zero, too
					append(slices.Clone(full[1:]), 0),  // of the right length
					append([]byte{0x80}, full[1:]...),  // larger than the field, on P-521
					append(slices.Clone(full[:8]), 99), // short, and off the curve
				} {
					if k, note := only(t, jwk(b)); k != nil && k.Identity != want.Identity || k == nil &&
						note != jwks.NoteInvalid {
						t.Errorf("%d bytes: note %q, key %+v", len(b), note, k)
					}
				}
			})
		}
	}
	for _, jwk := range []string{ // bytes are no number
		`{"kty":"OKP","crv":"Ed25519","x":"ANdamAGCsQq31Uv-08lkBzoO4XLz2qYjJa8CGmj3B1Ea"}`,
		`{"kty":"OKP","crv":"Ed25519","x":"WpgBgrEKt9VL_tPJZAc6DuFy89qmIyWvAhpo9wdRGg"}`,
		`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo="}`,
	} {
		if k, note := only(t, jwk); k != nil || note != jwks.NoteInvalid {
			t.Errorf("%s: note %q", jwk, note)
		}
	}
}
