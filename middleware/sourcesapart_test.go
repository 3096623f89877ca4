package middleware_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

func TestKeySetsOfOneIssuerAreToldApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServers(t, 2, testutil.Options{})
		config := s.config()
		config.Issuers[0].Dialect.Name, config.Issuers[1].Dialect.Name = "first", "second"
		var mu sync.Mutex
		var events []string
		config.Observe = func(_ context.Context, e middleware.Event) {
			mu.Lock()
			defer mu.Unlock()
			events = append(events, string(e.Kind)+" "+e.Source+" "+e.Dialect)
		}
		auth := newAuth(t, config)
		if err := auth.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		for i, h := range auth.Health() {
			dialect := config.Issuers[i].Dialect.Name
			if h.Issuer != sharedIssuer || h.Source != s.location(i) || !h.Usable || h.Dialect != dialect {
				t.Errorf("key set %d: %+v", i, h)
			}
		}
		slices.Sort(events)
		want := []string{"keys_fetched " + s.location(0) + " first", "keys_fetched " + s.location(1) + " second"}
		if !slices.Equal(events, want) {
			t.Errorf("events %q, want %q", events, want)
		}
		events = nil
		judged(auth, s.mint(1, map[string]any{"aud": "other"}))
		if want := []string{"refused  second"}; !slices.Equal(events, want) {
			t.Errorf("events %q, want %q", events, want)
		}
	})
}

func TestExportOfSeveralKeySets(t *testing.T) {
	s := newServers(t, 3, testutil.Options{})
	before := newAuth(t, s.config())
	s[2].Fail(testutil.Fault{Drop: true})
	for i := range 2 {
		judged(before, s.mint(i, nil))
	}
	exported, err := before.ExportKeys(sharedIssuer)
	if err != nil {
		t.Fatal(err)
	}
	for i := range s {
		s[i].Fail(testutil.Fault{Drop: true})
	}
	config := s.config()
	slices.Reverse(config.Issuers)
	config.Issuers[1].Audiences = []string{"other"}
	after := newAuth(t, config)
	if err := after.ImportKeys(sharedIssuer, exported); err != nil {
		t.Fatal(err)
	}
	for i, want := range []middleware.Reason{"", middleware.ErrWrongAudience, middleware.ErrUnavailable} {
		if reason, _ := judged(after, s.mint(i, nil)); reason != want {
			t.Errorf("a token of key set %d: %q, want %q", i, reason, want)
		}
	}
	one := s[:1].config()
	single, err := newAuth(t, one).ExportKeys(sharedIssuer)
	if err == nil {
		t.Errorf("an export without keys: %s", single)
	}
	if err := newAuth(t, s[2:].config()).ImportKeys(sharedIssuer, exported); err == nil {
		t.Error("keys of another source are imported")
	}
}

// TestATenantsKeySetThatHangsDelaysNoTokenOfAnother: the keys of a tenant that has none
// are fetched by a queue with times of its own.
func TestATenantsKeySetThatHangsDelaysNoTokenOfAnother(t *testing.T) {
	for _, known := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := newServers(t, 2, testutil.Options{Issuer: "https://id.example.com/acme"})
			config := s.config()
			for i := range config.Issuers {
				issuer := &config.Issuers[i]
				issuer.URL, issuer.TenantPattern = "https://id.example.com/{t}", "[a-z]+"
				issuer.JWKSURL = strings.TrimSuffix(issuer.JWKSURL, "jwks") + "{t}/jwks"
				if known {
					issuer.TenantExists = func(context.Context, string) (bool, error) { return true, nil }
				}
			}
			config.HTTPClient.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
				r = r.Clone(r.Context())
				r.URL.Path = strings.Replace(r.URL.Path, "/acme/", "/", 1)
				return s.RoundTrip(r)
			})
			auth := newAuth(t, config)
			s[0].Fail(testutil.Fault{Delay: time.Hour})
			for range 2 {
				if reason, waited := judged(auth, s.mint(1, nil)); reason != "" || waited != 0 {
					t.Errorf("a token of the other key set is rejected (%q) or waits %v", reason, waited)
				}
			}
			if reason, _ := judged(auth, s.mint(0, nil)); reason != middleware.ErrUnavailable {
				t.Errorf("a token that may be of the key set without keys: %q", reason)
			}
			if kept, most := auth.Tenants("https://id.example.com/{t}"); kept != 1 || most != 20_000 {
				t.Errorf("%d of %d tenants are kept", kept, most)
			}
			time.Sleep(time.Minute) // virtual
		})
	}
}

// TestCallerLeavesSeveralKeySets: the caller is gone, and nothing is known of the token.
func TestCallerLeavesSeveralKeySets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServers(t, 2, testutil.Options{})
		auth := newAuth(t, s.config())
		s[0].Fail(testutil.Fault{Delay: time.Hour})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		left(t, auth, ctx, s.mint(0, nil))
		time.Sleep(10 * time.Second) // virtual
	})
}

// TestPanicsWhileKeySetsAreAsked: a panic in the owner's code goes on to the caller, also
// from the goroutines that ask key sets.
func TestPanicsWhileKeySetsAreAsked(t *testing.T) {
	s := newServers(t, 2, testutil.Options{})
	for after := range int64(12) {
		var calls atomic.Int64
		config := s.config()
		config.Now = func() time.Time {
			if calls.Add(1) == after {
				panic("of the clock")
			}
			return time.Now()
		}
		auth := newAuth(t, config)
		func() {
			defer func() {
				if p := recover(); p != nil && p != "of the clock" {
					t.Errorf("call %d: panic %v", after, p)
				}
			}()
			auth.Verify(context.Background(), s[0].MintHeader(map[string]any{"kid": "other"}, nil))
		}()
	}
}
