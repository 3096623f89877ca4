package adaptertest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
)

// places tests tokens in other places than the Authorization field.
func (s *suite) places(t *testing.T) {
	reasons := new(log)
	auth := s.auth(t, func(c *middleware.Config) {
		c.Observe = reasons.observe
		c.Credentials = []middleware.Credential{
			{Scheme: "Bearer"}, {Scheme: "Token"}, {Header: "cf-access-jwt-assertion"}, {Cookie: "session"},
			{WebSocketProtocol: "bearer"}, {WebSocketProtocol: "token."}, {DangerouslyQuery: "access_token"},
		}
	})
	api, seen := s.guarded(required(auth), required(auth))
	good, other := s.good(), s.good()
	socket := []string{"Connection", "Upgrade", "Upgrade", "websocket"}
	crossSite := []string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}
	sameSite := []string{"Origin", "https://example.com", "Sec-Fetch-Site", "same-origin"}
	with := func(lists ...[]string) (fields []string) {
		for _, list := range lists {
			fields = append(fields, list...)
		}
		return fields
	}
	for _, c := range []struct {
		name   string
		method string
		query  string
		fields []string
		want   middleware.Reason // "" if the handler runs
	}{
		{"Bearer", "GET", "", []string{"Authorization", "Bearer " + good}, ""},
		{"another scheme", "GET", "", []string{"Authorization", "token " + good}, ""},
		{"a scheme that is not listed", "GET", "", []string{"Authorization", "JWT " + good}, middleware.ErrNoToken},
		{"a field", "POST", "", []string{"Cf-Access-Jwt-Assertion", good}, ""},
		{"a field with a scheme", "GET", "", []string{"Cf-Access-Jwt-Assertion", "Bearer " + good},
			middleware.ErrMalformedRequest},
		{"an empty field", "GET", "", []string{"Cf-Access-Jwt-Assertion", ""}, middleware.ErrMalformedRequest},
		{"the field twice", "GET", "", []string{"Cf-Access-Jwt-Assertion", good, "Cf-Access-Jwt-Assertion", good},
			middleware.ErrMalformedRequest},
		{"two places", "GET", "", []string{"Authorization", "Bearer " + good, "Cf-Access-Jwt-Assertion", good},
			middleware.ErrMalformedRequest},
		{"two places, one of them bad", "GET", "", []string{"Authorization", "Bearer opaque", "Cookie",
			"session=" + good},
			middleware.ErrMalformedRequest},
		{"two tokens", "GET", "", []string{"Cookie", "session=" + good, "Cf-Access-Jwt-Assertion", other},
			middleware.ErrMalformedRequest},

		{"a cookie", "GET", "", []string{"Cookie", "theme=dark; session=" + good}, ""},
		{"a cookie of another name", "GET", "", []string{"Cookie", "Session=" + good}, middleware.ErrNoToken},
		{"the cookie twice", "GET", "", []string{"Cookie", "session=" + good + "; session=" + good},
			middleware.ErrMalformedRequest},
		{"a cookie and Basic", "GET", "", []string{"Cookie", "session=" + good, "Authorization", "Basic eDp5"}, ""},
		{"a cookie, POST of a page of this origin", "POST", "",
			with([]string{"Cookie", "session=" + good}, sameSite), ""},
		{"a cookie, POST of another site", "POST", "", with([]string{"Cookie", "session=" + good}, crossSite),
			middleware.ErrCrossOrigin},
		{"a cookie, POST of a sibling site", "POST", "",
			[]string{"Cookie", "session=" + good, "Sec-Fetch-Site", "same-site"}, middleware.ErrCrossOrigin},
		{"a cookie, POST of an old browser", "POST", "",
			[]string{"Cookie", "session=" + good, "Origin", "https://example.com"}, ""},
		{"a cookie, POST of another site by an old browser", "POST", "",
			[]string{"Cookie", "session=" + good, "Origin", "https://evil.example"}, middleware.ErrCrossOrigin},
		{"a cookie, POST without a proof", "DELETE", "", []string{"Cookie", "session=" + good},
			middleware.ErrCrossOrigin},
		{"a cookie, GET of another site", "GET", "", with([]string{"Cookie", "session=" + good}, crossSite), ""},
		{"a cookie, a WebSocket of another site", "GET", "",
			with([]string{"Cookie", "session=" + good}, crossSite, socket),
			middleware.ErrCrossOrigin},
		{"a cookie, a WebSocket of this origin", "GET", "",
			with([]string{"Cookie", "session=" + good}, sameSite, socket), ""},

		{"a protocol", "GET", "", with(socket, []string{"Sec-WebSocket-Protocol", "chat, bearer, " + good}), ""},
		{"a protocol with a dot", "GET", "", with(socket,
			[]string{"Sec-WebSocket-Protocol", "chat,token." + good}), ""},
		{"a protocol without a token", "GET", "", with(socket, []string{"Sec-WebSocket-Protocol", "chat, bearer"}),
			middleware.ErrMalformedRequest},
		{"a protocol without a WebSocket", "GET", "", []string{"Sec-WebSocket-Protocol", "bearer, " + good},
			middleware.ErrNoToken},

		{"the query of a WebSocket", "GET", "access_token=" + url.QueryEscape(good), socket, ""},
		{"the query of an event stream", "GET", "access_token=" + good,
			[]string{"Accept", "text/event-stream"}, ""},
		{"the query of a usual request", "GET", "access_token=" + good, nil, middleware.ErrNoToken},
		{"the query of a POST", "POST", "access_token=" + good, []string{"Accept", "text/event-stream"},
			middleware.ErrNoToken},
		{"the query twice", "GET", "access_token=" + good + "&access_token=" + good, socket,
			middleware.ErrMalformedRequest},
		{"nothing", "GET", "", nil, middleware.ErrNoToken},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := request(c.method, "")
			r.URL.RawQuery = c.query
			r.RequestURI = r.URL.RequestURI()
			for i := 0; i < len(c.fields); i += 2 {
				r.Header.Add(c.fields[i], c.fields[i+1])
			}
			reasons.take()
			got := do(api, r)
			if c.want == "" {
				if got.status != http.StatusOK {
					t.Errorf("status %d %s", got.status, got.body)
				}
				seen.ran(t, "demo-client")
				return
			}
			seen.idle(t)
			if all := reasons.take(); len(all) != 1 || all[0] != c.want {
				t.Errorf("rejected as %q, want %q", all, c.want)
			}
			challenges := got.header["Www-Authenticate"]
			if c.want == middleware.ErrCrossOrigin {
				if got.status != http.StatusForbidden || challenges != nil {
					t.Errorf("status %d, challenges %q", got.status, challenges)
				}
			} else if len(challenges) != 2 || !strings.HasPrefix(challenges[0], "Bearer ") ||
				!strings.HasPrefix(challenges[1], "Token ") {
				t.Errorf("challenges %q", challenges)
			}
			tellsNothing(t, got, good)
		})
	}
	t.Run("Vary", func(t *testing.T) {
		api, _ := s.guarded(optional(auth))
		vary := strings.Join(do(api, get("")).header["Vary"], ", ")
		if want := "Authorization, Cf-Access-Jwt-Assertion, Cookie, Sec-WebSocket-Protocol"; vary != want {
			t.Errorf("Vary %q, want %q", vary, want)
		}
	})
}
