package middleware_test

import (
	"testing"

	"github.com/bearerguard/bearerguard/claims/dialects"
	"github.com/bearerguard/bearerguard/middleware"
)

// TestClaimsThatDecideNothing serves tokens with claims of other types than their RFCs say,
// as issuers write them, and refuses the same claims where they decide.
func TestClaimsThatDecideNothing(t *testing.T) {
	g := good()
	noSub, unnamed := g.claim("sub", "null"), g.claim("client_id", `""`)
	clients := func(config *middleware.Config) {
		config.Issuers[0].AudienceFromClients = []string{"deal-robot"}
	}
	maxAge := func(config *middleware.Config) { config.Issuers[0].MaxAge = 1e12 }
	for _, c := range []struct {
		name   string
		token  string
		change func(*middleware.Config)
		want   middleware.Reason
	}{
		// https://github.com/supabase/auth/pull/2274
		{"amr of objects", g.claim("amr", `[{"method":"password","timestamp":1700000000}]`).token(), nil, ""},
		{"aud null where clients stand for it", g.claim("aud", "null").token(), clients, ""},
		{"aud null", g.claim("aud", "null").token(), nil, middleware.ErrWrongAudience},
		{"aud of null where clients stand for it", g.claim("aud", "[null]").token(), clients, malformed},
		{"aud a number where clients stand for it", g.claim("aud", "7").token(), clients, malformed},
		// https://github.com/sebadob/rauthy/issues/1646
		{"sub null in the token of a client", g.claim("sub", "null").token(), nil, ""},
		{"sub null without a client", noSub.claim("client_id", "").token(), nil, malformed},
		{"sub null with a client_id that is null", noSub.claim("client_id", "null").token(), nil, malformed},
		{"sub null with an empty client_id", noSub.claim("client_id", `""`).token(), nil, malformed},
		{"an empty client_id with azp", unnamed.claim("azp", `"deal-robot"`).token(), clients, ""},
		{"an empty client_id where clients stand for aud", unnamed.token(), clients, middleware.ErrWrongAudience},
		{"an empty jti", g.claim("jti", `""`).token(), nil, ""},
		{"iat null where the age counts", g.claim("iat", "null").token(), maxAge, malformed},
		{"Email and email, which decide nothing", g.also(`"Email"`, `1`).also(`"email"`, `2`).token(), nil, ""},
		{"Groups, which could be taken for groups", g.also(`"Groups"`, `["admin"]`).token(), nil, malformed},
		{"cnf null", g.claim("cnf", "null").token(), nil, notHolder},
		{"a refresh token", g.claim("tokenType", `"refresh-token"`).token(), nil, notAccess},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, c.change)
			if _, err := w.auth.Verify(t.Context(), c.token); reasonOf(err) != c.want {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

// TestEveryDialectWantsAName tries tokens without a subject and a client with every dialect.
func TestEveryDialectWantsAName(t *testing.T) {
	g := good().claim("client_id", "")
	for _, name := range dialects.Names() {
		d, err := dialects.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		if d.Anonymous {
			continue
		}
		w := newWorld(t, func(config *middleware.Config) { config.Issuers[0].Dialect = d })
		empty := newWorld(t, func(config *middleware.Config) {
			config.Issuers[0].Dialect = d
			config.Issuers[0].Dialect.EmptySubject = true
			config.Issuers[0].Dialect.NotAccess = nil
			config.Issuers[0].Dialect.Types = nil
		})
		for _, sub := range []string{"", "null", `""`} {
			for _, clients := range []string{`null`, `""`} {
				d := g.claim("sub", sub)
				for _, claim := range []string{"azp", "cid", "appid"} {
					d = d.claim(claim, clients)
				}
				token := d.token()
				if _, err := w.auth.Verify(t.Context(), token); err == nil {
					t.Errorf("%s: sub %s and clients %s: accepted", name, sub, clients)
				}
				if _, err := empty.auth.Verify(t.Context(), token); err == nil {
					t.Errorf("%s with EmptySubject: sub %s and clients %s: accepted", name, sub, clients)
				}
			}
		}
	}
}
