package middleware_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// TestReadyWithoutAPartner starts an API while the issuer of a partner hangs or is down.
func TestReadyWithoutAPartner(t *testing.T) {
	for name, fault := range map[string]func(*testutil.Issuer){
		"down":  func(i *testutil.Issuer) { i.Down() },
		"hangs": func(i *testutil.Issuer) { i.Stall() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				own := testutil.NewIssuer(t, testutil.Options{InProcess: true, Addr: "127.0.0.1:1001",
					Keys: []string{"ES256"}})
				partner := testutil.NewIssuer(t, testutil.Options{InProcess: true, Addr: "127.0.0.1:1002",
					Keys: []string{"ES256"}})
				fault(partner)
				api := func(without bool) *middleware.Authenticator {
					auth, err := middleware.New(middleware.Config{
						Audiences: []string{own.Audience()},
						Issuers: []middleware.Issuer{
							{URL: own.URL(), HTTPClient: &http.Client{Transport: own}},
							{URL: partner.URL(), HTTPClient: &http.Client{Transport: partner}, ReadyWithout: without},
						},
					})
					if err != nil {
						t.Fatal(err)
					}
					return auth
				}
				if err := api(false).Ready(t.Context()); !errors.Is(err, middleware.ErrUnavailable) {
					t.Errorf("the partner counts: %v", err)
				}
				auth, start := api(true), time.Now()
				if err := auth.Ready(t.Context()); err != nil {
					t.Errorf("the partner does not count: %v", err)
				}
				if took := time.Since(start); took > time.Second {
					t.Errorf("ready after %v", took)
				}
				w := httptest.NewRecorder()
				auth.HealthHandler().ServeHTTP(w, httptest.NewRequest("GET", "/healthz", nil))
				if w.Code != 200 {
					t.Errorf("health: status %d %s", w.Code, w.Body)
				}
				if _, err := auth.Verify(t.Context(),
					partner.Mint(map[string]any{"aud": own.Audience()})); !errors.Is(err, middleware.ErrUnavailable) {
					t.Errorf("a token of the partner: %v", err)
				}
				time.Sleep(time.Minute) // until the fetches have ended
			})
		})
	}
}
