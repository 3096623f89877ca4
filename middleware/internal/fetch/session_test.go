package fetch_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
	"github.com/bearerguard/bearerguard/middleware/internal/fetch"
)

// A drip is the body of a response that comes one byte a second and never ends.
type drip struct {
	ctx   context.Context // nil: it does not obey the request's
	every time.Duration
}

func (d drip) Read(p []byte) (int, error) {
	if d.ctx == nil {
		time.Sleep(d.every)
		p[0] = ' '
		return 1, nil
	}
	select {
	case <-time.After(d.every):
		p[0] = ' '
		return 1, nil
	case <-d.ctx.Done():
		return 0, d.ctx.Err()
	}
}

func (d drip) Close() error { return nil }

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// session returns a session whose requests a transport of net/http's kind gets.
func session(t *testing.T, transport http.RoundTripper) *fetch.Session {
	t.Helper()
	client, err := fetch.HTTPClient(&http.Client{Transport: transport}, false)
	if err != nil {
		t.Fatal(err)
	}
	return &fetch.Session{Client: fetch.NewClient(client), Now: func() int64 { return time.Now().UnixNano() }}
}

// TestBodiesOfErrorsTakeNoTime: the body of a response that is no document is of no
// use. One that drips must not use up the time of the attempt.
func TestBodiesOfErrorsTakeNoTime(t *testing.T) {
	for _, c := range []struct {
		name    string
		body    func(*http.Request) io.ReadCloser
		longest time.Duration
	}{
		{"it drips", func(r *http.Request) io.ReadCloser { return drip{r.Context(), 100 * time.Millisecond} },
			200 * time.Millisecond},
		{"it hangs", func(r *http.Request) io.ReadCloser { return drip{r.Context(), time.Hour} },
			200 * time.Millisecond},
		{"it drips in spite of the context",
			func(*http.Request) io.ReadCloser { return drip{nil, 100 * time.Millisecond} }, 300 * time.Millisecond},
		{"it comes at once", func(*http.Request) io.ReadCloser {
			return io.NopCloser(bytes.NewReader(make([]byte,
				1<<20)))
		}, 0},
	} {
		for status, want := range map[int]fault.Fault{404: fault.NotFound, 302: fault.Redirect,
			500: fault.Status5xx, 429: fault.RateLimited} {
			t.Run(c.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := session(t, roundTripper(func(r *http.Request) (*http.Response, error) {
						header := http.Header{"Retry-After": {"7"}}
						return &http.Response{StatusCode: status, Header: header, Body: c.body(r), ContentLength: -1,
							Request: r}, nil
					}))
					ctx, cancel := context.WithTimeout(t.Context(), fetch.Timeout)
					defer cancel()
					start := time.Now()
					if _, f := s.Get(ctx, "https://id.example.com"); f != want {
						t.Errorf("status %d: fault %q, want %q", status, f, want)
					}
					if took := time.Since(start); took > c.longest { // virtual
						t.Errorf("status %d took %v, want %v at most", status, took, c.longest)
					}
					if status == 429 && s.RetryAfter != 7*time.Second {
						t.Errorf("Retry-After %v", s.RetryAfter)
					}
				})
			})
		}
	}
}

// TestErrorsKeepTheConnection: a body that comes at once is read, so that the next
// request uses the same connection.
func TestErrorsKeepTheConnection(t *testing.T) {
	var connections atomic.Int64
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	s := session(t, &http.Transport{})
	for range 5 {
		if _, f := s.Get(t.Context(), server.URL); f != fault.NotFound {
			t.Errorf("fault %q", f)
		}
	}
	if n := connections.Load(); n != 1 {
		t.Errorf("%d connections, want 1", n)
	}
}

// TestAServerThatHangsInAnError: net/http ends the request when its time is over.
func TestAServerThatHangsInAnError(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}))
	defer server.Close()
	if _, f := session(t, &http.Transport{}).Get(t.Context(), server.URL); f != fault.NotFound {
		t.Errorf("fault %q", f)
	}
}
