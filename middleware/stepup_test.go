package middleware_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// TestStepUp is about routes that require an authentication of the user of a certain kind
// or age (RFC 9470), from the token in the request to the challenge in the response.
func TestStepUp(t *testing.T) {
	// The API behind httpauth, with the routes that the test is about.
	w := newWorld(t, func(c *middleware.Config) { c.Resource = "https://api.example.com" })
	const silver, gold = "urn:example:silver", "urn:example:gold"
	read := scopes.Scope("deals-read")
	mux := http.NewServeMux()
	for path, need := range map[string][]scopes.Requirement{
		"/acr":       {scopes.Authentication(0, gold, silver)},
		"/age":       {scopes.Authentication(5 * time.Minute)},
		"/both":      {read, scopes.Authentication(5*time.Minute, gold, silver)},
		"/one":       {scopes.All(read, scopes.Authentication(time.Hour, silver))},
		"/two":       {scopes.Authentication(time.Hour), scopes.Authentication(5*time.Minute, gold)},
		"/otherwise": {scopes.Any(scopes.Role("auditor"), scopes.Authentication(0, gold))},
	} {
		mux.Handle(path, httpauth.Require(w.auth,
			need...)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { w.ran.Add(1) })))
	}
	nested := httpauth.Require(w.auth, read)(httpauth.Require(w.auth,
		scopes.Authentication(0, gold))(http.HandlerFunc(func(http.ResponseWriter,
		*http.Request) {
		w.ran.Add(1)
	})))
	mux.Handle("/nested", nested)
	api := adapter{"httpauth", mux}

	g := good().claim("scope", `"deals-read"`)
	with := func(acr string, ago time.Duration) draft {
		return g.claim("acr", acr).claim("auth_time", at(-ago))
	}
	ask := func(path, token string) outcome {
		return w.send(api, request("GET", path, "Authorization", "Bearer "+token))
	}
	served := func(t *testing.T, path string, d draft) {
		t.Helper()
		if o := ask(path, d.token()); o.status != 200 || !o.ran {
			t.Errorf("%s: status %d, %s", path, o.status, o.logged)
		}
	}
	// challenged checks that the request is rejected, with exactly these parameters in
	// the challenge in addition to those that every challenge has.
	challenged := func(t *testing.T, path string, d draft, want map[string]string) {
		t.Helper()
		token := d.token()
		o := ask(path, token)
		if o.status != 401 || o.ran || o.panic != nil {
			t.Errorf("%s: status %d, handler ran: %v, panic %v", path, o.status, o.ran, o.panic)
		}
		if leak := leaked(request("GET", path, "Authorization", "Bearer "+token), o); leak != "" {
			t.Error(leak)
		}
		fields := o.header["Www-Authenticate"]
		if len(fields) != 1 {
			t.Fatalf("%s: %q", path, fields)
		}
		all, err := parseWWW(fields[0])
		if err != nil || len(all) != 1 || all[0].scheme != "bearer" || all[0].twice {
			t.Fatalf("%s: %q: %v", path, fields[0], err)
		}
		got := all[0].params
		if got["error"] != "insufficient_user_authentication" || got["realm"] == "" ||
			got["resource_metadata"] == "" || got["error_description"] == "" {
			t.Errorf("%s: %q", path, fields[0])
		}
		for _, name := range []string{"acr_values", "max_age", "scope"} {
			if value, there := got[name]; value != want[name] || there != (want[name] != "") {
				t.Errorf("%s: %s is %q, want %q; %s", path, name, value, want[name], fields[0])
			}
		}
		if !strings.Contains(o.body, `"error":"insufficient_user_authentication"`) ||
			o.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v %s", path, o.header, o.body)
		}
		if !strings.Contains(o.logged, "insufficient_user_authentication") {
			t.Errorf("%s: the log says %q", path, o.logged)
		}
	}

	row(t, "401 insufficient_user_authentication for each kind of shortcoming", "SU-01", func(t *testing.T) {
		challenged(t, "/acr", with(`"urn:example:bronze"`, 0), map[string]string{"acr_values": gold + " " + silver})
		challenged(t, "/acr", with(quoted(strings.ToUpper(gold)), 0),
			map[string]string{"acr_values": gold + " " + silver})
		challenged(t, "/age", with(quoted(gold), time.Hour), map[string]string{"max_age": "300"})
		served(t, "/acr", with(quoted(gold), 0))
		served(t, "/acr", with(quoted(silver), 99*time.Hour))
		served(t, "/age", with(`"any"`, time.Minute))
	})
	row(t, "the acr values in the order that the route has them", "SU-02", func(t *testing.T) {
		order := newWorld(t, nil)
		need := scopes.Authentication(0, "c", "a", "b")
		h := httpauth.Require(order.auth, need)(http.NotFoundHandler())
		o := order.send(adapter{"httpauth", h}, request("GET", "/", "Authorization", "Bearer "+g.token()))
		if field := o.header.Get("WWW-Authenticate"); !strings.Contains(field, `acr_values="c a b"`) {
			t.Error(field)
		}
	})
	row(t, "max_age is a whole number of seconds", "SU-03", func(t *testing.T) {
		for age, want := range map[time.Duration]string{time.Second: "1", 90 * time.Minute: "5400",
			24 * 365 * time.Hour: "31536000"} {
			h := httpauth.Require(w.auth, scopes.Authentication(age))(http.NotFoundHandler())
			o := w.send(adapter{"httpauth", h}, request("GET", "/", "Authorization", "Bearer "+g.token()))
			all, err := parseWWW(o.header.Get("WWW-Authenticate"))
			if err != nil || len(all) != 1 || all[0].params["max_age"] != want {
				t.Errorf("%v: %q", age, o.header)
			}
		}
		for _, age := range []time.Duration{-time.Second, time.Millisecond, 1500 * time.Millisecond} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("a route may demand an age of %v", age)
					}
				}()
				httpauth.Require(w.auth, scopes.Authentication(age))
			}()
		}
	})
	row(t, "everything that is lacking in one challenge", "SU-04", func(t *testing.T) {
		everything := map[string]string{"acr_values": gold + " " + silver, "max_age": "300", "scope": "deals-read"}
		challenged(t, "/both", g, everything)
		challenged(t, "/both", with(quoted(gold), time.Hour), everything)
		challenged(t, "/both", with(`"x"`, 0), everything)
		challenged(t, "/both", g.claim("scope", ""), everything)
		challenged(t, "/one", g, map[string]string{"acr_values": silver, "max_age": "3600", "scope": "deals-read"})
		challenged(t, "/two", with(quoted(gold), 30*time.Minute),
			map[string]string{"acr_values": gold, "max_age": "300"})
		served(t, "/both", with(quoted(silver), time.Minute))
		served(t, "/one", with(quoted(silver), 30*time.Minute))
		served(t, "/two", with(quoted(gold), time.Minute))
	})
	row(t, "a missing scope alone is no case for a new authentication", "SU-04 B-21", func(t *testing.T) {
		o := ask("/both", with(quoted(gold), 0).claim("scope", `"x"`).token())
		if o.ran || o.check("GET", middleware.ErrInsufficientScope) != nil {
			t.Error(o.check("GET", middleware.ErrInsufficientScope))
		}
		if field := o.header.Get("WWW-Authenticate"); strings.Contains(field, "acr_values") ||
			strings.Contains(field, "max_age") || !strings.Contains(field, `scope="deals-read"`) {
			t.Error(field)
		}
	})
	row(t, "acr and auth_time are the token's, and absent is not enough", "SU-05", func(t *testing.T) {
		for _, acr := range []string{"", `""`, "null", `["urn:example:gold"]`, "1", `{"value":"urn:example:gold"}`,
			quoted(gold + " " + silver)} {
			challenged(t, "/acr", with(acr, 0), map[string]string{"acr_values": gold + " " + silver})
		}
		challenged(t, "/age", g, map[string]string{"max_age": "300"})
		challenged(t, "/age", g.claim("iat", at(0)), map[string]string{"max_age": "300"})
		r := request("GET", "/acr?acr="+gold, "Authorization", "Bearer "+g.token(), "Acr", gold, "X-Acr", gold)
		if o := w.send(api, r); o.status != 401 || o.ran {
			t.Errorf("the request says it: status %d", o.status)
		}
	})
	row(t, "the age is auth_time's, to the leeway", "SU-06 ATK-D22", func(t *testing.T) {
		const leeway = 30 * time.Second
		served(t, "/age", with("", 5*time.Minute))
		served(t, "/age", with("", 5*time.Minute+leeway))
		challenged(t, "/age", with("", 5*time.Minute+leeway+time.Second), map[string]string{"max_age": "300"})
		served(t, "/age", with("", -leeway))
		challenged(t, "/age", with("", -leeway-time.Second), map[string]string{"max_age": "300"})
		for _, value := range []string{"0", "-1", "1e300", "9223372036854775808", `"` + at(0) + `"`, "null", "true",
			"[" + at(0) + "]", "{}"} {
			challenged(t, "/age", g.claim("auth_time", value), map[string]string{"max_age": "300"})
		}
	})
	row(t, "a remembered token grows too old", "SU-06 ATK-G06", func(t *testing.T) {
		d := with(quoted(gold), 0)
		served(t, "/age", d)
		w.clock.Store(int64(6 * time.Minute))
		defer w.clock.Store(0)
		challenged(t, "/age", d, map[string]string{"max_age": "300"})
		served(t, "/acr", d)
	})
	row(t, "a bad token is told nothing of what it would need", "SU-07", func(t *testing.T) {
		for name, token := range map[string]string{
			"forged":   with(`"x"`, time.Hour).by("foreign-ec", "ES256").token(),
			"expired":  with(`"x"`, time.Hour).claim("exp", at(-time.Hour)).token(),
			"for else": with(`"x"`, time.Hour).claim("aud", `"x"`).token(),
			"bound":    with(`"x"`, time.Hour).claim("cnf", `{"jkt":"x"}`).token(),
			"":         "",
		} {
			r := request("GET", "/both", "Authorization", "Bearer "+token)
			if token == "" {
				r.Header.Del("Authorization")
			}
			o := w.send(api, r)
			field := o.header.Get("WWW-Authenticate")
			if o.status != 401 || o.ran || strings.Contains(field+o.body, "acr_values") ||
				strings.Contains(field+o.body, "max_age") || strings.Contains(field+o.body, "insufficient_user") {
				t.Errorf("%s: status %d, %s %s", name, o.status, field, o.body)
			}
		}
	})
	t.Run("an alternative that needs no step up", func(t *testing.T) {
		served(t, "/otherwise", g.claim("roles", `["auditor"]`))
		challenged(t, "/otherwise", g, map[string]string{"acr_values": gold})
	})
	t.Run("an inner guard", func(t *testing.T) {
		challenged(t, "/nested", g, map[string]string{"acr_values": gold, "scope": "deals-read"})
		served(t, "/nested", with(quoted(gold), 0))
	})
}
