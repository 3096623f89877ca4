package examples_test

import (
	"bytes"
	"context"
	"encoding/json"
	"go/format"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/testutil"
)

// TestSmallProgramsAreSmall: a complete program with a protected route takes at most 20 lines,
// blank ones and imports included, as gofmt writes them.
func TestSmallProgramsAreSmall(t *testing.T) {
	files, err := filepath.Glob("small/*/main.go")
	if err != nil || len(files) != 3 {
		t.Fatalf("programs %q, %v, want one for each of net/http, Echo and Gin", files, err)
	}
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if formatted, err := format.Source(source); err != nil || !bytes.Equal(source, formatted) {
				t.Errorf("not as gofmt writes it: %v", err)
			}
			lines := bytes.Split(bytes.TrimSpace(source), []byte("\n"))
			if len(lines) > 20 {
				t.Errorf("%d lines, want at most 20", len(lines))
			}
			for number, line := range lines {
				if len(line) > 110 {
					t.Errorf("line %d has %d columns", number+1, len(line))
				}
			}
		})
	}
}

// TestSmallProgramsProtectTheirRoute runs each program with the issuer of the test in
// place of the one in its source.
func TestSmallProgramsProtectTheirRoute(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{Keys: []string{"ES256"}})
	for _, name := range []string{"nethttp", "echo", "gin"} {
		t.Run(name, func(t *testing.T) {
			p := &program{url: "http://" + runSmall(t, name, issuer)}
			for _, c := range []struct {
				name, token string
				status      int
			}{
				{"no token", "", http.StatusUnauthorized},
				{"a token without the scope", issuer.Mint(nil), http.StatusForbidden},
				{"a token for another API", issuer.Mint(map[string]any{"scope": "deals-read", "aud": "x"}),
					http.StatusUnauthorized},
				{"a good token", issuer.Mint(map[string]any{"scope": "deals-read"}), http.StatusOK},
			} {
				got := p.call(t, "GET", "/v1/deals", c.token)
				if got.status != c.status || (got.body == "demo-client") != (c.status == http.StatusOK) {
					t.Errorf("%s: %d %q, want %d", c.name, got.status, got.body, c.status)
				}
			}
		})
	}
}

// runSmall runs a small program on a free port until the end of the test, and returns its
// address when it can be called.
func runSmall(t *testing.T, name string, issuer *testutil.Issuer) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = listener.Addr().String()
	listener.Close()
	file, err := filepath.Abs(filepath.Join("small", name, "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.NewReplacer("https://id.example.com", issuer.URL(), "https://api.example.com",
		issuer.Audience(), "127.0.0.1:8080", address).Replace(string(source))

	dir := t.TempDir()
	copied, overlay := filepath.Join(dir, "main.go"), filepath.Join(dir, "overlay")
	binary := filepath.Join(dir, "api.exe")
	replace, err := json.Marshal(map[string]any{"Replace": map[string]string{file: copied}})
	if err != nil {
		t.Fatal(err)
	}
	for path, data := range map[string][]byte{copied: []byte(changed), overlay: replace} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.Command("go", "build", "-buildvcs=false", "-overlay", overlay, "-o", binary, "./small/"+name)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}

	var log bytes.Buffer
	process := exec.Command(binary)
	process.Stdout, process.Stderr = &log, &log
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	ended, end := context.WithTimeout(context.Background(), patience)
	waited := make(chan struct{})
	go func() {
		defer close(waited)
		defer end()
		_ = process.Wait()
	}()
	t.Cleanup(func() {
		_ = process.Process.Kill()
		<-waited
	})
	for {
		conn, err := new(net.Dialer).DialContext(ended, "tcp", address)
		if err == nil {
			conn.Close()
			return address
		}
		if ended.Err() != nil {
			_ = process.Process.Kill()
			<-waited
			t.Fatalf("it does not serve: %v\n%s", err, log.String())
		}
	}
}
