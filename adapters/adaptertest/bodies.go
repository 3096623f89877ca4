package adaptertest

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
)

// bodies tests that a body of the API's own reaches the client, with the usual status and
// header fields.
func (s *suite) bodies(t *testing.T) {
	usual := s.auth(t, strict(new(log)))
	own := s.auth(t, func(c *middleware.Config) {
		strict(new(log))(c)
		c.RefusalBody = middleware.ProblemDetails
	})
	expected, _ := s.guarded(required(usual, write))
	api, seen := s.guarded(required(own, write))
	same := func(t *testing.T, got, want response) {
		t.Helper()
		var problem struct {
			Status        int
			Detail, Error string
			Scope         string
		}
		if err := json.Unmarshal([]byte(got.body), &problem); err != nil {
			t.Fatalf("body %q: %v", got.body, err)
		}
		if got.status != want.status || problem.Status != want.status || problem.Detail == "" {
			t.Errorf("status %d, body %s, want status %d", got.status, got.body, want.status)
		}
		if mediaType := got.header.Get("Content-Type"); mediaType != "application/problem+json" {
			t.Errorf("Content-Type %q", mediaType)
		}
		for _, field := range []string{"WWW-Authenticate", "Cache-Control", "X-Content-Type-Options",
			"Retry-After"} {
			if got, want := got.header.Get(field), want.header.Get(field); got != want {
				t.Errorf("%s %q, want %q", field, got, want)
			}
		}
		if n := got.header.Get("Content-Length"); n != strconv.Itoa(len(got.body)) {
			t.Errorf("Content-Length %s for %d bytes", n, len(got.body))
		}
		var usual struct {
			Error, Scope string
		}
		if err := json.Unmarshal([]byte(want.body), &usual); err != nil || usual.Error != problem.Error ||
			usual.Scope != problem.Scope {
			t.Errorf("body %s, usually %s", got.body, want.body)
		}
	}
	for _, c := range s.hostiles(t) {
		t.Run(c.name, func(t *testing.T) {
			r := get("")
			c.change(r)
			same(t, do(api, r), do(expected, r))
			seen.idle(t)
		})
	}
	t.Run("status 503", func(t *testing.T) {
		r := get(s.issuer.Mint(map[string]any{"jti": "store"}))
		same(t, do(api, r), do(expected, r))
	})
	t.Run("HEAD", func(t *testing.T) {
		got, want := do(api, request(http.MethodHead, "")), do(api, get(""))
		if got.status != want.status || got.body != "" ||
			got.header.Get("Content-Type") != want.header.Get("Content-Type") {
			t.Errorf("response %d %q %v", got.status, got.body, got.header)
		}
	})
	t.Run("AuthorizationStatus", func(t *testing.T) {
		same(t, do(s.build([]Route{{Path: path, Status: own}}), get("")), do(expected, get("")))
	})
	t.Run("a body that cannot be written", func(t *testing.T) {
		api, _ := s.guarded(required(s.auth(t, func(c *middleware.Config) {
			c.RefusalBody = func(middleware.Refusal) (string, any) { return "application/problem+json", math.NaN() }
		})))
		noToken.check(t, do(api, get("")))
	})
	t.Run("nothing of the token and of errors", func(t *testing.T) {
		api, _ := s.guarded(required(s.auth(t, func(c *middleware.Config) {
			c.Revoked = func(context.Context, *claims.Token) (bool, error) {
				return false,
					errors.New("must stay inside")
			}
			c.RefusalBody = func(r middleware.Refusal) (string, any) { return "application/x+json", r }
		})))
		got := do(api, get(s.good()))
		tellsNothing(t, got, s.good())
		if !strings.Contains(got.body, `"RetryAfter":1000000000`) {
			t.Errorf("body %s", got.body)
		}
	})
}
