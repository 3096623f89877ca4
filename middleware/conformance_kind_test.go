package middleware_test

import (
	"context"
	"errors"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
)

// TestKindOfToken is about tokens that are not access tokens, or not the
// bearer's: RFC 8725, section 3.12, RFC 7800.
func TestKindOfToken(t *testing.T) {
	w := newWorld(t, nil)
	g := good()
	jwt := g.head("typ", `"JWT"`)
	var cases []hostile
	for name, d := range map[string]draft{
		"an ID token with at_hash": jwt.claim("at_hash", `"x"`),
		"an ID token with c_hash":  jwt.claim("c_hash", `"x"`), "an ID token with nonce": jwt.claim("nonce", `"x"`),
		"a logout token":            jwt.claim("events", `{"http://schemas.openid.net/event/backchannel-logout":{}}`),
		"a DPoP proof":              jwt.claim("htm", `"GET"`),
		"an introspection response": jwt.claim("token_introspection", `{"active":true}`),
		"an s_hash":                 jwt.claim("s_hash", `"x"`),
		"token_use id":              jwt.claim("token_use", `"id"`), "token_use refresh": jwt.claim("token_use", `"refresh"`),
		"typ ID":      jwt.claim("typ", `"ID"`),
		"typ Refresh": jwt.claim("typ", `"Refresh"`), "typ Offline": jwt.claim("typ", `"Offline"`),
		"typ Logout": jwt.claim("typ", `"Logout"`),
	} {
		cases = append(cases, hostile{name, "P-18 ATK-D13 ATK-D14", d.token(), notAccess, jwt.token()})
	}
	for name, cnf := range map[string]string{
		"jkt":      `{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}`,
		"x5t#S256": `{"x5t#S256":"A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0"}`,
		"jwk":      `{"jwk":{"kty":"EC"}}`, "both": `{"jkt":"x","x5t#S256":"y"}`, "unknown": `{"vendor":1}`,
		"empty": `{}`, "null": `null`, "a string": `"x"`, "an array": `[]`,
	} {
		cases = append(cases, hostile{"cnf " + name, "CF-03 DP-23 ML-01 ML-06 ATK-D23 ATK-I01",
			g.claim("cnf", cnf).token(), notHolder, ""})
	}
	w.rejectsAll(t, cases)
	row(t, "a bound token with a proof, and by its own scheme", "DP-23 ATK-I01 ATK-I10", func(t *testing.T) {
		bound := g.claim("cnf", `{"jkt":"x"}`).token()
		w.rejects(t, request("GET", "/deals", "Authorization", "Bearer "+bound, "DPoP",
			good().head("typ", `"dpop+jwt"`).token()), notHolder)
		w.rejects(t, request("GET", "/deals", "Authorization", "DPoP "+bound), middleware.ErrNoToken)
		w.rejects(t, request("GET", "/deals", "Authorization", "DPoP "+g.token()), middleware.ErrNoToken)
	})
	row(t, "a denylist", "ATK-E08 O-04 FA-03", func(t *testing.T) {
		w := newWorld(t, func(c *middleware.Config) { c.Revoked = revokedIDs("b1946ac9") })
		w.serves(t, bearing(g.claim("jti", `"other"`).token()), "not on it")
		w.rejects(t, bearing(g.token()), middleware.ErrRevoked)
		broken := newWorld(t, func(c *middleware.Config) {
			c.Revoked = func(context.Context, *claims.Token) (bool, error) {
				return false,
					errors.New("upstream-host down")
			}
		})
		broken.rejects(t, bearing(g.token()), middleware.ErrUnavailable)
	})
	row(t, "an issuer's own rule", "O-04 BC-03", func(t *testing.T) {
		w := newWorld(t, func(c *middleware.Config) {
			c.Issuers[0].Validate = func(t *claims.Token) error {
				if t.ClientID != "deal-robot" {
					return errors.New("upstream-host says no to mallory")
				}
				return nil
			}
		})
		w.serves(t, bearing(g.token()), "the client")
		w.rejects(t, bearing(g.claim("client_id", `"other"`).token()), middleware.ErrRejected)
	})
}
