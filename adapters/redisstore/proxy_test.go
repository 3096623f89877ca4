package redisstore_test

import (
	"bytes"
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// A proxy stands between a client and a server. It passes everything on until it is told
// otherwise.
type proxy struct {
	addr   string
	target string

	mu    sync.Mutex
	held  chan struct{} // closed when nothing is held
	lose  int           // how many responses to SET to lose
	lost  int
	conns map[net.Conn]bool
}

// startProxy starts a proxy in front of target, for the length of the test.
func startProxy(tb testing.TB, addr, target string) *proxy {
	tb.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		tb.Fatal(err)
	}
	open := make(chan struct{})
	close(open)
	p := &proxy{addr: l.Addr().String(), target: target, held: open, conns: map[net.Conn]bool{}}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() { p.serve(client) })
		}
	})
	tb.Cleanup(func() {
		_ = l.Close()
		p.mu.Lock()
		for conn := range p.conns {
			_ = conn.Close()
		}
		p.mu.Unlock()
		p.release()
		running.Wait()
	})
	return p
}

// hold makes the proxy keep all responses, until release.
func (p *proxy) hold() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held = make(chan struct{})
}

// release lets the responses pass that hold keeps.
func (p *proxy) release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.held:
	default:
		close(p.held)
	}
}

// loseResponses makes the proxy close the connection instead of passing the response to
// SET on, n times.
func (p *proxy) loseResponses(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lose, p.lost = n, 0
}

// losses returns how many responses were lost.
func (p *proxy) losses() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lost
}

// loses reports whether the response to this request is to be lost.
func (p *proxy) loses(request []byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.lost == p.lose || !bytes.Contains(bytes.ToLower(request), []byte("\r\nset\r\n")) {
		return false
	}
	p.lost++
	return true
}

// serve passes on what one client and the server send each other.
func (p *proxy) serve(client net.Conn) {
	defer p.track(client)()
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer p.track(server)()
	var losing atomic.Bool
	var both sync.WaitGroup
	both.Go(func() {
		defer func() { _, _ = client.Close(), server.Close() }()
		for buffer := make([]byte, 64<<10); ; {
			n, err := client.Read(buffer)
			if err != nil {
				return
			}
			if p.loses(buffer[:n]) {
				losing.Store(true)
			}
			if _, err := server.Write(buffer[:n]); err != nil {
				return
			}
		}
	})
	both.Go(func() {
		defer func() { _, _ = client.Close(), server.Close() }()
		for buffer := make([]byte, 64<<10); ; {
			n, err := server.Read(buffer)
			if err != nil || losing.Load() {
				return
			}
			<-p.gate()
			if _, err := client.Write(buffer[:n]); err != nil {
				return
			}
		}
	})
	both.Wait()
}

// gate returns a channel that is closed while nothing is held.
func (p *proxy) gate() chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.held
}

// track remembers conn, and returns a function that closes and forgets it.
func (p *proxy) track(conn net.Conn) func() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns[conn] = true
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.conns, conn)
		_ = conn.Close()
	}
}
