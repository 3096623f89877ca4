package testutil

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// An Issuer is a running authorization server. Its methods may be called from
// several goroutines at the same time.
type Issuer struct {
	options Options
	system  system
	clock   clock
	addr    string // host:port
	url     string // the issuer identifier
	mux     *http.ServeMux
	closing chan struct{} // closed by Close

	mu       sync.Mutex
	keys     keySet
	faults   []*fault
	requests [endpoints]int
	server   *http.Server
	served   chan struct{} // closed when server has stopped accepting
	down     bool
	closed   bool
	busy     sync.WaitGroup // requests in progress; Add only under mu and before closed
}

// NewIssuer starts a server that is closed when the test ends. It fails the test
// if the server cannot start. tb is a testing.TB; the interface is spelled out
// because this package does not import "testing".
func NewIssuer(tb interface {
	Helper()
	Fatalf(format string, args ...any)
	Cleanup(func())
}, o Options) *Issuer {
	tb.Helper()
	i, err := Start(o)
	if err != nil {
		tb.Fatalf("%v", err)
		return nil
	}
	tb.Cleanup(i.Close)
	return i
}

// Start starts a server. The caller must Close it. An error says which options are
// invalid, or why the server cannot listen on the address.
func Start(o Options) (*Issuer, error) {
	o, sys, err := o.complete()
	if err != nil {
		return nil, err
	}
	i := &Issuer{
		options: o,
		system:  sys,
		addr:    o.Addr,
		clock:   clock{source: o.Now},
		closing: make(chan struct{}),
		down:    true,
	}
	if o.InProcess {
		i.down = false
	} else if err := i.Up(); err != nil {
		return nil, err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.url = o.Issuer
	if i.url == "" {
		i.url = sys.identifier(i.base(), &i.options)
	}
	i.mux = newMux(i)
	if err := i.keys.renew(sys, &i.options); err != nil {
		i.stop()
		return nil, errors.New("testutil: " + err.Error())
	}
	return i, nil
}

// base returns the scheme and authority of the server's URLs.
func (i *Issuer) base() string { return "http://" + i.addr }

// URL returns the issuer identifier, as it stands in iss and in the metadata.
func (i *Issuer) URL() string { return i.url }

// TokenURL returns the URL of the token endpoint.
func (i *Issuer) TokenURL() string { return i.base() + i.system.tokenPath(&i.options) }

// JWKSURL returns the URL of the JWK Set.
func (i *Issuer) JWKSURL() string { return i.base() + i.system.keysPath(&i.options) }

// MetadataURL returns the URL of the metadata document that systems of this kind
// have: openid-configuration, or smart-configuration.
func (i *Issuer) MetadataURL() string { return i.base() + i.system.metadataPath(&i.options) }

// Audience returns the audience of tokens for which a client requests no other: the
// one that an API has to expect. It is empty for a system whose tokens have no
// audience.
func (i *Issuer) Audience() string { return i.system.audience(i) }

// Clients returns the clients that the token endpoint knows.
func (i *Issuer) Clients() []Client { return slices.Clone(i.options.Clients) }

// Close stops the server, ends all requests that a fault holds, and waits for the
// others. It may be called more than once. Tokens can still be minted.
func (i *Issuer) Close() {
	i.mu.Lock()
	if i.closed {
		i.mu.Unlock()
		return
	}
	i.closed = true
	close(i.closing)
	i.stop()
	served := i.served
	k := &i.keys
	recycle(slices.Concat(k.current, k.previous, k.dropped, k.extra))
	i.mu.Unlock()
	i.busy.Wait()
	if served != nil {
		<-served
	}
}

// Down makes the server unreachable: connections are closed, new ones refused.
// Unlike Close it can be undone, by Up.
func (i *Issuer) Down() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.stop()
}

// stop is Down for callers that hold mu.
func (i *Issuer) stop() {
	i.down = true
	if i.server != nil {
		i.server.Close()
		i.server = nil
	}
}

// Up makes the server reachable again after Down, at the same address. It does
// nothing if it is reachable already.
func (i *Issuer) Up() error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.closed || !i.down {
		return nil
	}
	if !i.options.InProcess {
		l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", i.addr)
		if err != nil {
			return err
		}
		if i.served == nil { // the first time; later it stays the same, and is read without mu
			i.addr = l.Addr().String()
		}
		i.server = &http.Server{
			Handler:           i,
			ReadHeaderTimeout: 10 * time.Second,
			ErrorLog:          log.New(io.Discard, "", 0),
		}
		served := make(chan struct{})
		i.served = served
		go func(s *http.Server) {
			defer close(served)
			s.Serve(l)
		}(i.server)
	}
	i.down = false
	return nil
}
