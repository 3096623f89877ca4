// Dpop shows tokens that are bound to a key (RFC 9449): an authorization server that issues
// one, an API that accepts it with a proof, and what becomes of a stolen one.
//
//	go run ./examples/dpop
//
// It needs no other program, and prints what happens at each step. The lines that begin
// with "api:" are those of the API's own log.
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

func main() {
	if err := run(); err != nil {
		log.Fatal("dpop: ", err)
	}
}

func run() error {
	issuer, err := testutil.Start(testutil.Options{}) // in your API: the URL of your authorization server
	if err != nil {
		return err
	}
	defer issuer.Close()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	base := "http://" + listener.Addr().String() // in your API: its origin, such as https://api.example.com
	routes, err := api(issuer, base)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: routes, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()

	c := client{deals: base + "/v1/deals"}
	if err := c.getToken(issuer); err != nil {
		return err
	}
	return c.callAPI(base)
}

// api returns the routes of an API that accepts bound tokens.
func api(issuer *testutil.Issuer, base string) (http.Handler, error) {
	secret := make([]byte, 32) // of all replicas: see docs/bound-tokens.md
	_, _ = rand.Read(secret)   // it never fails
	auth, err := middleware.New(middleware.Config{
		Audiences: []string{issuer.Audience()},
		Issuers:   []middleware.Issuer{{URL: issuer.URL()}},
		DPoP:      &middleware.DPoP{BaseURLs: []string{base}, NonceSecrets: [][]byte{secret}},
		Observe: func(_ context.Context, e middleware.Event) {
			if e.Kind == middleware.EventRefused {
				fmt.Println("   api: refused", e.Reason)
			}
		},
	})
	if err != nil {
		return nil, err
	}
	var mux httpauth.Mux
	mux.Handle("GET /v1/authorizationStatus", httpauth.AuthorizationStatus(auth))
	mux.Require(auth, scopes.Scope("deals-read")).HandleFunc("GET /v1/deals", deals)
	return &mux, mux.Routes().Check()
}

func deals(w http.ResponseWriter, r *http.Request) {
	token, _ := claims.FromContext(r.Context())
	fmt.Fprintln(w, "deals of "+token.ClientID)
}

// A client has a key and a token that is bound to it.
type client struct {
	key   testutil.ProofKey
	token string
	deals string // URL of a resource
}

// getToken gets a token with the grant of client credentials. The proof in the request tells
// the authorization server which key to bind the token to (RFC 9449, section 5).
func (c *client) getToken(issuer *testutil.Issuer) error {
	fmt.Println("The client requests a token, with a proof of its key.")
	form := url.Values{"grant_type": {"client_credentials"}}
	r, err := http.NewRequest("POST", issuer.TokenURL(), strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	demo := issuer.Clients()[0]
	r.SetBasicAuth(demo.ID, demo.Secret)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("DPoP", c.key.Proof("POST", issuer.TokenURL(), ""))
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	var body struct {
		AccessToken string `json:"access_token"`
		TokenType   string `json:"token_type"`
	}
	if err := json.NewDecoder(response.Body).Decode(&body); err != nil {
		return err
	}
	if body.AccessToken == "" {
		return errors.New("no token: " + response.Status)
	}
	fmt.Println("  ", response.StatusCode, "token_type", body.TokenType)
	c.token = body.AccessToken
	return nil
}

// callAPI calls the API as the client may, and as a thief of the token would.
func (c *client) callAPI(base string) error {
	good := testutil.Proof{URL: c.deals, Token: c.token}
	response, err := c.get("It calls the API, without a nonce.", c.deals, "DPoP", c.key.Sign(good))
	if err != nil {
		return err
	}
	response.Body.Close()
	good.Nonce = response.Header.Get("DPoP-Nonce")
	used := c.key.Sign(good)
	thief, elsewhere, status := new(testutil.ProofKey), good, good
	elsewhere.URL = base + "/v1/payments"
	status.URL = base + "/v1/authorizationStatus"
	for _, step := range []struct{ what, scheme, proof string }{
		{"It repeats the request with the nonce.", "DPoP", used},
		{"A thief sends the request once more, with the same proof.", "DPoP", used},
		{"A thief sends the token as a bearer token.", "Bearer", ""},
		{"A thief sends the token with a proof of another key.", "DPoP", thief.Sign(good)},
		{"A thief sends a proof that was made for another URL.", "DPoP", c.key.Sign(elsewhere)},
		{"The client makes a new proof for each request.", "DPoP", c.key.Sign(good)},
	} {
		response, err := c.get(step.what, c.deals, step.scheme, step.proof)
		if err != nil {
			return err
		}
		response.Body.Close()
	}
	return c.askStatus(status)
}

// askStatus asks the API what the token says.
func (c *client) askStatus(proof testutil.Proof) error {
	response, err := c.get("It asks what its token says.", proof.URL, "DPoP", c.key.Sign(proof))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	var body struct {
		ClientID string            `json:"client_id"`
		Bound    map[string]string `json:"cnf"`
	}
	if err := json.NewDecoder(response.Body).Decode(&body); err != nil {
		return err
	}
	own := body.Bound["jkt"] == c.key.Thumbprint()
	fmt.Printf("   client_id %s, cnf.jkt is the client's key: %v\n", body.ClientID, own)
	return nil
}

// get sends the token, and prints what happens.
func (c *client) get(what, target, scheme, proof string) (*http.Response, error) {
	fmt.Println(what)
	r, err := http.NewRequest("GET", target, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", scheme+" "+c.token)
	if proof != "" {
		r.Header.Set("DPoP", proof)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	fmt.Println("  ", response.StatusCode)
	for _, challenge := range response.Header.Values("WWW-Authenticate") {
		fmt.Println("  ", challenge)
	}
	return response, nil
}
