package integration_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// boundID is the client whose tokens are bound to its key.
const boundID = "bound-feed"

// withProofs lets an API accept bound tokens with proofs that carry its nonce.
func withProofs(config *middleware.Config) {
	config.DPoP = &middleware.DPoP{NonceSecrets: [][]byte{bytes.Repeat([]byte("n"), 32)}}
}

// boundToken gets a token that is bound to key. The server asks for its nonce, which
// boundToken returns too.
func (s *server) boundToken(t *testing.T, key *testutil.ProofKey, format string) (token, nonce string) {
	t.Helper()
	proof := testutil.Proof{Method: http.MethodPost, URL: s.issuer + "/token"}
	send := func() response {
		r := tokenRequest(t, s.issuer, boundID, audience+"/"+format, "deals-read")
		r.Header.Set("DPoP", key.Sign(proof))
		return do(t, r)
	}
	got := send()
	proof.Nonce = got.header.Get("DPoP-Nonce")
	asked := got.status == http.StatusBadRequest && bytes.Contains(got.body, []byte("use_dpop_nonce"))
	if !asked || proof.Nonce == "" {
		t.Fatalf("the server asks for no nonce: %d %s", got.status, got.body)
	}
	got = send()
	token = issued(t, got)
	var body struct {
		Type string `json:"token_type"`
	}
	if err := json.Unmarshal(got.body, &body); err != nil || body.Type != "DPoP" {
		t.Fatalf("a token of the type %q: %v", body.Type, err)
	}
	return token, proof.Nonce
}

// get sends a GET request for the deals with a token and these proofs.
func (a *api) get(t *testing.T, scheme, token string, proofs ...string) response {
	t.Helper()
	r := a.request(t, http.MethodGet, "/v1/deals?page=2", "")
	r.Header.Set("Authorization", scheme+" "+token)
	r.Header["DPoP"] = proofs
	return do(t, r)
}

// The server issues a token that is bound to a key, and every adapter serves it once with
// each good proof, and in no other way.
func TestABoundTokenIsServedOnlyWithItsProof(t *testing.T) {
	s := startServer(t)
	apis := startAPIs(t, s, withProofs)
	plain := s.token(t, "ES256", "deals-read")
	for _, alg := range []string{"ES256", "EdDSA", "PS256", "RS256"} {
		key, stranger := &testutil.ProofKey{Algorithm: alg}, &testutil.ProofKey{Algorithm: alg}
		token, foreign := s.boundToken(t, key, "ES256")
		other, _ := s.boundToken(t, key, "ES384")
		for _, a := range apis {
			t.Run(alg+"/"+a.name, func(t *testing.T) {
				good := testutil.Proof{URL: a.url + "/v1/deals", Token: token}
				first := a.get(t, "DPoP", token, key.Sign(good))
				checkRejected(t, a, first, middleware.ErrNonceNeeded, "use_dpop_nonce")
				good.Nonce = first.header.Get("DPoP-Nonce")
				if good.Nonce == "" || good.Nonce == foreign {
					t.Fatalf("the nonce %q, and the server's is %q", good.Nonce, foreign)
				}
				changed := func(change func(*testutil.Proof)) []string {
					proof := good
					change(&proof)
					return []string{key.Sign(proof)}
				}
				fresh := func() []string { return changed(func(*testutil.Proof) {}) }
				used := fresh()
				for _, c := range []struct {
					name, scheme, token string
					proofs              []string
					reason              middleware.Reason
					code                string
				}{
					{"a good proof", "DPoP", token, used, "", ""},
					{"another good proof", "DPoP", token, fresh(), "", ""},
					{"a good proof again", "DPoP", token, used, middleware.ErrReplayed, "invalid_dpop_proof"},
					{"no proof, as Bearer", "Bearer", token, nil, middleware.ErrNotHolder, "invalid_token"},
					{"a good proof, as Bearer", "Bearer", token, fresh(),
						middleware.ErrNotHolder, "invalid_token"},
					{"no proof", "DPoP", token, nil, middleware.ErrBadProof, "invalid_dpop_proof"},
					{"two proofs", "DPoP", token, append(fresh(), fresh()...),
						middleware.ErrBadProof, "invalid_dpop_proof"},
					{"a proof of another key", "DPoP", token, []string{stranger.Sign(good)},
						middleware.ErrNotHolder, "invalid_token"},
					{"a proof with the server's nonce", "DPoP", token,
						changed(func(p *testutil.Proof) { p.Nonce = foreign }),
						middleware.ErrNonceNeeded, "use_dpop_nonce"},
					{"a proof for another method", "DPoP", token,
						changed(func(p *testutil.Proof) { p.Method = http.MethodPost }),
						middleware.ErrBadProof, "invalid_dpop_proof"},
					{"a proof for the server", "DPoP", token,
						changed(func(p *testutil.Proof) { p.URL = s.issuer + "/v1/deals" }),
						middleware.ErrBadProof, "invalid_dpop_proof"},
					{"a proof for another token", "DPoP", token,
						changed(func(p *testutil.Proof) { p.Token = other }),
						middleware.ErrBadProof, "invalid_dpop_proof"},
					{"the other token", "DPoP", other,
						changed(func(p *testutil.Proof) { p.Token = other }), "", ""},
					{"a token that is not bound, with a proof", "DPoP", plain,
						changed(func(p *testutil.Proof) { p.Token = plain }),
						middleware.ErrNotHolder, "invalid_token"},
					{"a token that is not bound", "Bearer", plain, nil, "", ""},
				} {
					t.Run(c.name, func(t *testing.T) {
						got := a.get(t, c.scheme, c.token, c.proofs...)
						if c.reason != "" {
							checkRejected(t, a, got, c.reason, c.code)
						} else if got.status != http.StatusOK {
							t.Errorf("%d for %s", got.status, a.events.rejection())
						}
					})
				}
			})
		}
	}
}

