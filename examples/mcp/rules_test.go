package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/modelcontextprotocol/go-sdk/oauthex"

	"github.com/bearerguard/bearerguard/scopes"
)

// TestRefusals compares the responses with the MCP's rules for resource servers.
func TestRefusals(t *testing.T) {
	for name, options := range modes {
		s := newStage(t, options)
		metadata := strings.Replace(s.resource, "/mcp", "/.well-known/oauth-protected-resource/mcp", 1)
		read := map[string]any{"scope": "deals-read"}
		for _, c := range []struct {
			name, ids string
			fields    map[string]string
			body      string
			status    int
			code      string
			scope     string
		}{
			{"no token", "MCP-02 MCP-04", nil, ping, 401, "", "deals-read"},
			{"a bad token", "MCP-05", map[string]string{"Authorization": "Bearer x.y.z"}, ping, 401, "invalid_token",
				"deals-read"},
			{"an expired token", "MCP-05",
				map[string]string{"Authorization": s.bearer(map[string]any{"scope": "deals-read", "exp": 1})}, ping, 401,
				"invalid_token", "deals-read"},
			{"two tokens", "MCP-05", map[string]string{"Authorization": "Bearer a b"}, ping, 400,
				"invalid_request", ""},
			{"a token for nothing", "MCP-06", map[string]string{"Authorization": s.bearer(nil)}, ping, 403,
				"insufficient_scope", "deals-read"},
			{"a tool that needs more", "MCP-06 MCP-07", map[string]string{"Authorization": s.bearer(read)},
				call("create_deal"), 403, "insufficient_scope", "deals-read deals-write"},
			{"a token for another server", "MCP-10",
				map[string]string{"Authorization": s.bearer(map[string]any{"scope": "deals-read",
					"aud": "https://other.example/mcp"})}, ping, 401, "invalid_token", "deals-read"},
			{"a token in the query", "MCP-12", map[string]string{"query": "?access_token=" + s.issuer.Mint(read)},
				ping, 401, "", "deals-read"},
			{"a browser of another origin", "ATK-H23",
				map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, call("create_deal"),
				401, "", "deals-read"},
		} {
			t.Run(c.name+", "+name, func(t *testing.T) {
				covers(t, c.ids)
				w := s.send(t, "POST", c.fields, c.body)
				challenges, err := oauthex.ParseWWWAuthenticate(w.Header["Www-Authenticate"])
				if err != nil || len(challenges) != 1 {
					t.Fatalf("status %d, challenges %v, %v", w.StatusCode, challenges, err)
				}
				got := challenges[0].Params
				if w.StatusCode != c.status || got["error"] != c.code || got["scope"] != c.scope ||
					got["resource_metadata"] != metadata {
					t.Errorf("status %d, challenge %v", w.StatusCode, got)
				}
			})
		}
		if token := s.issuer.Mint(nil); strings.Contains(s.logged.String(), token[:20]) {
			t.Error("there is a token in the log")
		}
	}
}

// TestSession tests requests within a session.
func TestSession(t *testing.T) {
	s := newStage(t, nil)
	session := s.begin(t, s.bearer(map[string]any{"scope": "deals-read"}))
	if session["Mcp-Session-Id"] == "" {
		t.Fatal("there is no session")
	}
	within := func(authorization string) map[string]string {
		fields := maps.Clone(session)
		delete(fields, "Authorization")
		if authorization != "" {
			fields["Authorization"] = authorization
		}
		return fields
	}

	for _, method := range []string{"POST", "GET", "DELETE"} {
		t.Run(method+" without a token", func(t *testing.T) {
			covers(t, "MCP-13")
			if w := s.send(t, method, within(""), ping); w.StatusCode != 401 {
				t.Errorf("status %d, want 401", w.StatusCode)
			}
		})
	}
	t.Run("another user's token", func(t *testing.T) {
		covers(t, "MCP-13")
		other := s.bearer(map[string]any{"scope": "deals-read", "sub": "another user"})
		if w := s.send(t, "POST", within(other), ping); w.StatusCode != 403 {
			t.Errorf("status %d, want 403", w.StatusCode)
		}
	})
	t.Run("a tool sees the token of its own request", func(t *testing.T) {
		later := s.bearer(map[string]any{"scope": "deals-read", "client_id": "later"})
		got := text(s.send(t, "POST", within(later),
			`{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"list_deals"}}`))
		if !strings.Contains(got, `"caller":"later"`) {
			t.Errorf("response: %s", got)
		}
	})
	t.Run("a tool needs the scope of its own request", func(t *testing.T) {
		more := s.bearer(map[string]any{"scope": "deals-read deals-write"})
		if got := text(s.send(t, "POST", within(more), call("create_deal"))); !strings.Contains(got,
			`"deals":["x"]`) {
			t.Errorf("with the scope: %s", got)
		}
		less := s.bearer(map[string]any{"scope": "deals-read"})
		if w := s.send(t, "POST", within(less), call("create_deal")); w.StatusCode != 403 {
			t.Errorf("without it: status %d, want 403", w.StatusCode)
		}
	})
}

