package integration_test

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// proxyFlags are the arguments of each proxy after which its configuration file comes.
// They keep it in the foreground and its log on standard error.
var proxyFlags = map[string]func(dir string) []string{
	"nginx":   func(dir string) []string { return []string{"-e", "stderr", "-p", dir, "-c"} },
	"haproxy": func(string) []string { return []string{"-db", "-f"} },
}

// proxyFolder makes a folder for a proxy, for the length of the test.
func proxyFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "proxy") // the name of a test would make the socket's too long
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil { // for workers with a user of their own
		t.Fatal(err)
	}
	return dir
}

// startProxy starts a proxy with this configuration, for the length of the test. It
// returns when the proxy listens on the file socket in dir.
func startProxy(t *testing.T, dir, name, config string) {
	t.Helper()
	file := filepath.Join(dir, "proxy.conf")
	if err := os.WriteFile(file, []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	program, err := exec.LookPath(name)
	if err != nil {
		program = "/usr/sbin/" + name // not on the path of every user
	}
	var log bytes.Buffer
	process := exec.Command(program, append(proxyFlags[name](dir), file)...)
	process.Stdout, process.Stderr = &log, &log
	if err := process.Start(); err != nil {
		t.Fatalf("%s does not start: %v. Run integration/install.", name, err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = process.Wait()
	}()
	t.Cleanup(func() {
		_ = process.Process.Signal(os.Interrupt)
		limit := time.AfterFunc(patience, func() { _ = process.Process.Kill() })
		defer limit.Stop()
		<-ended
		if t.Failed() {
			t.Logf("the log of %s:\n%s", name, &log)
		}
	})
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		conn, err := dialer(dir)(t.Context(), "", "")
		if err == nil {
			_ = conn.Close()
			return
		}
		select {
		case <-ended:
			t.Fatalf("%s has ended", name)
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s does not listen", name)
		}
	}
}

// dialer returns a function that connects to the proxy in dir.
func dialer(dir string) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", filepath.Join(dir, "socket"))
	}
}
