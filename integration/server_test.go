// Package integration_test tries the library on tokens that a real
// authorization server issued: node-oidc-provider, started from server.mjs. Clients are
// oauth4webapi, started from dpop-client.mjs, and those of package testutil. It also puts
// nginx in front of an API, as a shared cache, and nginx and HAProxy, which terminate TLS.
//
//	integration/install
//	BEARERGUARD_INTEGRATION=1 go test -count 1 ./integration/
//
// Without the variable every test is skipped, because plain go test may not need
// Node, nginx or HAProxy. With it no test is skipped. Pass -count 1: go test does not notice that
// the server changed, and would show an earlier result.
package integration_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	audience = "https://deals.example.com"
	clientID = "deal-feed"
)

// algorithms are those that the server signs with; see keys.mjs.
var algorithms = []string{"RS256", "PS256", "ES256", "ES384", "EdDSA"}

// patience is the longest that a test waits for anything, so that a fault ends in
// a message and not in a test that hangs.
const patience = time.Minute

// A server is an authorization server in a process of its own. Its key file
// outlives the process.
type server struct {
	issuer string
	keys   string // the key file
	tls    string // the URL that asks for client certificates, "" if there is none

	process *exec.Cmd
	stdin   io.Closer // the process ends when this does
	stderr  *bytes.Buffer
}

// requireIntegration skips the test unless BEARERGUARD_INTEGRATION is 1.
func requireIntegration(t *testing.T) {
	t.Helper()
	if os.Getenv("BEARERGUARD_INTEGRATION") != "1" {
		t.Skip("To test against real servers, run integration/install and set BEARERGUARD_INTEGRATION=1.")
	}
}

// startServer starts a server with new keys on a free port and these flags, for the
// length of the test. It skips the test unless BEARERGUARD_INTEGRATION is 1.
func startServer(t *testing.T, flags ...string) *server {
	t.Helper()
	requireIntegration(t)
	if !exists("node_modules/oidc-provider") {
		t.Fatal("The authorization server is not installed. Run integration/install.")
	}
	s := &server{keys: filepath.Join(t.TempDir(), "keys.json")}
	if err := s.run(flags...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.stop()
		if t.Failed() {
			t.Logf("the authorization server's log:\n%s", s.stderr)
		}
	})
	return s
}

// start starts the server again after stop, on the same port.
func (s *server) start(t *testing.T, flags ...string) {
	t.Helper()
	issuer, err := url.Parse(s.issuer)
	if err != nil {
		t.Fatal(err)
	}
	// Between stop and start another process may use the port for a moment.
	for range 10 {
		if err = s.run(append(flags, "--port", issuer.Port())...); err == nil {
			return
		}
	}
	t.Fatal(err)
}

// node returns the program that runs JavaScript.
func node() string {
	if fetched := filepath.Join(".node", "node_modules", ".bin", "node"); exists(fetched) {
		return fetched
	}
	return "node"
}

// run starts a process and waits for the line that says it is ready.
func (s *server) run(flags ...string) error {
	s.stderr = new(bytes.Buffer)
	s.process = exec.Command(node(), append([]string{"server.mjs", "--keys", s.keys}, flags...)...)
	s.process.Stderr = s.stderr
	stdin, err := s.process.StdinPipe()
	if err != nil {
		return err
	}
	s.stdin = stdin
	stdout, err := s.process.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.process.Start(); err != nil {
		return err
	}
	limit := time.AfterFunc(patience, func() { _ = s.process.Process.Kill() })
	defer limit.Stop()
	lines := bufio.NewReader(stdout)
	for s.tls, s.issuer = "", ""; s.issuer == ""; {
		line, err := lines.ReadString('\n')
		if err != nil {
			s.stop()
			return &startError{err, s.stderr.String()}
		}
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "https:") {
			s.tls = line
		} else {
			s.issuer = line
		}
	}
	return nil
}

// stop ends the process, if there is one, and waits for its end.
func (s *server) stop() {
	if s.process == nil {
		return
	}
	_ = s.stdin.Close()
	limit := time.AfterFunc(patience, func() { _ = s.process.Process.Kill() })
	defer limit.Stop()
	_ = s.process.Wait()
	s.process = nil
}

type startError struct {
	err    error
	stderr string
}

func (e *startError) Error() string {
	return "the authorization server did not start: " + e.err.Error() + "\n" + e.stderr
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// token gets a token for the test's API by client credentials. format is a
// signature algorithm or "opaque".
func (s *server) token(t *testing.T, format string, scopes ...string) string {
	t.Helper()
	return s.tokenFor(t, audience+"/"+format, scopes...)
}

func (s *server) tokenFor(t *testing.T, resource string, scopes ...string) string {
	t.Helper()
	return issued(t, do(t, tokenRequest(t, s.issuer, clientID, resource, scopes...)))
}

// tokenRequest makes a request of a client to the token endpoint of the server at base.
func tokenRequest(t *testing.T, base, client, resource string, scopes ...string) *http.Request {
	t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "resource": {resource}}
	if len(scopes) > 0 {
		form.Set("scope", strings.Join(scopes, " "))
	}
	body := strings.NewReader(form.Encode())
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/token", body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(client, client+"-secret")
	return r
}

// issued returns the token in a response of the token endpoint.
func issued(t *testing.T, got response) string {
	t.Helper()
	var body struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(got.body, &body); err != nil || body.AccessToken == "" {
		t.Fatalf("no token: %d %s", got.status, got.body)
	}
	return body.AccessToken
}

// tokens gets a token of every algorithm.
func (s *server) tokens(t *testing.T, scopes ...string) []string {
	t.Helper()
	var all []string
	for _, alg := range algorithms {
		all = append(all, s.token(t, alg, scopes...))
	}
	return all
}
