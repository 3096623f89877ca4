package middleware_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// TestChallengesOfTwoSchemes says what is wrong in the challenge of the scheme that was used.
func TestChallengesOfTwoSchemes(t *testing.T) {
	covers(t, "DP-24 DP-25 DP-26 DP-27 DP-45 SU-08 CF-07")
	api := newBoundAPI(t, func(c *middleware.Config) { c.Resource = theBase })
	bound := api.mint(api.key.Confirmation())
	for _, c := range []struct {
		name   string
		fields []string // of Authorization
		proof  string
		need   []scopes.Requirement
		status int
		bearer string // error of the challenge
		dpop   string
	}{
		{"no token", nil, "", nil, 401, "", ""},
		{"a bad token as Bearer", []string{"Bearer " + bound[:len(bound)-8]}, "", nil, 401, "invalid_token", ""},
		{"a bound token as Bearer", []string{"Bearer " + bound}, "", nil, 401, "invalid_token", ""},
		{"no proof", []string{"DPoP " + bound}, "", nil, 401, "", "invalid_dpop_proof"},
		{"a bad proof", []string{"DPoP " + bound}, "opaque", nil, 401, "", "invalid_dpop_proof"},
		{"a good proof of another key", []string{"DPoP " + bound},
			new(testutil.ProofKey).Sign(testutil.Proof{URL: theBase + "/v1/deals", Token: bound, At: api.now}), nil,
			401, "", "invalid_token"},
		{"a scope is missing", []string{"DPoP " + bound}, api.proof(bound),
			[]scopes.Requirement{scopes.Scope("deals-write")},
			403, "", "insufficient_scope"},
		{"another authentication is needed", []string{"DPoP " + bound}, api.proof(bound),
			[]scopes.Requirement{scopes.Authentication(time.Minute)}, 401, "", "insufficient_user_authentication"},
		{"two schemes", []string{"DPoP " + bound, "Bearer " + bound}, api.proof(bound), nil, 400,
			"invalid_request", "invalid_request"},
		{"two tokens in a field", []string{"DPoP " + bound + ", Bearer " + bound}, api.proof(bound), nil, 400,
			"invalid_request", "invalid_request"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := presented{}.request()
			r.Header["Authorization"] = c.fields
			if c.proof != "" {
				r.Header["Dpop"] = []string{c.proof}
			}
			_, err := api.Decide(t.Context(), r, c.need...)
			h := http.Header{}
			status, _ := api.Refuse(h, err)
			got := map[string]string{}
			for _, field := range h["Www-Authenticate"] {
				all, err := parseWWW(field)
				if err != nil || len(all) != 1 || all[0].params["resource_metadata"] == "" {
					t.Fatalf("%q: %v", field, err)
				}
				got[all[0].scheme] = all[0].params["error"]
				if all[0].scheme == "dpop" && !strings.Contains(all[0].params["algs"], "ES256 EdDSA") {
					t.Errorf("algs: %q", field)
				}
			}
			if status != c.status || len(got) != 2 || got["bearer"] != c.bearer || got["dpop"] != c.dpop {
				t.Errorf("%v: status %d, errors %v", err, status, got)
			}
		})
	}
	elsewhere := newBoundAPI(t,
		func(c *middleware.Config) { c.Credentials = []middleware.Credential{{Header: "X-Token"}} })
	vary := http.Header{}
	if elsewhere.AddVary(vary); !slices.Equal(vary["Vary"], []string{"Authorization", "X-Token"}) {
		t.Errorf("the scheme DPoP is a place too: Vary %q", vary["Vary"])
	}
	both := presented{scheme: "DPoP", token: bound, proofs: []string{api.proof(bound)}}.request()
	both.Header["X-Token"] = []string{bound}
	if _, err := elsewhere.Decide(t.Context(), both); reasonOf(err) != middleware.ErrMalformedRequest {
		t.Errorf("two places: %v", err)
	}
	required := newBoundAPI(t, func(c *middleware.Config) { c.DPoP.Required = true })
	_, err := required.Decide(t.Context(), presented{scheme: "Bearer", token: required.mint()}.request())
	h := http.Header{}
	required.Refuse(h, err)
	if fields := h["Www-Authenticate"]; len(fields) != 1 || !strings.HasPrefix(fields[0], "DPoP ") ||
		!strings.Contains(fields[0], "invalid_token") {
		t.Errorf("where DPoP is required: %q", fields)
	}
	if !slices.Contains(strings.Fields(strings.Join(h["Www-Authenticate"], " ")), `algs="ES256`) {
		t.Errorf("%q", h)
	}
}
