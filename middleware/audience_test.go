package middleware_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// verifyAs verifies a token with these claims as one of an issuer that edit changes.
func verifyAs(
	t *testing.T, audiences []string, edit func(*middleware.Issuer), payload map[string]any,
) (*claims.Token, error) {
	t.Helper()
	issuer := testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"EdDSA"}})
	trusted := middleware.Issuer{URL: issuer.URL(), JWKS: issuer.JWKS()}
	edit(&trusted)
	auth, err := middleware.New(middleware.Config{Audiences: audiences,
		Issuers: []middleware.Issuer{trusted}})
	if err != nil {
		t.Fatal(err)
	}
	return auth.Verify(t.Context(), issuer.Mint(payload))
}

// TestAudienceTemplates: a resource that its issuer names by number is written as a
// template. Identity-Aware Proxy writes /projects/NUMBER/global/backendServices/ID and
// /projects/NUMBER/apps/PROJECT:
// https://cloud.google.com/iap/docs/signed-headers-howto
func TestAudienceTemplates(t *testing.T) {
	const backend = "/projects/123456/global/backendServices/{id}"
	for _, c := range []struct {
		name      string
		templates []string
		aud       any
		want      error
	}{
		{"a backend service", []string{backend}, "/projects/123456/global/backendServices/42", nil},
		{"one of several audiences", []string{backend},
			[]string{"x", "/projects/123456/global/backendServices/42"}, nil},
		{"the second template", []string{"/projects/123456/apps/{app}", backend},
			"/projects/123456/global/backendServices/42", nil},
		{"a placeholder in the middle", []string{"https://api.example.com/{tenant}/v1"},
			"https://api.example.com/acme/v1", nil},
		{"two placeholders", []string{"/p/{a}/x/{b}"}, "/p/1/x/2", nil},
		{"a listed audience besides", []string{backend}, "urn:listed", nil},

		{"another project", []string{backend}, "/projects/999999/global/backendServices/42",
			middleware.ErrWrongAudience},
		{"no value", []string{backend}, "/projects/123456/global/backendServices/",
			middleware.ErrWrongAudience},
		{"no segment", []string{backend}, "/projects/123456/global/backendServices",
			middleware.ErrWrongAudience},
		{"a segment more", []string{backend}, "/projects/123456/global/backendServices/4/2",
			middleware.ErrWrongAudience},
		{"a slash after it", []string{backend}, "/projects/123456/global/backendServices/42/",
			middleware.ErrWrongAudience},
		{"a text before it", []string{backend}, "x/projects/123456/global/backendServices/42",
			middleware.ErrWrongAudience},
		{"a host before it", []string{backend},
			"https://evil.example/projects/123456/global/backendServices/42",
			middleware.ErrWrongAudience},
		{"other letters", []string{backend}, "/Projects/123456/global/backendServices/42",
			middleware.ErrWrongAudience},
		{"no value in the middle", []string{"https://api.example.com/{tenant}/v1"},
			"https://api.example.com//v1",
			middleware.ErrWrongAudience},
		{"another end", []string{"https://api.example.com/{tenant}/v1"}, "https://api.example.com/acme/v12",
			middleware.ErrWrongAudience},
		{"another host", []string{"https://api.example.com/{tenant}/v1"},
			"https://api.example.com.evil/acme/v1",
			middleware.ErrWrongAudience},
		{"the template itself", []string{"/p/{a}/{b}"}, "/p/{b}", middleware.ErrWrongAudience},
		{"no audience", []string{backend}, nil, middleware.ErrWrongAudience},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := verifyAs(t, []string{"urn:listed"}, func(i *middleware.Issuer) {
				i.AudienceTemplates = c.templates
			}, map[string]any{"aud": c.aud})
			if !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}

// TestAnAudienceByTemplateIsOneOfThisAPI: what a template matches is no client, and the
// roles at it are roles here.
func TestAnAudienceByTemplateIsOneOfThisAPI(t *testing.T) {
	token, err := verifyAs(t, nil, func(i *middleware.Issuer) {
		i.AudienceTemplates = []string{"/p/1/{id}"}
		i.Dialect.ClientID = [][]string{{"aud"}}
		i.Dialect.Roles = [][]string{{"access", "{audience}"}}
	}, map[string]any{"aud": "/p/1/x", "client_id": nil, "access": map[string]any{
		"/p/1/x": []string{"reader"}, "/p/2/x": []string{"other"}, "/p/1/y": []string{"other"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if token.ClientID != "" || !slices.Equal(token.Roles, []string{"reader"}) {
		t.Errorf("client %q, roles %q", token.ClientID, token.Roles)
	}
}

// TestMissingAudience: an issuer that writes neither audience nor client can be trusted
// by an API that it serves alone:
// https://github.com/workos/authkit-nextjs/issues/266.
func TestMissingAudience(t *testing.T) {
	allow := func(i *middleware.Issuer) { i.DangerouslyAllowMissingAudience = true }
	for _, c := range []struct {
		name      string
		audiences []string
		aud       any
		want      error
	}{
		{"no aud", nil, nil, nil},
		{"an empty array", nil, []string{}, nil},
		{"an empty string", nil, "", nil},
		{"no aud, and audiences are configured", []string{"this"}, nil, nil},
		{"this API", []string{"this"}, "this", nil},
		{"another API, and none is configured", nil, "other", middleware.ErrWrongAudience},
		{"another API", []string{"this"}, "other", middleware.ErrWrongAudience},
		{"another API after an empty string", []string{"this"}, []string{"", "other"},
			middleware.ErrWrongAudience},
		{"a number", nil, 1, middleware.ErrMalformedToken},
		{"an array with null", nil, []any{nil}, middleware.ErrMalformedToken},
	} {
		t.Run(c.name, func(t *testing.T) {
			payload := map[string]any{"aud": c.aud}
			if _, err := verifyAs(t, c.audiences, allow, payload); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
	t.Run("not unless it is set", func(t *testing.T) {
		for _, aud := range []any{nil, []string{}, ""} {
			_, err := verifyAs(t, []string{"this"}, func(*middleware.Issuer) {}, map[string]any{"aud": aud})
			if !errors.Is(err, middleware.ErrWrongAudience) {
				t.Errorf("aud %q: %v", aud, err)
			}
		}
	})
}

// TestAudienceConfig: an audience is demanded, in exactly one of the ways.
func TestAudienceConfig(t *testing.T) {
	templates := func(list ...string) middleware.Issuer { return middleware.Issuer{AudienceTemplates: list} }
	const field = "AudienceTemplates"
	for _, c := range []struct {
		name      string
		issuer    middleware.Issuer
		audiences []string
		field     string // "" if nothing is wrong
		reason    string // a part of it
	}{
		{"nothing", middleware.Issuer{}, nil, "Audiences", "set an audience"},
		{"a template", templates("/p/{id}"), nil, "", ""},
		{"a template and audiences", templates("/p/{id}"), []string{"a"}, "", ""},
		{"a port and a scheme", templates("https://api.example.com:8443/{id}"), nil, "", ""},
		{"no aud allowed", middleware.Issuer{DangerouslyAllowMissingAudience: true}, nil, "", ""},

		{"no template", templates([]string{}...), nil, field, "leave the list nil"},
		{"an empty one", templates(""), nil, field, "remove the empty string"},
		{"one twice", templates("/p/{id}", "/p/{id}"), nil, field, "list each value once"},
		{"no placeholder", templates("/p/1"), nil, field, "write it into Audiences"},
		{"a brace that stays open", templates("/p/{id"), nil, field, "a whole segment"},
		{"a brace that was not opened", templates("/p/id}"), nil, field, "a whole segment"},
		{"no name", templates("/p/{}"), nil, field, "a whole segment"},
		{"a wildcard", templates("/p/*"), nil, field, "write it into Audiences"},
		{"a pattern", templates("/p/{[0-9]+}"), nil, field, "a whole segment"},
		{"a part of a segment", templates("/p/v{id}"), nil, field, "a whole segment"},
		{"a part of a host", templates("https://{tenant}.example.com/v1"), nil, field, "a whole segment"},
		{"two in one segment", templates("/p/{a}{b}"), nil, field, "a whole segment"},
		{"one name twice", templates("/p/{a}/{a}"), nil, field, "a name of its own"},
		{"nothing fixed", templates("{id}"), nil, field, "begin it with a fixed name"},
		{"a slash alone", templates("/{id}"), nil, field, "begin it with a fixed name"},
		{"a slash and an end", templates("/{id}/v1"), nil, field, "begin it with a fixed name"},
		{"a scheme alone", templates("https://{host}/v1"), nil, field, "begin it with a fixed name"},
		{"a scheme with a slash", templates("spiffe:/{domain}/api"), nil, field,
			"begin it with a fixed name"},
		{"any application", templates("api://{id}"), nil, field, "begin it with a fixed name"},

		{"a template and clients", middleware.Issuer{AudienceTemplates: []string{"/p/{id}"},
			AudienceFromClients: []string{"c"}}, nil, field, "these replace every audience"},
		{"a template and a scope", middleware.Issuer{AudienceTemplates: []string{"/p/{id}"},
			AudienceFromScope: "s"}, nil, field, "these replace every audience"},
		{"no aud and clients", middleware.Issuer{DangerouslyAllowMissingAudience: true,
			AudienceFromClients: []string{"c"}}, nil, "DangerouslyAllowMissingAudience", "remove it"},
		{"no aud and a scope", middleware.Issuer{DangerouslyAllowMissingAudience: true,
			AudienceFromScope: "s"}, nil, "DangerouslyAllowMissingAudience", "remove it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.issuer.URL = "https://id.example.com"
			_, err := middleware.New(middleware.Config{Audiences: c.audiences,
				Issuers: []middleware.Issuer{c.issuer}})
			if c.field == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			var mistake *middleware.ConfigError
			if !errors.As(err, &mistake) || mistake.Field != "Issuers[0]."+c.field ||
				!strings.Contains(mistake.Reason, c.reason) {
				t.Errorf("%v, want %q about %s", err, c.reason, c.field)
			}
		})
	}
}

// TestSomeAudiencesAreThisAPIs: aud may name other APIs too.
func TestSomeAudiencesAreThisAPIs(t *testing.T) {
	for _, aud := range []any{
		"this", []string{"this"}, []string{"account", "other", "this"}, json.RawMessage(`["this","this"]`),
	} {
		_, err := verifyAs(t, []string{"this"}, func(*middleware.Issuer) {}, map[string]any{"aud": aud})
		if err != nil {
			t.Errorf("aud %v: %v", aud, err)
		}
	}
}
