package testutil

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"syscall"
)

func newMux(i *Issuer) *http.ServeMux {
	mux := http.NewServeMux()
	for _, r := range i.system.routes(&i.site) {
		if r.endpoint == tokenEndpoint {
			r.handle = i.token
		}
		mux.HandleFunc(r.pattern, func(w http.ResponseWriter, req *http.Request) {
			if i.obstruct(w, req, r.endpoint) {
				return
			}
			r.handle(w, req)
		})
	}
	return mux
}

// ServeHTTP serves a request as the server does at its own address.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	if i.closed {
		i.mu.Unlock()
		panic(http.ErrAbortHandler)
	}
	i.busy.Add(1)
	i.mu.Unlock()
	defer i.busy.Done()
	i.mux.ServeHTTP(w, r)
}

// MetadataRequests returns how many requests for metadata have arrived. Like the
// counts of the other endpoints it includes requests that met a [Fault].
func (i *Issuer) MetadataRequests() int { return i.count(metadataEndpoint) }

// KeyRequests returns how many requests for the JWK Set have arrived.
func (i *Issuer) KeyRequests() int { return i.count(keysEndpoint) }

// TokenRequests returns how many requests have arrived at the token endpoint.
func (i *Issuer) TokenRequests() int { return i.count(tokenEndpoint) }

// Fetches returns how many requests for metadata and for the JWK Set have
// arrived.
func (i *Issuer) Fetches() int { return i.MetadataRequests() + i.KeyRequests() }

func (i *Issuer) count(e endpoint) int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.requests[e]
}

// RoundTrip serves a request without a network: an http.Client with the Issuer as
// its Transport reaches this server and no other. The response is complete before
// RoundTrip returns. After Down the result is a refused connection.
func (i *Issuer) RoundTrip(r *http.Request) (*http.Response, error) {
	i.mu.Lock()
	unreachable := i.down || i.closed
	i.mu.Unlock()
	if unreachable || r.URL.Host != i.addr {
		return nil, fmt.Errorf("dial tcp %s: %w", r.URL.Host, syscall.ECONNREFUSED)
	}
	if r.Body == nil {
		r = r.Clone(r.Context())
		r.Body = http.NoBody
	}
	defer r.Body.Close()
	w := &recorder{header: make(http.Header)}
	if err := i.serveAborting(w, r); err != nil {
		return nil, err
	}
	return w.response(r), nil
}

// serveAborting is ServeHTTP that returns an aborted response as an error. It needs
// no goroutine of its own: every fault ends with the context of the request.
func (i *Issuer) serveAborting(w http.ResponseWriter, r *http.Request) (err error) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			if err = r.Context().Err(); err == nil {
				err = io.ErrUnexpectedEOF
			}
		default:
			panic(p)
		}
	}()
	i.ServeHTTP(w, r)
	return nil
}

// A recorder keeps a response in memory.
type recorder struct {
	header, sent http.Header
	status       int
	body         bytes.Buffer
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
		w.sent = w.header.Clone()
	}
}

func (w *recorder) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

func (w *recorder) response(r *http.Request) *http.Response {
	w.WriteHeader(http.StatusOK)
	body := w.body.Bytes()
	if r.Method == http.MethodHead {
		body = nil
	}
	return &http.Response{
		Status:     fmt.Sprintf("%d %s", w.status, http.StatusText(w.status)),
		StatusCode: w.status,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        w.sent,
		Body:          io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)),
		Request:       r,
	}
}
