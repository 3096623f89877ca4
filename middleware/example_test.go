package middleware_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

func ExampleNew() {
	issuer, err := testutil.Start(testutil.Options{}) // a fake authorization server
	if err != nil {
		log.Fatal(err)
	}
	defer issuer.Close()

	auth, err := middleware.New(middleware.Config{
		Audiences: []string{"https://api.example.com"},
		Issuers:   []middleware.Issuer{{URL: issuer.URL()}},
	})
	if err != nil {
		log.Fatal(err)
	}

	for _, aud := range []string{"https://api.example.com", "https://other.example.com"} {
		token := issuer.Mint(map[string]any{"aud": aud, "client_id": "erp-connector"})
		verified, err := auth.Verify(context.Background(), token)
		if err != nil {
			fmt.Println("rejected:", err)
			continue
		}
		fmt.Println("accepted:", verified.ClientID)
	}
	// Output:
	// accepted: erp-connector
	// rejected: bearerguard: wrong_audience
}

// New reports every mistake at once.
func ExampleConfigError() {
	_, err := middleware.New(middleware.Config{
		Leeway: time.Hour,
		Issuers: []middleware.Issuer{
			{URL: "http://id.example.com", Algorithms: []string{"RS256", "HS256"}},
			{URL: "https://{tenant}.example.com", Audiences: []string{"https://api.example.com"}},
		},
	})

	for _, err := range err.(interface{ Unwrap() []error }).Unwrap() {
		var mistake *middleware.ConfigError
		if errors.As(err, &mistake) { // mistake.Reason says what to change
			fmt.Printf("%s %q\n", mistake.Field, mistake.Value)
		}
	}
	// Output:
	// Leeway "1h0m0s"
	// Issuers[0].URL "http://id.example.com"
	// Issuers[0].Algorithms "HS256"
	// Issuers[0].Audiences ""
	// Issuers[1].URL "https://{tenant}.example.com"
}

// An API on a framework without an adapter calls Check and WriteRefusal itself.
func ExampleAuthenticator_Check() {
	issuer, auth := exampleAPI()
	defer issuer.Close()

	read := scopes.Scope("deals-read")
	auth.Declare(read)
	deals := func(w http.ResponseWriter, r *http.Request) {
		admitted, err := auth.Check(r, read)
		if err != nil {
			auth.WriteRefusal(w, r, err)
			return
		}
		token, _ := claims.FromContext(admitted.Context())
		fmt.Fprintf(w, "deals of %s\n", token.ClientID)
	}

	for _, scope := range []string{"deals-read", "deals-write"} {
		w := httptest.NewRecorder()
		deals(w, exampleRequest(issuer.Mint(map[string]any{"scope": scope})))
		fmt.Print(w.Code, " ", w.Body)
	}
	// Output:
	// 200 deals of demo-client
	// 403 {"error":"insufficient_scope","error_description":"The access token does not cover this request","scope":"deals-read"}
}

// All errors of the API have the form of problem details (RFC 9457).
func ExampleProblemDetails() {
	issuer, err := testutil.Start(testutil.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer issuer.Close()
	auth, err := middleware.New(middleware.Config{
		Audiences:   []string{issuer.Audience()},
		Issuers:     []middleware.Issuer{{URL: issuer.URL()}},
		RefusalBody: middleware.ProblemDetails,
	})
	if err != nil {
		log.Fatal(err)
	}
	w := httptest.NewRecorder()
	if _, err := auth.Check(exampleRequest(issuer.Mint(map[string]any{"exp": 1}))); err != nil {
		auth.WriteRefusal(w, exampleRequest(""), err)
	}
	fmt.Println(w.Header().Get("Content-Type"))
	fmt.Print(w.Body)
	// Output:
	// application/problem+json
	// {"type":"about:blank","title":"Unauthorized","status":401,"detail":"The access token expired","error":"invalid_token"}
}

// An error handler of the API's own, for problem details (RFC 9457). Refuse sets the
// header fields of the response and returns the status. The body is the handler's own.
func ExampleAuthenticator_Refuse() {
	issuer, auth := exampleAPI()
	defer issuer.Close()

	fail := func(w http.ResponseWriter, err error) {
		status, _ := auth.Refuse(w.Header(), err)
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]any{"status": status, "title": http.StatusText(status)})
	}

	w := httptest.NewRecorder()
	if _, err := auth.Check(exampleRequest(issuer.Mint(map[string]any{"exp": 1}))); err != nil {
		fail(w, err)
	}
	fmt.Println(w.Header().Get("WWW-Authenticate"))
	fmt.Print(w.Body)
	// Output:
	// Bearer realm="api", error="invalid_token", error_description="The access token expired"
	// {"status":401,"title":"Unauthorized"}
}

