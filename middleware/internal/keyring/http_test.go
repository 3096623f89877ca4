package keyring_test

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// served returns the ring of a key set on a real server.
func served(t *testing.T, handler http.HandlerFunc, client *http.Client) (*keyring.Ring, *httptest.Server) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	r, err := keyring.New(keyring.Source{Issuer: "https://as.example", JWKSURL: server.URL + "/jwks"},
		keyring.Options{Client: client})
	if err != nil {
		t.Fatal(err)
	}
	return r, server
}

func wantFault(t *testing.T, r *keyring.Ring, want fault.Fault) {
	t.Helper()
	err := r.Refresh(t.Context())
	var gone *keyring.UnavailableError
	if want == "" {
		if err != nil {
			t.Error(err)
		}
	} else if !errors.As(err, &gone) || gone.Fault != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// TestRealServer has the cases that need a real connection.
func TestRealServer(t *testing.T) {
	a := newSigner("a")
	good := signerSet(a)
	for _, c := range []struct {
		name, ids string
		handler   http.HandlerFunc
		want      fault.Fault
	}{
		{"any content type", "K-16", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=iso-8859-1")
			io.WriteString(w, good)
		}, ""},
		{"gzip", "", func(w http.ResponseWriter, r *http.Request) {
			if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
				t.Error("gzip was not asked for")
			}
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			io.WriteString(z, good)
			z.Close()
		}, ""},
		{"a set of just 1 MiB", "K-16", func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, good+strings.Repeat(" ", 1<<20-len(good)))
		}, ""},
		{"a byte more", "K-16", func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, good+strings.Repeat(" ", 1<<20-len(good)+1))
		}, fault.TooLarge},
		{"announced as 1 GB", "K-16 ATK-F07", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000000000")
			io.WriteString(w, good)
		}, fault.TooLarge},
		{"gzip bomb", "K-16 ATK-F07", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			for range 10 {
				z.Write([]byte(strings.Repeat(" ", 1<<20)))
			}
			z.Close()
		}, fault.TooLarge},
		{"redirect", "MD-09 K-16 ATK-F05", func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/jwks" {
				http.Redirect(w, r, "/elsewhere", http.StatusFound)
				return
			}
			t.Error("the redirect was followed")
			io.WriteString(w, good)
		}, fault.Redirect},
		{"308", "MD-09 K-16 ATK-F05", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/", http.StatusPermanentRedirect)
		}, fault.Redirect},
		{"cut off", "", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "4096")
			io.WriteString(w, good)
		}, fault.Network},
		{"the connection is closed", "", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
			fault.Network},
		{"204", "", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, fault.OtherStatus},
		{"304", "ATK-F11", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(304) }, fault.OtherStatus},
		{"206", "", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(206); io.WriteString(w, good) },
			fault.OtherStatus},
		{"401", "", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401); io.WriteString(w, good) },
			fault.Status4xx},
		{"410", "", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(410) }, fault.NotFound},
		{"the request has no credentials", "", func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet || r.Header.Get("Authorization") != "" || r.Header.Get("Cookie") != "" ||
				r.ContentLength > 0 {
				t.Errorf("%s %v", r.Method, r.Header)
			}
			io.WriteString(w, good)
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			covers(t, c.ids)
			r, _ := served(t, c.handler, nil)
			wantFault(t, r, c.want)
		})
	}
}

// TestFollowingClient: a client that is configured to follow redirects does not
// follow them here, and is not changed.
func TestFollowingClient(t *testing.T) {
	var asked atomic.Int64
	own := &http.Client{
		Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			asked.Add(1)
			return http.DefaultTransport.RoundTrip(r)
		}),
		CheckRedirect: func(*http.Request, []*http.Request) error { return nil },
	}
	r, _ := served(t, func(w http.ResponseWriter,
		r *http.Request) {
		http.Redirect(w, r, "/x", http.StatusFound)
	}, own)
	wantFault(t, r, fault.Redirect)
	if asked.Load() == 0 {
		t.Error("the owner's transport was not used")
	}
	if own.CheckRedirect == nil || own.CheckRedirect(nil, nil) != nil {
		t.Error("the owner's client was changed")
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestClientTimeout: a shorter timeout of the caller's client applies.
func TestClientTimeout(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	r, _ := served(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}, &http.Client{Timeout: 50 * time.Millisecond})
	wantFault(t, r, fault.Timeout)
}

// TestConnectionReuse: successful and failed attempts use one connection.
func TestConnectionReuse(t *testing.T) {
	var connections, requests atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if requests.Add(1)%2 == 0 {
			w.WriteHeader(500)
			fmt.Fprint(w, strings.Repeat("trouble ", 1000))
			return
		}
		io.WriteString(w, signerSet(newSigner("a")))
	}))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	var ahead atomic.Int64
	r, err := keyring.New(keyring.Source{Issuer: "https://as.example", JWKSURL: server.URL}, keyring.Options{
		Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) },
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		r.Keys(t.Context(), fmt.Sprint(i), "EdDSA")
		ahead.Add(int64(time.Minute))
	}
	if requests.Load() < 20 || connections.Load() != 1 {
		t.Errorf("%d requests over %d connections", requests.Load(), connections.Load())
	}
}

// TestTLS: certificates are verified.
func TestTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, signerSet(newSigner("a")))
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	for _, c := range []struct {
		name, ids string
		client    *http.Client
		url       string
		want      fault.Fault
	}{
		{"unknown authority", "MD-07 ATK-F09", nil, server.URL, fault.TLS},
		{"known to the owner", "MD-07", server.Client(), server.URL, ""},
		{"no TLS on that port", "MD-07", nil, "https" + strings.TrimPrefix(plain(t), "http"), fault.TLS},
	} {
		t.Run(c.name, func(t *testing.T) {
			covers(t, c.ids)
			r, err := keyring.New(keyring.Source{Issuer: "x", JWKSURL: c.url}, keyring.Options{Client: c.client})
			if err != nil {
				t.Fatal(err)
			}
			wantFault(t, r, c.want)
		})
	}
}

func plain(t *testing.T) string {
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	return server.URL
}
