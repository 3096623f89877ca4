package bearerguard_test

import (
	"context"
	"crypto/subtle"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// theSecrets are what an operator has made with openssl rand -base64 32.
const theSecrets = "ZG8gbm90IHVzZSB0aGlzIHNlY3JldCwgbWFrZSBvbmU="

// nonceSecrets reads the secrets for nonces: each in base64, the one that makes them first.
func nonceSecrets(text string) (secrets [][]byte, err error) {
	for one := range strings.SplitSeq(text, ",") {
		secret, err := base64.StdEncoding.DecodeString(strings.TrimSpace(one))
		if err != nil {
			return nil, errors.New("a secret for nonces is no base64") // without the text
		}
		secrets = append(secrets, secret)
	}
	return secrets, nil
}

// An API accepts bound tokens with a proof, and a client learns the nonce from the challenge.
func Example_dpop() {
	issuer, config := recipe()
	defer issuer.Close()
	secrets, err := nonceSecrets(theSecrets)
	if err != nil {
		log.Fatal(err)
	}
	config.DPoP = &middleware.DPoP{
		BaseURLs:     []string{"https://api.example.com"}, // what clients write in front of the path
		NonceSecrets: secrets,                             // the same at all replicas
	}
	api := httpauth.Func(mustNew(config), deals)

	key := new(testutil.ProofKey)
	token := issuer.Mint(map[string]any{"cnf": key.Confirmation()})
	proof := testutil.Proof{Method: "GET", URL: "https://api.example.com/v1/deals", Token: token}
	w := send(api, "GET", "Authorization", "DPoP "+token, "DPoP", key.Sign(proof))
	fmt.Println(w.Code)
	proof.Nonce = w.Header().Get("DPoP-Nonce")
	w = send(api, "GET", "Authorization", "DPoP "+token, "DPoP", key.Sign(proof))
	fmt.Println(w.Code, w.Body)
	w = send(api, "GET", "Authorization", "Bearer "+token)
	fmt.Println(w.Code)
	// Output:
	// 401
	// 200 deals of demo-client
	// 401
}

// The same API is known by several names, and a proxy in front removes a prefix.
func Example_dpopOrigins() {
	issuer, config := recipe()
	defer issuer.Close()
	config.DPoP = &middleware.DPoP{BaseURLs: []string{
		"https://api.example.com",
		"https://api.example.com:8443",
		"https://example.com/api", // the proxy sends /v1/deals for /api/v1/deals
	}}
	api := httpauth.Func(mustNew(config), deals)

	key := new(testutil.ProofKey)
	token := issuer.Mint(map[string]any{"cnf": key.Confirmation()})
	for _, url := range []string{
		"https://API.example.com:443/v1/deals?page=2", "https://api.example.com:8443/v1/deals",
		"https://example.com/api/v1/deals", "https://example.com/v1/deals",
	} {
		w := send(api, "GET", "Authorization", "DPoP "+token, "DPoP", key.Proof("GET", url, token))
		fmt.Println(w.Code, url)
	}
	// Output:
	// 200 https://API.example.com:443/v1/deals?page=2
	// 200 https://api.example.com:8443/v1/deals
	// 200 https://example.com/api/v1/deals
	// 401 https://example.com/v1/deals
}

// A sharedStore is what replicas share, in place of a database.
type sharedStore struct{ used sync.Map }

// First implements middleware.ReplayStore.
func (s *sharedStore) First(_ context.Context, key [32]byte, _ time.Time) (bool, error) {
	_, known := s.used.LoadOrStore(key, true)
	return !known, nil
}

// A proof that one replica has accepted is rejected by the next.
func Example_dpopReplicas() {
	issuer, config := recipe()
	defer issuer.Close()
	config.DPoP = &middleware.DPoP{BaseURLs: []string{"https://api.example.com"}}
	store := new(sharedStore)
	config.DPoP.Replays = store
	one, two := mustNew(config), mustNew(config)

	key := new(testutil.ProofKey)
	token := issuer.Mint(map[string]any{"cnf": key.Confirmation()})
	proof := key.Proof("GET", "https://api.example.com/v1/deals", token)
	for _, replica := range []*middleware.Authenticator{one, two} {
		w := send(httpauth.Func(replica, deals), "GET", "Authorization", "DPoP "+token, "DPoP", proof)
		fmt.Println(w.Code, w.Body)
	}
	// Output:
	// 200 deals of demo-client
	// 401 {"error":"invalid_dpop_proof","error_description":"The DPoP proof was used before"}
}

// A server asks its clients for certificates, and a route demands a bound token.
func Example_certificateOfTheConnection() {
	issuer, config := recipe()
	defer issuer.Close()
	config.Certificates = &middleware.Certificates{}
	auth := mustNew(config)
	mux := http.NewServeMux()
	need := scopes.All(scopes.Scope("payments-write"), scopes.Bound())
	mux.Handle("POST /v1/payments", httpauth.Func(auth, deals, need))
	server := &http.Server{
		Addr: ":8443", Handler: mux, ReadHeaderTimeout: 5 * time.Second,
		TLSConfig: &tls.Config{ClientAuth: tls.RequestClientCert}, // and the server's own certificate
	}

	certificate := new(testutil.ClientCertificate)
	for _, claims := range []map[string]any{
		{"scope": "payments-write", "cnf": certificate.Confirmation()}, {"scope": "payments-write"},
	} {
		r := httptest.NewRequest("POST", "/v1/payments", nil)
		r.Header.Set("Authorization", "Bearer "+issuer.Mint(claims))
		r.TLS = certificate.ConnectionState()
		w := httptest.NewRecorder()
		server.Handler.ServeHTTP(w, r)
		fmt.Println(w.Code)
	}
	// Output:
	// 200
	// 401
}

// The field of a proxy counts if the proxy knows a secret.
func Example_certificateOfAProxy() {
	issuer, config := recipe()
	defer issuer.Close()
	config.Certificates = &middleware.Certificates{
		Header: "Client-Cert", Format: "rfc9440", // what HAProxy and Caddy write
		Proxies: []string{"10.1.0.0/16", "fd00:1::/64"},
	}
	mustNew(config)
	proxySecret := []byte("made with openssl rand -base64 32")
	config.Certificates = &middleware.Certificates{
		Header: "Client-Cert",
		TrustProxy: func(r *middleware.Request) bool {
			given := r.Header["X-Proxy-Secret"]
			return len(given) == 1 && subtle.ConstantTimeCompare([]byte(given[0]), proxySecret) == 1
		},
	}
	auth := mustNew(config)

	certificate := new(testutil.ClientCertificate)
	token := issuer.Mint(map[string]any{"cnf": certificate.Confirmation()})
	field := ":" + base64.StdEncoding.EncodeToString(certificate.TLS().Leaf.Raw) + ":"
	for _, secret := range []string{string(proxySecret), "a guess"} {
		w := send(httpauth.Func(auth, deals), "GET", "Authorization", "Bearer "+token,
			"Client-Cert", field, "X-Proxy-Secret", secret)
		fmt.Println(w.Code)
	}
	fmt.Println(auth.Stats().UntrustedCertificates)
	// Output:
	// 200
	// 401
	// 1
}

// A gRPC server has no net/http: it says itself what the request is.
func Example_boundWithoutHTTP() {
	issuer, config := recipe()
	defer issuer.Close()
	config.DPoP = &middleware.DPoP{BaseURLs: []string{"https://api.example.com"}}
	auth := mustNew(config)
	key := new(testutil.ProofKey)
	token := issuer.Mint(map[string]any{"cnf": key.Confirmation(), "scope": "deals-read"})
	proof := key.Proof("POST", "https://api.example.com/deals.v1.Deals/List", token)
	var connection *tls.ConnectionState // of the peer, with Config.Certificates

	ctx := context.Background()
	admitted, err := auth.Decide(ctx, &middleware.Request{
		Token:  token,                                // behind the scheme
		Header: map[string][]string{"Dpop": {proof}}, // only if the scheme is DPoP
		Method: "POST", Target: "/deals.v1.Deals/List",
		TLS: connection,
	}, scopes.Scope("deals-read"))
	fields := http.Header{}
	if err != nil {
		auth.Refuse(fields, err) // its status, challenges and nonce
		return
	}
	admitted.AddFields(fields) // a new nonce, if the client needs one
	fmt.Println(admitted.Token().ClientID, len(fields))
	// Output: demo-client 0
}

// A test of an API needs neither a token endpoint nor a client of its own.
func Example_boundTest() {
	issuer, config := recipe()
	defer issuer.Close()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()
	config.DPoP = &middleware.DPoP{BaseURLs: []string{server.URL}}
	mux.Handle("/v1/deals", httpauth.Func(mustNew(config), deals))

	key := new(testutil.ProofKey)
	client := http.Client{Transport: &testutil.Transport{
		Token: issuer.Mint(map[string]any{"cnf": key.Confirmation()}),
		Key:   key,
	}}
	response, err := client.Get(server.URL + "/v1/deals") // with a new proof each time
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	fmt.Println(response.StatusCode)
	// Output: 200
}
