package testutil_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/testutil"
)

// A program without a testing.TB starts the server itself, and closes it.
func ExampleStart() {
	issuer, err := testutil.Start(testutil.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer issuer.Close()

	resp, err := http.PostForm(issuer.TokenURL(), url.Values{
		"grant_type":    {"client_credentials"},
		"client_id":     {"demo-client"},
		"client_secret": {"demo-secret"},
		"scope":         {"deals-read"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	var answer struct {
		TokenType string `json:"token_type"`
		Scope     string `json:"scope"`
		ExpiresIn int    `json:"expires_in"`
	}
	json.NewDecoder(resp.Body).Decode(&answer)
	fmt.Println(resp.Status, answer.TokenType, answer.Scope, answer.ExpiresIn)
	// Output: 200 OK Bearer deals-read 3600
}

// With a System the server behaves like one that API developers really meet.
func ExampleOptions_system() {
	issuer, err := testutil.Start(testutil.Options{System: "ipreo", Addr: "127.0.0.1:0"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer issuer.Close()

	c := issuer.Clients()[0]
	resp, err := http.PostForm(issuer.TokenURL(), url.Values{
		"grant_type":    {"client_credentials"},
		"client_id":     {c.ID},
		"client_secret": {"wrong"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	// IdentityServer says 400 where RFC 6749 has 401.
	fmt.Println(resp.Status, resp.Header.Get("Cache-Control"))
	// Output: 400 Bad Request no-store, no-cache, max-age=0
}

// A test takes away one thing at a time and looks whether its API notices.
func ExampleIssuer_Mint() {
	issuer, err := testutil.Start(testutil.Options{InProcess: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer issuer.Close()

	for name, claims := range map[string]map[string]any{
		"expired":     {"exp": issuer.Now().Add(-time.Hour).Unix()},
		"no audience": {"aud": nil},
		"another's":   {"iss": "https://issuer.example"},
	} {
		token := issuer.Mint(claims)
		fmt.Println(name, strings.Count(token, "."))
	}
	// Unordered output:
	// expired 2
	// no audience 2
	// another's 2
}
