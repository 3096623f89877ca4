package testutil_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/testutil"
)

// A unit test calls the handler without a guard, with the claims that it needs.
func ExampleToken() {
	handler := func(w http.ResponseWriter, r *http.Request) {
		token, _ := claims.FromContext(r.Context())
		plan, _ := claims.Get[string](token, "plan")
		fmt.Fprintf(w, "%s has the plan %s", token.ClientID, plan)
	}

	token := testutil.Token(map[string]any{"client_id": "demo-client", "plan": "gold"})
	r := httptest.NewRequest("GET", "/v1/plan", nil)
	w := httptest.NewRecorder()
	handler(w, r.WithContext(claims.NewContext(r.Context(), token)))
	fmt.Println(w.Body)
	// Output: demo-client has the plan gold
}

func TestTokenReadsClaimsAsAGuardDoes(t *testing.T) {
	before := time.Now()
	token := testutil.Token(map[string]any{
		"sub": "alice", "client_id": "app", "scope": "a b", "roles": []string{"trader"}, "tenant": "acme",
		"address": map[string]any{"country": "NO"}, "level": json.RawMessage("7"),
	})
	if token.Issuer != "https://id.example.com" || token.Subject != "alice" || token.Kind != claims.KindUser ||
		token.Tenant != "acme" || !slices.Equal(token.Scopes, []string{"a", "b"}) ||
		!slices.Equal(token.Roles, []string{"trader"}) {
		t.Errorf("token %+v of %s for %s, scopes %q, roles %q",
			token, token.Subject, token.Tenant, token.Scopes, token.Roles)
	}
	if token.Expiry.Before(before) {
		t.Errorf("expired at %v", token.Expiry)
	}
	if country, ok := claims.Get[string](token, "address", "country"); !ok || country != "NO" {
		t.Errorf("country %q", country)
	}
	if level, ok := claims.Get[int](token, "level"); !ok || level != 7 {
		t.Errorf("level %d", level)
	}
	own := testutil.Token(map[string]any{"iss": "https://other.example.com", "exp": 1})
	if own.Issuer != "https://other.example.com" || own.Expiry.Unix() != 1 {
		t.Errorf("issuer %s, expiry %v", own.Issuer, own.Expiry)
	}
}

func TestTokenPanicsAtClaimsThatNoGuardAccepts(t *testing.T) {
	for name, values := range map[string]map[string]any{
		"a subject that is a number":        {"sub": 7},
		"no expiry":                         {"exp": nil},
		"an ID token":                       {"sub": "alice", "nonce": "n"},
		"a value that JSON does not have":   {"f": func() {}},
		"a duplicate name within an object": {"x": json.RawMessage(`{"a":1,"a":2}`)},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			testutil.Token(values)
		})
	}
}
