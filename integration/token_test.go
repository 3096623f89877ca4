package integration_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
)

// Every adapter serves a token of every algorithm, and its authorization status is
// right.
func TestAccepted(t *testing.T) {
	s := startServer(t)
	apis := startAPIs(t, s, nil)
	for _, alg := range algorithms {
		token := s.token(t, alg, "deals-read", "deals-write")
		if got := headerOf(t, token); got.Alg != alg || got.Typ != "at+jwt" {
			t.Fatalf("the server issued %+v, want %s", got, alg)
		}
		for _, a := range apis {
			t.Run(alg+"/"+a.name, func(t *testing.T) {
				for _, method := range []string{http.MethodGet, http.MethodPost} {
					got := a.call(t, method, "/v1/deals", token)
					if got.status != http.StatusOK || string(got.body) != clientID {
						t.Errorf("%s: %d %q, want 200 %q", method, got.status, got.body, clientID)
					}
				}
				checkStatus(t, s, a, token, "deals-read", "deals-write")
			})
		}
	}
}

// checkStatus holds the authorization status against what the server was asked
// for.
func checkStatus(t *testing.T, s *server, a *api, token string, scopes ...string) {
	t.Helper()
	got := a.call(t, http.MethodGet, "/v1/authorizationStatus", token)
	if got.status != http.StatusOK || got.header.Get("Content-Type") != "application/json" ||
		got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("authorization status: %d %v", got.status, got.header)
	}
	var status struct {
		ClientID  string   `json:"client_id"`
		Subject   string   `json:"subject"`
		Issuer    string   `json:"issuer"`
		Audience  []string `json:"audience"`
		TokenID   string   `json:"token_id"`
		Scopes    []string `json:"scopes"`
		ExpiresIn int64    `json:"expires_in"`
	}
	if err := json.Unmarshal(got.body, &status); err != nil {
		t.Fatalf("authorization status: %v in %q", err, got.body)
	}
	if status.ClientID != clientID || status.Subject != clientID || status.Issuer != s.issuer ||
		!slices.Equal(status.Audience, []string{audience}) || status.TokenID == "" {
		t.Errorf("authorization status: %s", got.body)
	}
	if scopes == nil {
		scopes = []string{}
	}
	if status.Scopes == nil || !slices.Equal(status.Scopes, scopes) {
		t.Errorf("scopes %v, want %v", status.Scopes, scopes)
	}
	// The server's tokens live an hour.
	if status.ExpiresIn <= 0 || status.ExpiresIn > 3600 {
		t.Errorf("expires in %d s", status.ExpiresIn)
	}
	if strings.Contains(string(got.body), strings.Split(token, ".")[2]) {
		t.Error("the authorization status holds the token")
	}
}

// A good token without the scope is rejected for that reason, and its authorization
// status is served. The server leaves the claim out if no scope was asked for.
func TestScopes(t *testing.T) {
	s := startServer(t)
	apis := startAPIs(t, s, nil)
	for _, c := range []struct {
		name   string
		scopes []string
		get    int
		post   int
	}{
		{"none", nil, http.StatusForbidden, http.StatusForbidden},
		{"read", []string{"deals-read"}, http.StatusOK, http.StatusForbidden},
		{"write", []string{"deals-write"}, http.StatusForbidden, http.StatusOK},
	} {
		token := s.token(t, "ES256", c.scopes...)
		for _, a := range apis {
			t.Run(c.name+"/"+a.name, func(t *testing.T) {
				checkScope(t, a.call(t, http.MethodGet, "/v1/deals", token), c.get, "deals-read")
				checkScope(t, a.call(t, http.MethodPost, "/v1/deals", token), c.post, "deals-write")
				checkStatus(t, s, a, token, c.scopes...)
			})
		}
	}
}

func checkScope(t *testing.T, got response, status int, scope string) {
	t.Helper()
	if got.status != status {
		t.Errorf("%s: %d, want %d", scope, got.status, status)
	}
	challenge := got.header.Get("WWW-Authenticate")
	if status == http.StatusOK {
		if challenge != "" {
			t.Errorf("%s: a challenge with a 200: %s", scope, challenge)
		}
		return
	}
	for _, want := range []string{`error="insufficient_scope"`, `scope="` + scope + `"`} {
		if !strings.HasPrefix(challenge, "Bearer ") || !strings.Contains(challenge, want) {
			t.Errorf("challenge %q, want %s", challenge, want)
		}
	}
}

// Tokens for other APIs, opaque tokens and changed tokens are rejected, each for its
// reason.
func TestRejected(t *testing.T) {
	s := startServer(t)
	other := startServer(t)
	apis := startAPIs(t, s, nil)
	usual := startAPIs(t, s, func(c *middleware.Config) { c.Issuers[0].Algorithms = nil })
	good := s.token(t, "RS256", "deals-read")
	for _, c := range []struct {
		name   string
		token  string
		apis   []*api
		reason middleware.Reason
		want   string // the challenge's error code
	}{
		{"no token", "", apis, middleware.ErrNoToken, ""},
		{"opaque", s.token(t, "opaque", "deals-read"), apis, middleware.ErrMalformedToken, "invalid_token"},
		{"another API's", s.tokenFor(t, "https://files.example.com/RS256", "deals-read"), apis,
			middleware.ErrWrongAudience, "invalid_token"},
		{"another server's", other.token(t, "RS256", "deals-read"), apis, middleware.ErrUnknownIssuer,
			"invalid_token"},
		{"tampered", tampered(good), apis, middleware.ErrBadSignature, "invalid_token"},
		{"algorithm not allowed", s.token(t, "ES384", "deals-read"), usual, middleware.ErrWrongAlgorithm,
			"invalid_token"},
	} {
		for _, a := range c.apis {
			t.Run(c.name+"/"+a.name, func(t *testing.T) {
				a.events.take()
				got := a.call(t, http.MethodGet, "/v1/deals", c.token)
				if reason := a.events.rejection(); got.status != http.StatusUnauthorized || reason != c.reason {
					t.Errorf("%d for %s, want 401 for %s", got.status, reason, c.reason)
				}
				checkInvalid(t, got, c.want)
				if got := a.call(t, http.MethodGet, "/v1/deals", good); got.status != http.StatusOK {
					t.Errorf("a good token afterwards: %d", got.status)
				}
			})
		}
	}
}

// checkInvalid looks at the challenge of a 401.
func checkInvalid(t *testing.T, got response, code string) {
	t.Helper()
	challenge := got.header.Get("WWW-Authenticate")
	if !strings.HasPrefix(challenge, "Bearer") {
		t.Errorf("challenge %q", challenge)
	}
	if code == "" && strings.Contains(challenge, "error=") || code != "" &&
		!strings.Contains(challenge, `error="`+code+`"`) {
		t.Errorf("challenge %q, want the error %q", challenge, code)
	}
}

// tampered returns token with another bit in the middle of its signature.
func tampered(token string) string {
	at := strings.LastIndexByte(token, '.') + 20
	other := byte('A')
	if token[at] == other {
		other = 'B'
	}
	return token[:at] + string(other) + token[at+1:]
}
