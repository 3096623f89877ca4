package main

import (
	"context"
	"net/http"
	"net/url"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// A server is an MCP server whose tools have requirements.
type server struct {
	auth *middleware.Authenticator
	mcp  *mcp.Server
	base scopes.Requirement            // of every request
	need map[string]scopes.Requirement // of each tool, in addition
}

// newServer returns a server with two tools. The second requires one more scope.
func newServer(auth *middleware.Authenticator) *server {
	s := &server{
		auth: auth,
		mcp:  mcp.NewServer(&mcp.Implementation{Name: "deals", Version: "1.0.0"}, nil),
		base: scopes.Scope("deals-read"),
		need: map[string]scopes.Requirement{},
	}
	s.mcp.AddReceivingMiddleware(s.gate)
	addTool(s, &mcp.Tool{Name: "list_deals", Description: "Lists the deals."}, scopes.All(), listDeals)
	addTool(s, &mcp.Tool{Name: "create_deal", Description: "Makes a deal."}, scopes.Scope("deals-write"), createDeal)
	return s
}

// addTool adds a tool with its requirement. The gate rejects calls of tools that were
// added in another way.
func addTool[In, Out any](s *server, tool *mcp.Tool, need scopes.Requirement, handler mcp.ToolHandlerFor[In, Out]) {
	s.auth.Declare(need)
	s.need[tool.Name] = need
	mcp.AddTool(s.mcp, tool, handler)
}

// routes returns the endpoint of the MCP server and its metadata.
func (s *server) routes(resource *url.URL, options *mcp.StreamableHTTPOptions) *httpauth.Mux {
	endpoint := mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return s.mcp }, options)
	mux := new(httpauth.Mux)
	mux.Require(s.auth, s.base).Handle(resource.Path, s.stepUp(identify(endpoint)))
	for _, path := range s.auth.MetadataPaths() {
		mux.Public().Handle(path, s.auth.MetadataHandler())
	}
	return mux
}

type deals struct {
	Deals  []string `json:"deals"`
	Caller string   `json:"caller"`
}

func listDeals(_ context.Context, r *mcp.CallToolRequest, _ struct{}) (*mcp.CallToolResult, deals, error) {
	return nil, deals{[]string{"spring bonds", "autumn shares"}, caller(r.Extra).ClientID}, nil
}

type deal struct {
	Name string `json:"name"`
}

func createDeal(_ context.Context, r *mcp.CallToolRequest, d deal) (*mcp.CallToolResult, deals, error) {
	return nil, deals{[]string{d.Name}, caller(r.Extra).ClientID}, nil
}

// caller returns the token of the request that a message came with, nil if there is
// none. The context of a tool does not help: it belongs to the session, and holds the
// token of the request that began the session.
func caller(extra *mcp.RequestExtra) *claims.Token {
	if extra == nil || extra.TokenInfo == nil {
		return nil
	}
	token, _ := extra.TokenInfo.Extra[tokenKey].(*claims.Token)
	return token
}
