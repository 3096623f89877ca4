package middleware_test

import (
	"math"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
)

// TestFurtherMembersOfTheStatus adds members to the authorization status.
func TestFurtherMembersOfTheStatus(t *testing.T) {
	for name, names := range map[string]map[string]string{
		"usual names": nil, "other names": {"client_id": "clientId", "token_id": "id"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(c *middleware.Config) {
				c.StatusNames = names
				c.StatusMembers = func(t *claims.Token) map[string]any {
					return map[string]any{
						"plan": "gold", "about": t.Subject, "client_id": "mallory", "clientId": "mallory", "id": "mallory",
						"scopes": "mallory", "odd": math.NaN(),
					}
				}
			})
			rec := httptest.NewRecorder()
			w.auth.AuthorizationStatusHandler().ServeHTTP(rec,
				request("GET", "/", "Authorization", "Bearer "+good().token()))
			body := rec.Body.String()
			if rec.Code != 200 || !strings.Contains(body, `"about":`) ||
				!strings.HasSuffix(body, "\"plan\":\"gold\"}\n") {
				t.Errorf("status %d, body %s", rec.Code, body)
			}
			taken := []string{`"client_id":"mallory"`, `"scopes":"mallory"`, "odd"}
			if names != nil {
				taken = []string{`"clientId":"mallory"`, `"id":"mallory"`, `"scopes":"mallory"`, "odd"}
			}
			for _, text := range taken {
				if strings.Contains(body, text) {
					t.Errorf("%s in %s", text, body)
				}
			}
		})
	}
}
