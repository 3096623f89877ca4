package examples_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/bearerguard/bearerguard/testutil"
)

// TestQuickstartRoutes calls each route with and without scopes, and reads the log.
func TestQuickstartRoutes(t *testing.T) {
	p := start(t, 2, "quickstart")
	both, reader, writer := p.token(t), p.token(t, "scope=deals-read"), p.token(t, "scope=deals-write")
	for _, c := range []struct {
		name, method, path, token string
		want                      int
		allow                     string
	}{
		{"alive", "GET", "/healthz", "", 200, ""},
		{"alive with an invalid token", "GET", "/healthz", "opaque", 200, ""},
		{"ready", "GET", "/readyz", "", 200, ""},
		{"read with both scopes", "GET", "/v1/deals", both, 200, ""},
		{"read with the scope", "GET", "/v1/deals", reader, 200, ""},
		{"read with the other scope", "GET", "/v1/deals", writer, 403, ""},
		{"read without a token", "GET", "/v1/deals", "", 401, ""},
		{"read with an opaque token", "GET", "/v1/deals", "opaque", 401, ""},
		{"read with an altered token", "GET", "/v1/deals", altered(reader), 401, ""},
		{"write with both scopes", "POST", "/v1/deals", both, 201, ""},
		{"write with the scope", "POST", "/v1/deals", writer, 201, ""},
		{"write with the other scope", "POST", "/v1/deals", reader, 403, ""},
		{"write without a token", "POST", "/v1/deals", "", 401, ""},
		{"status with a token", "GET", "/v1/authorizationStatus", reader, 200, ""},
		{"status by HEAD", "HEAD", "/v1/authorizationStatus", reader, 200, ""},
		{"status by HEAD without a token", "HEAD", "/v1/authorizationStatus", "", 401, ""},
		{"status by POST", "POST", "/v1/authorizationStatus", reader, 405, "OPTIONS, GET, HEAD"},
		{"status without a token", "GET", "/v1/authorizationStatus", "", 401, ""},
		{"nothing there", "GET", "/v1/nothing", reader, 404, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := p.call(t, c.method, c.path, c.token)
			if got.status != c.want {
				t.Errorf("status %d, want %d", got.status, c.want)
			}
			if refused := c.want == 401 || c.want == 403; refused != (got.header.Get("WWW-Authenticate") != "") {
				t.Errorf("WWW-Authenticate %q", got.header.Get("WWW-Authenticate"))
			}
			if got := got.header.Get("Allow"); got != c.allow {
				t.Errorf("Allow %q, want %q", got, c.allow)
			}
			if c.method == http.MethodHead && got.body != "" {
				t.Errorf("body %q", got.body)
			}
		})
	}

	log := p.stop(t, syscall.SIGTERM)
	issuer := regexp.MustCompile(`http://127\.0\.0\.1:\d+/token`).FindString(p.lines[0])
	issuer = strings.TrimSuffix(issuer, "/token")
	for _, c := range []struct {
		reason, rest string
		lines        int
	}{
		{"insufficient_scope", " issuer=" + issuer + " client_id=demo-client", 2},
		{"bad_signature", " issuer=" + issuer, 1},
		{"malformed_token", "", 1},
		{"no_token", "", 4},
	} {
		line := regexp.MustCompile(`(?m)^time=\S+ level=(INFO|WARN) msg="bearerguard: refused" reason=` + c.reason +
			regexp.QuoteMeta(c.rest) +
			` method=[A-Z]+ route=/v1/\w+( need=\S+ missing=\[\S+\])?( hint=.*)?$`)
		if n := len(line.FindAllString(log, -1)); n != c.lines {
			t.Errorf("%d lines for %s%s, want %d", n, c.reason, c.rest, c.lines)
		}
	}
	for _, token := range []string{both, reader, writer} {
		leaksNothing(t, log, token)
	}
	if t.Failed() {
		t.Log(log)
	}
}

// altered returns token with another signature of the same length.
func altered(token string) string {
	at := strings.LastIndexByte(token, '.') + 1
	other := "A"
	if token[at] == 'A' {
		other = "B"
	}
	return token[:at] + other + token[at+1:]
}

