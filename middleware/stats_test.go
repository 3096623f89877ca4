package middleware_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// hearingAuth returns an Authenticator that trusts issuer.
func hearingAuth(t testing.TB, issuer *testutil.Issuer,
	change func(*middleware.Config)) *middleware.Authenticator {
	t.Helper()
	c := middleware.Config{
		Audiences: []string{issuer.Audience()}, Issuers: []middleware.Issuer{{URL: issuer.URL()}},
	}
	if change != nil {
		change(&c)
	}
	auth, err := middleware.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return auth
}

func TestStats(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{Keys: []string{"ES256"}})
	auth := hearingAuth(t, issuer, func(c *middleware.Config) {
		c.Revoked = func(ctx context.Context, _ *claims.Token) (bool, error) { return false, ctx.Err() }
	})
	if s := auth.Stats(); s.AdmittedVerified != 0 || s.CacheMisses != 0 || s.KeyFetches != 0 {
		t.Errorf("at first: %+v", s)
	}
	handler := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	read := scopes.Scope("deals-read")
	nested := httpauth.Require(auth)(httpauth.Require(auth, read)(handler))
	write := httpauth.Require(auth, scopes.Scope("deals-write"))(handler)
	serve := func(h http.Handler, token string) {
		h.ServeHTTP(&discard{http.Header{}}, request("GET", "/", "Authorization", "Bearer "+token))
	}
	good := issuer.Mint(map[string]any{"scope": "deals-read"})
	for range 3 {
		serve(nested, good) // verified once, then cached
	}
	serve(write, good)
	serve(write, "opaque")
	serve(write, "opaque")
	view := middleware.RequestOf(request("GET", "/"))
	auth.Vouch(t.Context(), &view, claims.Token{ClientID: "batch"})
	left, leave := context.WithCancel(t.Context())
	leave()
	if _, err := auth.Verify(left, good); !errors.Is(err, context.Canceled) {
		t.Errorf("the caller left: %v", err)
	}

	s := auth.Stats()
	if n := len(s.Refused); n != 21 || s.Refused[middleware.ErrInsufficientScope] != 1 ||
		s.Refused[middleware.ErrMalformedToken] != 2 {
		t.Errorf("%d reasons: %v", n, s.Refused)
	}
	tokens, bytes := auth.Cached()
	s.Refused = nil
	want := middleware.Stats{
		AdmittedCached: 2, AdmittedVerified: 1, Vouched: 1, CallersLeft: 1,
		CacheHits: 4, CacheMisses: 3, CachedTokens: tokens, CachedBytes: bytes, KeyFetches: 1,
	}
	got, _ := json.Marshal(s)
	if expected, _ := json.Marshal(want); string(got) != string(expected) || tokens != 1 {
		t.Errorf("stats\n%s, want\n%s", got, expected)
	}
	if strings.ToLower(string(got)) != string(got) {
		t.Errorf("a member without a name of its own: %s", got)
	}
}

func TestStatsOfFailedFetches(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, o outage) {
		o.Down()
		o.verify(o.Mint(nil))
		if err := o.Up(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour) // virtual: the next attempt may begin
		o.good(t, "after the outage")
		if s := o.auth.Stats(); s.FailedKeyFetches == 0 || s.KeyFetches != s.FailedKeyFetches+1 ||
			s.Refused[middleware.ErrUnavailable] != 1 {
			t.Errorf("%+v", s)
		}
	})
}

// TestStatsLoseNothing counts on several goroutines at once.
func TestStatsLoseNothing(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{Keys: []string{"ES256"}})
	auth := hearingAuth(t, issuer, nil)
	good := issuer.Mint(nil)
	if _, err := auth.Verify(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	const callers, each = 50, 40
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for range each {
				_, _ = auth.Verify(t.Context(), good)
				_, _ = auth.Verify(t.Context(), "opaque")
			}
		})
	}
	all.Wait()
	s := auth.Stats()
	if s.AdmittedCached != callers*each || s.Refused[middleware.ErrMalformedToken] != callers*each {
		t.Errorf("%+v", s)
	}
}
