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

// tokenKey is where the verified token is in auth.TokenInfo.Extra.
const tokenKey = "bearerguard"

// identify tells the SDK who is calling, after bearerguard has let the request
// in: the SDK keeps sessions to the user that began them. Then it takes the
// Authorization field away, which the SDK would hand to the tools: a token must
// not go on to other services.
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
	// bearerguard has judged the time, with its own leeway.
	options := &auth.RequireBearerTokenOptions{ClockSkew: 5 * time.Minute}
	return auth.RequireBearerToken(verified, options)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.Clone(r.Context())
		r.Header.Del("Authorization")
		next.ServeHTTP(w, r)
	}))
}

// maxBody is the size of the largest message that is read.
const maxBody = 1 << 20

// stepUp answers the call of a tool that the token does not cover as the MCP
// wants it: status 403 and the scopes that are needed for it, so that a client
// can get a better token and try again. It runs behind a guard, so that nobody's
// body is read who has no token.
//
// What it reads out of the body is a guess about what the SDK will make of it.
// A wrong guess costs the challenge and nothing else: gate decides.
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

// gate is what decides about tools: it stands before the very call that the SDK
// makes. A tool that it does not know is nobody's.
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
