package middleware_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// An access log outside the guards learns who called, and why a request was rejected.
func ExampleWitness() {
	auth, tokens := exampleAuth(nil)
	mux := http.NewServeMux()
	mux.Handle("GET /deals/{id}", httpauth.Func(auth, func(http.ResponseWriter, *http.Request) {},
		scopes.Scope("deals-read")))

	logged := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		caller := middleware.Witness(r.Context())
		mux.ServeHTTP(w, r.WithContext(caller))
		if token := caller.Token(); token != nil {
			fmt.Println("served", token.ClientID)
		} else {
			fmt.Println("rejected:", caller.Reason())
		}
	})
	for _, token := range tokens {
		exampleGet(logged, token)
	}
	// Output:
	// served erp-connector
	// rejected: insufficient_scope
}

// Totals for a metrics library, which asks for them when it is asked.
func ExampleAuthenticator_Stats() {
	auth, tokens := exampleAuth(nil)
	guarded := httpauth.Func(auth, func(http.ResponseWriter, *http.Request) {}, scopes.Scope("deals-read"))
	for range 3 {
		for _, token := range tokens {
			exampleGet(guarded, token)
		}
	}

	s := auth.Stats()
	fmt.Println("admitted:", s.AdmittedVerified, "verified,", s.AdmittedCached, "cached")
	fmt.Println("without the scope:", s.Refused[middleware.ErrInsufficientScope])
	fmt.Println("cache hits:", s.CacheHits, "of", s.CacheHits+s.CacheMisses)
	// Output:
	// admitted: 1 verified, 2 cached
	// without the scope: 3
	// cache hits: 4 of 6
}

// An audit log of who was admitted to what, and of what the others lacked.
func ExampleEvent_admitted() {
	auth, tokens := exampleAuth(func(c *middleware.Config) {
		c.ObserveAdmitted = true
		c.Observe = func(_ context.Context, e middleware.Event) {
			switch e.Kind {
			case middleware.EventAdmitted:
				fmt.Println(e.ClientID, "may", e.Method, "with", e.Need)
			case middleware.EventRefused:
				fmt.Println(e.ClientID, "may not", e.Method, "and lacks", e.Missing)
			}
		}
	})
	guarded := httpauth.Func(auth, func(http.ResponseWriter, *http.Request) {}, scopes.Scope("deals-read"))
	for _, token := range tokens {
		exampleGet(guarded, token)
	}
	// Output:
	// erp-connector may GET with deals-read
	// crm may not GET and lacks [deals-read]
}

// exampleAuth returns an Authenticator, a token with the scope deals-read and one without.
func exampleAuth(change func(*middleware.Config)) (*middleware.Authenticator, []string) {
	issuer, err := testutil.Start(testutil.Options{InProcess: true}) // a fake authorization server
	if err != nil {
		log.Fatal(err)
	}
	config := middleware.Config{
		Audiences:  []string{issuer.Audience()},
		Issuers:    []middleware.Issuer{{URL: issuer.URL()}},
		HTTPClient: &http.Client{Transport: issuer},
	}
	if change != nil {
		change(&config)
	}
	auth, err := middleware.New(config)
	if err != nil {
		log.Fatal(err)
	}
	return auth, []string{
		issuer.Mint(map[string]any{"client_id": "erp-connector", "scope": "deals-read"}),
		issuer.Mint(map[string]any{"client_id": "crm", "scope": "reports"}),
	}
}

func exampleGet(h http.Handler, token string) {
	r := httptest.NewRequest("GET", "/deals/7", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	h.ServeHTTP(httptest.NewRecorder(), r)
}
