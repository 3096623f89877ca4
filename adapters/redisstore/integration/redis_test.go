package integration_test

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// patience is the longest that a test waits for anything.
const patience = 30 * time.Second

// A server is a process of redis-server.
type server struct {
	t       *testing.T
	addr    string
	args    []string
	process *exec.Cmd
	ended   chan struct{} // closed when the process has ended
	log     bytes.Buffer
}

// startServer starts redis-server on a free port, for the length of the test. It skips the
// test unless BEARERGUARD_INTEGRATION is 1.
func startServer(t *testing.T) *server {
	t.Helper()
	if os.Getenv("BEARERGUARD_INTEGRATION") != "1" {
		t.Skip("To test against a real server, run integration/install and set BEARERGUARD_INTEGRATION=1.")
	}
	s := &server{t: t}
	dir := t.TempDir()
	t.Cleanup(func() {
		s.end(os.Kill)
		if t.Failed() {
			t.Logf("the log of redis-server:\n%s", &s.log)
		}
	})
	// Another process may take the port before the server does.
	for range 5 {
		s.addr = freeAddr(t)
		_, port, _ := net.SplitHostPort(s.addr)
		s.args = []string{"--bind", "127.0.0.1", "--port", port, "--dir", dir, "--save", ""}
		if s.run() {
			return s
		}
	}
	t.Fatal("redis-server does not start")
	return nil
}

// freeAddr returns an address on which no process listens.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// run starts the process, and waits until it responds. It reports false if it has ended.
func (s *server) run() bool {
	s.t.Helper()
	s.process = exec.Command("redis-server", s.args...)
	s.process.Stdout, s.process.Stderr = &s.log, &s.log
	if err := s.process.Start(); err != nil {
		s.t.Fatalf("redis-server does not start: %v. Run integration/install.", err)
	}
	process, ended := s.process, make(chan struct{})
	s.ended = ended
	go func() {
		defer close(ended)
		_ = process.Wait()
	}()
	client := redis.NewClient(&redis.Options{Addr: s.addr})
	defer func() { _ = client.Close() }()
	running := true
	eventually(s.t, "redis-server responds", func() bool {
		select {
		case <-ended:
			running = false
			return true
		default:
			return client.Ping(context.Background()).Err() == nil
		}
	})
	return running
}

// restart starts the process again after stop, on the same port, which another process may
// use for a moment.
func (s *server) restart() {
	s.t.Helper()
	for range 10 {
		if s.run() {
			return
		}
	}
	s.t.Fatal("redis-server does not start again")
}

// stop ends the process as an operator does.
func (s *server) stop() { s.end(syscall.SIGTERM) }

// freeze stops the process from responding, and thaw lets it go on.
func (s *server) freeze() { _ = s.process.Process.Signal(syscall.SIGSTOP) }
func (s *server) thaw()   { _ = s.process.Process.Signal(syscall.SIGCONT) }

// end sends the process a signal, and returns when it has ended.
func (s *server) end(signal os.Signal) {
	if s.process == nil {
		return
	}
	_ = s.process.Process.Signal(signal)
	limit := time.AfterFunc(patience, func() { _ = s.process.Process.Kill() })
	defer limit.Stop()
	<-s.ended
	s.process = nil
}

// eventually polls until what holds, and fails if it never does.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it never happens that %s", what)
		}
	}
}
