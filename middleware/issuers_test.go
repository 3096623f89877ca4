package middleware_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/claims/claimstest"
	"github.com/bearerguard/bearerguard/claims/dialects"
	"github.com/bearerguard/bearerguard/middleware"
)

// A payloadFile holds the members of a payload file that are for a whole API, and
// what the dialect makes of the claims.
type payloadFile struct {
	Name   string
	Config struct {
		Issuer              string
		Tenants             []string // if Issuer is a template
		TenantFromClaims    bool     `json:"tenant_from_claims"` // although it is one
		Algorithms          []string
		KeyIssuer           string `json:"key_issuer"`     // the issuer that the key itself names
		MissingIssuer       bool   `json:"missing_issuer"` // accept tokens without iss
		Audiences           []string
		AudienceFromClients []string `json:"audience_from_clients"`
		AudienceFromScope   string   `json:"audience_from_scope"`
	}
	Now     int64
	Header  json.RawMessage
	Claims  json.RawMessage
	Refused string

	dialect claims.Dialect
	token   *claims.Token // nil if the dialect rejects the claims
}

// forEachPayload calls test in a subtest for each payload file.
func forEachPayload(t *testing.T, test func(t *testing.T, f payloadFile)) {
	files := os.DirFS("../claims/claimstest/testdata/payloads")
	claimstest.Run(t, files, dialects.ByName, func(t *testing.T, file []byte, d claims.Dialect,
		token *claims.Token) {
		f := payloadFile{Name: path.Base(t.Name()), dialect: d, token: token}
		if err := json.Unmarshal(file, &f); err != nil {
			t.Fatal(err)
		}
		test(t, f)
	})
}

// issuer returns the configuration of the file's issuer.
func (f *payloadFile) issuer(keySet json.RawMessage) middleware.Issuer {
	c := f.Config
	return middleware.Issuer{
		URL:                           c.Issuer,
		Tenants:                       c.Tenants,
		JWKS:                          keySet,
		Algorithms:                    c.Algorithms,
		Audiences:                     c.Audiences,
		AudienceFromClients:           c.AudienceFromClients,
		AudienceFromScope:             c.AudienceFromScope,
		Dialect:                       f.dialect,
		DangerouslyAllowMissingIssuer: c.MissingIssuer,
		DangerouslyTenantFromClaims:   c.TenantFromClaims,
	}
}

// TestIssuerPayloads signs the payload of every family of issuers and sends it
// through a guard that is configured as the file says: first as a new token, then
// as a cached one.
func TestIssuerPayloads(t *testing.T) {
	keys := newPayloadKeys(t)
	forEachPayload(t, func(t *testing.T, f payloadFile) {
		token, keySet := keys.sign(t, f)
		guard := payloadGuard(t, f, keySet)
		for _, again := range []string{"first", "remembered"} {
			request := httptest.NewRequest("GET", "/", nil)
			request.Header.Set("Authorization", "Bearer "+token)
			admitted, err := guard.Check(request)
			if f.Refused == "" {
				checkAdmitted(t, again, f, admitted, err)
			} else {
				checkRefused(t, again, f, guard, err)
			}
		}
	})
}

func checkAdmitted(t *testing.T, when string, f payloadFile, admitted *http.Request, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", when, err)
	}
	token, ok := claims.FromContext(admitted.Context())
	if !ok {
		t.Fatalf("%s: no token in the context", when)
	}
	fields := func(t *claims.Token) string {
		return fmt.Sprintf("%q", []any{
			t.Issuer, t.Subject, t.ClientID, t.Tenant, t.SourceSystem, t.Kind, t.Audience, t.Scopes, t.Roles, t.Groups,
		})
	}
	if got, want := fields(token), fields(f.token); got != want {
		t.Errorf("%s: the handler gets %s, the dialect reads %s", when, got, want)
	}
}

func checkRefused(t *testing.T, when string, f payloadFile, guard *middleware.Authenticator, err error) {
	t.Helper()
	if !errors.Is(err, middleware.Reason(f.Refused)) {
		t.Fatalf("%s: %v, want %s", when, err, f.Refused)
	}
	header := http.Header{}
	status, body := guard.Refuse(header, err)
	if status != http.StatusUnauthorized {
		t.Errorf("%s: status %d", when, status)
	}
	answer, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	answer = append(answer, header.Get("WWW-Authenticate")...)
	var claim map[string]any
	if err := json.Unmarshal(f.Claims, &claim); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"sub", "azp", "client_id", "appid", "iss", "tid"} {
		if s, ok := claim[name].(string); ok && len(s) > 3 && bytes.Contains(answer, []byte(s)) {
			t.Errorf("%s: the answer holds %s of the token: %s", when, name, answer)
		}
	}
}

