package bearerguard_test

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"expvar"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// cors lets the pages of one origin call the API. It stands in front of the guards.
func cors(origin string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Add("Vary", "Origin")
		if r.Header.Get("Origin") != origin {
			next.ServeHTTP(w, r)
			return
		}
		h.Set("Access-Control-Allow-Origin", origin)
		if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
			h.Set("Access-Control-Allow-Methods", "GET, POST")
			h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
			w.WriteHeader(http.StatusNoContent) // a preflight has no token
			return
		}
		next.ServeHTTP(w, r)
	})
}

// A preflight is answered in front of the guard, and a script can read the challenge.
func Example_cors() {
	issuer, config := recipe()
	defer issuer.Close()
	config.ExposeChallenge = true
	auth := mustNew(config)
	mux := http.NewServeMux()
	mux.Handle("GET /v1/deals", httpauth.Func(auth, deals, scopes.Scope("deals-read")))
	handler := cors("https://app.example.com", mux)

	w := send(handler, "OPTIONS", "Origin", "https://app.example.com", "Access-Control-Request-Method", "GET")
	fmt.Println(w.Code, w.Header().Get("Access-Control-Allow-Headers"))
	w = send(handler, "GET", "Origin", "https://app.example.com")
	fmt.Println(w.Code, w.Header().Get("Access-Control-Expose-Headers"))
	w = send(handler, "GET", "Authorization", "Bearer "+issuer.Mint(map[string]any{"scope": "deals-read"}))
	fmt.Println(w.Code, w.Header().Get("Access-Control-Allow-Origin"))
	// Output:
	// 204 Authorization, Content-Type
	// 401 WWW-Authenticate
	// 200
}

// A cookie counts for a page of the API's own origin, and not for another's form.
func Example_cookie() {
	issuer, config := recipe()
	defer issuer.Close()
	config.Credentials = []middleware.Credential{{Scheme: "Bearer"}, {Cookie: "__Host-token"}}
	auth := mustNew(config)
	login := func(w http.ResponseWriter, accessToken string) {
		http.SetCookie(w, &http.Cookie{
			Name: "__Host-token", Value: accessToken, Path: "/",
			HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode,
		})
	}

	w := httptest.NewRecorder()
	login(w, issuer.Mint(nil))
	cookie, _, _ := strings.Cut(w.Header().Get("Set-Cookie"), ";")
	for _, site := range []string{"same-origin", "same-site", "cross-site"} {
		w := send(httpauth.Func(auth, deals), "POST", "Cookie", cookie, "Sec-Fetch-Site", site)
		fmt.Println(w.Code, site)
	}
	// Output:
	// 200 same-origin
	// 403 same-site
	// 403 cross-site
}

// accessLog writes a line about every admitted request. It stands behind the guard.
func accessLog(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := claims.FromContext(r.Context())
		log.Info("admitted", "method", r.Method, "route", r.Pattern, "caller", token)
		next.ServeHTTP(w, r)
	})
}

// The line names the client, and neither the token nor its subject.
func Example_accessLog() {
	issuer, config := recipe()
	defer issuer.Close()
	auth := mustNew(config)
	plain := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			switch a.Key {
			case "method", "route", "client_id":
				return a
			}
			return slog.Attr{} // to keep the example short
		},
	}))
	mux := http.NewServeMux()
	mux.Handle("GET /v1/deals", httpauth.Require(auth)(accessLog(plain, http.HandlerFunc(deals))))

	send(mux, "GET", "Authorization", "Bearer "+issuer.Mint(nil))
	// Output:
	// method=GET route="GET /v1/deals" caller.client_id=demo-client
}

// Counters of rejected requests, with the Reason as the label.
func Example_metrics() {
	issuer, config := recipe()
	defer issuer.Close()
	refused, keys := new(expvar.Map), new(expvar.Map) // for expvar.Publish
	config.Observe = func(_ context.Context, e middleware.Event) {
		switch e.Kind {
		case middleware.EventRefused:
			refused.Add(string(e.Reason), 1)
		case middleware.EventKeysFetched, middleware.EventKeysRotated, middleware.EventKeysFailed:
			keys.Add(string(e.Kind), 1)
		}
	}
	auth := mustNew(config)
	cached := expvar.Func(func() any {
		tokens, bytes := auth.Cached()
		return map[string]int{"tokens": tokens, "bytes": bytes}
	})

	api := httpauth.Func(auth, deals)
	send(api, "GET")
	send(api, "GET", "Authorization", "Bearer "+issuer.Mint(map[string]any{"exp": 1}))
	fmt.Println(refused, keys, cached)
	// Output: {"expired": 1, "no_token": 1} {} {"bytes":0,"tokens":0}
}

