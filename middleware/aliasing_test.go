package middleware_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unsafe"

	"github.com/labstack/echo/v4"

	"github.com/bearerguard/bearerguard/adapters/echoauth"
	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// TestNothingAliasesPools overwrites all memory that is used again for later requests:
// the pooled scratches, and the buffer that holds the request, as servers do that read
// every request into the same one. What handlers, observers and callers got before must
// read the same afterwards, and cached tokens and headers must still be found.
func TestNothingAliasesPools(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"EdDSA", "ES256"}})
	tokens := aliasingTokens(issuer)
	for _, c := range []struct {
		name  string
		cache int
		open  func(*middleware.Authenticator, http.HandlerFunc) http.Handler
	}{
		{"httpauth without a cache", -1, openHTTP},
		{"httpauth with a cache", 0, openHTTP},
		{"echoauth without a cache", -1, openEcho},
		{"echoauth with a cache", 0, openEcho},
	} {
		t.Run(c.name, func(t *testing.T) {
			overwrite := middleware.TrackScratches(t)
			var seen kept
			auth, err := middleware.New(middleware.Config{
				Audiences: []string{"https://api.example.com", "urn:example:deals"},
				Issuers: []middleware.Issuer{{
					URL: "https://{company}.auth.example.com", Tenants: []string{"acme", "globex"}, JWKS: issuer.JWKS(),
				}},
				CacheTokens: c.cache,
				Observe: func(_ context.Context, e middleware.Event) {
					seen.keep("event", func() string { return fmt.Sprintf("%#v", e) })
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			var got *claims.Token
			api := c.open(auth, func(_ http.ResponseWriter, r *http.Request) {
				token, _ := claims.FromContext(r.Context())
				seen.keep("token", func() string { return everything(token) })
				got = token
			})

			buffer, other := make([]byte, 0, 16<<10), make([]byte, 0, 16<<10)
			send := func(token string) *claims.Token {
				buffer = append(append(buffer[:0], "Bearer "...), token...)
				r := httptest.NewRequest("GET", "/", nil)
				r.Header["Authorization"] = []string{unsafe.String(&buffer[0], len(buffer))}
				got = nil
				api.ServeHTTP(httptest.NewRecorder(), r)
				for i := range buffer {
					buffer[i] = '#'
				}
				if n := overwrite('#'); n < 1000 {
					t.Fatalf("only %d bytes of scratches were overwritten", n)
				}
				return got
			}
			first := make([]*claims.Token, len(tokens.good))
			for i, token := range tokens.good {
				if first[i] = send(token); first[i] == nil {
					t.Fatalf("token %d is rejected", i)
				}
			}
			for _, token := range tokens.bad {
				if send(token) != nil {
					t.Error("a bad token is accepted")
				}
			}
			for range 2 {
				buffer, other = other, buffer // so that a cached token in the first one cannot be found
				for i, token := range tokens.good {
					again := send(token)
					if again == nil {
						t.Fatalf("token %d is rejected the next time", i)
					}
					if cached := again == first[i]; cached != (c.cache >= 0) {
						t.Errorf("token %d is found in the cache: %v", i, cached)
					}
				}
			}
			if _, err := auth.Verify(t.Context(), tokens.good[0]); err != nil {
				t.Errorf("Verify: %v", err)
			}
			seen.check(t, 3*len(tokens.good)+len(tokens.bad))
		})
	}
}

func openHTTP(auth *middleware.Authenticator, handler http.HandlerFunc) http.Handler {
	return httpauth.Require(auth)(handler)
}

func openEcho(auth *middleware.Authenticator, handler http.HandlerFunc) http.Handler {
	e := echo.New()
	e.GET("/", echo.WrapHandler(handler), echoauth.Require(auth))
	return e
}

// everything returns all that t holds, its unexported fields and its other claims
// included.
func everything(t *claims.Token) string {
	type plain claims.Token // without the methods that hide claims from logs
	note, _ := claims.Get[string](t, "note")
	return fmt.Sprintf("%#v %s", plain(*t), note)
}

// kept are values that were handed out, each with what it read like at the time.
type kept []struct {
	name, want string
	read       func() string
}

func (k *kept) keep(name string, read func() string) {
	*k = append(*k, struct {
		name, want string
		read       func() string
	}{name, strings.Clone(read()), read})
}

func (k kept) check(t *testing.T, count int) {
	t.Helper()
	if len(k) != count {
		t.Errorf("%d values were handed out, want %d", len(k), count)
	}
	for i, v := range k {
		if got := v.read(); got != v.want {
			at := 0
			for at < min(len(got), len(v.want)) && got[at] == v.want[at] {
				at++
			}
			t.Errorf("%s %d reads %.80q after the %d bytes that have not changed, and was handed out as %.80q", v.name,
				i, got[at:], at, v.want[at:])
		}
	}
}

// aliasingTokens returns tokens with everything that a Token can refer to: strings with
// escapes, which are decoded into memory of their own, and without; strings and lists
// that are longer than a Token has room for; headers that were seen before and new ones.
func aliasingTokens(issuer *testutil.Issuer) (tokens struct{ good, bad []string }) {
	long := func(c string) string { return strings.Repeat(c, 300) }
	many := func(c string) (all []string) {
		for i := range 20 {
			all = append(all, fmt.Sprint(c, i))
		}
		return all
	}
	header := func(alg, typ string) map[string]any { return map[string]any{"alg": alg, "typ": typ} }
	claim := func(name string, value any) map[string]any {
		all := map[string]any{
			"iss": "https://acme.auth.example.com", "aud": []string{"https://api.example.com", "urn:example:deals"},
			"scope": "deals-read deals-write", "sub": "subject", "client_id": "client", "note": "a note",
			"acr": "urn:example:silver", "amr": []string{"pwd", "otp"}, "roles": []string{"trader", "auditor"},
			"groups": []string{"desk"}, "tenant": "unused", "source_system": "erp-7", "jti": "id",
		}
		all[name] = value
		return all
	}
	for _, head := range []map[string]any{header("EdDSA", "at+jwt"), header("EdDSA", "application/at+JWT"),
		header("ES256", "JWT")} {
		tokens.good = append(tokens.good,
			issuer.MintHeader(head, claim("sub", "a")),
			issuer.MintHeader(head, claim("sub", "quotes \" and \\ and \u2028 are written with escapes")),
			issuer.MintHeader(head, claim("sub", long("s"))),
			issuer.MintHeader(head, claim("scope", strings.Join(many("scope-"), " "))),
			issuer.MintHeader(head, claim("roles", many("role-"))),
			issuer.MintHeader(head, claim("client_id", long("c"))),
			issuer.MintHeader(head, claim("iss", "https://globex.auth.example.com")),
			issuer.MintHeader(head, claim("note", long("n"))),
			issuer.MintHeader(head, claim("padding", strings.Repeat("p", 9000))), // its scratch is not pooled
		)
	}
	tokens.bad = append(tokens.bad,
		issuer.Mint(claim("aud", "https://other.example.com")),
		issuer.Mint(claim("iss", "https://initech.auth.example.com")),
		issuer.Mint(claim("exp", 1)),
		issuer.Mint(claim("cnf", map[string]any{"jkt": "x"})),
		issuer.MintHeader(map[string]any{"kid": "unknown"}, claim("sub", "a")),
		issuer.MintHeader(map[string]any{"alg": "none"}, claim("sub", "a")),
		issuer.MintHeader(map[string]any{"crit": []string{"x"}}, claim("sub", "a")),
		"not a token",
	)
	return tokens
}
