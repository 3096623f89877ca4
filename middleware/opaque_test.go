package middleware_test

import (
	"net/http"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// TestOpaqueTokens: one word after Bearer is one token, whichever characters it has (RFC
// 6749, appendix A.12). It is no token of ours, which a client learns from 401. Only what
// is not exactly one credential is 400. Tokens such as 5|ZNDi5LnP are those of
// https://github.com/RapidAPI/feedback/issues/33.
func TestOpaqueTokens(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"EdDSA"}})
	auth, err := middleware.New(middleware.Config{
		Audiences: []string{issuer.Audience()},
		Issuers:   []middleware.Issuer{{URL: issuer.URL(), JWKS: issuer.JWKS()}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		word string
		want middleware.Reason
	}{
		{"mallory", middleware.ErrMalformedToken},
		{"5|ZNDi5LnPM5rIx5mqGUfoGvnFnVrPYc9dhYmWGfLo", middleware.ErrMalformedToken},
		{"abc$2y$10:def!", middleware.ErrMalformedToken},
		{"urn:uuid:7a1b;v=2", middleware.ErrMalformedToken},
		{`"quoted"`, middleware.ErrMalformedToken},
		{"{6fd1a9c2-7d1b-4e3a-9a55-0f7b6a1d2e3f}", middleware.ErrMalformedToken},
		{"a=b==", middleware.ErrMalformedToken},
		{"a%2Eb%2Ec", middleware.ErrMalformedToken},

		{"a b", middleware.ErrMalformedRequest},
		{"a\tb", middleware.ErrMalformedRequest},
		{"a,b", middleware.ErrMalformedRequest},
		{"a|b, Bearer c", middleware.ErrMalformedRequest},
		{"a\x00b", middleware.ErrMalformedRequest},
		{"a\x7fb", middleware.ErrMalformedRequest},
		{"aéb", middleware.ErrMalformedRequest},
		{"=", middleware.ErrMalformedRequest},
	} {
		t.Run(c.word, func(t *testing.T) {
			r := &http.Request{Header: http.Header{"Authorization": {"Bearer " + c.word}}}
			if _, err := auth.Check(r); reasonOf(err) != c.want {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}
