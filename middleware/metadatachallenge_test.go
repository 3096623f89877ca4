package middleware_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// TestMetadataChallenge is about what Config.Resource adds to a refusal.
func TestMetadataChallenge(t *testing.T) {
	const want = "https://api.example.com/.well-known/oauth-protected-resource/v1"
	auth := newDescribed(t, describable("https://api.example.com/v1"))
	for _, c := range []struct {
		name, ids string
		fields    []string
		status    int
		code      string
		scope     string
	}{
		{"no token", "PRM-12 MCP-02 MCP-04", nil, 401, "", "read write"},
		{"a bad token", "PRM-12 MCP-02 MCP-04", []string{"Authorization", "Bearer a.b.c"}, 401, "invalid_token",
			"read write"},
		{"a malformed request", "PRM-12 MCP-05", []string{"Authorization", "Bearer a b"}, 400,
			"invalid_request", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			covers(t, c.ids)
			r := httptest.NewRequest("GET", "https://evil.example/v1", nil)
			for i := 0; i < len(c.fields); i += 2 {
				r.Header.Set(c.fields[i], c.fields[i+1])
			}
			r.Header.Set("X-Forwarded-Host", "evil.example")
			_, err := auth.Check(r, scopes.Scope("read"), scopes.Scope("write"))
			h := http.Header{}
			status, _ := auth.Refuse(h, err)
			got := challengeOf(t, h)
			if status != c.status || got["resource_metadata"] != want || got["error"] != c.code ||
				got["scope"] != c.scope {
				t.Errorf("status %d, challenge %v", status, got)
			}
		})
	}
	t.Run("it leads to the resource", func(t *testing.T) {
		covers(t, "PRM-13")
		location := challengeOf(t, refusalFields(auth, middleware.ErrNoToken))["resource_metadata"]
		if u, err := url.Parse(location); err != nil || !u.IsAbs() {
			t.Errorf("%q is no absolute URL", location)
		}
		if got := metadataAt(t, mountMetadata(auth), location)["resource"]; got != "https://api.example.com/v1" {
			t.Errorf("resource is %v", got)
		}
	})
	t.Run("scripts may read it", func(t *testing.T) {
		covers(t, "H-16")
		const field = "Access-Control-Expose-Headers"
		for _, before := range []string{"", "ETag", "*", "etag, www-authenticate"} {
			h := http.Header{}
			if before != "" {
				h.Set(field, before)
			}
			auth.Refuse(h, middleware.ErrExpired)
			want := []string{before, "WWW-Authenticate"}
			switch before {
			case "":
				want = want[1:]
			case "*", "etag, www-authenticate":
				want = want[:1]
			}
			if got := h.Values(field); !slices.Equal(got, want) {
				t.Errorf("after %q: %q, want %q", before, got, want)
			}
		}
	})
	t.Run("others' challenges stay, ours is there once", func(t *testing.T) {
		covers(t, "H-12")
		h := http.Header{}
		h.Add("WWW-Authenticate", `Basic realm="legacy"`)
		auth.Refuse(h, middleware.ErrNoToken)
		auth.Refuse(h, middleware.ErrExpired)
		got := h.Values("WWW-Authenticate")
		if len(got) != 2 || got[0] != `Basic realm="legacy"` || !strings.Contains(got[1], "invalid_token") {
			t.Errorf("challenges are %q", got)
		}
	})
}
