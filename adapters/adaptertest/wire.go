package adaptertest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/claims"
)

// patience is how long a test waits for a response.
const patience = 30 * time.Second

// A wire is a connection on which requests are written by hand.
type wire struct {
	net.Conn
	lines *bufio.Reader
}

// listen starts a server that is closed after the test. Connections that are
// dialled later are closed first: the server waits for its handlers, and they may
// wait for the connections.
func listen(t *testing.T, api http.Handler) *httptest.Server {
	server := httptest.NewServer(api)
	t.Cleanup(server.Close)
	return server
}

func dial(t *testing.T, server *httptest.Server) *wire {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return &wire{conn, bufio.NewReader(conn)}
}

// write sends the head of a request with these header fields.
func (c *wire) write(t *testing.T, method string, lines ...string) {
	t.Helper()
	head := method + " " + path + " HTTP/1.1\r\nHost: api.example.com\r\n"
	for _, line := range lines {
		head += line + "\r\n"
	}
	if _, err := io.WriteString(c, head+"\r\n"); err != nil {
		t.Fatal(err)
	}
}

// read reads the response to a request of the method.
func (c *wire) read(t *testing.T, method string) response {
	t.Helper()
	resp, err := http.ReadResponse(c.lines, &http.Request{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response{resp.StatusCode, resp.Header, string(body)}
}

// wire tests what only a connection shows.
func (s *suite) wire(t *testing.T) {
	auth := s.auth(t, nil)
	api, seen := s.guarded(required(auth, read))
	server := listen(t, api)
	good := "Authorization: Bearer " + s.good()
	otherCases := "aUTHORIZATION:  bEARER   " + s.good() + "  "
	const bad, basic = "Authorization: Bearer opaque", "Authorization: Basic ZGVtbzpkZW1v"

	for _, c := range []struct {
		name  string
		lines []string
		want  refusal // the zero value: the handler runs
	}{
		{name: "one field", lines: []string{good}},
		{name: "name and scheme in other cases, with spaces", lines: []string{otherCases}},
		{name: "good field, bad field", lines: []string{good, bad}, want: malformed},
		{name: "bad field, good field", lines: []string{bad, good}, want: malformed},
		{name: "Basic field, good field", lines: []string{basic, good}, want: malformed},
		{name: "the same field twice", lines: []string{good, good}, want: malformed},
		{name: "empty field, good field", lines: []string{"Authorization:", good}, want: malformed},
		{name: "named in Connection", lines: []string{
			"Connection: authorization", "X-Forwarded-Authorization: " + good,
		}, want: noToken},
		{name: "in other fields", lines: []string{
			"X-Authorization: Bearer x", "X-Forwarded-User: demo-client", "X-Original-Method: OPTIONS",
			"X-HTTP-Method-Override: OPTIONS",
		}, want: noToken},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn := dial(t, server)
			conn.write(t, http.MethodGet, c.lines...)
			got := conn.read(t, http.MethodGet)
			if c.want.status == 0 {
				if got.status != http.StatusOK {
					t.Errorf("status %d, want 200", got.status)
				}
				seen.ran(t, "demo-client")
				return
			}
			c.want.check(t, got)
			seen.idle(t)
		})
	}
	t.Run("HEAD", func(t *testing.T) {
		conn := dial(t, server)
		conn.write(t, http.MethodHead)
		got := conn.read(t, http.MethodHead)
		if got.status != http.StatusUnauthorized || got.header.Get("WWW-Authenticate") != noToken.challenge ||
			got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("response %d %v", got.status, got.header)
		}
		// The next response would begin with a body.
		conn.write(t, http.MethodGet, good)
		if got := conn.read(t, http.MethodGet); got.status != http.StatusOK {
			t.Errorf("status %d of the next response", got.status)
		}
		seen.ran(t, "demo-client")
	})
	t.Run("HEAD of the status", func(t *testing.T) {
		server := listen(t, s.build([]Route{{Path: path, Status: auth}}))
		conn := dial(t, server)
		for _, c := range []struct {
			line string
			want int
		}{{good, http.StatusOK}, {"X-None: 1", http.StatusUnauthorized}, {good, http.StatusOK}} {
			conn.write(t, http.MethodHead, c.line)
			if got := conn.read(t, http.MethodHead); got.status != c.want {
				t.Errorf("status %d, want %d", got.status, c.want)
			}
		}
	})
	t.Run("Expect: 100-continue", func(t *testing.T) { s.expectContinue(t) })
	t.Run("upgrade", func(t *testing.T) { s.upgrade(t) })
}

// expectContinue tests that a rejected client is not asked for its body, a gigabyte
// here, and that a client with a valid token is.
func (s *suite) expectContinue(t *testing.T) {
	var body string
	api := s.handled(func(w http.ResponseWriter, r *http.Request, _ *claims.Token) {
		all, _ := io.ReadAll(r.Body)
		body = string(all)
		w.WriteHeader(http.StatusNoContent)
	}, required(s.auth(t, nil)))
	server := listen(t, api)

	conn := dial(t, server)
	conn.write(t, http.MethodPost, "Expect: 100-continue", fmt.Sprint("Content-Length: ", 1<<30))
	noToken.check(t, conn.read(t, http.MethodPost)) // an interim response would have status 100

	conn = dial(t, server)
	good := "Authorization: Bearer " + s.good()
	conn.write(t, http.MethodPost, good, "Expect: 100-continue", "Content-Length: 5")
	if line, err := conn.lines.ReadString('\n'); err != nil || !strings.HasPrefix(line, "HTTP/1.1 100 ") {
		t.Fatalf("first line %q, %v, want status 100", line, err)
	}
	if _, err := conn.lines.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, "hello"); err != nil {
		t.Fatal(err)
	}
	if got := conn.read(t, http.MethodPost); got.status != http.StatusNoContent || body != "hello" {
		t.Errorf("status %d, body %q", got.status, body)
	}
}

// upgrade tests that a handler behind the guard, and no request in front of it, can
// take over the connection.
func (s *suite) upgrade(t *testing.T) {
	seen := new(witness)
	api := s.handled(func(w http.ResponseWriter, r *http.Request, token *claims.Token) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Errorf("Hijack: %v", err)
			return
		}
		defer conn.Close()
		seen.handle(httptest.NewRecorder(), r, token)
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\n"+
			"Connection: Upgrade\r\nUpgrade: echo\r\n\r\n")
	}, required(s.auth(t, nil)))
	server := listen(t, api)
	upgrade := []string{"Connection: Upgrade", "Upgrade: echo"}

	conn := dial(t, server)
	conn.write(t, http.MethodGet, append(upgrade, "Sec-WebSocket-Protocol: bearer, "+s.good())...)
	noToken.check(t, conn.read(t, http.MethodGet))
	seen.idle(t)

	conn = dial(t, server)
	conn.write(t, http.MethodGet, append(upgrade, "Authorization: Bearer "+s.good())...)
	if got := conn.read(t, http.MethodGet); got.status != http.StatusSwitchingProtocols {
		t.Errorf("status %d, want 101", got.status)
	}
	seen.ran(t, "demo-client")
}
