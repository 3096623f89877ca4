package adaptertest

import (
	"context"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
)

// newBody returns a request body of unknown length.
func newBody(text string) io.ReadCloser { return io.NopCloser(strings.NewReader(text)) }

type contextKey struct{}

// request tests that the handler gets the request that the client sent.
func (s *suite) request(t *testing.T) {
	auth := s.auth(t, nil)
	for _, c := range []struct {
		name   string
		guards []guard
		token  string
	}{
		{"Require", []guard{required(auth, read)}, s.good()},
		{"Optional", []guard{optional(auth)}, s.good()},
		{"Optional without a token", []guard{optional(auth)}, ""},
		{"nested", []guard{required(auth), required(auth)}, s.good()},
	} {
		t.Run(c.name, func(t *testing.T) {
			const body = "access_token=of_no_interest&amount=7"
			sent := request(http.MethodPost, c.token)
			sent.URL.RawQuery = "access_token=of_no_interest&page=2"
			sent.RequestURI = sent.URL.RequestURI()
			sent.Body, sent.ContentLength = newBody(body), int64(len(body))
			sent.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			sent.Header.Set("X-Request-Id", "7")
			sent = sent.WithContext(context.WithValue(sent.Context(), contextKey{}, "of an outer middleware"))
			want := sent.Clone(sent.Context())

			ran := false
			api := s.handled(func(w http.ResponseWriter, r *http.Request, _ *claims.Token) {
				ran = true
				if r.Form != nil || r.PostForm != nil {
					t.Error("the form was parsed")
				}
				got, err := io.ReadAll(r.Body)
				if err != nil || string(got) != body || r.ContentLength != int64(len(body)) {
					t.Errorf("body %q (%d bytes announced), %v", got, r.ContentLength, err)
				}
				if r.Method != want.Method || r.URL.String() != want.URL.String() ||
					r.RequestURI != want.RequestURI || r.Host != want.Host {
					t.Errorf("%s %s %s at %s", r.Method, r.URL, r.RequestURI, r.Host)
				}
				if !maps.EqualFunc(r.Header, want.Header, slices.Equal[[]string]) {
					t.Errorf("header %v, want %v", r.Header, want.Header)
				}
				if r.Context().Value(contextKey{}) != "of an outer middleware" {
					t.Error("the context has lost a value")
				}
				w.Header().Set("Cache-Control", "max-age=60")
				w.WriteHeader(http.StatusTeapot)
			}, c.guards...)
			got := do(api, sent)
			if !ran {
				t.Fatalf("the handler did not run: %d %s", got.status, got.body)
			}
			if all := got.header.Get("Cache-Control"); got.status != http.StatusTeapot || all != "max-age=60" {
				t.Errorf("response %d, Cache-Control %q, want the handler's", got.status, all)
			}
		})
	}
	t.Run("the handler learns that the request was cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		ended := false
		api := s.handled(func(_ http.ResponseWriter, r *http.Request, _ *claims.Token) {
			cancel()
			ended = r.Context().Err() != nil
		}, required(auth))
		do(api, get(s.good()).WithContext(ctx))
		if !ended {
			t.Error("the handler's context is not cancelled")
		}
	})
}
