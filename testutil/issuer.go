package testutil

import (
	"context"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// An Issuer is a running authorization server. Its methods may be called from
// several goroutines at the same time.
type Issuer struct {
	site
	clock   clock
	mux     *http.ServeMux
	proofs  proofMemory
	secure  *tls.Config   // of the listener; nil without Options.TLS
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

// URL returns the issuer identifier, as it stands in iss and in the metadata.
func (i *Issuer) URL() string { return i.url }

// TokenURL returns the URL of the token endpoint.
func (i *Issuer) TokenURL() string { return i.tokenURL() }

// JWKSURL returns the URL of the JWK Set.
func (i *Issuer) JWKSURL() string { return i.keysURL() }

// MetadataURL returns the URL of the metadata document that systems of this kind
// have: openid-configuration, or smart-configuration.
func (i *Issuer) MetadataURL() string { return i.base() + i.system.metadataPath(&i.options) }

// Audience returns the audience of tokens for which a client requests no other: the
// one that an API has to expect. It is empty for a system whose tokens have no
// audience.
func (i *Issuer) Audience() string { return i.system.audience(&i.site) }

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
			TLSConfig:         i.secure.Clone(),
			ErrorLog:          log.New(io.Discard, "", 0),
		}
		served := make(chan struct{})
		i.served = served
		go func(s *http.Server) {
			defer close(served)
			if s.TLSConfig != nil {
				s.ServeTLS(l, "", "")
			} else {
				s.Serve(l)
			}
		}(i.server)
	}
	i.down = false
	return nil
}

// Now returns the server's time. Give it to other parts of a test as their clock.
func (i *Issuer) Now() time.Time { return i.clock.now() }

// SetNow stops the server's clock at t. From then on only SetNow and Advance
// move it.
func (i *Issuer) SetNow(t time.Time) { i.clock.stop(t) }

// Advance moves the server's clock by d, whether it runs or was stopped by
// SetNow. A negative d moves it back.
func (i *Issuer) Advance(d time.Duration) { i.clock.advance(d) }

// Curl returns a command, one line for a POSIX shell, that gets a token for the
// first client with curl and prints the server's response. With a System it is the
// command of the system's documentation, with the local address.
func (i *Issuer) Curl() string {
	words := []string{"curl"}
	if i.options.TLS {
		words = append(words, "--insecure") // the server's certificate is self-signed
	}
	for _, w := range i.system.curl(&i.site) {
		words = append(words, shellQuote(w))
	}
	return strings.Join(words, " ")
}
