package redisstore_test

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// patience is how long these tests wait for what must happen at last.
const patience = 30 * time.Second

// A server is a process of redis-server with a folder of its own.
type server struct {
	tb      testing.TB
	addr    string
	args    []string
	process *exec.Cmd
	log     bytes.Buffer
}

// startServer starts redis-server with these arguments, for the length of the test.
func startServer(tb testing.TB, args ...string) *server {
	tb.Helper()
	program, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv("BEARERGUARD_INTEGRATION") == "1" {
			tb.Fatal("redis-server is not on PATH. Run integration/install.")
		}
		tb.Skip("redis-server is not on PATH")
	}
	addr := freeAddr(tb)
	_, port, _ := net.SplitHostPort(addr)
	s := &server{tb: tb, addr: addr, args: append([]string{
		program, "--bind", "127.0.0.1", "--port", port, "--dir", tb.TempDir(), "--save", "",
	}, args...)}
	s.run()
	tb.Cleanup(func() {
		s.end(os.Kill)
		if tb.Failed() {
			tb.Logf("the log of redis-server:\n%s", &s.log)
		}
	})
	return s
}

// run starts the process, and returns when it responds.
func (s *server) run() {
	s.tb.Helper()
	s.process = exec.Command(s.args[0], s.args[1:]...)
	s.process.Stdout = &s.log
	if err := s.process.Start(); err != nil {
		s.tb.Fatal(err)
	}
	control := s.control()
	eventually(s.tb, "redis-server responds", func() bool {
		return control.Ping(context.Background()).Err() == nil
	})
}

// end ends the process with a signal, and returns when it has ended.
func (s *server) end(signal os.Signal) {
	if s.process == nil {
		return
	}
	_ = s.process.Process.Signal(signal)
	_ = s.process.Wait()
	s.process = nil
}

// stop ends the process as an operator does.
func (s *server) stop() { s.end(syscall.SIGTERM) }

// kill ends the process as the kernel does when memory is short.
func (s *server) kill() { s.end(os.Kill) }

// control returns a client for the test's own commands.
func (s *server) control() *redis.Client {
	client := redis.NewClient(&redis.Options{Addr: s.addr})
	s.tb.Cleanup(func() { _ = client.Close() })
	return client
}

// do sends a command of the test's own, which must succeed.
func (s *server) do(args ...any) {
	s.tb.Helper()
	if err := s.control().Do(context.Background(), args...).Err(); err != nil {
		s.tb.Fatalf("%v: %v", args, err)
	}
}

// freeAddr returns an address on which no process listens.
func freeAddr(tb testing.TB) string {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// eventually polls until what holds, and fails if it never does.
func eventually(tb testing.TB, what string, holds func() bool) {
	tb.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			tb.Fatalf("it never happens that %s", what)
		}
	}
}

func TestIntegrationNeedsAServer(t *testing.T) {
	t.Setenv("PATH", filepath.Join(t.TempDir(), "empty"))
	for _, c := range []struct {
		integration string
		failed      bool
	}{{"", false}, {"1", true}} {
		t.Setenv("BEARERGUARD_INTEGRATION", c.integration)
		tb := &recorder{TB: t}
		done := make(chan struct{})
		go func() {
			defer close(done)
			startServer(tb)
		}()
		<-done
		if tb.failed != c.failed || tb.skipped == c.failed {
			t.Errorf("BEARERGUARD_INTEGRATION=%q: failed: %v, skipped: %v",
				c.integration, tb.failed, tb.skipped)
		}
	}
}
