package adapters_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/labstack/echo/v4"

	"github.com/bearerguard/bearerguard/adapters/echoauth"
	"github.com/bearerguard/bearerguard/adapters/ginauth"
	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/claims/dialects"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
	"github.com/bearerguard/bearerguard/testutil/attack"
)

// serveNetHTTP returns an API with one route, guarded by auth.
func serveNetHTTP(auth *middleware.Authenticator, h http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /v1/deals", httpauth.Require(auth, scopes.Scope("deals-read"))(h))
	return mux
}

// TestAttacks runs the attack kit against the guards: with the default
// configuration, on each framework, and with the options that further groups of
// the kit test.
func TestAttacks(t *testing.T) {
	need := scopes.Scope("deals-read")
	for name, serve := range map[string]func(*middleware.Authenticator, http.Handler) http.Handler{
		"net-http": serveNetHTTP,
		"echo": func(auth *middleware.Authenticator, h http.Handler) http.Handler {
			e := echo.New()
			e.Any("/v1/deals", echo.WrapHandler(h), echoauth.Require(auth, need))
			return e
		},
		"gin": func(auth *middleware.Authenticator, h http.Handler) http.Handler {
			gin.SetMode(gin.ReleaseMode)
			g := gin.New()
			g.GET("/v1/deals", ginauth.Require(auth, need), gin.WrapH(h))
			return g
		},
	} {
		attackGuard(t, name, attack.Target{Strict: true, Discovery: true, Batch: true}, nil, serve)
	}
	revoked := new(denylist)
	attackGuard(t, "with-options", attack.Target{Strict: true, MaxAge: 24 * time.Hour, Revoke: revoked.add},
		func(_ *testutil.Issuer, c *middleware.Config) {
			c.Realm, c.Revoked = `deals "and" \ more`, revoked.holds
			c.Issuers[0].MaxAge = 24 * time.Hour
		}, serveNetHTTP)
	attackGuard(t, "by-the-issuers-clock", attack.Target{Clock: true, Batch: true},
		func(issuer *testutil.Issuer, c *middleware.Config) { c.Now = issuer.Now }, serveNetHTTP)
	attackGuard(t, "cookie", attack.Target{Cookie: "session", DPoP: theBase}, func(_ *testutil.Issuer, c *middleware.Config) {
		c.DPoP = &middleware.DPoP{BaseURLs: []string{theBase}}
		c.Credentials = []middleware.Credential{{Scheme: "Bearer"}, {Cookie: "session"}}
	}, func(auth *middleware.Authenticator, h http.Handler) http.Handler {
		return httpauth.Require(auth, need)(h) // for all methods
	})
	attackGuard(t, "streams", attack.Target{}, func(_ *testutil.Issuer, c *middleware.Config) {
		c.Credentials = []middleware.Credential{
			{Scheme: "Bearer"}, {WebSocketProtocol: "bearer"}, {DangerouslyQuery: "access_token"},
		}
	}, serveNetHTTP)
	attackGuard(t, "slow", attack.Target{Slow: true}, func(_ *testutil.Issuer, c *middleware.Config) {
		c.HTTPClient = &http.Client{Timeout: 300 * time.Millisecond} // so that the cases take no longer
	}, serveNetHTTP)
	attackGuard(t, "profile", attack.Target{RFC9068: true, Without: map[string]string{
		"good/typ-JWT": "RFC 9068 has at+jwt alone", "good/typ-missing": "RFC 9068 has at+jwt alone",
		"scope/array-*": "an array is no scope",
	}}, func(_ *testutil.Issuer, c *middleware.Config) { c.Issuers[0].Dialect = dialects.RFC9068() }, serveNetHTTP)
	attackEvents(t)
	attackBehind(t)
	attackBound(t)
}

// theBase is what the clients of bound tokens write in front of the path.
const theBase = "https://api.example.com"

