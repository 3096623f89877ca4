package adaptertest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
)

func (s *suite) authorizationStatus(t *testing.T) {
	now := time.Now().Truncate(time.Second)
	full := map[string]any{
		"sub": "client-7", "client_id": "client-7", "tenant": "tenant-1", "source_system": "erp-7",
		"scope": "deals-read deals-write", "roles": []string{"trader"}, "jti": "token-1",
		"iat": now.Unix() - 1, "exp": now.Unix() + 1199,
		"email": "unmapped@example.com", "secret": "unmapped",
	}
	little := map[string]any{
		"sub": nil, "client_id": nil, "jti": nil, "iat": nil, "exp": now.Unix() + 1199,
	}
	issued := now.Add(-time.Second).UTC().Format(time.RFC3339)
	expires := now.Add(1199 * time.Second).UTC().Format(time.RFC3339)
	at := func(names map[string]string) *middleware.Authenticator {
		return s.auth(t, func(c *middleware.Config) {
			c.Now = func() time.Time { return now }
			c.StatusNames = names
			c.Issuers[0].Dialect.Anonymous = true // so that client_id may be empty
		})
	}
	plain := s.build([]Route{{Path: path, Status: at(nil)}})
	renamed := s.build([]Route{{Path: path, Status: at(map[string]string{
		"client_id": "clientId", "source_system": "sourceSystem", "expires_in": "expiresIn",
	})}})

	for _, c := range []struct {
		name  string
		api   http.Handler
		token map[string]any
		want  string
	}{
		{"all members", plain, full, fmt.Sprintf(`{"client_id":"client-7","tenant":"tenant-1",`+
			`"source_system":"erp-7","scopes":["deals-read","deals-write"],`+
			`"subject":"client-7","issuer":%q,"audience":[%q],"roles":["trader"],`+
			`"token_id":"token-1","issued_at":%q,"expires_at":%q,"expires_in":1199}`,
			s.issuer.URL(), s.issuer.Audience(), issued, expires)},
		{"members that are always there", plain, little, fmt.Sprintf(`{"client_id":"","tenant":"",`+
			`"source_system":"","scopes":[],"issuer":%q,"audience":[%q],"expires_at":%q,"expires_in":1199}`,
			s.issuer.URL(), s.issuer.Audience(), expires)},
		{"renamed members", renamed, full, fmt.Sprintf(`{"clientId":"client-7","tenant":"tenant-1",`+
			`"sourceSystem":"erp-7","scopes":["deals-read","deals-write"],`+
			`"subject":"client-7","issuer":%q,"audience":[%q],"roles":["trader"],`+
			`"token_id":"token-1","issued_at":%q,"expires_at":%q,"expiresIn":1199}`,
			s.issuer.URL(), s.issuer.Audience(), issued, expires)},
	} {
		t.Run(c.name, func(t *testing.T) {
			token := s.issuer.Mint(c.token)
			got := do(c.api, get(token))
			if got.status != http.StatusOK {
				t.Errorf("status %d", got.status)
			}
			if body := strings.TrimSuffix(got.body, "\n"); body != c.want {
				t.Errorf("response %s\n want %s", body, c.want)
			}
			isJSON(t, got)
			if v := got.header.Get("Cache-Control"); v != "no-store" {
				t.Errorf("Cache-Control %q, want no-store", v)
			}
			tellsNothing(t, got, "Bearer "+token)
			if strings.Contains(got.body, "unmapped") {
				t.Error("the response holds a claim that is not mapped")
			}
		})
	}
	t.Run("HEAD", func(t *testing.T) {
		token := s.issuer.Mint(full)
		want := do(plain, get(token))
		got := do(plain, request(http.MethodHead, token))
		if got.status != http.StatusOK || got.body != "" {
			t.Errorf("response %d %q, want 200 without a body", got.status, got.body)
		}
		for _, field := range []string{"Content-Type", "Content-Length", "Cache-Control"} {
			if got, want := got.header.Get(field), want.header.Get(field); got != want {
				t.Errorf("%s %q, GET has %q", field, got, want)
			}
		}
	})
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		t.Run(method, func(t *testing.T) {
			noToken.check(t, do(plain, request(method, "")))
			got := do(plain, request(method, s.good()))
			if got.status != http.StatusMethodNotAllowed || got.header.Get("Allow") != "GET, HEAD" {
				t.Errorf("status %d, Allow %q, want 405 and GET, HEAD", got.status, got.header.Get("Allow"))
			}
			if strings.Contains(got.body, "client_id") {
				t.Errorf("body %q", got.body)
			}
		})
	}
	t.Run("needs no scope", func(t *testing.T) {
		if got := do(plain, get(s.issuer.Mint(map[string]any{"scope": nil}))); got.status != http.StatusOK {
			t.Errorf("status %d", got.status)
		}
	})
	t.Run("behind a guard", func(t *testing.T) {
		auth := at(nil)
		api := s.build([]Route{{Path: path, Guards: []guard{required(auth)}, Status: auth}})
		noToken.check(t, do(api, get("")))
		if got := do(api, get(s.good())); got.status != http.StatusOK {
			t.Errorf("status %d", got.status)
		}
	})
	t.Run("refusals", func(t *testing.T) {
		api := s.build([]Route{{Path: path, Status: s.auth(t, strict(new(log)))}})
		for _, c := range s.hostiles(t) {
			if c.want.status == http.StatusForbidden {
				continue // it needs no scope
			}
			t.Run(c.name, func(t *testing.T) {
				r := get("")
				c.change(r)
				c.want.check(t, do(api, r))
			})
		}
	})
}
