package middleware_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// A dripping body comes one byte a second, without end, until its request is over.
type dripping struct{ r *http.Request }

func (d dripping) Read(p []byte) (int, error) {
	select {
	case <-time.After(time.Second):
		return copy(p, " "), nil
	case <-d.r.Context().Done():
		return 0, d.r.Context().Err()
	}
}

func (dripping) Close() error { return nil }

// TestADrippingErrorLeavesTimeForTheKeys: an issuer whose first place of metadata drips
// its 404 has its metadata at the second.
func TestADrippingErrorLeavesTimeForTheKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"ES256"}})
		client := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			if strings.HasSuffix(r.URL.Path, "/openid-configuration") {
				return &http.Response{StatusCode: http.StatusNotFound, Header: http.Header{}, Body: dripping{r},
					ContentLength: -1, Request: r}, nil
			}
			return server.RoundTrip(r)
		})}
		auth, err := middleware.New(middleware.Config{
			Audiences: []string{server.Audience()}, Issuers: []middleware.Issuer{{URL: server.URL()}},
			HTTPClient: client,
		})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		_, err = auth.Verify(t.Context(), server.Mint(nil))
		if waited := time.Since(start); err != nil || waited > time.Second { // virtual
			t.Errorf("Verify: %v after %v", err, waited)
		}
		synctest.Wait()
	})
}