// checkRejected looks at a 401 of the API: its reason, and that the challenge of one scheme
// has the error code.
func checkRejected(t *testing.T, a *api, got response, reason middleware.Reason, code string) {
	t.Helper()
	if r := a.events.rejection(); got.status != http.StatusUnauthorized || r != reason {
		t.Errorf("%d for %s, want 401 for %s", got.status, r, reason)
	}
	challenges := got.header.Values("WWW-Authenticate")
	if n := strings.Count(strings.Join(challenges, " "), ` error="`+code+`"`); n != 1 {
		t.Errorf("challenges %q, want one error %s", challenges, code)
	}
}

// A client that others have written gets a bound token from the server and is served by
// every adapter. It finds the nonces by itself, and needs one request from then on.
func TestAClientOfOtherAuthorsIsServed(t *testing.T) {
	s := startServer(t)
	apis := startAPIs(t, s, withProofs)
	type line struct {
		Status, Sent int
		Body         string
	}
	for _, alg := range []string{"ES256", "EdDSA", "Ed25519", "PS256", "RS256"} {
		t.Run(alg, func(t *testing.T) {
			args := []string{"dpop-client.mjs", s.issuer, audience + "/EdDSA", alg}
			want := []line{{200, 2, "dpop"}}
			for _, a := range apis {
				args = append(args, a.url+"/v1/deals?page=2", a.url+"/v1/deals")
				want = append(want, line{200, 2, boundID}, line{200, 1, boundID})
			}
			var stdout, stderr bytes.Buffer
			process := exec.CommandContext(t.Context(), node(), args...)
			process.Stdout, process.Stderr = &stdout, &stderr
			if err := process.Run(); err != nil {
				t.Fatalf("%v\n%s", err, &stderr)
			}
			var got []line
			for decoder := json.NewDecoder(&stdout); decoder.More(); {
				var next line
				if err := decoder.Decode(&next); err != nil {
					t.Fatal(err)
				}
				got = append(got, next)
			}
			if !slices.Equal(got, want) {
				t.Errorf("responses %+v, want %+v", got, want)
			}
		})
	}
}
