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

// A server is an MCP server whose tools say what they demand of a token.
type server struct {
	auth *middleware.Authenticator
	mcp  *mcp.Server
	base scopes.Requirement            // what every request needs
	need map[string]scopes.Requirement // what a tool needs beside that
}

// newServer returns a server with two tools: one for everybody who may speak to
// it, one that needs more.
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

// addTool adds a tool together with its requirement. The gate lets no tool be
// called that was added in another way.
func addTool[In, Out any](s *server, tool *mcp.Tool, need scopes.Requirement, handler mcp.ToolHandlerFor[In, Out]) {
	s.auth.Declare(need)
	s.need[tool.Name] = need
	mcp.AddTool(s.mcp, tool, handler)
}

// routes returns the HTTP side: the endpoint of the resource, and its metadata.
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

// caller returns the token of the request that a message came with, nil if
// there is none. The context of a tool is no place to look: it is the session's
// and has the token of the request that began it.
func caller(extra *mcp.RequestExtra) *claims.Token {
	if extra == nil || extra.TokenInfo == nil {
		return nil
	}
	token, _ := extra.TokenInfo.Extra[tokenKey].(*claims.Token)
	return token
}
