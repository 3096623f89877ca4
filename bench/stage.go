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

// A stage is one guard with an issuer of its own.
type stage struct {
	guard   guard
	issuer  *testutil.Issuer
	handler http.Handler
	config  config
	cancel  context.CancelFunc
	failing atomic.Int64 // since when our clock runs fast, Unix nanoseconds
}

func newStage(ctx context.Context, g guard) (*stage, context.Context, error) {
	issuer, err := testutil.Start(testutil.Options{Keys: []string{"ES256"}, Lifetime: 72 * time.Hour})
	if err != nil {
		return nil, nil, err
	}
	s := &stage{guard: g, issuer: issuer}
	s.config = config{issuer: issuer.URL(), jwks: issuer.JWKSURL(), audience: issuer.Audience(), alg: "ES256", now: s.now}
	ctx, s.cancel = context.WithCancel(ctx)
	return s, ctx, nil
}

func (s *stage) close() {
	s.cancel()
	s.issuer.Recover()
	s.issuer.Close()
}

// now is our clock: from when the issuer fails, each second is an hour, so that
// a refresh is due all the time, as the others are told to want one each
// second.
func (s *stage) now() time.Time {
	now := time.Now()
	if since := s.failing.Load(); since != 0 {
		now = now.Add(3600 * now.Sub(time.Unix(0, since)))
	}
	return now
}

func (s *stage) build(ctx context.Context) error {
	h, err := s.guard.build(ctx, s.config, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	s.handler = h
	return err
}

// ask sends a token and returns the status.
func (s *stage) ask(ctx context.Context, token string) int {
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, requestWith("Bearer "+token).WithContext(ctx))
	return w.Code
}

func (s *stage) good(ctx context.Context) bool {
	return s.ask(ctx, s.issuer.Mint(nil)) == http.StatusNoContent
}

// hostile returns a token with a key id that the issuer does not have, and no
// signature worth the name.
func (s *stage) hostile(i int) string {
	signature := make([]byte, 64)
	for k := range signature {
		signature[k] = byte(rand.Uint32())
	}
	token := s.issuer.Sign(fmt.Appendf(nil, `{"alg":"ES256","typ":"JWT","kid":"nobody-%d"}`, i),
		fmt.Appendf(nil, `{"iss":%q,"aud":%q,"sub":"x","exp":%d}`, s.config.issuer, s.config.audience, time.Now().Unix()+3600), "none")
	return token + base64.RawURLEncoding.EncodeToString(signature)
}
