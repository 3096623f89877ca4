package middleware

import (
	"context"
	"slices"

	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// verifyByKeys finds the keys that may have signed the token, and the one that verifies
// the signature.
func (d *decision) verifyByKeys() bool {
	if len(d.sources) > 1 {
		return d.findSource()
	}
	return d.findKeys() && d.verifySignature()
}

// findSource finds the one of several key sets of an issuer that the token is from: the
// first with a key that verifies the signature. Its rules, and no other's, then judge
// the token, so that the keys of one customer never let a token pass by the rules for
// another.
//
// The keys that are known are tried first. Then all key sets are asked side by side,
// so that one whose server hangs delays no token of another.
func (d *decision) findSource() bool {
	var tried [maxSources][]*keyring.Key
	for i, source := range d.sources {
		if !source.mayHaveSigned(&d.message.Header, d.iss) {
			continue
		}
		d.issuer = source
		d.findPresentKeys()
		tried[i] = d.tried
		if d.tryKeys() {
			return true
		}
	}
	ctx, leave := context.WithCancel(d.ctx)
	defer leave()
	var attempts []*sourceAttempt
	ended := make(chan *sourceAttempt, len(d.sources))
	for i, source := range d.sources {
		if !source.mayHaveSigned(&d.message.Header, d.iss) {
			continue
		}
		a := &sourceAttempt{decision: *d}
		a.ctx, a.sources, a.issuer = ctx, d.sources[i:i+1], source
		a.tried, a.keys = tried[i], source.servingKeys(tried[i], d.iss)
		attempts = append(attempts, a)
		go a.run(ended)
	}
	found := false
	for range attempts { // all of them: they read the token, whose memory is used again
		if a := <-ended; a.found && !found {
			found = true
			d.adopt(&a.decision)
			leave()
		}
	}
	for _, a := range attempts {
		if a.panicked != nil {
			panic(a.panicked) // of the owner's code, such as Config.Now
		}
	}
	if !found {
		d.adopt(&slices.MaxFunc(attempts, compareAttempts).decision)
	}
	d.now = d.auth.now() // the token may have expired meanwhile
	return found
}

// findPresentKeys finds the keys of the issuer that may verify the token and are known. It
// does not wait.
func (d *decision) findPresentKeys() {
	d.tried, d.keys = nil, nil
	ring := d.issuer.ring
	if d.issuer.family != nil {
		ring = d.issuer.family.Present(d.iss)
	}
	if ring != nil {
		d.tried = ring.Present(d.keyRef())
		d.keys = d.issuer.servingKeys(d.tried, d.iss)
	}
}

// adopt takes over what another decision about the same token found.
func (d *decision) adopt(other *decision) {
	ctx, sources := d.ctx, d.sources
	*d = *other
	d.ctx, d.sources = ctx, sources
}

// A sourceAttempt asks one of several key sets for the key of a token.
type sourceAttempt struct {
	decision // with that key set alone; its keys do not verify the token
	found    bool
	panicked any
}

// run asks the key set as for an issuer that has no other, and sends a at the end. It
// waits no longer than the context of the decision allows.
func (a *sourceAttempt) run(ended chan<- *sourceAttempt) {
	defer func() {
		a.panicked = recover() // it goes on in the goroutine of the request
		ended <- a
	}()
	if len(a.keys) > 0 {
		a.found = a.tryReplaced()
		return
	}
	a.found = a.findKeys() && a.verifySignature()
}

// compareAttempts compares attempts that failed by what they say about the token. If
// the keys of one set are not to be had, the token may be from there, and the API's
// side is at fault. Of several such the first to ask again counts.
func compareAttempts(a, b *sourceAttempt) int {
	if r := a.weight() - b.weight(); r != 0 {
		return r
	}
	return int(b.retryAfter - a.retryAfter)
}

func (a *sourceAttempt) weight() int {
	switch {
	case a.abandoned:
		return 4
	case a.reason == ErrUnavailable:
		return 3
	case a.reason == ErrBadSignature:
		return 2
	case a.reason == ErrUnknownKey:
		return 1
	}
	return 0
}
