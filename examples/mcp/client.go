package main

import (
	"context"

	"github.com/modelcontextprotocol/go-sdk/auth/extauth"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/modelcontextprotocol/go-sdk/oauthex"
)

// connect connects a client that knows the endpoint, its id and its secret. The SDK
// discovers the rest: the response to the first request names the metadata of the
// endpoint, these the authorization server, and its metadata the token endpoint.
//
// The SDK's handler for client credentials sends no resource parameter (RFC 8707),
// so the authorization server derives the audience of a token from the client.
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
