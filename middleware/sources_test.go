package middleware_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// Reports of one issuer with several key sets, and of configured locations of keys:
//
//   - https://github.com/camunda/camunda/pull/47219, several key sets for one issuer
//   - https://github.com/aws/containers-roadmap/issues/2234, and
//     https://github.com/knative/eventing/issues/8348, a jwks_uri that pods cannot reach
//   - https://github.com/openpubkey/opkssh/issues/44, keys from the configuration until the
//     first fetch

const sharedIssuer = "https://identity.example.com/"

// servers are servers that sign in the name of sharedIssuer, all with the key ID
// SIGNING_KEY, as the tenants of one provider do. Server i is at the host s<i>.example.
type servers []*testutil.Issuer

func newServers(t testing.TB, n int, options testutil.Options) servers {
	t.Helper()
	options.InProcess = true
	if options.Issuer == "" {
		options.Issuer = sharedIssuer
	}
	if options.Keys == nil {
		options.Keys = []string{"ES256"}
	}
	var all servers
	for range n {
		s := testutil.NewIssuer(t, options)
		all = append(all, s)
		s.SetJWKS(all.keySet(len(all) - 1))
	}
	return all
}

// keySet returns the key set of server i with the key ID that all have.
func (s servers) keySet(i int) []byte {
	set := s[i].JWKS()
	for _, alg := range []string{"ES256", "RS256"} {
		if id := s[i].KeyID(alg); id != "" {
			set = bytes.ReplaceAll(set, []byte(id), []byte("SIGNING_KEY"))
		}
	}
	return set
}

// mint returns a token of server i.
func (s servers) mint(i int, c map[string]any) string {
	return s[i].MintHeader(map[string]any{"kid": "SIGNING_KEY"}, c)
}

// RoundTrip implements http.RoundTripper.
func (s servers) RoundTrip(r *http.Request) (*http.Response, error) {
	for i := range s {
		if r.URL.Host == fmt.Sprintf("s%d.example", i) {
			r = r.Clone(r.Context())
			r.URL.Host, _, _ = strings.Cut(strings.TrimPrefix(s[i].JWKSURL(), "http://"), "/")
			return s[i].RoundTrip(r)
		}
	}
	return nil, fmt.Errorf("no server %q", r.URL.Host)
}

// location returns the location of the key set of server i.
func (s servers) location(i int) string {
	_, rest, _ := strings.Cut(s[i].JWKSURL(), "://")
	_, path, _ := strings.Cut(rest, "/")
	return fmt.Sprintf("https://s%d.example/%s", i, path)
}

// config returns a configuration with a key set for each server.
func (s servers) config() middleware.Config {
	c := middleware.Config{Audiences: []string{s[0].Audience()}, HTTPClient: &http.Client{Transport: s}}
	for i := range s {
		c.Issuers = append(c.Issuers, middleware.Issuer{URL: sharedIssuer, JWKSURL: s.location(i)})
	}
	return c
}

func newAuth(t testing.TB, c middleware.Config) *middleware.Authenticator {
	t.Helper()
	auth, err := middleware.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return auth
}

// judged returns why auth rejects a token, "" if it does not, and how long that took.
func judged(auth *middleware.Authenticator, token string) (middleware.Reason, time.Duration) {
	return outage{auth: auth}.verify(token)
}

func TestAnIssuerHasSeveralKeySets(t *testing.T) {
	s := newServers(t, 4, testutil.Options{})
	auth := newAuth(t, s[:3].config())
	for range 2 { // without keys, then with
		for i := range 3 {
			if reason, _ := judged(auth, s.mint(i, nil)); reason != "" {
				t.Errorf("a token of key set %d is rejected: %q", i, reason)
			}
		}
		if reason, _ := judged(auth, s.mint(3, nil)); reason != middleware.ErrBadSignature {
			t.Errorf("a token of a server that is not configured: %q", reason)
		}
		unknown := s[0].MintHeader(map[string]any{"kid": "other"}, nil)
		if reason, _ := judged(auth, unknown); reason != middleware.ErrUnknownKey {
			t.Errorf("a token with an unknown key ID: %q", reason)
		}
	}
}

