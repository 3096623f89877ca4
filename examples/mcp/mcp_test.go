package main

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/modelcontextprotocol/go-sdk/oauthex"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// A stage is the MCP server with its authorization server, and what they did.
type stage struct {
	issuer   *testutil.Issuer
	resource string
	server   *server
	routes   middleware.Routes
	logged   bytes.Buffer

	mu   sync.Mutex
	seen []string // "POST /mcp 401", in order
}

func newStage(t *testing.T, options *mcp.StreamableHTTPOptions) *stage {
	t.Helper()
	s := new(stage)
	var handler http.Handler
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(&statusNoted{ResponseWriter: w, note: func(status int) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.seen = append(s.seen, fmt.Sprint(r.Method, " ", r.URL.Path, " ", status))
		}}, r)
	}))
	t.Cleanup(web.Close)
	resource, err := url.Parse(web.URL + "/mcp")
	if err != nil {
		t.Fatal(err)
	}
	s.resource = resource.String()
	s.issuer = testutil.NewIssuer(t, testutil.Options{Audience: s.resource, Clients: clients})
	config := configuration(resource, s.issuer.URL(), slog.New(slog.NewTextHandler(&s.logged, nil)))
	auth, err := middleware.New(config)
	if err != nil {
		t.Fatal(err)
	}
	s.server = newServer(auth)
	mux := s.server.routes(resource, options)
	s.routes = mux.Routes()
	handler = mux
	return s
}

// A statusNoted writer reports the status before it sends anything.
type statusNoted struct {
	http.ResponseWriter
	note func(status int)
	told bool
}

func (w *statusNoted) WriteHeader(status int) {
	if !w.told {
		w.told = true
		w.note(status)
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusNoted) Write(p []byte) (int, error) {
	if !w.told {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(p)
}

// Flush implements http.Flusher, which streams need.
func (w *statusNoted) Flush() {
	if !w.told {
		w.WriteHeader(http.StatusOK)
	}
	_ = http.NewResponseController(w.ResponseWriter).Flush()
}

// exchanges returns the requests and statuses so far.
func (s *stage) exchanges() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen)
}

// modes are the two ways in which the SDK serves: with sessions, and without, as the
// newest protocol requires.
var modes = map[string]*mcp.StreamableHTTPOptions{
	"sessions":    nil,
	"no sessions": {Stateless: true},
}

// TestClient has the SDK's own client discover everything.
func TestClient(t *testing.T) {
	for name, options := range modes {
		t.Run(name, func(t *testing.T) {
			covers(t, "MCP-01 MCP-02")
			s := newStage(t, options)
			session, err := connect(t.Context(), s.resource, "trader", "trader-secret")
			if err != nil {
				t.Fatal(err)
			}
			defer session.Close()
			if got := s.exchanges(); len(got) < 3 || got[0] != "POST /mcp 401" ||
				got[1] != "GET /.well-known/oauth-protected-resource/mcp 200" || got[2] != "POST /mcp 200" {
				t.Errorf("the client sent: %q", got)
			}
			if n := s.issuer.TokenRequests(); n != 1 {
				t.Errorf("%d requests for a token, want 1", n)
			}

			tools, err := session.ListTools(t.Context(), nil)
			if err != nil || len(tools.Tools) != 2 {
				t.Fatalf("tools: %v, %v", tools, err)
			}
			wantResult(t, session, "list_deals", nil, `map[caller:trader deals:[spring bonds autumn shares]]`)
			if n := s.issuer.TokenRequests(); n != 1 {
				t.Errorf("%d requests for a token, want 1", n)
			}
		})
		t.Run("the client gets more scopes, "+name, func(t *testing.T) {
			covers(t, "MCP-06")
			s := newStage(t, options)
			session, err := connect(t.Context(), s.resource, "trader", "trader-secret")
			if err != nil {
				t.Fatal(err)
			}
			defer session.Close()
			wantResult(t, session, "create_deal", deal{"winter notes"}, `map[caller:trader deals:[winter notes]]`)
			if n := s.issuer.TokenRequests(); n != 2 {
				t.Errorf("%d requests for a token, want 2", n)
			}
			if got := s.exchanges(); !slices.Contains(got, "POST /mcp 403") {
				t.Errorf("no 403 among %q", got)
			}
			// The new token keeps the scopes of the old one.
			wantResult(t, session, "list_deals", nil, `map[caller:trader deals:[spring bonds autumn shares]]`)
		})
		t.Run("a client that gets no more scopes, "+name, func(t *testing.T) {
			s := newStage(t, options)
			session, err := connect(t.Context(), s.resource, "reader", "reader-secret")
			if err != nil {
				t.Fatal(err)
			}
			defer session.Close()
			if result, err := session.CallTool(t.Context(),
				&mcp.CallToolParams{Name: "create_deal", Arguments: deal{"winter notes"}}); err == nil {
				t.Errorf("create_deal: %v", result.StructuredContent)
			}
			wantResult(t, session, "list_deals", nil, `map[caller:reader deals:[spring bonds autumn shares]]`)
		})
		t.Run("a client with a wrong secret, "+name, func(t *testing.T) {
			s := newStage(t, options)
			if session, err := connect(t.Context(), s.resource, "reader", "wrong"); err == nil {
				session.Close()
				t.Error("it is connected")
			}
		})
	}
}

