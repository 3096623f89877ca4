package bearerguard_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// Rejected requests get an answer in the API's envelope, or problem details.
func Example_refusalBody() {
	issuer, config := recipe()
	defer issuer.Close()
	config.RefusalBody = middleware.ProblemDetails // RFC 9457
	fmt.Print(send(httpauth.Func(mustNew(config), deals), "GET").Body)

	config.RefusalBody = func(r middleware.Refusal) (mediaType string, body any) {
		return "application/json", map[string]any{"ok": false, "message": r.Description}
	}
	fmt.Print(send(httpauth.Func(mustNew(config), deals), "GET").Body)
	// Output:
	// {"type":"about:blank","title":"Unauthorized","status":401,"detail":"A bearer token is needed"}
	// {"message":"A bearer token is needed","ok":false}
}

// exchange gets a token for another API on behalf of the caller (RFC 8693, section 2.1).
func exchange(ctx context.Context, raw, tokenURL, audience string) (string, error) {
	form := url.Values{
		"grant_type":         {"urn:ietf:params:oauth:grant-type:token-exchange"},
		"subject_token":      {raw},
		"subject_token_type": {"urn:ietf:params:oauth:token-type:access_token"},
		"audience":           {audience},
	}
	request, err := http.NewRequestWithContext(ctx, "POST", tokenURL, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth("deals-api", "secret")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || answer.AccessToken == "" {
		return "", fmt.Errorf("token exchange: %s", response.Status) // and nothing of the body
	}
	return answer.AccessToken, nil
}

// The handler exchanges its caller's token, and removes it before it passes the request on.
func Example_tokenExchange() {
	issuer, config := recipe()
	defer issuer.Close()
	auth := mustNew(config)
	token := issuer.Mint(nil)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println(r.FormValue("grant_type"), r.FormValue("subject_token") == token)
		fmt.Fprint(w, `{"access_token":"for-billing"}`)
	}))
	defer server.Close()
	handler := func(w http.ResponseWriter, r *http.Request) {
		billing, err := exchange(r.Context(), auth.RawToken(r.Context()), server.URL, "https://billing.example.com")
		if err != nil {
			http.Error(w, "billing is not available", http.StatusBadGateway)
			return
		}
		auth.RemoveCredential(r) // what is behind needs it no more
		fmt.Printf("%s %q\n", billing, r.Header.Get("Authorization"))
	}

	send(httpauth.Func(auth, handler), "GET", "Authorization", "bearer  "+token)
	// Output:
	// urn:ietf:params:oauth:grant-type:token-exchange true
	// for-billing ""
}

// The service behind the proxy learns the client, and does not get the client's token.
func Example_reverseProxy() {
	issuer, config := recipe()
	defer issuer.Close()
	auth := mustNew(config)
	backend := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		fmt.Printf("%q %q\n", r.Header["X-Client"], r.Header["Authorization"])
	}))
	defer backend.Close()
	target, err := url.Parse(backend.URL)
	if err != nil {
		log.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) {
		p.SetURL(target)
		auth.RemoveCredential(p.Out)
		token, _ := claims.FromContext(p.In.Context())
		p.Out.Header.Set("X-Client", token.ClientID) // in place of one that the caller has sent
	}}

	send(httpauth.Require(auth)(proxy), "GET", "Authorization", "Bearer "+issuer.Mint(nil), "X-Client", "admin")
	// Output: ["demo-client"] []
}

// A unit test of a handler needs no guard, no issuer and no signature.
func Example_unitTest() {
	token := testutil.Token(map[string]any{"client_id": "demo-client", "scope": "deals-read", "plan": "gold"})
	r := httptest.NewRequest("GET", "/v1/deals", nil)
	r = r.WithContext(claims.NewContext(r.Context(), token))
	w := httptest.NewRecorder()
	deals(w, r)
	fmt.Println(w.Body)
	// Output: deals of demo-client
}

// One guard admits the tokens of staff and of partners, whose place is another field.
func Example_eitherOfTwoAuthenticators() {
	employer, staffConfig := recipe()
	defer employer.Close()
	partner, partnersConfig := recipe()
	defer partner.Close()
	partnersConfig.Credentials = []middleware.Credential{{Header: "X-Partner-Token"}}
	staff, partners := mustNew(staffConfig), mustNew(partnersConfig)

	api := httpauth.Func(staff.Or(partners), deals)
	fmt.Println(send(api, "GET", "Authorization", "Bearer "+employer.Mint(nil)).Code)
	fmt.Println(send(api, "GET", "X-Partner-Token", partner.Mint(nil)).Code)
	fmt.Println(send(api, "GET", "X-Partner-Token", employer.Mint(nil)).Code)
	// Output:
	// 200
	// 200
	// 401
}
