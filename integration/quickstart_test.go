package integration_test

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// The quickstart, configured to trust the server, does what its README says.
func TestQuickstart(t *testing.T) {
	s := startServer(t)
	a, finish := startQuickstart(t, "-issuer", s.issuer, "-audience", audience, "-listen", "127.0.0.1:0")
	good := s.token(t, "ES384", "deals-read")
	other := s.token(t, "PS256", "deals-write")
	for _, c := range []struct {
		name, method, path, token string
		want                      int
	}{
		{"alive", http.MethodGet, "/healthz", "", http.StatusOK},
		{"ready", http.MethodGet, "/readyz", "", http.StatusOK},
		{"good", http.MethodGet, "/v1/deals", good, http.StatusOK},
		{"another scope", http.MethodGet, "/v1/deals", other, http.StatusForbidden},
		{"write", http.MethodPost, "/v1/deals", other, http.StatusCreated},
		{"write without the scope", http.MethodPost, "/v1/deals", good, http.StatusForbidden},
		{"tampered", http.MethodGet, "/v1/deals", tampered(good), http.StatusUnauthorized},
		{"opaque", http.MethodGet, "/v1/deals", s.token(t, "opaque", "deals-read"), http.StatusUnauthorized},
		{"none", http.MethodGet, "/v1/deals", "", http.StatusUnauthorized},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := a.call(t, c.method, c.path, c.token)
			if got.status != c.want {
				t.Errorf("%s %s: %d, want %d", c.method, c.path, got.status, c.want)
			}
		})
	}
	checkStatus(t, s, a, good, "deals-read")

	log := finish()
	for _, reason := range []string{"insufficient_scope", "bad_signature", "malformed_token", "no_token"} {
		if !strings.Contains(log, "reason="+reason) {
			t.Errorf("no rejection for %s in the log", reason)
		}
	}
	if !regexp.MustCompile(`reason=insufficient_scope.* issuer=` + regexp.QuoteMeta(s.issuer) + `.* client_id=` +
		clientID).MatchString(log) {
		t.Error("the log does not name issuer and client of a rejected request")
	}
	for _, token := range []string{good, other} {
		for part := range strings.SplitSeq(token, ".") {
			if strings.Contains(log, part) {
				t.Error("the log has a part of a token")
			}
		}
	}
	if t.Failed() {
		t.Log(log)
	}
}

// startQuickstart builds the quickstart and runs it for the length of the test.
// finish ends it by an interrupt and returns its log.
func startQuickstart(t *testing.T, args ...string) (a *api, finish func() string) {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "quickstart")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary,
		"../examples/quickstart").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	process := exec.Command(binary, args...)
	var log bytes.Buffer
	process.Stderr = &log
	stdout, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	limit := time.AfterFunc(patience, func() { _ = process.Process.Kill() })
	ended := false
	wait := func() error {
		ended = true
		defer limit.Stop()
		return process.Wait()
	}
	t.Cleanup(func() {
		if !ended {
			_ = process.Process.Kill()
			_ = wait()
		}
	})

	// The command that it prints has the address that it listens on.
	lines := bufio.NewReader(stdout)
	url := ""
	for url == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			_ = wait()
			t.Fatalf("%v\n%s", err, log.String())
		}
		if at := regexp.MustCompile(`(http://\S+)/v1/authorizationStatus`).FindStringSubmatch(line); at != nil {
			url = at[1]
		}
	}
	return &api{name: "quickstart", url: url}, func() string {
		t.Helper()
		if err := process.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, lines)
		if err := wait(); err != nil {
			t.Errorf("quickstart: %v", err)
		}
		return log.String()
	}
}
