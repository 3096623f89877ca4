package keyring

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"
)

// attempt is one try to get an issuer's keys, with all its requests. It works
// on copies, so that one which outlives its time does no harm.
type attempt struct {
	source    *Source
	client    *http.Client
	now       func() int64
	count     *atomic.Uint64
	current   *snapshot // nil if there is none
	demand    bool      // somebody waits for a key that current does not have
	metaFirst bool

	meta       metadata // in: what was known; out: what is known
	doc        *document
	ttl        time.Duration // fresh for, if ttlSaid
	ttlSaid    bool
	fault      Fault // no keys were got
	metaFault  Fault // of the last discovery, though there may be keys
	retryAfter time.Duration
	requests   int
	abandoned  bool
}

// metadata is what discovery found.
type metadata struct {
	jwksURL string // empty: nothing yet
	form    form
	at      int64 // of the last good answer, in Unix nanoseconds
	asked   int64 // of the last try
}

// run makes the attempt. Where there is no set to fall back on, discovery comes
// first. Later it comes after the keys, when it is due or the keys are not
// where they were: the keys must not wait for it.
func (a *attempt) run(ctx context.Context) {
	known := a.meta.jwksURL != "" && a.now()-a.meta.at < int64(metadataHard)
	switch {
	case !a.source.discovers():
		a.fetch(ctx, a.source.JWKSURL)
	case !known:
		if a.discover(ctx); a.metaFault != "" {
			a.fault = a.metaFault
			return
		}
		a.fetch(ctx, a.meta.jwksURL)
	case a.metaFirst:
		a.rediscover(ctx)
		a.fetch(ctx, a.meta.jwksURL)
	default:
		a.fetch(ctx, a.meta.jwksURL)
		if a.wantsDiscovery() {
			a.follow(ctx)
		}
	}
}

// wantsDiscovery reports whether discovery is due after the keys were fetched.
func (a *attempt) wantsDiscovery() bool {
	now := a.now()
	age, rest := time.Duration(now-a.meta.at), time.Duration(now-a.meta.asked)
	if age < 0 || rest < 0 {
		return true // the clock was set back
	}
	switch {
	case a.fault.unreachable():
		return false // no time left, or no use; the next attempt begins with it
	case a.fault != "":
		return rest >= metadataMoved
	case rest < metadataNews:
		return false
	}
	return age >= metadataTTL || a.demand && !a.news()
}

// news reports whether the document has a key that was not there before.
func (a *attempt) news() bool {
	for _, k := range a.doc.keys {
		if a.current == nil || a.current.keys[k.id] == nil {
			return true
		}
	}
	return false
}

// follow repeats discovery and fetches the keys from where they moved to.
// What was got from the old place counts until the new one has answered.
func (a *attempt) follow(ctx context.Context) {
	was := *a
	if a.rediscover(ctx); a.metaFault != "" || a.meta.jwksURL == was.meta.jwksURL {
		return
	}
	a.fetch(ctx, a.meta.jwksURL)
	if a.fault != "" && was.fault == "" {
		a.metaFault = a.fault
		a.meta, a.doc, a.fault, a.ttl, a.ttlSaid = was.meta, was.doc, "", was.ttl, was.ttlSaid
	}
}

// rediscover is discovery that may not use up the time of the keys.
func (a *attempt) rediscover(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout/2)
	defer cancel()
	a.discover(ctx)
}

// fetch gets a key set and notes the outcome.
func (a *attempt) fetch(ctx context.Context, url string) {
	a.doc, a.fault = nil, ""
	body, header, fault := a.get(ctx, url)
	if fault != "" {
		a.fault = fault
		return
	}
	doc, err := parseSet(body)
	if err != nil {
		a.fault = err.(Fault)
		return
	}
	if doc.onlyPrivate() && a.current != nil && !a.current.leaked {
		a.fault = FaultPrivateKeys
		return
	}
	a.doc = doc
	a.ttl, a.ttlSaid = freshness(header)
}