// TestNoPassthrough shows that a tool cannot pass the token on.
func TestNoPassthrough(t *testing.T) {
	for name, options := range modes {
		t.Run(name, func(t *testing.T) {
			covers(t, "MCP-11")
			s := newStage(t, options)
			var seen string
			addTool(s.server, &mcp.Tool{Name: "peek"}, scopes.All(),
				func(ctx context.Context, r *mcp.CallToolRequest, _ any) (*mcp.CallToolResult, any, error) {
					seen = fmt.Sprintf("%v %+v %v", r.Extra.Header, *r.Extra.TokenInfo, caller(r.Extra))
					return nil, nil, nil
				})
			token := s.issuer.Mint(map[string]any{"scope": "deals-read"})
			s.send(t, "POST", s.begin(t, "Bearer "+token),
				`{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"peek","arguments":{}}}`)
			if !strings.Contains(seen, "Content-Type") {
				t.Fatalf("the tool did not run: %q", seen)
			}
			_, secret, _ := strings.Cut(token, ".")
			if strings.Contains(seen, "Authorization") || strings.Contains(seen, secret) {
				t.Errorf("the tool sees %s", seen)
			}
		})
	}
}

// TestGate sends messages that stepUp and the SDK may read differently. The tool must
// not run; the status may differ.
func TestGate(t *testing.T) {
	for name, options := range modes {
		s := newStage(t, options)
		fields := s.begin(t, s.bearer(map[string]any{"scope": "deals-read"}))
		if got := text(s.send(t, "POST", fields, call("list_deals"))); !strings.Contains(got, "spring bonds") {
			t.Fatalf("the allowed tool does not run: %s", got)
		}
		for _, c := range []struct{ name, body string }{
			{"another case", `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"create_deal","Name":"list_deals","arguments":{"name":"x"}}}`},
			{"the name twice", `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"list_deals","name":"create_deal","arguments":{"name":"x"}}}`},
			{"the name twice, the other way round",
				`{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"create_deal","name":"list_deals","arguments":{"name":"x"}}}`},
			{"the parameters twice",
				`{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"list_deals"},"params":{"name":"create_deal","arguments":{"name":"x"}}}`},
			{"an escaped name", `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"n\u0061me":"create\u005fdeal","arguments":{"name":"x"}}}`},
			{"an escaped method",
				`{"jsonrpc":"2.0","id":2,"method":"tools\u002fcall","params":{"name":"create_deal","arguments":{"name":"x"}}}`},
			{"a batch", `[` + call("list_deals") + `,` +
				strings.Replace(call("create_deal"), `"id":2`, `"id":3`, 1) + `]`},
			{"an unknown tool", call("delete_deal")},
		} {
			t.Run(c.name+", "+name, func(t *testing.T) {
				if got := text(s.send(t, "POST", fields, c.body)); strings.Contains(got, `"deals":["x"]`) {
					t.Errorf("the tool ran: %s", got)
				}
			})
		}
		t.Run("a field that names another tool, "+name, func(t *testing.T) {
			disguised := maps.Clone(fields)
			disguised["Mcp-Method"], disguised["Mcp-Name"] = "tools/call", "list_deals"
			if w := s.send(t, "POST", disguised, call("create_deal")); w.StatusCode != http.StatusForbidden {
				t.Errorf("status %d, want 403", w.StatusCode)
			}
		})
	}
}