// TestQuickstartIssuer has the quickstart trust an authorization server that it did
// not start, while that server is up and while it is down.
func TestQuickstartIssuer(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{Path: "/realms/acme"})
	p := start(t, 1, "quickstart", "-issuer", issuer.URL(), "-audience", "https://api.example.org")
	good := issuer.Mint(map[string]any{"aud": "https://api.example.org", "scope": "deals-read"})
	for _, c := range []struct {
		name, token string
		want        int
	}{
		{"valid token", good, 200},
		{"another audience", issuer.Mint(map[string]any{"scope": "deals-read"}), 401},
		{"the issuer's URL with a slash",
			issuer.Mint(map[string]any{"aud": "https://api.example.org", "iss": issuer.URL() + "/"}), 401},
	} {
		if got := p.call(t, "GET", "/v1/deals", c.token); got.status != c.want {
			t.Errorf("%s: status %d, want %d", c.name, got.status, c.want)
		}
	}
	issuer.Down()
	if got := p.call(t, "GET", "/v1/deals", good); got.status != http.StatusOK {
		t.Errorf("valid token while the issuer is down: status %d", got.status)
	}
	p.stop(t, os.Interrupt)

	p = start(t, 1, "quickstart", "-issuer", issuer.URL(), "-audience", "https://api.example.org")
	for _, c := range []struct {
		path, token string
		want        int
	}{{"/healthz", "", 200}, {"/readyz", "", 503}, {"/v1/deals", good, 503}, {"/v1/deals", "", 401}} {
		got := p.call(t, "GET", c.path, c.token)
		if got.status != c.want {
			t.Errorf("%s while the issuer is down since the start: status %d, want %d", c.path, got.status, c.want)
		}
		if c.token != "" && got.header.Get("Retry-After") == "" {
			t.Errorf("%s: no Retry-After", c.path)
		}
	}
	p.stop(t, os.Interrupt)
}

// TestQuickstartMistakes starts the quickstart with wrong flags.
func TestQuickstartMistakes(t *testing.T) {
	taken := start(t, 2, "quickstart")
	for _, c := range []struct {
		name string
		args []string
		exit int
		told string
	}{
		{"unknown dialect", []string{"-dialect", "unknown"}, 1,
			"standard, identityserver, ipreo, c4t, cadasto, connect2id, cern"},
		{"issuer without audience", []string{"-issuer", "https://id.example.com"}, 1, "-audience"},
		{"issuer over plain http", []string{"-issuer", "http://id.example.com", "-audience", "a"}, 1, "http"},
		{"taken address", []string{"-listen", strings.TrimPrefix(taken.url, "http://")}, 1,
			"address already in use"},
		{"unknown flag", []string{"-unknown"}, 2, "-dialect"},
	} {
		t.Run(c.name, func(t *testing.T) {
			run := command(t, "quickstart", c.args...)
			var told strings.Builder
			run.Stderr = &told
			out, err := run.Output()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != c.exit {
				t.Errorf("ended with %v, want status %d", err, c.exit)
			}
			if len(out) > 0 {
				t.Errorf("standard output: %q", out)
			}
			if !strings.Contains(told.String(), c.told) {
				t.Errorf("standard error: %s", told.String())
			}
		})
	}
	taken.stop(t, os.Interrupt)
}

// TestSignals ends each example with each signal while a client keeps its connection
// open.
func TestSignals(t *testing.T) {
	for _, name := range []string{"quickstart", "nethttp", "gin"} {
		for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
			t.Run(name+" "+signal.String(), func(t *testing.T) {
				t.Parallel()
				p := start(t, 2, name)
				if got := p.call(t, "GET", "/healthz", ""); got.status != http.StatusOK {
					t.Errorf("status %d", got.status)
				}
				if signal == syscall.SIGTERM {
					// The server waits for a request without its body, but not for long.
					conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
					if err != nil {
						t.Fatal(err)
					}
					defer conn.Close()
					if _, err := io.WriteString(conn,
						"POST /v1/deals HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"); err != nil {
						t.Fatal(err)
					}
				}
				p.stop(t, signal)
			})
		}
	}
}