// TestRun runs the program.
func TestRun(t *testing.T) {
	if err := run(t.Context(), slog.New(slog.DiscardHandler), "127.0.0.1:0", false); err != nil {
		t.Error(err)
	}
}

func wantResult(t *testing.T, session *mcp.ClientSession, tool string, arguments any, want string) {
	t.Helper()
	result, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: tool, Arguments: arguments})
	if err != nil {
		t.Fatalf("%s: %v", tool, err)
	}
	if got := fmt.Sprint(result.StructuredContent); result.IsError || got != want {
		t.Errorf("%s: %s, want %s", tool, got, want)
	}
}

// TestMetadata reads the metadata as the SDK's clients do: they compare it with the
// URL of the endpoint.
func TestMetadata(t *testing.T) {
	s := newStage(t, nil)
	w := s.send(t, "POST", nil, ping)
	challenges, err := oauthex.ParseWWWAuthenticate(w.Header["Www-Authenticate"])
	if err != nil || len(challenges) != 1 {
		t.Fatalf("challenges: %v, %v", challenges, err)
	}
	got, err := oauthex.GetProtectedResourceMetadata(t.Context(), challenges[0].Params["resource_metadata"],
		s.resource, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.AuthorizationServers, []string{s.issuer.URL()}) ||
		!slices.Equal(got.ScopesSupported, []string{"deals-read", "deals-write"}) || got.ResourceName != "Deals" {
		t.Errorf("metadata: %+v", got)
	}
}

// TestRoutes fails when a route is added without a guard.
func TestRoutes(t *testing.T) {
	s := newStage(t, nil)
	if err := s.routes.Check(); err != nil {
		t.Error(err)
	}
	const want = `* /.well-known/oauth-protected-resource/mcp: public
* /.well-known/oauth-protected-resource/mcp/: public
* /mcp: deals-read
`
	if got := s.routes.String(); got != want {
		t.Errorf("routes:\n%swant\n%s", got, want)
	}
}

const (
	ping       = `{"jsonrpc":"2.0","id":1,"method":"ping"}`
	initialize = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-03-26","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}`
)

func call(tool string) string {
	arguments := `{"name":"x"}`
	if tool == "list_deals" {
		arguments = `{}`
	}
	return `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"` + tool + `","arguments":` +
		arguments + `}}`
}

// send sends a message with these header fields and returns the whole response.
func (s *stage) send(t *testing.T, method string, fields map[string]string, body string) *http.Response {
	t.Helper()
	target := s.resource + fields["query"]
	r, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	for name, value := range fields {
		if name != "query" {
			r.Header.Set(name, value)
		}
	}
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(w.Body)
	w.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	w.Body = io.NopCloser(bytes.NewReader(text))
	return w
}

// begin begins a session, if the server has sessions, and returns the header fields
// of requests within it.
func (s *stage) begin(t *testing.T, authorization string) map[string]string {
	t.Helper()
	fields := map[string]string{"Authorization": authorization}
	w := s.send(t, "POST", fields, initialize)
	if w.StatusCode != 200 {
		t.Fatalf("initialize: status %d", w.StatusCode)
	}
	fields["Mcp-Protocol-Version"] = "2025-03-26"
	if id := w.Header.Get("Mcp-Session-Id"); id != "" {
		fields["Mcp-Session-Id"] = id
	}
	s.send(t, "POST", fields, `{"jsonrpc":"2.0","method":"notifications/initialized"}`)
	return fields
}

func text(w *http.Response) string {
	text, _ := io.ReadAll(w.Body)
	return string(text)
}

func (s *stage) bearer(claims map[string]any) string { return "Bearer " + s.issuer.Mint(claims) }
