package middleware_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
	"github.com/bearerguard/bearerguard/testutil/attack"
)

// TestCacheChangesNoVerdict compares an Authenticator that has a cache with one that has
// none, for every token that the project has and while clock, denylist and keys change.
func TestCacheChangesNoVerdict(t *testing.T) {
	t.Run("payloads", func(t *testing.T) {
		keys := newPayloadKeys(t)
		forEachPayload(t, func(t *testing.T, f payloadFile) {
			token, keySet := keys.sign(t, f)
			w := newCachePair(t, time.Unix(f.Now, 0),
				middleware.Config{Issuers: []middleware.Issuer{f.issuer(keySet)}})
			tokens := []vector{{f.Name, token}}
			var times struct {
				Expiry json.Number `json:"exp"`
			}
			if err := json.Unmarshal(f.Claims, &times); err != nil {
				t.Fatal(err)
			}
			start := w.clock.Load()
			expiry, _ := times.Expiry.Float64()
			first := w.agree(t, "at its time", tokens)
			if (first == 1) != (f.Refused == "") {
				t.Errorf("good: %v, want %v", first == 1, f.Refused == "")
			}
			for _, seconds := range []float64{-1e6, -31, -30, -1, 0, 29, 30, 31, 1e6} {
				w.clock.Store(int64((expiry + seconds) * 1e9))
				w.agree(t, fmt.Sprintf("%v s after its expiry", seconds), tokens)
			}
			w.clock.Store(start)
			for _, denied := range []int32{1, 2, 0} {
				w.revoked.Store(denied)
				if good := w.agree(t, fmt.Sprintf("denylist %d", denied), tokens); denied != 0 && good > 0 {
					t.Error("a denied token is good")
				}
			}
		})
	})
	t.Run("drafts", func(t *testing.T) {
		w := newCachePair(t, theTime, middleware.Config{
			Audiences: []string{theAudience},
			Issuers:   []middleware.Issuer{{URL: theIssuer, JWKS: theKeySet(), Algorithms: everyAlgorithm}},
		})
		w.through(t, draftVectors())
	})
	t.Run("attacks", func(t *testing.T) {
		var issuer *testutil.Issuer
		cases := attack.Target{
			Scope: "deals-read",
			API: func(i *testutil.Issuer, handler http.Handler) http.Handler {
				if issuer == nil {
					issuer = i
				}
				return handler
			},
		}.Cases(t)
		_ = cases[0].Try() // tells of the issuer; the tokens are judged here
		var tokens []vector
		for _, c := range cases {
			if c.Token != "" && !strings.HasPrefix(c.Name, "keyset/") {
				tokens = append(tokens, vector{c.Name, c.Token})
			}
		}
		if issuer == nil || len(tokens) < 50 {
			t.Fatalf("only %d attacks", len(tokens))
		}
		w := newCachePair(t, issuer.Now(), middleware.Config{
			Audiences: []string{issuer.Audience()},
			Issuers:   []middleware.Issuer{{URL: issuer.URL(), JWKS: issuer.JWKS()}},
		})
		w.through(t, tokens)
	})
}

// TestCachedUntilRotated rotates and withdraws the keys of an issuer. A cached token must
// be accepted exactly as long as one that is not cached.
func TestCachedUntilRotated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := testutil.NewIssuer(t, testutil.Options{InProcess: true, Lifetime: 20 * 24 * time.Hour})
		w := newCachePair(t, issuer.Now(), middleware.Config{
			Audiences:  []string{issuer.Audience()},
			Issuers:    []middleware.Issuer{{URL: issuer.URL(), JWKSURL: issuer.JWKSURL()}},
			HTTPClient: &http.Client{Transport: issuer},
		})
		var tokens []vector
		mint := func(when string) {
			for _, alg := range []string{"RS256", "ES256", "EdDSA"} {
				tokens = append(tokens, vector{alg + " minted " + when,
					issuer.MintHeader(map[string]any{"alg": alg}, nil)})
			}
		}
		// judge lets both fetch the present keys before it compares them.
		judge := func(when string, want int) {
			t.Helper()
			for range 2 {
				w.clock.Add(int64(26 * time.Hour)) // no key set serves longer unseen
				_, _ = verdict(w.cached, tokens[len(tokens)-1].token)
				_, _ = verdict(w.uncached, tokens[len(tokens)-1].token)
				synctest.Wait()
			}
			if good := w.agree(t, when, tokens); good != want {
				t.Errorf("%s: %d good tokens, want %d", when, good, want)
			}
		}
		mint("at first")
		judge("at the start", 3)
		issuer.Rotate() // the first keys stay published
		mint("after a rotation")
		judge("after a rotation", 6)
		issuer.Rotate() // the first keys go
		mint("after two")
		judge("after two rotations", 6)
		issuer.RotateAndDrop()
		mint("after all were dropped")
		judge("after all were dropped", 3)
		issuer.SetJWKS([]byte(`{"keys":[]}`)) // a fault, not a withdrawal: the keys serve on
		w.agree(t, "with an empty set", tokens)
		w.clock.Add(int64(30 * 24 * time.Hour))
		if good := w.agree(t, "long after", tokens); good != 0 {
			t.Errorf("%d expired tokens are good", good)
		}
	})
}

