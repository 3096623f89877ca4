package keyring

import (
	"context"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
	"github.com/bearerguard/bearerguard/middleware/internal/fetch"
	"github.com/bearerguard/bearerguard/middleware/internal/jwks"
)

// When discovery is repeated.
const (
	metadataFresh      = time.Hour          // after this
	metadataUnknownKID = 5 * time.Minute    // after this if a key ID stays unknown
	metadataMoved      = 20 * time.Second   // after this if there is no key set at its URL
	metadataExpire     = 7 * 24 * time.Hour // a jwks_uri is trusted this long without valid metadata
)

// attempt is one attempt to get an issuer's keys, with all its requests. It works
// on copies, so that one that outlasts its time does no harm.
type attempt struct {
	source    *Source
	session   fetch.Session
	current   *snapshot // nil if there is none
	awaited   bool      // a request waits for a key that current does not have
	metaFirst bool      // discovery goes before the key set

	meta      metadata // in: what was known; out: what is known
	set       *jwks.Set
	unusable  *jwks.Set     // the last document that came as a key set and is not in use, nil if none
	maxAge    time.Duration // of the response, if maxAgeOK
	maxAgeOK  bool
	fault     fault.Fault // why there are no keys
	metaFault fault.Fault // of the last discovery, though there may be keys
	abandoned bool
}

// run makes the attempt. Without a known URL, discovery goes first. Later it
// follows the key set, if it is due or the key set is not where it was: the keys
// must not wait for it.
func (a *attempt) run(ctx context.Context) {
	known := a.meta.jwksURL != "" && a.session.Now()-a.meta.at < int64(metadataExpire)
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

// wantsDiscovery reports whether discovery is due after the key set was fetched.
func (a *attempt) wantsDiscovery() bool {
	now := a.session.Now()
	age, rest := time.Duration(now-a.meta.at), time.Duration(now-a.meta.asked)
	if age < 0 || rest < 0 {
		return true // the clock was set back
	}
	switch {
	case a.fault.Unreachable():
		return false // no time left, or no use; the next attempt begins with it
	case a.fault != "":
		return rest >= metadataMoved
	case rest < metadataUnknownKID:
		return false
	}
	return age >= metadataFresh || a.awaited && !a.foundNew()
}

// foundNew reports whether the set has a key that was not there before.
func (a *attempt) foundNew() bool {
	for i := range a.set.Keys {
		if a.current == nil || a.current.keys[a.set.Keys[i].Identity] == nil {
			return true
		}
	}
	return false
}

// follow repeats discovery and fetches the keys from their new URL. The keys
// from the old one count until the new one responds.
func (a *attempt) follow(ctx context.Context) {
	before := *a
	if a.rediscover(ctx); a.metaFault != "" || a.meta.jwksURL == before.meta.jwksURL {
		return
	}
	a.fetch(ctx, a.meta.jwksURL)
	if a.fault != "" && before.fault == "" {
		a.metaFault = a.fault
		a.meta, a.set, a.unusable, a.fault = before.meta, before.set, nil, ""
		a.maxAge, a.maxAgeOK = before.maxAge, before.maxAgeOK
	}
}

// rediscover is discovery that leaves time for the key set.
func (a *attempt) rediscover(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, fetch.Timeout/2)
	defer cancel()
	a.discover(ctx)
}

func (a *attempt) discover(ctx context.Context) {
	a.meta, a.metaFault = discover(ctx, &a.session, a.source.discovery(), a.meta)
}

// fetch requests a key set and records the outcome.
func (a *attempt) fetch(ctx context.Context, url string) {
	a.set, a.unusable = nil, nil
	var document *fetch.Document
	if document, a.fault = a.session.Get(ctx, url); a.fault != "" {
		return
	}
	set, f := jwks.Parse(document.Body)
	switch {
	case f != "":
		a.fault, a.unusable = f, set
	case set.AllPrivate() && a.current != nil && !a.current.leaked:
		a.fault, a.unusable = fault.PrivateKeys, set
	default:
		a.set = set
		a.maxAge, a.maxAgeOK = document.FreshFor()
	}
}
