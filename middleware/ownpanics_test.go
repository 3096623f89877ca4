package middleware_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// fetching reports whether it is called by the goroutine of a fetch, where nothing
// but the library could recover from a panic.
func fetching() bool { return bytes.Contains(debug.Stack(), []byte("keyring.(*Ring).run")) }

// A failingHandler is a slog.Handler that panics while keys are fetched.
type failingHandler struct{ slog.Handler }

func (h failingHandler) Handle(ctx context.Context, r slog.Record) error {
	if fetching() {
		panic("of the API's own handler")
	}
	return h.Handler.Handle(ctx, r)
}

// TestPanicsWhileKeysAreFetched: a panic in a function of the API's owner must not end
// the process where the library calls the function from a goroutine of its own. All
// that the goroutine does happens nevertheless. On the goroutine of a request the
// panic goes on to net/http, as adaptertest shows.
func TestPanicsWhileKeysAreFetched(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*middleware.Config, *atomic.Int64)
		log    bool              // the log tells that Observe panicked
		want   middleware.Reason // of the first token
		events int64             // that Observe gets in spite of the panic
	}{
		{"Observe", func(c *middleware.Config, events *atomic.Int64) {
			c.Observe = func(context.Context, middleware.Event) { events.Add(1); panic("token=secret") }
		}, true, "", 3},
		{"Observe without a log", func(c *middleware.Config, events *atomic.Int64) {
			c.Logger = nil
			c.Observe = func(context.Context, middleware.Event) { events.Add(1); panic("token=secret") }
		}, false, "", 3},
		{"Logger", func(c *middleware.Config, _ *atomic.Int64) {
			c.Logger = slog.New(failingHandler{c.Logger.Handler()})
		}, false, "", 3},
		{"Logger and Observe", func(c *middleware.Config, events *atomic.Int64) {
			c.Logger = slog.New(failingHandler{c.Logger.Handler()})
			c.Observe = func(context.Context, middleware.Event) { events.Add(1); panic("token=secret") }
		}, false, "", 3},
		{"Now", func(c *middleware.Config, _ *atomic.Int64) {
			c.Now = func() time.Time {
				if fetching() {
					panic("of the API's own clock")
				}
				return time.Now()
			}
		}, false, "", 3},
		{"the transport", func(c *middleware.Config, _ *atomic.Int64) {
			c.HTTPClient = &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response,
				error) {
				panic("of the transport")
			})}
		}, false, middleware.ErrUnavailable, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				var events atomic.Int64
				server := testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"ES256"}})
				config := middleware.Config{
					Audiences: []string{server.Audience()}, Issuers: []middleware.Issuer{{URL: server.URL()}},
					HTTPClient: &http.Client{Transport: server},
					Logger:     slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
					Observe:    func(context.Context, middleware.Event) { events.Add(1) },
				}
				c.change(&config, &events)
				auth, err := middleware.New(config)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := auth.Verify(t.Context(), server.Mint(nil)); reasonOf(err) != c.want {
					t.Errorf("Verify: %v, want %q", err, c.want)
				}
				synctest.Wait()
				if c.want == "" {
					server.Rotate()
					if _, err := auth.Verify(t.Context(), server.Mint(nil)); err != nil {
						t.Errorf("Verify after a rotation: %v", err)
					}
					synctest.Wait()
				}
				// The keys came, they came again, and they were others.
				if n := events.Load(); n < c.events {
					t.Errorf("Observe was called %d times, want %d", n, c.events)
				}
				text := log.String()
				if told := strings.Contains(text,
					`level=ERROR msg="bearerguard: Config.Observe panicked"`); told != c.log {
					t.Errorf("the log tells of the panic: %v, want %v\n%s", told, c.log, text)
				}
				if strings.Contains(text, "secret") {
					t.Errorf("the log holds the panic's value:\n%s", text)
				}
			})
		})
	}
}
