package keyring_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

const (
	issuerURL = "https://issuer.test/realm"
	jwksURL   = "https://issuer.test/realm/keys"
)

// signer is a key pair of an issuer, or of an attacker.
type signer struct {
	kid     string
	private ed25519.PrivateKey
}

func newSigner(kid string) *signer {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	return &signer{kid, private}
}

// jwk returns the public key with more members, or other values of the usual
// ones; a nil value removes a member.
func (s *signer) jwk(more map[string]any) map[string]any {
	m := map[string]any{
		"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": s.kid,
		"x": base64.RawURLEncoding.EncodeToString(s.private.Public().(ed25519.PublicKey)),
	}
	for name, value := range more {
		if m[name] = value; value == nil {
			delete(m, name)
		}
	}
	return m
}

// admitted reports whether a token that s signs with this kid is accepted with
// the keys that the ring returns for it: whether its public key is among them.
func (s *signer) admitted(ctx context.Context, r *keyring.Ring, kid string) (bool, error) {
	return s.admittedBy(ctx, r, keyring.Ref{KeyID: kid, Algorithm: "EdDSA"})
}

// admittedBy is admitted for a token with this header.
func (s *signer) admittedBy(ctx context.Context, r *keyring.Ring, ref keyring.Ref) (bool, error) {
	keys, err := r.Find(ctx, ref)
	if err != nil {
		return false, err
	}
	if s.among(keys) {
		return true, nil
	}
	if keys, err = r.Replaced(ctx, ref, keys); err == nil && s.among(keys) {
		return true, nil
	}
	return false, errBadSignature
}

func (s *signer) among(keys []*keyring.Key) bool {
	return slices.ContainsFunc(keys, func(k *keyring.Key) bool {
		public, ok := k.Public.(ed25519.PublicKey)
		return ok && public.Equal(s.private.Public())
	})
}

var errBadSignature = errors.New("bad signature")

func keySet(keys ...map[string]any) string {
	if keys == nil {
		keys = []map[string]any{}
	}
	b, err := json.Marshal(map[string]any{"keys": keys})
	if err != nil {
		panic(err)
	}
	return string(b)
}

func signerSet(signers ...*signer) string {
	var keys []map[string]any
	for _, s := range signers {
		keys = append(keys, s.jwk(nil))
	}
	return keySet(keys...)
}

// fakeIssuer is an issuer in memory: an http.RoundTripper that serves metadata
// and a key set, and fails in all the ways that issuers fail.
type fakeIssuer struct {
	mu       sync.Mutex
	metadata string // location, path only
	document string // metadata; empty means the usual one
	keysPath string
	set      string
	header   http.Header // of the response with the key set
	delay    time.Duration
	fault    func(*http.Request) (*http.Response, error) // instead of any response, if not nil
	only     string                                      // the path that the fault is limited to

	asked map[string]int // requests by path
	times []time.Time    // of requests for the key set
}

func newIssuer(signers ...*signer) *fakeIssuer {
	return &fakeIssuer{
		metadata: "/realm/.well-known/openid-configuration",
		keysPath: "/realm/keys",
		set:      signerSet(signers...),
		header:   http.Header{},
		asked:    map[string]int{},
	}
}

func (i *fakeIssuer) RoundTrip(request *http.Request) (*http.Response, error) {
	i.mu.Lock()
	path := request.URL.Path
	i.asked[path]++
	if path == i.keysPath {
		i.times = append(i.times, time.Now())
	}
	fault, delay, body, header := i.fault, i.delay, "", http.Header{}
	if i.only != "" && i.only != path {
		fault = nil
	}
	switch path {
	case i.metadata:
		if body = i.document; body == "" {
			body = fmt.Sprintf(`{"issuer":%q,"jwks_uri":"https://%s%s"}`, issuerURL, request.URL.Host, i.keysPath)
		}
	case i.keysPath:
		body, header = i.set, i.header.Clone()
	}
	i.mu.Unlock()
	if delay > 0 {
		select {
		case <-time.After(delay):
		case <-request.Context().Done():
			return nil, request.Context().Err()
		}
	}
	if fault != nil {
		return fault(request)
	}
	if body == "" {
		return respond(request, http.StatusNotFound, "no such page"), nil
	}
	response := respond(request, http.StatusOK, body)
	response.Header = header
	return response, nil
}

// change lets f change the issuer.
func (i *fakeIssuer) change(f func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	f()
}

func (i *fakeIssuer) publish(signers ...*signer) { i.change(func() { i.set = signerSet(signers...) }) }

func (i *fakeIssuer) fail(fault func(*http.Request) (*http.Response, error)) {
	i.change(func() { i.fault = fault })
}

// fetches returns the number of requests for the key set.
func (i *fakeIssuer) fetches() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return len(i.times)
}

// requests returns the number of all requests.
func (i *fakeIssuer) requests() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	n := 0
	for _, times := range i.asked {
		n += times
	}
	return n
}

func (i *fakeIssuer) client() *http.Client { return &http.Client{Transport: i} }

func respond(request *http.Request, status int, body string) *http.Response {
	return &http.Response{
		StatusCode:    status,
		Status:        http.StatusText(status),
		Header:        http.Header{},
		Body:          io.NopCloser(strings.NewReader(body)),
		ContentLength: int64(len(body)),
		Request:       request,
	}
}

// drip is a body that never ends and never stops.
type drip struct{ ctx context.Context }

func (d drip) Read(p []byte) (int, error) {
	select {
	case <-time.After(100 * time.Millisecond):
		return copy(p, " "), nil
	case <-d.ctx.Done():
		return 0, d.ctx.Err()
	}
}

// virtual runs a subtest on a virtual clock.
func virtual(t *testing.T, name string, f func(*testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { synctest.Test(t, f) })
}

// half is the jitter of the tests.
func half() float64 { return 0.5 }

// ring returns the ring of an issuer in memory, found by discovery.
func ring(t testing.TB, i *fakeIssuer, change ...func(*keyring.Source, *keyring.Options)) *keyring.Ring {
	t.Helper()
	source := keyring.Source{Issuer: issuerURL}
	options := keyring.Options{Client: i.client(), Rand: half}
	for _, f := range change {
		f(&source, &options)
	}
	r, err := keyring.New(source, options)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func direct(source *keyring.Source, _ *keyring.Options) { source.JWKSURL = jwksURL }

// warm makes the ring fetch its keys.
func warm(t testing.TB, r *keyring.Ring) {
	t.Helper()
	if err := r.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// spaces is a body of n bytes that are not kept in memory.
func spaces(n int64) io.ReadCloser { return io.NopCloser(io.LimitReader(repeat(' '), n)) }

type repeat byte

func (r repeat) Read(p []byte) (int, error) {
	copy(p, bytes.Repeat([]byte{byte(r)}, len(p)))
	return len(p), nil
}
