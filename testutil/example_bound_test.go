package testutil_test

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/testutil"
)

// A token that is bound to a key needs no token endpoint: its cnf claim is enough.
func ExampleProofKey() {
	issuer, err := testutil.Start(testutil.Options{InProcess: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer issuer.Close()

	key := new(testutil.ProofKey)
	token := issuer.Mint(map[string]any{"cnf": key.Confirmation()})
	r, err := http.NewRequest("GET", "https://api.example.com/deals?page=2", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	r.Header.Set("Authorization", "DPoP "+token)
	r.Header.Set("DPoP", key.Proof(r.Method, r.URL.String(), token))
	fmt.Println(len(key.Thumbprint()), strings.Count(r.Header.Get("DPoP"), "."))
	// Output: 43 2
}

// A test takes a good proof, makes one thing wrong, and looks whether its API
// notices.
func ExampleProof() {
	key, thief := new(testutil.ProofKey), new(testutil.ProofKey)
	good := testutil.Proof{Method: "GET", URL: "https://api.example.com/deals", Token: "the-access-token"}

	old := good
	old.At = time.Now().Add(-time.Hour)
	untyped := good
	untyped.Header = map[string]any{"typ": nil}
	other := good
	other.Claims = map[string]any{"htm": "POST"}
	broken := good
	broken.Signature = func(right []byte) []byte { right[0] ^= 1; return right }
	stolen := good
	stolen.Header = map[string]any{"jwk": key.JWK()}

	for _, proof := range []string{
		key.Sign(old), key.Sign(untyped), key.Sign(other), key.Sign(broken), thief.Sign(stolen),
	} {
		fmt.Println(strings.Count(proof, "."))
	}
	// Output:
	// 2
	// 2
	// 2
	// 2
	// 2
}

// The client of a test sends a new proof with each request, and repeats one for which
// the API asks for a nonce.
func ExampleTransport() {
	issuer, err := testutil.Start(testutil.Options{InProcess: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer issuer.Close()

	// An API that asks for a nonce. A real one verifies token and proof.
	api := handlerTransport(func(w http.ResponseWriter, r *http.Request) {
		scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		fmt.Println(r.Method, r.URL.Path, scheme)
		if w.Header().Set("DPoP-Nonce", "n-0S6"); !strings.Contains(proofPayload(r), `"nonce":"n-0S6"`) {
			w.Header().Set("WWW-Authenticate", `DPoP error="use_dpop_nonce"`)
			w.WriteHeader(http.StatusUnauthorized)
		}
	})

	key := new(testutil.ProofKey)
	client := http.Client{Transport: &testutil.Transport{
		Token: issuer.Mint(map[string]any{"cnf": key.Confirmation()}),
		Key:   key,
		Base:  api,
	}}
	for range 2 {
		resp, err := client.Get("https://api.example.com/deals")
		if err != nil {
			fmt.Println(err)
			return
		}
		resp.Body.Close()
		fmt.Println(resp.StatusCode)
	}
	// Output:
	// GET /deals DPoP
	// GET /deals DPoP
	// 200
	// GET /deals DPoP
	// 200
}

// A client that presents a certificate gets tokens that are bound to it.
func ExampleClientCertificate() {
	issuer, err := testutil.Start(testutil.Options{TLS: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer issuer.Close()

	certificate := &testutil.ClientCertificate{Name: "warehouse"}
	resp, err := issuer.HTTPClient(certificate).Post(issuer.TokenURL(), "application/x-www-form-urlencoded",
		strings.NewReader("grant_type=client_credentials&client_id=demo-client&client_secret=demo-secret"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	fmt.Println(resp.Status)

	// The unit test of an API needs no connection.
	token := issuer.Mint(map[string]any{"cnf": certificate.Confirmation()})
	r, err := http.NewRequest("GET", "https://api.example.com/deals", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.TLS = certificate.ConnectionState()
	fmt.Println(r.TLS.PeerCertificates[0].Subject)
	// Output:
	// 200 OK
	// CN=warehouse
}
