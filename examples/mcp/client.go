package main

import (
	"context"

	"github.com/modelcontextprotocol/go-sdk/auth/extauth"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/modelcontextprotocol/go-sdk/oauthex"
)

// connect connects a client that knows its id and secret and the endpoint, and
// nothing else. The SDK finds the rest: a refused request names the metadata of
// the endpoint, that the authorization server, and its metadata the place to get
// a token.
//
// The SDK's handler for client credentials names no resource (RFC 8707) when it
// asks for a token, so the authorization server has to know what the client's
// tokens are for.
func connect(ctx context.Context, endpoint, id, secret string) (*mcp.ClientSession, error) {
	handler, err := extauth.NewClientCredentialsHandler(&extauth.ClientCredentialsHandlerConfig{
		Credentials: &oauthex.ClientCredentials{
			ClientID:         id,
			ClientSecretAuth: &oauthex.ClientSecretAuth{ClientSecret: secret},
		},
	})
	if err != nil {
		return nil, err
	}
	client := mcp.NewClient(&mcp.Implementation{Name: id, Version: "1.0.0"}, nil)
	return client.Connect(ctx, &mcp.StreamableClientTransport{Endpoint: endpoint, OAuthHandler: handler}, nil)
}
