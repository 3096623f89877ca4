package integration_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
)

// A jwk is an RSA key of the server's key file or, without its private part, of
// its key set.
type jwk struct {
	KTY, Use, Alg, KID string
	N, E, D, P, Q      string
}

// privateKeys reads the server's key file.
func (s *server) privateKeys(t *testing.T) []jwk {
	t.Helper()
	text, err := os.ReadFile(s.keys)
	if err != nil {
		t.Fatal(err)
	}
	var generations [][]jwk
	if err := json.Unmarshal(text, &generations); err != nil {
		t.Fatal(err)
	}
	return slices.Concat(generations...)
}

func (k *jwk) private(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	number := func(text string) *big.Int {
		raw, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil || len(raw) == 0 {
			t.Fatalf("not an RSA key: %s", k.KID)
		}
		return new(big.Int).SetBytes(raw)
	}
	key := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: number(k.N), E: int(number(k.E).Int64())},
		D:         number(k.D),
		Primes:    []*big.Int{number(k.P), number(k.Q)},
	}
	key.Precompute()
	if err := key.Validate(); err != nil {
		t.Fatal(err)
	}
	return key
}

// The server's key set is a hard one: two keys that differ only in their algorithm,
// one that is not for signatures, and no lifetime. An API uses the five keys that
// are for signatures.
func TestKeySet(t *testing.T) {
	s := startServer(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.issuer+"/jwks", nil)
	if err != nil {
		t.Fatal(err)
	}
	got := do(t, r)
	for _, field := range []string{"Cache-Control", "Expires", "ETag", "Last-Modified"} {
		if got.header.Get(field) != "" {
			t.Errorf("the key set comes with %s: %s", field, got.header.Get(field))
		}
	}
	var set struct{ Keys []jwk }
	if err := json.Unmarshal(got.body, &set); err != nil {
		t.Fatal(err)
	}
	var signing, encrypting, rsaSigning []string
	for _, k := range set.Keys {
		switch {
		case k.Use == "enc":
			encrypting = append(encrypting, k.KID)
		default:
			signing = append(signing, k.KID)
			if k.KTY == "RSA" {
				rsaSigning = append(rsaSigning, k.KID)
			}
		}
	}
	if len(signing) != len(algorithms) || len(encrypting) != 1 || len(rsaSigning) != 2 {
		t.Fatalf("the key set has changed: %s", got.body)
	}
	slices.Sort(signing)

	for _, a := range startAPIs(t, s, nil) {
		if err := a.auth.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		health := a.auth.Health()
		if len(health) != 1 || health[0].State != "fresh" {
			t.Fatalf("health %+v", health)
		}
		ids := slices.Clone(health[0].KeyIDs)
		slices.Sort(ids)
		if !slices.Equal(ids, signing) {
			t.Errorf("keys %v, want %v without %v", ids, signing, encrypting)
		}
	}
}

// A key of the server verifies only what it is for: its encryption key no token, its
// RS256 key no PS256 token. The same token with the right key is served, so the key
// is the only defect.
func TestKeysVerifyOnlyWhatTheyAreFor(t *testing.T) {
	s := startServer(t)
	keys := map[string]jwk{}
	for _, k := range s.privateKeys(t) {
		keys[k.Use+k.Alg] = k
	}
	apis := startAPIs(t, s, nil)
	for _, c := range []struct {
		name   string
		key    string
		alg    string
		reason middleware.Reason
	}{
		{"RS256 with its key", "sigRS256", "RS256", ""},
		{"PS256 with its key", "sigPS256", "PS256", ""},
		{"RS256 with the encryption key", "enc", "RS256", middleware.ErrUnknownKey},
		{"PS256 with the encryption key", "enc", "PS256", middleware.ErrUnknownKey},
		{"PS256 with the key for RS256", "sigRS256", "PS256", middleware.ErrUnknownKey},
		{"RS256 with the key for PS256", "sigPS256", "RS256", middleware.ErrUnknownKey},
	} {
		key := keys[c.key]
		token := s.forge(t, &key, c.alg)
		for _, a := range apis {
			t.Run(c.name+"/"+a.name, func(t *testing.T) {
				a.events.take()
				got := a.call(t, http.MethodGet, "/v1/deals", token)
				want := http.StatusUnauthorized
				if c.reason == "" {
					want = http.StatusOK
				}
				if reason := a.events.rejection(); got.status != want || reason != c.reason {
					t.Errorf("%d for %q, want %d for %q", got.status, reason, want, c.reason)
				}
			})
		}
	}
}

// forge makes a token like the server's with one of its keys.
func (s *server) forge(t *testing.T, k *jwk, alg string) string {
	t.Helper()
	now := time.Now().Unix()
	input := encode(t, map[string]any{"alg": alg, "typ": "at+jwt", "kid": k.KID}) + "." +
		encode(t, map[string]any{
			"iss": s.issuer, "aud": audience, "sub": clientID, "client_id": clientID, "jti": "forged",
			"scope": "deals-read", "iat": now, "exp": now + 600,
		})
	digest := sha256.Sum256([]byte(input))
	var signature []byte
	var err error
	if alg == "PS256" {
		signature, err = rsa.SignPSS(rand.Reader, k.private(t), crypto.SHA256, digest[:],
			&rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
	} else {
		signature, err = rsa.SignPKCS1v15(rand.Reader, k.private(t), crypto.SHA256, digest[:])
	}
	if err != nil {
		t.Fatal(err)
	}
	return input + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func encode(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

type header struct{ Alg, Typ, KID string }

// headerOf returns a token's header.
func headerOf(t *testing.T, token string) header {
	t.Helper()
	first, _, _ := strings.Cut(token, ".")
	text, err := base64.RawURLEncoding.DecodeString(first)
	if err != nil {
		t.Fatal(err)
	}
	var h header
	if err := json.Unmarshal(text, &h); err != nil {
		t.Fatal(err)
	}
	return h
}
