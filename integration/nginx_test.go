package integration_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/labstack/echo/v4"

	"github.com/bearerguard/bearerguard/adapters/echoauth"
	"github.com/bearerguard/bearerguard/adapters/ginauth"
	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// nginxConfig is for nginx in front of an API: it caches what the API says may be cached.
const nginxConfig = `
daemon off;
error_log stderr;
pid %[1]s/pid;
worker_processes 1;
events {}
http {
	access_log off;
	client_body_temp_path %[1]s/body;
	proxy_temp_path %[1]s/proxy;
	fastcgi_temp_path %[1]s/fastcgi;
	uwsgi_temp_path %[1]s/uwsgi;
	scgi_temp_path %[1]s/scgi;
	proxy_cache_path %[1]s/cache keys_zone=responses:1m;
	server {
		listen unix:%[1]s/socket;
		location / {
			proxy_pass %[2]s;
			proxy_cache responses;
			add_header X-Cache $upstream_cache_status always;
		}
	}
}
`

// cacheable writes a response that shared caches keep, and which differs by caller.
func cacheable(w http.ResponseWriter, token *claims.Token) {
	w.Header().Set("Cache-Control", "public, max-age=600")
	if token == nil {
		_, _ = io.WriteString(w, "anonymous")
		return
	}
	_, _ = io.WriteString(w, token.ClientID)
}

// optionals build an API with one optional route in each of the frameworks.
var optionals = map[string]func(*middleware.Authenticator) http.Handler{
	"nethttp": func(a *middleware.Authenticator) http.Handler {
		return httpauth.Optional(a)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			cacheable(w, httpauth.Token(r))
		}))
	},
	"echo": func(a *middleware.Authenticator) http.Handler {
		e := echo.New()
		e.GET("/", func(c echo.Context) error {
			cacheable(c.Response(), echoauth.Token(c))
			return nil
		}, echoauth.Optional(a))
		return e
	},
	"gin": func(a *middleware.Authenticator) http.Handler {
		gin.SetMode(gin.ReleaseMode)
		g := gin.New()
		g.GET("/", ginauth.Optional(a), func(c *gin.Context) { cacheable(c.Writer, ginauth.Token(c)) })
		return g
	},
}

func TestASharedCacheGivesEachCallerItsOwnResponse(t *testing.T) {
	requireIntegration(t)
	for name, build := range optionals {
		t.Run(name, func(t *testing.T) {
			issuer := testutil.NewIssuer(t, testutil.Options{})
			auth, err := middleware.New(middleware.Config{
				Audiences: []string{issuer.Audience()},
				Issuers:   []middleware.Issuer{{URL: issuer.URL()}},
			})
			if err != nil {
				t.Fatal(err)
			}
			api := httptest.NewServer(build(auth))
			t.Cleanup(api.Close)
			cache := startNginx(t, api.URL)
			minted := func(client string, expiry time.Duration) string {
				return "Bearer " + issuer.Mint(map[string]any{
					"client_id": client, "sub": client, "exp": issuer.Now().Add(expiry).Unix(),
				})
			}
			first, second := minted("first", time.Hour), minted("second", time.Hour)
			for i, c := range []struct {
				authorization, want string
				status              int
				cached              string
			}{
				{"", "anonymous", 200, "MISS"},
				{"", "anonymous", 200, "HIT"}, // otherwise this test shows nothing
				{first, "first", 200, "MISS"},
				{second, "second", 200, "MISS"},
				{minted("third", -time.Hour), "", 401, "MISS"},
				{"Bearer forged", "", 401, "MISS"},
				{"", "anonymous", 200, "HIT"},
				{first, "first", 200, "HIT"},
			} {
				status, body, cached := cache.get(t, c.authorization)
				if status != c.status || c.want != "" && body != c.want || cached != c.cached {
					t.Errorf("request %d: status %d, %q, %s, want %d, %q, %s",
						i+1, status, body, cached, c.status, c.want, c.cached)
				}
			}
		})
	}
}

// nginx is a client of an API through nginx.
type nginx struct{ http.Client }

// startNginx starts nginx in front of the API at url, for the length of the test.
func startNginx(t *testing.T, url string) *nginx {
	t.Helper()
	dir := proxyFolder(t)
	startProxy(t, dir, "nginx", fmt.Sprintf(nginxConfig, dir, url))
	client := &nginx{http.Client{Timeout: patience, Transport: &http.Transport{DialContext: dialer(dir)}}}
	t.Cleanup(client.CloseIdleConnections)
	return client
}

// get returns status and body of a response, and what nginx says about its cache.
func (n *nginx) get(t *testing.T, authorization string) (status int, body, cached string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://api.example.com/", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	response, err := n.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text), response.Header.Get("X-Cache")
}