// A caller reaches the deals of its own tenant alone.
func Example_tenantInPath() {
	issuer, config := recipe()
	defer issuer.Close()
	auth := mustNew(config)
	mux := http.NewServeMux()
	mux.Handle("GET /v1/{tenant}", httpauth.Func(auth, deals, scopes.PathTenant("tenant")))

	for _, tenant := range []any{"deals", "other", nil} { // the path of the requests is /v1/deals
		w := send(mux, "GET", "Authorization", "Bearer "+issuer.Mint(map[string]any{"tenant": tenant}))
		fmt.Println(w.Code)
	}
	// Output:
	// 200
	// 403
	// 403
}

// otherSchemes admits requests with an API key or with Basic authentication. It stands in
// front of the guards.
func otherSchemes(a *middleware.Authenticator, keys map[[32]byte]claims.Token, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		caller, ok := keys[sha256.Sum256([]byte(r.Header.Get("X-API-Key")))]
		if name, password, basic := r.BasicAuth(); basic && !ok {
			caller, ok = login(name, password)
		}
		if ok {
			view := middleware.RequestOf(r)
			r = r.WithContext(a.Vouch(r.Context(), &view, caller))
		} else {
			w.Header().Add("WWW-Authenticate", `Basic realm="api"`) // the guard adds its own
		}
		next.ServeHTTP(w, r)
	})
}

// login stands for the API's own register of users.
func login(name, password string) (claims.Token, bool) {
	got, want := sha256.Sum256([]byte(password)), sha256.Sum256([]byte("secret"))
	if name != "alice" || subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
		return claims.Token{}, false
	}
	return claims.Token{Subject: name, ClientID: "basic", Kind: claims.KindUser}, true
}

// The same guard for three kinds of callers, and the same handler.
func Example_severalSchemes() {
	issuer, config := recipe()
	defer issuer.Close()
	auth := mustNew(config)
	keys := map[[32]byte]claims.Token{
		sha256.Sum256([]byte("key-1")): {
			ClientID: "batch", Kind: claims.KindClient, Scopes: []string{"deals-read"},
		},
	}
	api := otherSchemes(auth, keys, httpauth.Func(auth, deals, scopes.Scope("deals-read")))

	for _, field := range [][]string{
		{"Authorization", "Bearer " + issuer.Mint(map[string]any{"scope": "deals-read"})},
		{"X-API-Key", "key-1"},
		{"Authorization", "Basic YWxpY2U6c2VjcmV0"}, // alice has no such scope
		{"X-API-Key", "key-2"},
	} {
		w := send(api, "GET", field...)
		fmt.Println(w.Code)
	}
	for _, challenge := range send(api, "GET").Header()["Www-Authenticate"] {
		fmt.Println(challenge)
	}
	// Output:
	// 200
	// 200
	// 403
	// 401
	// Basic realm="api"
	// Bearer realm="api"
}

// Roles come from the API's own database, for each request.
func Example_rolesFromDatabase() {
	issuer, config := recipe()
	defer issuer.Close()
	rolesOf := func(_ context.Context, issuer, subject string) ([]string, error) {
		if subject == "mallory" {
			return nil, errors.New("the database is down")
		}
		return map[string][]string{"alice": {"trader"}}[subject], nil
	}
	config.Enrich = func(ctx context.Context, t *claims.Token) error {
		roles, err := rolesOf(ctx, t.Issuer, t.Subject)
		if err != nil {
			return err // the response is 503
		}
		t.Roles = append(t.Roles, roles...)
		return nil
	}
	api := httpauth.Func(mustNew(config), deals, scopes.Role("trader"))

	for _, subject := range []string{"alice", "bob", "mallory"} {
		w := send(api, "GET", "Authorization", "Bearer "+issuer.Mint(map[string]any{"sub": subject}))
		fmt.Println(w.Code, subject)
	}
	// Output:
	// 200 alice
	// 403 bob
	// 503 mallory
}

// recipe returns a fake authorization server and the configuration of an API that
// trusts it.
func recipe() (*testutil.Issuer, middleware.Config) {
	issuer, err := testutil.Start(testutil.Options{Keys: []string{"ES256"}})
	if err != nil {
		log.Fatal(err)
	}
	return issuer, middleware.Config{
		Audiences: []string{issuer.Audience()},
		Issuers:   []middleware.Issuer{{URL: issuer.URL(), JWKS: issuer.JWKS()}},
	}
}

func mustNew(config middleware.Config) *middleware.Authenticator {
	auth, err := middleware.New(config)
	if err != nil {
		log.Fatal(err)
	}
	return auth
}

// send sends a request with these header fields, each a name and a value.
func send(api http.Handler, method string, fields ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/v1/deals", nil)
	for i := 0; i < len(fields); i += 2 {
		r.Header.Add(fields[i], fields[i+1])
	}
	w := httptest.NewRecorder()
	api.ServeHTTP(w, r)
	return w
}
