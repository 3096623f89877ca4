package adaptertest

import (
	"net/http"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

func (s *suite) require(t *testing.T) {
	auth := s.auth(t, nil)
	for _, c := range []struct {
		name  string
		need  []scopes.Requirement
		token map[string]any
		want  refusal // the zero value: the handler runs
	}{
		{name: "any valid token", token: map[string]any{}},
		{name: "one scope", need: []scopes.Requirement{read}, token: map[string]any{"scope": "deals-read"}},
		{
			name:  "several requirements",
			need:  []scopes.Requirement{read, write},
			token: map[string]any{"scope": "deals-write deals-read"},
		},
		{
			name:  "scope of another case",
			need:  []scopes.Requirement{read},
			token: map[string]any{"scope": "Deals-Read"},
			want:  insufficient("deals-read"),
		},
		{
			name:  "all scopes that are needed in one challenge",
			need:  []scopes.Requirement{read, scopes.All(write, scopes.Any(scopes.Scope("a"), scopes.Scope("b")))},
			token: map[string]any{"scope": "deals-read"},
			want:  insufficient("deals-read deals-write a"), // one of the alternatives is enough
		},
		{
			name:  "a rule that names no scope",
			need:  []scopes.Requirement{scopes.Where("never", func(*claims.Token) bool { return false })},
			token: map[string]any{},
			want: refusal{
				status: http.StatusForbidden,
				challenge: `Bearer realm="api", error="insufficient_scope", ` +
					`error_description="The access token does not cover this request"`,
				body: `{"error":"insufficient_scope",` +
					`"error_description":"The access token does not cover this request"}`,
			},
		},
		{
			name:  "authentication too long ago",
			need:  []scopes.Requirement{scopes.Authentication(5*time.Minute, "urn:example:mfa")},
			token: map[string]any{"acr": "urn:example:password"},
			want: refusal{
				status: http.StatusUnauthorized,
				challenge: `Bearer realm="api", error="insufficient_user_authentication", ` +
					`error_description="A different or more recent authentication is needed", ` +
					`acr_values="urn:example:mfa", max_age="300"`,
				body: `{"error":"insufficient_user_authentication",` +
					`"error_description":"A different or more recent authentication is needed",` +
					`"acr_values":"urn:example:mfa","max_age":300}`,
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			api, seen := s.guarded(required(auth, c.need...))
			got := do(api, get(s.issuer.Mint(c.token)))
			if c.want.status != 0 {
				c.want.check(t, got)
				seen.idle(t)
				return
			}
			if got.status != http.StatusOK || got.body != "handled" {
				t.Errorf("response %d %q, want the handler's", got.status, got.body)
			}
			if got.header["Www-Authenticate"] != nil {
				t.Error("a challenge in the handler's response")
			}
			seen.ran(t, "demo-client")
		})
	}
	t.Run("each method its own guard", func(t *testing.T) {
		reading, writing := new(witness), new(witness)
		api := s.build([]Route{
			{Method: http.MethodGet, Path: path, Guards: []guard{required(auth, read)}, Handler: reading.handle},
			{Method: http.MethodPost, Path: path, Guards: []guard{required(auth, write)}, Handler: writing.handle},
		})
		insufficient("deals-write").check(t, do(api, request(http.MethodPost, s.good())))
		writing.idle(t)
		do(api, get(s.good()))
		reading.ran(t, "demo-client")
		do(api, request(http.MethodDelete, s.good()))
		reading.idle(t)
		writing.idle(t)
	})
	t.Run("a route without a guard gets no token", func(t *testing.T) {
		api, seen := s.guarded()
		do(api, get(s.good()))
		seen.ran(t, "")
	})
	t.Run("a requirement that is not well formed is a programming error", func(t *testing.T) {
		defer func() {
			if recover() == nil {
				t.Error("no panic when the route is registered")
			}
		}()
		s.guarded(required(auth, scopes.Scope("two words")))
	})
}

// insufficient is the refusal of a token without the scopes, which are separated
// by spaces.
func insufficient(scope string) refusal {
	return refusal{
		status: http.StatusForbidden,
		challenge: `Bearer realm="api", error="insufficient_scope", ` +
			`error_description="The access token does not cover this request", scope="` + scope + `"`,
		body: `{"error":"insufficient_scope",` +
			`"error_description":"The access token does not cover this request","scope":"` + scope + `"}`,
	}
}

// invalid is the refusal of a token that is not valid.
func invalid(description string) refusal {
	return refusal{
		status:    http.StatusUnauthorized,
		challenge: `Bearer realm="api", error="invalid_token", error_description="` + description + `"`,
		body:      `{"error":"invalid_token","error_description":"` + description + `"}`,
	}
}

var (
	unverified = invalid("The access token could not be verified")
	noToken    = refusal{
		status:    http.StatusUnauthorized,
		challenge: `Bearer realm="api"`,
		body:      `{"error_description":"A bearer token is needed"}`,
	}
	malformed = refusal{
		status: http.StatusBadRequest,
		challenge: `Bearer realm="api", error="invalid_request", ` +
			`error_description="The Authorization field must hold exactly one bearer token"`,
		body: `{"error":"invalid_request",` +
			`"error_description":"The Authorization field must hold exactly one bearer token"}`,
	}
	unavailable = refusal{
		status: http.StatusServiceUnavailable,
		body:   `{"error_description":"The access token cannot be verified at the moment"}`,
	}
)

// A hostile request is one that must be rejected.
type hostile struct {
	name   string
	change func(*http.Request)
	reason middleware.Reason
	want   refusal
}

// authorization returns a function that sets the Authorization fields of a request.
func authorization(fields ...string) func(*http.Request) {
	return func(r *http.Request) { r.Header["Authorization"] = fields }
}
