package middleware_test

import (
	"errors"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
)

// TestMistakesInCredentials configures places that cannot hold a token.
func TestMistakesInCredentials(t *testing.T) {
	type list = []middleware.Credential
	for name, c := range map[string]struct {
		places list
		wrong  bool
	}{
		"the usual place":          {nil, false},
		"no place":                 {list{}, true},
		"a place without a field":  {list{{}}, true},
		"a place with two fields":  {list{{Scheme: "Bearer", Cookie: "session"}}, true},
		"a scheme for passwords":   {list{{Scheme: "basic"}}, true},
		"a scheme of two words":    {list{{Scheme: "Bearer token"}}, true},
		"Authorization as a field": {list{{Header: "authorization"}}, true},
		"Cookie as a field":        {list{{Header: "Cookie"}}, true},
		"a field of HTTP itself":   {list{{Header: "Connection"}}, true},
		"a cookie with a space":    {list{{Cookie: "my session"}}, true},
		"the same field twice":     {list{{Header: "X-Token"}, {Header: "x-token"}}, true},
		"several places": {list{{Scheme: "Bearer"}, {Header: "X-Goog-IAP-JWT-Assertion"},
			{Cookie: "__Host-t"}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := middleware.New(middleware.Config{
				Audiences:   []string{theAudience},
				Issuers:     []middleware.Issuer{{URL: theIssuer, JWKS: theKeySet()}},
				Credentials: c.places,
			})
			var mistake *middleware.ConfigError
			if (err != nil) != c.wrong || c.wrong && (!errors.As(err, &mistake) || mistake.Field != "Credentials") {
				t.Errorf("%v", err)
			}
		})
	}
}
