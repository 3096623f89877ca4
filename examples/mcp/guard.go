package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/scopes"
)

// tokenKey is the key of the verified token in auth.TokenInfo.Extra.
const tokenKey = "bearerguard"

// identify tells the SDK who is calling, because the SDK binds a session to the user
// that began it. It runs behind a guard. It removes the Authorization field, which
// the SDK would pass to the tools: a tool must not send the token to other services.
func identify(next http.Handler) http.Handler {
	verified := func(ctx context.Context, _ string, _ *http.Request) (*auth.TokenInfo, error) {
		token, ok := claims.FromContext(ctx)
		if !ok {
			return nil, auth.ErrInvalidToken
		}
		return &auth.TokenInfo{
			Scopes:     token.Scopes,
			Expiration: token.Expiry,
			UserID:     token.Issuer + " " + token.Subject,
			Extra:      map[string]any{tokenKey: token},
		}, nil
	}
	// The guard has checked the expiry, with its own leeway.
	options := &auth.RequireBearerTokenOptions{ClockSkew: 5 * time.Minute}
	return auth.RequireBearerToken(verified, options)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.Clone(r.Context())
		r.Header.Del("Authorization")
		next.ServeHTTP(w, r)
	}))
}

// maxBody is the size of the largest message that is read.
const maxBody = 1 << 20

// stepUp responds to the call of a tool that the token does not cover as the MCP
// requires: with status 403 and the scopes that the tool needs, so that the client
// can get another token and try again. It runs behind a guard, so that the body of a
// request without a valid token is not read.
//
// The SDK may read the body differently than stepUp does. Then only the challenge is
// missing: gate decides.
func (s *server) stepUp(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			http.Error(w, "the message cannot be read", http.StatusRequestEntityTooLarge)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if need, ok := s.need[toolIn(body)]; ok {
			if _, err := s.auth.Check(r, s.base, need); err != nil {
				s.auth.WriteRefusal(w, r, err)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// toolIn returns the tool that body calls, "" if it calls none.
func toolIn(body []byte) string {
	message, err := jsonrpc.DecodeMessage(body)
	if err != nil {
		return ""
	}
	call, ok := message.(*jsonrpc.Request)
	if !ok || call.Method != "tools/call" {
		return ""
	}
	var params struct {
		Name string `json:"name"`
	}
	if json.Unmarshal(call.Params, &params) != nil {
		return ""
	}
	return params.Name
}

// gate decides whether a tool is called. It runs directly in front of the call that
// the SDK makes. It rejects tools without a requirement.
func (s *server) gate(next mcp.MethodHandler) mcp.MethodHandler {
	return func(ctx context.Context, method string, r mcp.Request) (mcp.Result, error) {
		if method != "tools/call" {
			return next(ctx, method, r)
		}
		if call, ok := r.(*mcp.CallToolRequest); ok {
			need, known := s.need[call.Params.Name]
			if known && need.SatisfiedBy(caller(call.Extra), scopes.Options{}) {
				return next(ctx, method, r)
			}
		}
		return nil, &jsonrpc.Error{Code: jsonrpc.CodeInvalidRequest, Message: "the token does not cover this tool"}
	}
}
