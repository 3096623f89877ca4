package middleware_test

import (
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
)

// TestATokenNamesItsCaller tries tokens that name a subject, a client, both or neither.
// An API may take an empty name for an identity.
func TestATokenNamesItsCaller(t *testing.T) {
	g := good()
	both, none := g.token(), g.claim("sub", "").claim("client_id", "").token()
	for _, c := range []struct {
		name    string
		dialect claims.Dialect
		token   string
		want    middleware.Reason
	}{
		{"both", claims.Dialect{}, both, ""},
		{"a subject", claims.Dialect{}, g.claim("client_id", "").token(), ""},
		{"a client", claims.Dialect{}, g.claim("sub", "").token(), ""},
		{"neither", claims.Dialect{}, none, middleware.ErrMalformedToken},
		{"neither, on purpose", claims.Dialect{Anonymous: true}, none, ""},
		{"a client that the dialect does not read", claims.Dialect{ClientID: [][]string{{"client"}}},
			g.claim("sub", "").token(), middleware.ErrMalformedToken},
		{"named by Customize",
			claims.Dialect{Customize: func(_ claims.Payload, t *claims.Token) { t.ClientID = "x" }}, none, ""},
		{"unnamed by Customize", claims.Dialect{Customize: func(_ claims.Payload, t *claims.Token) {
			t.ClientID, t.Subject = "", ""
		}}, both, middleware.ErrMalformedToken},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, func(config *middleware.Config) { config.Issuers[0].Dialect = c.dialect })
			if _, err := w.auth.Verify(t.Context(), c.token); reasonOf(err) != c.want {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}
