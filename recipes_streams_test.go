package bearerguard_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
)

// chat returns the handler of a WebSocket that ends with the caller's token.
func chat(auth *middleware.Authenticator) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, stop := auth.Stream(r.Context())
		defer stop()
		conn, err := upgrade(w, r, "chat") // of your WebSocket library
		if err != nil {
			return
		}
		defer conn.Close()
		defer context.AfterFunc(ctx, func() {
			_, _ = conn.Write([]byte{0x88, 2, 0x03, 0xf0}) // Close with status 1008 (RFC 6455, section 7.4.1)
			conn.Close()
		})()
		talk(ctx, conn)
	}
}

// upgrade answers with status 101 and the protocol. The key of the request is fixed in
// this test, that of RFC 6455, section 1.3.
func upgrade(w http.ResponseWriter, _ *http.Request, protocol string) (net.Conn, error) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, err
	}
	_, err = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\n"+
		"Connection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: "+protocol+"\r\n\r\n")
	return conn, err
}

// talk greets the caller and reads until the connection ends.
func talk(ctx context.Context, conn net.Conn) {
	token, _ := claims.FromContext(ctx)
	_, _ = conn.Write(append([]byte{0x81, byte(len(token.ClientID))}, token.ClientID...)) // a text frame
	_, _ = io.Copy(io.Discard, conn)
}

// events returns the handler of an event stream that ends with the caller's token.
func events(auth *middleware.Authenticator, news <-chan string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, stop := auth.Stream(r.Context())
		defer stop()
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("Cache-Control", "no-store")
		out := http.NewResponseController(w)
		for out.Flush() == nil {
			select {
			case <-ctx.Done():
				return
			case deal := <-news:
				fmt.Fprintf(w, "data: %s\n\n", deal)
			}
		}
	}
}

// A stream is an API, and a connection to it, whose clock stands 1 ms before the end of the
// token until the test lets time pass.
type stream struct {
	net.Conn
	lines  *bufio.Reader
	token  string
	passed atomic.Bool
}

// openStream sends a request to the API that build returns. The header has %s for the token.
func openStream(t *testing.T, header string, build func(middleware.Config) http.Handler) *stream {
	t.Helper()
	issuer, config := recipe()
	t.Cleanup(issuer.Close)
	end := time.Now().Truncate(time.Second)
	s := new(stream)
	config.Leeway = -1
	config.Now = func() time.Time {
		if s.passed.Load() {
			return end.Add(time.Second)
		}
		return end.Add(-time.Millisecond)
	}
	server := httptest.NewServer(build(config))
	t.Cleanup(server.Close)
	s.token = issuer.Mint(map[string]any{"exp": end.Unix(), "iat": end.Unix() - 60, "nbf": end.Unix() - 60})
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() }) // before the server, which waits for its handlers
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	s.Conn, s.lines = conn, bufio.NewReader(conn)
	head := "GET / HTTP/1.1\nHost: api.example.com\n" + fmt.Sprintf(header, s.token) + "\n\n"
	if _, err := io.WriteString(conn, strings.ReplaceAll(head, "\n", "\r\n")); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRecipeWebSocketEndsWithTheToken(t *testing.T) {
	const handshake = "Connection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\n" +
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\nSec-WebSocket-Protocol: chat, bearer, %s"
	s := openStream(t, handshake, func(config middleware.Config) http.Handler {
		config.Credentials = []middleware.Credential{{Scheme: "Bearer"}, {WebSocketProtocol: "bearer"}}
		auth := mustNew(config)
		return httpauth.Func(auth, chat(auth))
	})
	resp, err := http.ReadResponse(s.lines, nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusSwitchingProtocols || resp.Header.Get("Sec-WebSocket-Protocol") != "chat" ||
		strings.Contains(fmt.Sprint(resp.Header), s.token) {
		t.Fatalf("response %d %v", resp.StatusCode, resp.Header)
	}
	hello := make([]byte, len("\x81\x0bdemo-client"))
	if _, err := io.ReadFull(s.lines, hello); err != nil || string(hello) != "\x81\x0bdemo-client" {
		t.Fatalf("first frame %q, %v", hello, err)
	}
	s.passed.Store(true)
	if end, err := io.ReadAll(s.lines); err != nil || string(end) != "\x88\x02\x03\xf0" {
		t.Errorf("after the token has expired: %q, %v", end, err)
	}
}

func TestRecipeEventStreamEndsWithTheToken(t *testing.T) {
	news := make(chan string, 1)
	news <- "spring bonds"
	const header = "Accept: text/event-stream\nAuthorization: Bearer %s"
	s := openStream(t, header, func(config middleware.Config) http.Handler {
		auth := mustNew(config)
		return httpauth.Func(auth, events(auth, news))
	})
	resp, err := http.ReadResponse(s.lines, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("response %d %v", resp.StatusCode, resp.Header)
	}
	event := make([]byte, len("data: spring bonds\n\n"))
	if _, err := io.ReadFull(resp.Body, event); err != nil || string(event) != "data: spring bonds\n\n" {
		t.Fatalf("first event %q, %v", event, err)
	}
	s.passed.Store(true)
	if rest, err := io.ReadAll(resp.Body); err != nil || len(rest) != 0 {
		t.Errorf("after the token has expired: %q, %v", rest, err)
	}
}
