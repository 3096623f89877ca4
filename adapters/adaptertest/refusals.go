package adaptertest

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// hostiles returns requests that a route for deals-write rejects, at least one for
// each Reason but Unavailable. The suite does not test which tokens are rejected,
// but what the client gets for each reason.
func (s *suite) hostiles(t testing.TB) []hostile {
	good := s.good()
	bearer := func(token string) func(*http.Request) { return authorization("Bearer " + token) }
	with := func(claims map[string]any) func(*http.Request) { return bearer(s.issuer.Mint(claims)) }
	headed := func(header map[string]any) func(*http.Request) {
		return bearer(s.issuer.MintHeader(header, nil))
	}
	stranger := testutil.NewIssuer(t, testutil.Options{InProcess: true, Issuer: s.issuer.URL(), Keys: quick})
	now := time.Now().Unix()
	const thumbprint = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
	return []hostile{
		{"no credential", func(*http.Request) {}, middleware.ErrNoToken, noToken},
		{"Basic", authorization("Basic ZGVtby1jbGllbnQ6ZGVtby1zZWNyZXQ="), middleware.ErrNoToken, noToken},
		{"query", func(r *http.Request) { r.URL.RawQuery = "access_token=" + good },
			middleware.ErrNoToken, noToken},
		{"cookie", func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "access_token", Value: good}) },
			middleware.ErrNoToken, noToken},
		{"Proxy-Authorization", func(r *http.Request) { r.Header.Set("Proxy-Authorization", "Bearer "+good) },
			middleware.ErrNoToken, noToken},
		{"no token after the scheme", authorization("Bearer"), middleware.ErrMalformedRequest, malformed},
		{"two tokens", authorization("Bearer " + good + " " + good),
			middleware.ErrMalformedRequest, malformed},
		{"two fields", authorization("Bearer "+good, "Bearer "+good),
			middleware.ErrMalformedRequest, malformed},
		{"two schemes", authorization("Bearer "+good, "Basic ZGVtbzpkZW1v"),
			middleware.ErrMalformedRequest, malformed},
		{"no JWT", bearer("opaque"), middleware.ErrMalformedToken, unverified},
		{"too long", bearer(strings.Repeat("a", 200_000)), middleware.ErrMalformedToken, unverified},
		{"another issuer", with(map[string]any{"iss": s.issuer.URL() + "/"}),
			middleware.ErrUnknownIssuer, unverified},
		{"another key", bearer(stranger.Mint(nil)), middleware.ErrUnknownKey, unverified},
		{"alg none", headed(map[string]any{"alg": "none"}), middleware.ErrWrongAlgorithm, unverified},
		{"altered", bearer(altered(good)), middleware.ErrBadSignature, unverified},
		{"logout token", headed(map[string]any{"typ": "logout+jwt"}),
			middleware.ErrNotAccessToken, invalid("The token is not an access token")},
		{"another audience", with(map[string]any{"aud": "https://other.example.com"}),
			middleware.ErrWrongAudience, invalid("The access token was issued for another audience")},
		{"expired", with(map[string]any{"exp": now - 3600}),
			middleware.ErrExpired, invalid("The access token expired")},
		{"not yet valid", with(map[string]any{"nbf": now + 3600}),
			middleware.ErrNotYetValid, invalid("The access token is not valid yet")},
		{"rejected", with(map[string]any{"sub": "rejected"}),
			middleware.ErrRejected, invalid("The access token is not accepted here")},
		{"revoked", with(map[string]any{"jti": "revoked"}),
			middleware.ErrRevoked, invalid("The access token was revoked")},
		{"bound", with(map[string]any{"cnf": map[string]any{"jkt": thumbprint}}),
			middleware.ErrNotHolder, invalid("The access token is bound to no key that the caller has shown")},
		{"without the scope", bearer(good), middleware.ErrInsufficientScope, insufficient("deals-write")},
		{"prefix of the scope", with(map[string]any{"scope": "deals"}),
			middleware.ErrInsufficientScope, insufficient("deals-write")},
	}
}