// The Reason of an Error is a word for metrics and for errors.Is.
func ExampleError() {
	issuer, auth := exampleAPI()
	defer issuer.Close()

	_, err := auth.Check(exampleRequest(issuer.Mint(map[string]any{"exp": 1})))
	var refused *middleware.Error
	if errors.As(err, &refused) {
		fmt.Println(refused.Reason, refused.ClientID, refused.Issuer == issuer.URL())
	}
	fmt.Println(errors.Is(err, middleware.ErrExpired))
	// Output:
	// expired demo-client true
	// true
}

// Each Reason has one response. Its word is the same in errors, logs and metrics.
func ExampleReason() {
	issuer, auth := exampleAPI()
	defer issuer.Close()

	for _, reason := range []middleware.Reason{
		middleware.ErrNoToken, middleware.ErrMalformedRequest, middleware.ErrMalformedToken,
		middleware.ErrUnknownIssuer,
		middleware.ErrUnknownKey, middleware.ErrWrongAlgorithm, middleware.ErrBadSignature,
		middleware.ErrNotAccessToken,
		middleware.ErrWrongAudience, middleware.ErrExpired, middleware.ErrNotYetValid, middleware.ErrRejected,
		middleware.ErrRevoked, middleware.ErrNotHolder, middleware.ErrInsufficientAuthentication,
		middleware.ErrInsufficientScope, middleware.ErrUnavailable,
	} {
		status, _ := auth.Refuse(http.Header{}, &middleware.Error{Reason: reason})
		fmt.Println(status, reason)
	}
	// Output:
	// 401 no_token
	// 400 malformed_request
	// 401 malformed_token
	// 401 unknown_issuer
	// 401 unknown_key
	// 401 wrong_algorithm
	// 401 bad_signature
	// 401 not_access_token
	// 401 wrong_audience
	// 401 expired
	// 401 not_yet_valid
	// 401 rejected
	// 401 revoked
	// 401 not_holder
	// 401 insufficient_user_authentication
	// 403 insufficient_scope
	// 503 unavailable
}

// Observe counts rejected requests and failed fetches for a metrics library.
func ExampleEvent() {
	issuer, err := testutil.Start(testutil.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer issuer.Close()

	refused := map[middleware.Reason]int{}
	fetches := map[middleware.EventKind]int{}
	var mu sync.Mutex
	auth, err := middleware.New(middleware.Config{
		Audiences: []string{issuer.Audience()},
		Issuers:   []middleware.Issuer{{URL: issuer.URL()}},
		Observe: func(_ context.Context, e middleware.Event) {
			mu.Lock()
			defer mu.Unlock()
			switch e.Kind {
			case middleware.EventRefused:
				refused[e.Reason]++
			case middleware.EventKeysFetched, middleware.EventKeysFailed:
				fetches[e.Kind]++
			}
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := auth.Ready(context.Background()); err != nil {
		log.Fatal(err)
	}
	_, _ = auth.Verify(context.Background(), issuer.Mint(map[string]any{"exp": 1}))
	_, _ = auth.Verify(context.Background(), issuer.Mint(map[string]any{"aud": "https://other.example.com"}))

	mu.Lock()
	defer mu.Unlock()
	fmt.Println(refused, fetches)
	// Output: map[expired:1 wrong_audience:1] map[keys_fetched:1]
}

// Health tells operators, and only them, how each issuer's key set is.
func ExampleKeySetHealth() {
	issuer, auth := exampleAPI()
	defer issuer.Close()

	describe := func(set middleware.KeySetHealth) {
		fmt.Println(set.State, set.Usable, len(set.KeyIDs))
	}
	for _, set := range auth.Health() {
		describe(set) // before the first token
	}
	if err := auth.Ready(context.Background()); err != nil {
		log.Fatal(err)
	}
	for _, set := range auth.Health() {
		describe(set)
	}
	// Output:
	// never false 0
	// fresh true 3
}

// exampleAPI returns a fake authorization server and an Authenticator that trusts it.
func exampleAPI() (*testutil.Issuer, *middleware.Authenticator) {
	issuer, err := testutil.Start(testutil.Options{})
	if err != nil {
		log.Fatal(err)
	}
	auth, err := middleware.New(middleware.Config{
		Audiences: []string{issuer.Audience()},
		Issuers:   []middleware.Issuer{{URL: issuer.URL()}},
	})
	if err != nil {
		log.Fatal(err)
	}
	return issuer, auth
}

func exampleRequest(token string) *http.Request {
	r := httptest.NewRequest("GET", "/v1/deals", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	return r
}