func TestTheRulesOfTheKeysSourceApply(t *testing.T) {
	const a, b = 0, 1
	rejects := func(*claims.Token) error { return errors.New("no") }
	for _, c := range []struct {
		name string
		edit func(issuers []middleware.Issuer)
		by   int
		sent map[string]any
		want middleware.Reason
	}{
		{"its own audience", func(i []middleware.Issuer) {
			i[a].Audiences, i[b].Audiences = []string{"a"}, []string{"b"}
		}, b, map[string]any{"aud": "b"}, ""},
		{"the audience of the one before", func(i []middleware.Issuer) {
			i[a].Audiences, i[b].Audiences = []string{"a"}, []string{"b"}
		}, b, map[string]any{"aud": "a"}, middleware.ErrWrongAudience},
		{"the audience of the one after", func(i []middleware.Issuer) {
			i[a].Audiences, i[b].Audiences = []string{"a"}, []string{"b"}
		}, a, map[string]any{"aud": "b"}, middleware.ErrWrongAudience},
		{"its own rule", func(i []middleware.Issuer) { i[b].Validate = rejects }, b, nil, middleware.ErrRejected},
		{"the other's rule", func(i []middleware.Issuer) { i[a].Validate = rejects }, b, nil, ""},
		{"its own maximal age", func(i []middleware.Issuer) { i[b].MaxAge = time.Minute },
			b, map[string]any{"iat": time.Now().Add(-time.Hour).Unix()}, middleware.ErrExpired},
		{"the other's maximal age", func(i []middleware.Issuer) { i[a].MaxAge = time.Minute },
			b, map[string]any{"iat": time.Now().Add(-time.Hour).Unix()}, ""},
		{"its own dialect", func(i []middleware.Issuer) {
			i[b].Dialect = claims.Dialect{NotAccess: []claims.Rule{{Claim: []string{"use"}, In: []string{"refresh"}}}}
		}, b, map[string]any{"use": "refresh"}, middleware.ErrNotAccessToken},
		{"its own algorithms", func(i []middleware.Issuer) { i[a].Algorithms = []string{"RS256"} }, b, nil, ""},
		{"the other's algorithms", func(i []middleware.Issuer) { i[a].Algorithms = []string{"RS256"} },
			a, nil, middleware.ErrBadSignature},
		{"algorithms that none has", func(i []middleware.Issuer) {
			i[a].Algorithms, i[b].Algorithms = []string{"RS256"}, []string{"RS384"}
		}, a, nil, middleware.ErrWrongAlgorithm},
		{"a type that the other has", func(i []middleware.Issuer) { i[a].Dialect.Types = []string{"special"} },
			b, nil, ""},
		{"a type that it has not", func(i []middleware.Issuer) { i[a].Dialect.Types = []string{"special"} },
			a, nil, middleware.ErrBadSignature},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newServers(t, 2, testutil.Options{})
			config := s.config()
			c.edit(config.Issuers)
			auth := newAuth(t, config)
			for _, when := range []string{"without keys", "with keys"} {
				if reason, _ := judged(auth, s.mint(c.by, c.sent)); reason != c.want {
					t.Errorf("%s: %q, want %q", when, reason, c.want)
				}
			}
		})
	}
}

func TestTemplatesWithTheSameURLHaveTheirOwnTenants(t *testing.T) {
	s := newServers(t, 2, testutil.Options{Issuer: "https://id.example.com/b"})
	config := s.config()
	for i, tenant := range []string{"a", "b"} {
		config.Issuers[i].URL, config.Issuers[i].Tenants = "https://id.example.com/{t}", []string{tenant}
	}
	auth := newAuth(t, config)
	for range 2 {
		if reason, _ := judged(auth, s.mint(1, nil)); reason != "" {
			t.Errorf("a token of the tenant's own key set: %q", reason)
		}
		if reason, _ := judged(auth, s.mint(0, nil)); reason != middleware.ErrBadSignature {
			t.Errorf("a token of the other tenant's key set: %q", reason)
		}
		other := s.mint(0, map[string]any{"iss": "https://id.example.com/a"})
		if reason, _ := judged(auth, other); reason != "" {
			t.Errorf("a token of the other tenant: %q", reason)
		}
	}
}