// attackBound attacks guards that accept bound tokens: with the certificate of the
// connection, and with that of a field which a proxy in front sets.
func attackBound(t *testing.T) {
	attackGuard(t, "bound", attack.Target{DPoP: theBase, Certificates: true, Strict: true, Batch: true},
		func(_ *testutil.Issuer, c *middleware.Config) {
			c.DPoP, c.Certificates = &middleware.DPoP{BaseURLs: []string{theBase}}, &middleware.Certificates{}
		}, serveNetHTTP)
	attackGuard(t, "nonces", attack.Target{DPoP: theBase + "/api/", Nonces: true, Clock: true},
		func(issuer *testutil.Issuer, c *middleware.Config) {
			c.Now = issuer.Now
			c.DPoP = &middleware.DPoP{
				BaseURLs: []string{theBase + "/api"}, NonceSecrets: [][]byte{bytes.Repeat([]byte("s"), 32)},
			}
		}, serveNetHTTP)
	attackGuard(t, "nonces-on-demand", attack.Target{DPoP: theBase},
		func(_ *testutil.Issuer, c *middleware.Config) {
			c.DPoP = &middleware.DPoP{
				BaseURLs: []string{theBase}, NonceSecrets: [][]byte{bytes.Repeat([]byte("s"), 32)}, NonceOnDemand: true,
			}
		}, serveNetHTTP)
	attackGuard(t, "behind-a-proxy", attack.Target{Certificates: true},
		func(_ *testutil.Issuer, c *middleware.Config) {
			c.Certificates = &middleware.Certificates{Header: "Client-Cert", Proxies: []string{"10.1.0.0/16"}}
		}, func(auth *middleware.Authenticator, h http.Handler) http.Handler {
			guarded := serveNetHTTP(auth, h)
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.TLS != nil && len(r.TLS.PeerCertificates) > 0 { // the client connects to the proxy
					leaf := base64.StdEncoding.EncodeToString(r.TLS.PeerCertificates[0].Raw)
					r.Header.Set("Client-Cert", ":"+leaf+":")
					r.TLS, r.RemoteAddr = nil, "10.1.2.3:4711"
				}
				guarded.ServeHTTP(w, r)
			})
		})
}

// attackEvents shows the kit what an API can log: each response holds the events
// since the response before.
func attackEvents(t *testing.T) {
	var mu sync.Mutex
	var events []middleware.Event
	attackGuard(t, "events", attack.Target{}, func(_ *testutil.Issuer, c *middleware.Config) {
		c.Observe = func(_ context.Context, e middleware.Event) {
			mu.Lock()
			defer mu.Unlock()
			events = append(events, e)
		}
	}, func(auth *middleware.Authenticator, h http.Handler) http.Handler {
		guarded := serveNetHTTP(auth, h)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			guarded.ServeHTTP(w, r)
			mu.Lock()
			defer mu.Unlock()
			fmt.Fprintf(w, "%+v", events)
			events = nil
		})
	})
}

// attackBehind puts a guard behind others: one of another Authenticator, which
// accepts another audience too, one of the same Authenticator without the scope,
// and a layer that sets the header fields of a refusal and then continues.
func attackBehind(t *testing.T) {
	var other *middleware.Authenticator
	attackGuard(t, "behind-others", attack.Target{Batch: true}, func(issuer *testutil.Issuer, c *middleware.Config) {
		var err error
		if other, err = middleware.New(middleware.Config{Audiences: []string{issuer.Audience(), "https://other.example"}, Issuers: c.Issuers}); err != nil {
			t.Fatal(err)
		}
	}, func(auth *middleware.Authenticator, h http.Handler) http.Handler {
		inner := httpauth.Require(auth)(serveNetHTTP(auth, h))
		behindOther := httpauth.Require(other)(inner)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, err := other.Check(r); err == nil {
				behindOther.ServeHTTP(w, r)
				return
			}
			if _, err := auth.Check(r); err != nil {
				auth.Refuse(w.Header(), err)
			}
			inner.ServeHTTP(w, r)
		})
	})
}

// A denylist holds the ids of revoked tokens. The kit adds to it.
type denylist struct{ ids sync.Map }

func (d *denylist) add(id string) { d.ids.Store(id, true) }

func (d *denylist) holds(_ context.Context, t *claims.Token) (bool, error) {
	_, found := d.ids.Load(t.ID)
	return found, nil
}

// attackGuard runs the kit against a guard of the default configuration, changed.
func attackGuard(t *testing.T, name string, target attack.Target, change func(*testutil.Issuer, *middleware.Config), serve func(*middleware.Authenticator, http.Handler) http.Handler) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		target.Path, target.Scope = "/v1/deals", "deals-read"
		target.API = func(issuer *testutil.Issuer, handler http.Handler) http.Handler {
			config := middleware.Config{
				Audiences: []string{issuer.Audience()},
				Issuers:   []middleware.Issuer{{URL: issuer.URL()}},
			}
			if change != nil {
				change(issuer, &config)
			}
			auth, err := middleware.New(config)
			if err != nil {
				t.Fatal(err)
			}
			return serve(auth, handler)
		}
		attack.Run(t, target)
	})
}