// TestOneCacheEach uses two Authenticators that differ only in their audience. A token
// that one of them accepted is rejected by the other, also on the same request.
func TestOneCacheEach(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{})
	guard := func(audience string) *middleware.Authenticator {
		auth, err := middleware.New(middleware.Config{
			Audiences: []string{audience},
			Issuers:   []middleware.Issuer{{URL: issuer.URL(), JWKS: issuer.JWKS()}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return auth
	}
	names := []string{"https://a.example.com", "https://b.example.com"}
	guards := []*middleware.Authenticator{guard(names[0]), guard(names[1])}
	tokens := []string{issuer.Mint(map[string]any{"aud": names[0]}),
		issuer.Mint(map[string]any{"aud": names[1]})}
	for round := range 3 {
		for i, auth := range guards {
			if _, reason := verdict(auth, tokens[i]); reason != "" {
				t.Fatalf("round %d: its own token is refused: %s", round, reason)
			}
			if _, reason := verdict(auth, tokens[1-i]); reason != middleware.ErrWrongAudience {
				t.Errorf("round %d: the other's token: %q", round, reason)
			}
			r, err := guards[1-i].Check(bearing(tokens[1-i]))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := auth.Check(r); reasonOf(err) != middleware.ErrWrongAudience {
				t.Errorf("round %d: a request that the other admitted: %v", round, err)
			}
		}
	}
}

// TestCacheInParallel uses more tokens than the cache holds, from several goroutines,
// while the issuer rotates other keys and a token is revoked now and then. It is a test
// for the race detector too.
func TestCacheInParallel(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{Keys: []string{"ES256"}, Lifetime: 30 * 24 * time.Hour})
	kid := issuer.AddKey(testutil.Key{Algorithm: "EdDSA"}) // stays through all rotations
	var clock atomic.Int64
	var denied atomic.Pointer[string]
	auth, err := middleware.New(middleware.Config{
		Audiences:   []string{issuer.Audience()},
		Issuers:     []middleware.Issuer{{URL: issuer.URL(), JWKSURL: issuer.JWKSURL()}},
		CacheTokens: 50,
		Now:         func() time.Time { return time.Now().Add(time.Duration(clock.Load())) },
		Revoked: func(_ context.Context, token *claims.Token) (bool, error) {
			id := denied.Load()
			return id != nil && *id == token.ID, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	const denier = "denied-now-and-then"
	tokens := make([]string, 120)
	for i := range tokens {
		tokens[i] = issuer.MintHeader(map[string]any{"kid": kid}, map[string]any{"jti": fmt.Sprintf("id-%d", i)})
	}
	sometimes := issuer.MintHeader(map[string]any{"kid": kid}, map[string]any{"jti": denier})
	stranger := issuer.MintHeader(map[string]any{"kid": kid}, map[string]any{"aud": "https://other.example.com"})
	if _, reason := verdict(auth, tokens[0]); reason != "" {
		t.Fatal(reason)
	}
	done := make(chan struct{})
	var callers, others sync.WaitGroup
	for range 6 {
		callers.Go(func() {
			for range 1500 {
				i := min(rand.IntN(len(tokens)), rand.IntN(len(tokens)))
				read, reason := verdict(auth, tokens[i])
				if reason != "" || read.ID != fmt.Sprintf("id-%d", i) {
					t.Errorf("token %d: %q, %v", i, reason, read)
					return
				}
				if _, reason := verdict(auth, stranger); reason != middleware.ErrWrongAudience {
					t.Errorf("another API's token: %q", reason)
				}
				if _, reason := verdict(auth, sometimes); reason != "" && reason != middleware.ErrRevoked {
					t.Errorf("a token that is denied now and then: %q", reason)
				}
			}
		})
	}
	others.Go(func() {
		id := denier
		for n := 0; ; n++ {
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond): // the issuer's own pace
			}
			issuer.Rotate()
			clock.Add(int64(20 * time.Minute))
			if _, reason := verdict(auth, issuer.Mint(nil)); reason != "" && reason != middleware.ErrUnknownKey {
				t.Errorf("a token of the newest key: %q", reason)
			}
			if n%2 == 0 {
				denied.Store(&id)
			} else {
				denied.Store(nil)
			}
		}
	})
	callers.Wait()
	close(done)
	others.Wait()
}
