package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"time"

	"github.com/bearerguard/bearerguard/testutil"
)

// A trial is one guard and an issuer that serves no other guard.
type trial struct {
	guard   guard
	issuer  *testutil.Issuer
	handler http.Handler
	config  config
	cancel  context.CancelFunc
	failing atomic.Int64 // when the issuer began to fail, in Unix nanoseconds; 0 if it works
}

func newTrial(ctx context.Context, g guard) (*trial, context.Context, error) {
	issuer, err := testutil.Start(testutil.Options{Keys: []string{"ES256"}, Lifetime: 72 * time.Hour})
	if err != nil {
		return nil, nil, err
	}
	t := &trial{guard: g, issuer: issuer}
	t.config = config{issuer: issuer.URL(), jwks: issuer.JWKSURL(), audience: issuer.Audience(), alg: "ES256",
		now: t.now}
	ctx, t.cancel = context.WithCancel(ctx)
	return t, ctx, nil
}

func (t *trial) close() {
	t.cancel()
	t.issuer.Recover()
	t.issuer.Close()
}

// now is bearerguard's clock. While the issuer fails, an hour passes each second,
// so that the keys need a refresh all the time. The other libraries are set to
// one refresh a second.
func (t *trial) now() time.Time {
	now := time.Now()
	if since := t.failing.Load(); since != 0 {
		now = now.Add(3600 * now.Sub(time.Unix(0, since)))
	}
	return now
}

func (t *trial) build(ctx context.Context) error {
	h, err := t.guard.build(ctx, t.config, http.HandlerFunc(func(w http.ResponseWriter,
		_ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	}))
	t.handler = h
	return err
}

// send sends a request with token and returns the status.
func (t *trial) send(ctx context.Context, token string) int {
	w := httptest.NewRecorder()
	t.handler.ServeHTTP(w, requestWith("Bearer "+token).WithContext(ctx))
	return w.Code
}

func (t *trial) good(ctx context.Context) bool {
	return t.send(ctx, t.issuer.Mint(nil)) == http.StatusNoContent
}

// hostile returns a token with a key ID that the issuer does not have, and a
// random signature.
func (t *trial) hostile(i int) string {
	signature := make([]byte, 64)
	for k := range signature {
		signature[k] = byte(rand.Uint32())
	}
	token := t.issuer.Sign(fmt.Appendf(nil, `{"alg":"ES256","typ":"JWT","kid":"unknown-%d"}`, i),
		fmt.Appendf(nil, `{"iss":%q,"aud":%q,"sub":"x","exp":%d}`, t.config.issuer, t.config.audience,
			time.Now().Unix()+3600), "none")
	return token + base64.RawURLEncoding.EncodeToString(signature)
}

// every calls f n times, once per d.
func every(n int, d time.Duration, f func()) {
	ticker := time.NewTicker(d)
	defer ticker.Stop()
	for range n {
		f()
		<-ticker.C
	}
}

// short rounds d to what a reader needs.
func short(d time.Duration) time.Duration {
	switch {
	case d > 10*time.Second:
		return d.Round(time.Second)
	case d > time.Second:
		return d.Round(100 * time.Millisecond)
	}
	return d.Round(time.Millisecond)
}