func TestTenantExistsIsAskedForEachKeySet(t *testing.T) {
	s := newServers(t, 2, testutil.Options{Issuer: "https://id.example.com/b"})
	config := s.config()
	for i := range config.Issuers {
		config.Issuers[i].URL, config.Issuers[i].TenantPattern = "https://id.example.com/{t}", "[a-z]+"
		config.Issuers[i].TenantExists = func(context.Context, string) (bool, error) { return i == 1, nil }
	}
	auth := newAuth(t, config)
	for range 2 {
		if reason, _ := judged(auth, s.mint(1, nil)); reason != "" {
			t.Errorf("a token of a tenant that exists there: %q", reason)
		}
		if reason, _ := judged(auth, s.mint(0, nil)); reason == "" {
			t.Errorf("a token of a tenant that does not exist there is accepted")
		}
	}
	if kept, most := auth.Tenants("https://id.example.com/{t}"); kept != 0 || most != 0 {
		t.Errorf("%d of %d tenants of templates that share their keys", kept, most)
	}
}

func TestTokensWithoutIssOfSeveralKeySets(t *testing.T) {
	s := newServers(t, 3, testutil.Options{})
	config := s.config()
	config.Issuers[0].DangerouslyAllowMissingIssuer, config.Issuers[1].DangerouslyAllowMissingIssuer = true, true
	auth := newAuth(t, config)
	for i, want := range []middleware.Reason{"", "", middleware.ErrBadSignature} {
		if reason, _ := judged(auth, s.mint(i, map[string]any{"iss": nil})); reason != want {
			t.Errorf("a token of key set %d: %q, want %q", i, reason, want)
		}
	}
}

func TestAKeySetThatHangsDelaysNoTokenOfAnother(t *testing.T) {
	for _, hangs := range []int{0, 1} {
		t.Run(fmt.Sprint("key set ", hangs), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newServers(t, 2, testutil.Options{})
				auth := newAuth(t, s.config())
				good := 1 - hangs
				s[hangs].Fail(testutil.Fault{Delay: time.Hour})
				for range 3 {
					if reason, waited := judged(auth, s.mint(good, nil)); reason != "" || waited != 0 {
						t.Errorf("a token of the other key set is rejected (%q) or waits %v", reason, waited)
					}
				}
				reason, waited := judged(auth, s.mint(hangs, nil))
				if reason != middleware.ErrUnavailable || waited > 5*time.Second {
					t.Errorf("a token that may be of the key set without keys: %q after %v", reason, waited)
				}
				s[good].SetJWKS(nil)
				s[good].Rotate()
				time.Sleep(time.Minute) // virtual
				if reason, waited := judged(auth, s[good].Mint(nil)); reason != "" || waited != 0 {
					t.Errorf("a token of a new key is rejected (%q) or waits %v", reason, waited)
				}
				s[hangs].Recover()
				time.Sleep(time.Minute) // virtual
				if reason, _ := judged(auth, s.mint(hangs, nil)); reason != "" {
					t.Errorf("a token of the key set that is back: %q", reason)
				}
			})
		})
	}
}

// TestMadeUpKeyIDsOfSeveralKeySets: a made-up key ID costs each key set what it costs one
// that is alone, and a request as much time.
func TestMadeUpKeyIDsOfSeveralKeySets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServers(t, 3, testutil.Options{})
		auth := newAuth(t, s.config())
		for i := range s {
			if reason, _ := judged(auth, s.mint(i, nil)); reason != "" {
				t.Fatal(reason)
			}
		}
		synctest.Wait() // for fetches that the accepted tokens left under way
		for i := range s {
			s[i].Fail(testutil.Fault{Delay: time.Second})
		}
		before := [3]int{s[0].KeyRequests(), s[1].KeyRequests(), s[2].KeyRequests()}
		for i := range 2000 {
			token := s[0].MintHeader(map[string]any{"kid": fmt.Sprint("made-up-", i)}, nil)
			if reason, waited := judged(auth, token); reason != middleware.ErrUnknownKey || waited > 2*time.Second {
				t.Fatalf("made-up key ID %d: %q after %v", i, reason, waited)
			}
		}
		for i := range s {
			if fetches := s[i].KeyRequests() - before[i]; fetches > 3 {
				t.Errorf("%d fetches of key set %d, want at most 3", fetches, i)
			}
		}
	})
}
