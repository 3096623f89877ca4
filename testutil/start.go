package testutil

import "errors"

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
		site:    site{options: o, system: sys, addr: o.Addr},
		clock:   clock{source: o.Now},
		closing: make(chan struct{}),
		down:    true,
	}
	if o.RequireNonce {
		i.proofs.renewNonce()
	}
	if o.TLS {
		if i.secure, err = serverTLS(o.Addr); err != nil {
			return nil, errors.New("testutil: " + err.Error())
		}
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
	i.keyDocument = i.jwks
	i.mux = newMux(i)
	if err := i.keys.renew(sys, &i.options); err != nil {
		i.stop()
		return nil, errors.New("testutil: " + err.Error())
	}
	return i, nil
}
