package middleware_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// TestStreamEndsWithTheToken opens a stream with a token that is valid for 10 minutes and
// looks when and why it ends.
func TestStreamEndsWithTheToken(t *testing.T) {
	const life, leeway = 10 * time.Minute, 30 * time.Second
	for _, c := range []struct {
		name  string
		store func(since time.Duration) (bool, error) // Config.Revoked
		want  middleware.Reason
		after time.Duration // at the earliest
		late  time.Duration // and this later at most
	}{
		{"it expires", nil, middleware.ErrExpired, life + leeway, time.Second},
		{"it is revoked", func(since time.Duration) (bool, error) { return since > 4*time.Minute, nil },
			middleware.ErrRevoked, 4 * time.Minute, 30 * time.Second},
		{"the store is down", func(since time.Duration) (bool, error) {
			if since > time.Minute {
				return false, errors.New("down")
			}
			return false, nil
		}, middleware.ErrExpired, life + leeway, time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				issuer := testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"ES256"}})
				config := middleware.Config{
					Audiences: []string{issuer.Audience()},
					Issuers:   []middleware.Issuer{{URL: issuer.URL(), JWKS: issuer.JWKS()}},
				}
				if c.store != nil {
					config.Revoked = func(context.Context, *claims.Token) (bool, error) { return c.store(time.Since(start)) }
				}
				auth, err := middleware.New(config)
				if err != nil {
					t.Fatal(err)
				}
				r := httptest.NewRequest("GET", "/", nil)
				r.Header.Set("Authorization", "Bearer "+issuer.Mint(map[string]any{
					"exp": start.Add(life).Unix(), "iat": start.Unix(),
				}))
				admitted, err := auth.Check(r)
				if err != nil {
					t.Fatal(err)
				}
				stream, stop := auth.Stream(admitted.Context())
				defer stop()
				if token, ok := claims.FromContext(stream); !ok || token.ClientID == "" {
					t.Error("the stream's context has no token")
				}
				<-stream.Done()
				took := time.Since(start)
				if cause := context.Cause(stream); !errors.Is(cause, c.want) {
					t.Errorf("ended by %v, want %s", cause, c.want)
				}
				if took < c.after-time.Second || took > c.after+c.late {
					t.Errorf("ended after %v, want %v", took, c.after)
				}
			})
		})
	}
}

// TestStreamEndsWithItsHandler also opens a stream without an admission.
func TestStreamEndsWithItsHandler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"ES256"}})
		auth, err := middleware.New(middleware.Config{
			Audiences: []string{issuer.Audience()},
			Issuers:   []middleware.Issuer{{URL: issuer.URL(), JWKS: issuer.JWKS()}},
		})
		if err != nil {
			t.Fatal(err)
		}
		stream, stop := auth.Stream(t.Context())
		if !errors.Is(context.Cause(stream), middleware.ErrNoToken) {
			t.Errorf("without an admission: %v", context.Cause(stream))
		}
		stop()
		admitted, err := auth.Decide(t.Context(), &middleware.Request{Token: issuer.Mint(nil)})
		if err != nil {
			t.Fatal(err)
		}
		stream, stop = auth.Stream(admitted)
		if stream.Err() != nil {
			t.Errorf("ended at once: %v", context.Cause(stream))
		}
		stop()
		if stream.Err() == nil {
			t.Error("stop does not end it")
		}
		// No timer is left: the test would not end otherwise.
	})
}
