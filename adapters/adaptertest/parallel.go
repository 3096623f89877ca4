package adaptertest

import (
	"io"
	stdlog "log"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
)

// http2 tests that the version of HTTP makes no difference.
func (s *suite) http2(t *testing.T) {
	api, seen := s.guarded(required(s.auth(t, strict(new(log))), write))
	hostiles := s.hostiles(t)
	for _, version := range []int{1, 2} {
		t.Run("HTTP/"+strconv.Itoa(version), func(t *testing.T) {
			server := httptest.NewUnstartedServer(api)
			server.Config.ErrorLog = stdlog.New(io.Discard, "", 0)
			server.EnableHTTP2 = version == 2
			server.StartTLS()
			defer server.Close()
			exchange := func(t *testing.T, change func(*http.Request)) response {
				t.Helper()
				r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
				if err != nil {
					t.Fatal(err)
				}
				change(r)
				resp, err := server.Client().Do(r)
				if err != nil {
					t.Fatal(err)
				}
				defer resp.Body.Close()
				if resp.ProtoMajor != version {
					t.Fatalf("the response came over %s", resp.Proto)
				}
				body, err := io.ReadAll(resp.Body)
				if err != nil {
					t.Fatal(err)
				}
				return response{resp.StatusCode, resp.Header, string(body)}
			}
			for _, c := range hostiles {
				t.Run(c.name, func(t *testing.T) {
					c.want.check(t, exchange(t, c.change))
					seen.idle(t)
				})
			}
			t.Run("good token", func(t *testing.T) {
				got := exchange(t, authorization("Bearer "+s.scoped("deals-write")))
				if got.status != http.StatusOK || got.body != "handled" {
					t.Errorf("response %d %q", got.status, got.body)
				}
				seen.ran(t, "demo-client")
			})
		})
	}
}

// parallel tests that concurrent requests do not mix. Frameworks that reuse their
// contexts could mix them.
func (s *suite) parallel(t *testing.T) {
	const workers, rounds = 8, 40
	auth := s.auth(t, nil)
	handler := func(w http.ResponseWriter, _ *http.Request, token *claims.Token) {
		if token != nil {
			_, _ = io.WriteString(w, token.ClientID)
		}
	}
	api := s.build([]Route{
		{Path: path, Guards: []guard{optional(auth)}, Handler: handler},
		{Path: "/v1/status", Status: auth},
	})
	var group sync.WaitGroup
	for i := range workers {
		client := "client-" + strconv.Itoa(i)
		token := s.issuer.Mint(map[string]any{"client_id": client})
		group.Go(func() {
			for range rounds {
				if got := do(api, get(token)); got.status != http.StatusOK || got.body != client {
					t.Errorf("%s: response %d %q", client, got.status, got.body)
				}
				if got := do(api, get("")); got.status != http.StatusOK || got.body != "" {
					t.Errorf("no token: response %d %q", got.status, got.body)
				}
				if got := do(api, get("opaque"+client)); got.status != http.StatusUnauthorized {
					t.Errorf("bad token: status %d", got.status)
				}
			}
		})
	}
	group.Wait()
}
