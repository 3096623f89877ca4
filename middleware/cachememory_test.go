// The race detector changes what is allocated.

//go:build !race

package middleware_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// memoryClaims return the claims of a token with the number n: of 16 KiB with many
// short scopes, of 16 KiB with long ones, and as issuers write them.
var memoryClaims = map[string]func(n int) map[string]any{
	"many short scopes": func(n int) map[string]any {
		var scope strings.Builder
		for i := 0; scope.Len() < 11_700; i++ {
			fmt.Fprintf(&scope, "%x ", n%5+i)
		}
		return map[string]any{"jti": fmt.Sprint(n), "scope": scope.String()}
	},
	"many short scopes, roles and groups": func(n int) map[string]any {
		all := map[string]any{"jti": fmt.Sprint(n)}
		for _, name := range []string{"scope", "roles", "groups", "amr"} {
			var list []string
			for i := range 500 {
				list = append(list, fmt.Sprintf("%x", n%5+i))
			}
			all[name] = list
		}
		return all
	},
	"one scope again and again": func(n int) map[string]any {
		return map[string]any{"jti": fmt.Sprint(n), "scope": strings.Repeat("read ", 2340)}
	},
	"long scopes": func(n int) map[string]any {
		var scope []string
		for i := range 11 {
			scope = append(scope, fmt.Sprintf("%s-%d-%d", strings.Repeat("s", 1050), n, i))
		}
		return map[string]any{"jti": fmt.Sprint(n), "scope": strings.Join(scope, " ")}
	},
	"long claims of the API's own": func(n int) map[string]any {
		return map[string]any{"jti": fmt.Sprint(n), "own": strings.Repeat("o", 11_600)}
	},
	"usual tokens": func(n int) map[string]any {
		all := map[string]any{"jti": fmt.Sprintf("token-%06d", n)}
		for name, value := range benchClaims {
			if name != "jti" {
				all[name] = value
			}
		}
		return all
	},
}

// TestCacheMemory sends more tokens than fit, to handlers that read them, and compares
// the heap with what the cache counts and with its bound.
func TestCacheMemory(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"EdDSA"}})
	for name, claimsOf := range memoryClaims {
		t.Run(name, func(t *testing.T) {
			const bound = 2 << 20
			auth := memoryGuard(t, issuer, bound)
			handler := httpauth.Require(auth)(http.HandlerFunc(func(_ http.ResponseWriter,
				r *http.Request) {
				httpauth.Token(r)
			}))
			send := func(token string) {
				w := httptest.NewRecorder()
				if handler.ServeHTTP(w, bearing(token)); w.Code != 200 {
					t.Fatalf("%d %s", w.Code, w.Body)
				}
			}
			send(issuer.Mint(nil))
			length := len(issuer.Mint(claimsOf(100)))
			before, empty := heapBytes(), cachedBytes(auth)
			most := 0
			for n := range min(4000, bound/length*3/2) {
				send(issuer.Mint(claimsOf(n)))
				if most = max(most, cachedBytes(auth)); most > bound {
					t.Fatalf("%d bytes are counted with a bound of %d", most, bound)
				}
			}
			checkHeap(t, auth, length, heapBytes()-before, cachedBytes(auth)-empty)
		})
	}
}

// TestAllocatedForTenThousandTokens puts 10,000 tokens into a cache with the default
// bounds, without their signatures.
func TestAllocatedForTenThousandTokens(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"EdDSA"}})
	for _, name := range []string{"many short scopes", "long scopes", "usual tokens"} {
		t.Run(name, func(t *testing.T) {
			claimsOf := memoryClaims[name]
			auth := memoryGuard(t, issuer, 0)
			verifier := memoryGuard(t, issuer, 0)
			var read [5]*claims.Token
			var raw [5]string
			for i := range read {
				raw[i] = issuer.Mint(claimsOf(i))
				var err error
				if read[i], err = verifier.Verify(t.Context(), raw[i]); err != nil {
					t.Fatal(err)
				}
			}
			before := heapBytes()
			for n := range 10_000 {
				token := []byte(raw[n%5])
				copy(token, fmt.Sprintf("%08d", n))
				middleware.Keep(auth, string(token), read[n%5])
			}
			checkHeap(t, auth, len(raw[0]), heapBytes()-before, cachedBytes(auth))
			if got := cachedBytes(auth); got > 64<<20 {
				t.Errorf("%d bytes are counted, want at most 64 MiB", got)
			}
			runtime.KeepAlive(read)
		})
	}
}

// checkHeap compares the heap that the cache of auth takes with what it counts.
func checkHeap(t *testing.T, auth *middleware.Authenticator, length, heap, counted int) {
	t.Helper()
	n, _ := auth.Cached()
	t.Logf("%d tokens of %d bytes: %.1f MiB on the heap, %.1f MiB counted, %d bytes beyond each token",
		n, length, float64(heap)/(1<<20), float64(counted)/(1<<20), heap/n-length)
	const others = 32 << 10 // what else the test allocated meanwhile
	if heap > counted+others {
		t.Errorf("%d bytes on the heap, and only %d are counted", heap, counted)
	}
	if counted > heap+heap/4 {
		t.Errorf("%d bytes are counted, and only %d on the heap", counted, heap)
	}
}

func memoryGuard(t *testing.T, issuer *testutil.Issuer, bytes int) *middleware.Authenticator {
	t.Helper()
	auth, err := middleware.New(middleware.Config{
		Audiences:  []string{issuer.Audience()},
		Issuers:    []middleware.Issuer{{URL: issuer.URL(), JWKS: issuer.JWKS()}},
		Now:        func() time.Time { return issuer.Now() },
		CacheBytes: bytes,
	})
	if err != nil {
		t.Fatal(err)
	}
	return auth
}

func cachedBytes(auth *middleware.Authenticator) int {
	_, bytes := auth.Cached()
	return bytes
}

func heapBytes() int {
	runtime.GC()
	runtime.GC() // what sync.Pools held back
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}
