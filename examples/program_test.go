package examples_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience is how long a program may run.
const patience = 2 * time.Minute

// binaries is the directory of the built examples.
var binaries string

func TestMain(m *testing.M) {
	var err error
	if binaries, err = os.MkdirTemp("", "examples"); err != nil {
		panic(err)
	}
	status := m.Run()
	_ = os.RemoveAll(binaries)
	os.Exit(status)
}

// build builds all examples at once, because they share most packages.
var build = sync.OnceValues(func() ([]byte, error) {
	return exec.Command("go", "build", "-buildvcs=false", "-o", binaries+string(filepath.Separator),
		"./quickstart", "./nethttp", "./gin", "./dpop").CombinedOutput()
})

// command returns a command that runs an example with these arguments.
func command(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("signals cannot be sent on Windows")
	}
	if out, err := build(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return exec.CommandContext(ctx, filepath.Join(binaries, name), args...)
}

// A program is a running example.
type program struct {
	process *exec.Cmd
	rest    *bufio.Reader // of standard output
	log     bytes.Buffer  // complete when the program has ended
	lines   []string      // the printed lines, without line ends
	url     string        // of its API
	ended   bool
}

// start starts an example on a free port and waits for the lines that it prints.
func start(t *testing.T, lines int, name string, args ...string) *program {
	t.Helper()
	p := &program{process: command(t, name, append([]string{"-listen", "127.0.0.1:0"}, args...)...)}
	p.process.Stderr = &p.log
	stdout, err := p.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if !p.ended {
			_ = p.process.Process.Kill()
			_ = p.process.Wait()
		}
	})
	p.rest = bufio.NewReader(stdout)
	for range lines {
		line, err := p.rest.ReadString('\n')
		if err != nil {
			p.ended = true
			_ = p.process.Wait()
			t.Fatalf("standard output: %v after %q\n%s", err, p.lines, p.log.String())
		}
		p.lines = append(p.lines, strings.TrimSuffix(line, "\n"))
	}
	last := p.lines[lines-1]
	called := regexp.MustCompile(`^curl -s -H "Authorization: Bearer \$TOKEN" (http://127\.0\.0\.1:\d+)/v1/authorizationStatus$`).FindStringSubmatch(last)
	if called == nil {
		t.Fatalf("the last line is %q", last)
	}
	p.url = called[1]
	return p
}

// stop sends a signal to the program and returns its log. It fails the test if the
// program ends with an error or has printed more.
func (p *program) stop(t *testing.T, signal os.Signal) string {
	t.Helper()
	if err := p.process.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	more, err := io.ReadAll(p.rest)
	if err != nil || len(more) > 0 {
		t.Errorf("more on standard output: %q, %v", more, err)
	}
	p.ended = true
	if err := p.process.Wait(); err != nil {
		t.Errorf("the program ended with %v\n%s", err, p.log.String())
	}
	if conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://")); err == nil {
		conn.Close()
		t.Error("the address is still served")
	}
	return p.log.String()
}

// A response is a response that was read.
type response struct {
	status int
	header http.Header
	body   string
}

// call sends a request to the program's API, with token or without one.
func (p *program) call(t *testing.T, method, path, token string) response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, p.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return do(t, r)
}

func do(t *testing.T, r *http.Request) response {
	t.Helper()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response{resp.StatusCode, resp.Header, string(body)}
}