// altered returns token with another signature of the same length.
func altered(token string) string {
	at := strings.LastIndexByte(token, '.') + 1
	other := byte('A')
	if token[at] == other {
		other = 'B'
	}
	return token[:at] + string(other) + token[at+1:]
}

// strict is a configuration with which every Reason can occur.
func strict(l *log) func(*middleware.Config) {
	return func(c *middleware.Config) {
		c.Observe = l.observe
		c.Issuers[0].Validate = func(t *claims.Token) error {
			if t.Subject == "rejected" {
				return errors.New("a text that must stay inside")
			}
			return nil
		}
		c.Revoked = func(_ context.Context, t *claims.Token) (bool, error) {
			if t.ID == "store" {
				return false, errors.New("a text that must stay inside")
			}
			return t.ID == "revoked", nil
		}
	}
}

func (s *suite) refusals(t *testing.T) {
	reasons := new(log)
	auth := s.auth(t, strict(reasons))
	api, seen := s.guarded(required(auth, write))
	for _, c := range s.hostiles(t) {
		t.Run(c.name, func(t *testing.T) {
			r := get("")
			c.change(r)
			got := do(api, r)
			c.want.check(t, got)
			seen.idle(t)
			if all := reasons.take(); !slices.Equal(all, []middleware.Reason{c.reason}) {
				t.Errorf("observed %q, want one %s", all, c.reason)
			}
			for _, field := range r.Header["Authorization"] {
				tellsNothing(t, got, field)
			}
		})
	}
	t.Run("form", func(t *testing.T) {
		r := request(http.MethodPost, "")
		form := url.Values{"access_token": {s.good()}}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Body = newBody(form.Encode())
		noToken.check(t, do(api, r))
		seen.idle(t)
	})
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		t.Run(method, func(t *testing.T) {
			noToken.check(t, do(api, request(method, "")))
			seen.idle(t)
		})
	}
	t.Run("preflight", func(t *testing.T) {
		r := request(http.MethodOptions, "")
		r.Header.Set("Origin", "https://app.example.com")
		r.Header.Set("Access-Control-Request-Method", "GET")
		noToken.check(t, do(api, r))
		seen.idle(t)
	})
	t.Run("unreachable store", func(t *testing.T) {
		got := do(api, get(s.issuer.Mint(map[string]any{"jti": "store"})))
		unavailable.check(t, got)
		retryAfter(t, got)
		seen.idle(t)
	})
	t.Run("unreachable issuer", func(t *testing.T) {
		down := testutil.NewIssuer(t, testutil.Options{Keys: quick})
		down.Down()
		auth := s.auth(t, func(c *middleware.Config) { c.Issuers[0].URL = down.URL() })
		api, seen := s.guarded(required(auth))
		got := do(api, get(down.Mint(nil)))
		unavailable.check(t, got)
		retryAfter(t, got)
		seen.idle(t)
	})
	t.Run("a valid token still passes", func(t *testing.T) {
		if got := do(api, get(s.scoped("deals-write"))); got.status != http.StatusOK {
			t.Errorf("status %d", got.status)
		}
		seen.ran(t, "demo-client")
	})
}

func retryAfter(t *testing.T, got response) {
	t.Helper()
	after := got.header.Get("Retry-After")
	if after == "" || strings.Trim(after, "0123456789") != "" || strings.HasPrefix(after, "0") {
		t.Errorf("Retry-After %q, want a number of seconds", after)
	}
}

// tellsNothing fails the test if the response holds a piece of the credential or
// of an error's text.
func tellsNothing(t *testing.T, got response, credential string) {
	t.Helper()
	var all strings.Builder
	all.WriteString(got.body)
	_ = got.header.Write(&all)
	for _, field := range strings.Fields(credential) {
		for piece := range strings.SplitSeq(field, ".") {
			if len(piece) > 8 && strings.Contains(all.String(), piece) {
				t.Errorf("the response holds %.20q… of the credential", piece)
			}
		}
	}
	if strings.Contains(all.String(), "must stay inside") {
		t.Error("the response holds the text of an error")
	}
}
