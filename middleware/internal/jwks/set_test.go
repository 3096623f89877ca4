package jwks_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
	"github.com/bearerguard/bearerguard/middleware/internal/jwks"
)

// The public keys of RFC 7515, appendix A.3, and of RFC 8037, appendix A.2.
const (
	ecKey = `{"kty":"EC","crv":"P-256","kid":"ec","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}`
	edKey = `{"kty":"OKP","crv":"Ed25519","kid":"ed","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
)

// TestParse has the shapes of a document. The tests of package keyring have those
// of a single key.
func TestParse(t *testing.T) {
	duplicate := strings.Replace(edKey, "{", `{"x":"",`, 1)
	for _, c := range []struct {
		name, document string
		want           fault.Fault
		keys           string // their IDs
		remarks        []jwks.Remark
	}{
		{"two keys", `{"keys":[` + ecKey + `,` + edKey + `]}`, "", "ec ed", nil},
		{"other members are ignored", ` {"a":{"keys":[1e999]},"keys":[` + edKey + `],"b":1e999} `, "", "ed", nil},
		{"the same key twice counts once", `{"keys":[` + edKey + `,` + edKey + `]}`, "", "ed", nil},
		{"a duplicate member costs its key only", `{"keys":[` + duplicate + `,` + edKey + `]}`, "", "ed",
			[]jwks.Remark{{Note: jwks.NoteMalformed}}},
		{"a key ID is printable in a remark", `{"keys":[` + edKey + `,{"kid":"a\nb","kty":"oct"}]}`, "", "ed",
			[]jwks.Remark{{KeyID: "a?b", Note: jwks.NoteSymmetric}}},
		{"only unusable keys", `{"keys":[{},1]}`, fault.NoUsableKeys, "",
			[]jwks.Remark{{Note: jwks.NoteKeyType}, {Note: jwks.NoteMalformed}}},
		{"no keys", `{"keys":[]}`, fault.NoKeys, "", nil},
		{"an array instead of an object", `[{"keys":[` + edKey + `]}]`, fault.NotKeySet, "", nil},
		{"a syntax error goes before the wrong type", `[{"keys":[]}`, fault.MalformedJSON, "", nil},
		{"an object instead of an array", `{"keys":{"a":[{}]},"b":1}`, fault.NotKeySet, "", nil},
		{"a syntax error after keys of the wrong type", `{"keys":{"a":[{}]},"b":}`, fault.MalformedJSON, "", nil},
		{"too many keys", `{"keys":[` + strings.Repeat("1,", 1000) + `1]}`, fault.TooManyKeys, "", nil},
		{"a syntax error after too many keys", `{"keys":[` + strings.Repeat("1,", 1000) + `1],}`,
			fault.MalformedJSON, "", nil},
		{"a second document", `{"keys":[` + edKey + `]} {}`, fault.MalformedJSON, "", nil},
		{"a bracket too many", `{"keys":[` + edKey + `]}]`, fault.MalformedJSON, "", nil},
		{"HTML", " \n<html>", fault.NotJSON, "", nil},
		{"after a byte order mark", "\ufeff" + `{"keys":[` + edKey + `]}`, "", "ed", nil},
		{"after two byte order marks", "\ufeff\ufeff" + `{"keys":[` + edKey + `]}`, fault.MalformedJSON, "", nil},
		{"a byte order mark behind the set", `{"keys":[` + edKey + "]}\ufeff", fault.MalformedJSON, "", nil},
		{"HTML after a byte order mark", "\ufeff<html>", fault.NotJSON, "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			set, f := jwks.Parse([]byte(c.document))
			if f != c.want {
				t.Fatalf("fault %q, want %q", f, c.want)
			}
			var ids []string
			for _, k := range set.Keys {
				ids = append(ids, k.ID)
			}
			if got := strings.Join(ids, " "); got != c.keys {
				t.Errorf("keys %q, want %q", got, c.keys)
			}
			if !slices.Equal(set.Remarks, c.remarks) {
				t.Errorf("remarks %v, want %v", set.Remarks, c.remarks)
			}
		})
	}
}

// TestRemarksAreBounded has a set in which each key deserves a remark.
func TestRemarksAreBounded(t *testing.T) {
	set, f := jwks.Parse([]byte(`{"keys":[` + strings.Repeat("1,", 500) + edKey + `]}`))
	if f != "" || len(set.Keys) != 1 || len(set.Remarks) != 16 {
		t.Errorf("fault %q, %d keys, %d remarks", f, len(set.Keys), len(set.Remarks))
	}
}

// TestThumbprint has the examples of the RFCs. Two keys with one thumbprint are
// the same key.
func TestThumbprint(t *testing.T) {
	for _, c := range []struct{ name, jwk, want string }{
		{"RFC 7638 section 3.1",
			`{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}`,
			"NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"},
		{"RFC 8037 appendix A.3", edKey, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Attr("requirement", "K-15")
			set, f := jwks.Parse([]byte(`{"keys":[` + c.jwk + `]}`))
			if f != "" {
				t.Fatal(f)
			}
			if got := base64.RawURLEncoding.EncodeToString(set.Keys[0].Thumbprint[:]); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// FuzzParse checks that nothing panics, that only JSON and PEM is accepted, that each
// key is of a size and a curve that the rules allow, and that what is written
// down reads back as the same keys.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"keys":[` + ecKey + `,` + edKey + `]}`, `{"keys":[]}`, `{}`, `[]`, ``, `<html>`, `{"keys":[null,{},[]]}`,
		"\ufeff{}",
		`{"keys":[{"kty":"oct","k":"AAAA"}]}`, `{"keys":[` + edKey + `]} x`, `{"keys":{"a":[1,{}]}}`,
		`{"keys":[],"keys":[]}`,
		`{"a":[1 2],"keys":[1}`, `{"keys":[1,],}`, `[{"keys":]`, "{\"keys\":[\"\xff\"]}",
		`{"keys":[` + strings.Repeat("1,", 1000) + `1]}`,
		`{"keys":[` + strings.Replace(edKey, "{",
			`{"alg":"Ed25519","use":"sig","d":"AA","key_ops":["verify"],"issuer":"x",`, 1) + `]}`,
	} {
		f.Add([]byte(seed))
	}
	for _, members := range []string{`"key_ops":[],"oth":[],"d":null,"n":null`,
		`"x5t":"FB:FF","x5t#S256":"AA=="`, `"use":"jwt-svid"`, `"x5c":["MIIB"]`} {
		f.Add([]byte(`{"keys":[` + with(ecKey, members) + `,` + with(rsaKey, members) + `],"spiffe_sequence":1}`))
	}
	f.Add([]byte(`{"keys":[` + strings.Replace(ecKey, `"x":"`, `"x":"AAAA`, 1) + `,` +
		strings.Replace(rsaKey, `","e"`, `==","e"`, 1) + `]}`))
	f.Add([]byte(`{"keys":[` + strings.Repeat(ecKey+","+edKey+",", 100) + edKey + `]}`))
	f.Add([]byte(`{"keys":[{"key_ops":["` + strings.Repeat(`a","`, 2000) + `"]}]}`))
	f.Fuzz(func(t *testing.T, document []byte) {
		var set *jwks.Set
		var fa fault.Fault
		frugal(t, len(document), func() { set, fa = jwks.Parse(document) })
		valid := json.Valid(bytes.TrimPrefix(document, []byte("\ufeff"))) && utf8.Valid(document)
		switch {
		case !valid && fa != fault.MalformedJSON && fa != fault.NotJSON && !bytes.Contains(document, []byte("-----BEGIN ")):
			t.Errorf("not JSON, fault %q", fa)
		case valid && fa == fault.NotJSON:
			t.Error("JSON, but called not JSON")
		}
		if fa != "" {
			return
		}
		var public []jwks.PublicJWK
		for _, k := range set.Keys {
			checkKey(t, k)
			public = append(public, k.JWK)
		}
		written, err := json.Marshal(map[string]any{"keys": public})
		if err != nil {
			t.Fatal(err)
		}
		again, fa := jwks.Parse(written)
		if fa != "" || len(again.Keys) != len(set.Keys) {
			t.Fatalf("written down as %s: fault %q", written, fa)
		}
		for i, k := range again.Keys {
			if k.Identity != set.Keys[i].Identity || k.Private || k.JWK != set.Keys[i].JWK ||
				k.X5T != set.Keys[i].X5T || !slices.Equal(k.Algorithms, set.Keys[i].Algorithms) {
				t.Errorf("key %d reads back as %+v", i, k)
			}
		}
		for _, name := range []string{`"x5c":`, `"oth":`} {
			if bytes.Contains(written, []byte(name)) {
				t.Errorf("%s is written down: %s", name, written)
			}
		}
		if bytes.Contains(written, []byte(`"d":`)) || bytes.Contains(written, []byte(`"k":`)) {
			t.Errorf("a private member is written down: %s", written)
		}
	})
}

// checkKey fails unless each algorithm of a key fits it.
func checkKey(t *testing.T, k jwks.Key) {
	if len(k.Algorithms) == 0 {
		t.Error("a key without an algorithm")
	}
	for _, alg := range k.Algorithms {
		ok := false
		switch public := k.Public.(type) {
		case *rsa.PublicKey:
			bits := public.N.BitLen()
			ok = (alg[:2] == "RS" || alg[:2] == "PS") && bits >= 2048 && bits <= 8192 && public.E >= 3 &&
				public.E%2 == 1
		case *ecdsa.PublicKey:
			_, err := public.ECDH() // fails for a point that is not on the curve
			ok = err == nil && map[string]int{"ES256": 256, "ES384": 384,
				"ES512": 521}[alg] == public.Curve.Params().BitSize
		case ed25519.PublicKey:
			ok = (alg == "EdDSA" || alg == "Ed25519") && len(public) == ed25519.PublicKeySize
		}
		if !ok {
			t.Errorf("a %T for %s", k.Public, alg)
		}
	}
}
