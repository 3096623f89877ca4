package examples_test

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
)

// A status is the part of an authorization status that every caller gets.
type status struct {
	ClientID     string   `json:"client_id"`
	Tenant       string   `json:"tenant"`
	SourceSystem string   `json:"source_system"`
	Scopes       []string `json:"scopes"`
	Roles        []string `json:"roles"`
	ExpiresIn    int      `json:"expires_in"`
}

func (want status) check(t *testing.T, body string) {
	t.Helper()
	if !strings.HasPrefix(body, `{"client_id":"`) || !strings.Contains(body, `,"tenant":"`) ||
		!strings.Contains(body, `,"source_system":"`) || !strings.Contains(body, `,"scopes":[`) {
		t.Errorf("a member is missing, or not in its place: %s", body)
	}
	var got status
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatalf("status %q: %v", body, err)
	}
	if got.ClientID != want.ClientID || got.Tenant != want.Tenant || got.SourceSystem != want.SourceSystem ||
		!slices.Equal(got.Scopes, want.Scopes) || !slices.Equal(got.Roles, want.Roles) {
		t.Errorf("status %s, want %+v", body, want)
	}
	if got.ExpiresIn > want.ExpiresIn || got.ExpiresIn < want.ExpiresIn-60 {
		t.Errorf("expires in %d s, want about %d", got.ExpiresIn, want.ExpiresIn)
	}
}

// TestFlows runs every example with every system that it can play, and uses the
// printed commands.
func TestFlows(t *testing.T) {
	demo := status{ClientID: "demo-client", Scopes: []string{"deals-read", "deals-write"}, ExpiresIn: 3600}
	firm := status{ClientID: "api-fake-test.client",
		Scopes: []string{"deals-read", "permissions-read", "sockets-read"}, ExpiresIn: 1200}
	ipreo := firm
	ipreo.Tenant = "395465"
	for _, c := range []struct {
		name        string
		program     string
		args        []string
		want        status
		read, write int // the statuses of GET and POST /v1/deals
	}{
		{"quickstart", "quickstart", nil, demo, 200, 201},
		{"nethttp", "nethttp", nil, demo, 200, 201},
		{"gin", "gin", nil, demo, 200, 201},
		{"standard", "quickstart", []string{"-dialect", "standard"}, demo, 200, 201},
		{"standard, another audience", "quickstart", []string{"-audience", "https://api.example.org/v1"},
			demo, 200, 201},
		{"identityserver", "quickstart", []string{"-dialect", "identityserver"}, firm, 200, 403},
		{"ipreo", "quickstart", []string{"-dialect", "ipreo"}, ipreo, 200, 403},
		{"c4t", "quickstart", []string{"-dialect", "c4t"}, status{
			ClientID: "1c7d9d3e-54b6-4f4c-b8a0-2f6f0f1f7a11", Tenant: "c4t-tenant-0042", SourceSystem: "SAP-ECC-BE01",
			Scopes: []string{"Declarations.Write", "Declarations.Read"},
			Roles:  []string{"Declarations.Write", "Declarations.Read"}, ExpiresIn: 3599,
		}, 403, 403},
		{"cadasto", "quickstart", []string{"-dialect", "cadasto"}, status{
			ClientID: "lab-connector", Tenant: "mycompany", Scopes: []string{"api.read", "api.write"}, ExpiresIn: 3600,
		}, 403, 403},
		{"connect2id", "quickstart", []string{"-dialect", "connect2id"}, status{
			ClientID: "yfwkw4qlmhv4q", SourceSystem: "house-gw-7",
			Scopes: []string{"openid", "access_cam", "read_thermostat", "set_thermostat"}, ExpiresIn: 3600,
		}, 403, 403},
		{"cern", "quickstart", []string{"-dialect", "cern"}, status{
			ClientID: "my-client-id", Scopes: []string{}, Roles: []string{"default-role", "writer"}, ExpiresIn: 1200,
		}, 403, 403},
		{"cern, another audience", "quickstart", []string{"-dialect", "cern", "-audience", "my-api"}, status{
			ClientID: "my-client-id", Scopes: []string{}, Roles: []string{"default-role", "writer"}, ExpiresIn: 1200,
		}, 403, 403},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := start(t, 2, c.program, c.args...)
			t.Run("sh", func(t *testing.T) { c.want.check(t, p.throughShell(t)) })
			token := p.token(t)
			got := p.call(t, http.MethodGet, "/v1/authorizationStatus", token)
			if got.status != http.StatusOK || got.header.Get("Cache-Control") != "no-store" {
				t.Errorf("status %d, Cache-Control %q", got.status, got.header.Get("Cache-Control"))
			}
			c.want.check(t, got.body)

			for _, call := range []struct {
				method, scope string
				want          int
			}{{http.MethodGet, "deals-read", c.read}, {http.MethodPost, "deals-write", c.write}} {
				got := p.call(t, call.method, "/v1/deals", token)
				if got.status != call.want {
					t.Errorf("%s: status %d, want %d", call.method, got.status, call.want)
				}
				challenge := got.header.Get("WWW-Authenticate")
				if refused := call.want == http.StatusForbidden; refused != strings.Contains(challenge,
					`error="insufficient_scope"`) ||
					refused != strings.Contains(challenge, `scope="`+call.scope+`"`) {
					t.Errorf("%s: status %d with the challenge %q", call.method, got.status, challenge)
				}
				if call.want < 300 && !strings.Contains(got.body, c.want.ClientID) {
					t.Errorf("%s: the handler does not know the caller: %s", call.method, got.body)
				}
			}
			if got := p.call(t, http.MethodGet, "/v1/deals", ""); got.status != http.StatusUnauthorized {
				t.Errorf("without a token: status %d", got.status)
			}
			for _, path := range []string{"/healthz", "/readyz"} {
				if got := p.call(t, http.MethodGet, path, ""); got.status != http.StatusOK || got.body != "" {
					t.Errorf("%s: %d %s", path, got.status, got.body)
				}
			}
			leaksNothing(t, p.stop(t, os.Interrupt), token)
		})
	}
}

// leaksNothing fails the test if the log holds a part of the token.
func leaksNothing(t *testing.T, log, token string) {
	t.Helper()
	for part := range strings.SplitSeq(token, ".") {
		if strings.Contains(log, part) {
			t.Errorf("the log holds %.20q… of the token", part)
		}
	}
}