// payloadGuard returns a guard as the API's owner of f would configure it.
func payloadGuard(t *testing.T, f payloadFile, keySet json.RawMessage) *middleware.Authenticator {
	t.Helper()
	guard, err := middleware.New(middleware.Config{
		Issuers: []middleware.Issuer{f.issuer(keySet)},
		Now:     func() time.Time { return time.Unix(f.Now, 0) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return guard
}

// payloadKeys are the keys of all issuers in this test: what differs between
// them is what they write, not how they sign.
type payloadKeys struct {
	rsa  *rsa.PrivateKey
	p256 *ecdsa.PrivateKey
	p384 *ecdsa.PrivateKey
}

func newPayloadKeys(t *testing.T) payloadKeys {
	t.Helper()
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return payloadKeys{r, p256, p384}
}

// sign returns the token with f's header and claims, and the key set of its
// issuer.
func (k payloadKeys) sign(t *testing.T, f payloadFile) (token string, keySet json.RawMessage) {
	t.Helper()
	var header struct {
		Algorithm string `json:"alg"`
		KeyID     string `json:"kid"`
	}
	if err := json.Unmarshal(f.Header, &header); err != nil {
		t.Fatal(err)
	}
	signed := segment(compact(t, f.Header)) + "." + segment(compact(t, f.Claims))
	key := map[string]string{"use": "sig", "kid": header.KeyID}
	if header.KeyID == "" {
		delete(key, "kid")
	}
	if f.Config.KeyIssuer != "" {
		key["issuer"] = f.Config.KeyIssuer
	}
	var signature []byte
	hash := map[string]crypto.Hash{
		"RS256": crypto.SHA256, "RS384": crypto.SHA384, "ES256": crypto.SHA256, "ES384": crypto.SHA384,
	}[header.Algorithm]
	switch header.Algorithm {
	case "RS256", "RS384":
		h := hash.New()
		h.Write([]byte(signed))
		s, err := rsa.SignPKCS1v15(nil, k.rsa, hash, h.Sum(nil))
		if err != nil {
			t.Fatal(err)
		}
		signature = s
		key["kty"], key["n"], key["e"] = "RSA", segment(k.rsa.N.Bytes()), "AQAB"
	case "ES256", "ES384":
		private := map[string]*ecdsa.PrivateKey{"ES256": k.p256, "ES384": k.p384}[header.Algorithm]
		h := hash.New()
		h.Write([]byte(signed))
		r, s, err := ecdsa.Sign(rand.Reader, private, h.Sum(nil))
		if err != nil {
			t.Fatal(err)
		}
		size := private.Params().BitSize / 8
		signature = append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...)
		point, err := private.PublicKey.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		key["kty"], key["crv"] = "EC", private.Params().Name
		key["x"], key["y"] = segment(point[1:size+1]), segment(point[size+1:])
	default:
		t.Fatalf("no key for %q", header.Algorithm)
	}
	keySet, err := json.Marshal(map[string]any{"keys": []any{key}})
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + segment(signature), keySet
}

func segment(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func compact(t *testing.T, raw json.RawMessage) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := json.Compact(&buf, raw); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// TestEntraBothVersions has one API accept tokens of both versions, as an Entra
// registration that is changed from one to the other needs it. The keys of
// version 2.0 name the issuer they sign for, those of version 1.0 do not.
func TestEntraBothVersions(t *testing.T) {
	keys := newPayloadKeys(t)
	accepted := map[string]string{"entra_v1_client": "",
		"entra_v2_client": "https://login.microsoftonline.com/{tenantid}/v2.0"}
	var config middleware.Config
	tokens := map[string]string{}
	forEachPayload(t, func(t *testing.T, f payloadFile) {
		keyIssuer, ok := accepted[f.Name]
		if !ok {
			return
		}
		f.Config.KeyIssuer = keyIssuer
		token, keySet := keys.sign(t, f)
		tokens[f.Name] = token
		config.Issuers = append(config.Issuers, middleware.Issuer{
			URL:       f.Config.Issuer,
			Tenants:   f.Config.Tenants,
			JWKS:      keySet,
			Audiences: f.Config.Audiences,
			Dialect:   dialects.Entra(),
		})
		config.Now = func() time.Time { return time.Unix(f.Now, 0) }
	})
	if len(tokens) != len(accepted) {
		t.Fatalf("payloads missing: have %d", len(tokens))
	}
	guard, err := middleware.New(config)
	if err != nil {
		t.Fatal(err)
	}
	for name, token := range tokens {
		got, err := guard.Verify(t.Context(), token)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if got.Kind != claims.KindClient || got.Tenant == "" {
			t.Errorf("%s: %v of tenant %q", name, got.Kind, got.Tenant)
		}
	}
}
