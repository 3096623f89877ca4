package middleware

import (
	"context"
	"errors"
	"math"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// A KeySetHealth is the condition of one issuer's key set. It holds nothing
// secret, but tells much about the API's surroundings: serve it to operators only.
type KeySetHealth struct {
	// Issuer is the issuer. For a template it is the tenant's, unless all tenants
	// share the key set.
	Issuer string `json:"issuer"`
	// Source is where the configuration says that the keys come from: Issuer.JWKSURL,
	// or else Issuer.MetadataURL, with its placeholder. It tells the key sets of one
	// issuer apart. It is "" if the issuer's own metadata says where they are, and for
	// keys from the configuration alone.
	Source string `json:"source,omitempty"`
	// Dialect is the Name of the issuer's Dialect, "" if it has none.
	Dialect string `json:"dialect,omitempty"`
	// State is "fresh", "stale" (a refresh is due or failing, the keys are in
	// use), "expired" (not seen for too long, the keys are no longer in use) or
	// "never" (no keys yet). A seed, see Issuer.JWKS, is "stale" until the first fetch.
	State string `json:"state"`
	// Usable is whether tokens can be verified with the keys.
	Usable bool `json:"usable"`
	// Fault is a fixed word for why the last fetch failed, "" if it succeeded.
	Fault string `json:"fault,omitempty"`
	// FailingSince is when the fetches began to fail, nil if they succeed.
	FailingSince *time.Time `json:"failing_since,omitempty"`
	// NextAttempt is the earliest time of the next fetch. It is nil during a fetch
	// and if there will be none.
	NextAttempt *time.Time `json:"next_attempt,omitempty"`
	// KeyIDs are the ids of the keys, never nil.
	KeyIDs []string `json:"key_ids"`
	// AgeSeconds is the time since the keys were last seen at the issuer, or since New
	// for keys from the configuration.
	AgeSeconds int64 `json:"age_seconds"`
	// UnusableInSeconds is how long the keys stay usable if every fetch fails. It
	// is nil if there is no limit, as for keys from the configuration.
	UnusableInSeconds *int64 `json:"unusable_in_seconds"`
	// Remarks name what is odd about published keys, as "id: word": keys that are
	// too weak, not for signatures, or published with their private part. If the last
	// fetch got a key set that is not in use, those of its keys come first.
	Remarks []string `json:"remarks,omitempty"`
	// Looks is a fixed word for what the last fetch got that is no key set, such as
	// "metadata", "single_key" or "error_response". It is "" if that is not known.
	Looks string `json:"looks,omitempty"`
	// Fetches counts the requests sent to the issuer.
	Fetches uint64 `json:"fetches"`
}

// Health returns the condition of every key set, in the order of Config.Issuers
// and Issuer.Tenants. Tenants that only TenantPattern allows are listed when their
// keys are kept, and for a while after a fetch for them has failed. Health does no
// I/O.
func (a *Authenticator) Health() []KeySetHealth {
	var all []KeySetHealth
	for _, issuer := range a.all {
		for _, ring := range issuer.rings() {
			all = append(all, issuer.health(ring))
		}
	}
	return all
}

// health returns the condition of one of the issuer's key rings.
func (issuer *trustedIssuer) health(ring *keyring.Ring) KeySetHealth {
	h := ring.Health()
	k := KeySetHealth{
		Issuer:       h.Issuer,
		Source:       issuer.source(),
		Dialect:      issuer.Dialect.Name,
		State:        string(h.State),
		Usable:       h.State == keyring.StateFresh || h.State == keyring.StateStale,
		Fault:        string(h.Fault),
		Looks:        string(h.Looks),
		FailingSince: timeOrNil(h.FailingSince),
		NextAttempt:  timeOrNil(h.NextAttempt),
		KeyIDs:       h.KeyIDs,
		AgeSeconds:   int64(h.Age / time.Second),
		Fetches:      h.Requests,
	}
	if k.KeyIDs == nil {
		k.KeyIDs = []string{}
	}
	for _, r := range h.Remarks {
		k.Remarks = append(k.Remarks, r.KeyID+": "+string(r.Note))
	}
	if h.UsableFor >= 0 {
		left := int64(math.Ceil(h.UsableFor.Seconds()))
		k.UnusableInSeconds = &left
	}
	return k
}

// timeOrNil returns t in UTC, nil if it is zero.
func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// Ready reports whether the tokens of every issuer can be verified. It fetches the
// keys that have never been fetched, side by side, and waits for each at most 5 s.
// An issuer that is down while its keys are still usable counts as ready.
//
// For a template, each of Issuer.Tenants counts as an issuer. Tenants that only
// Issuer.TenantPattern allows count if they share one key set; otherwise they are
// not known beforehand.
//
// An issuer with ReadyWithout does not count: its keys are fetched too, and Ready does not
// wait for them.
//
// The error is an *Error with the Reason ErrUnavailable. Its Issuer is the first,
// in the order of Config.Issuers and Issuer.Tenants, whose tokens cannot be
// verified.
func (a *Authenticator) Ready(ctx context.Context) error {
	var rings []*keyring.Ring
	for _, issuer := range a.all {
		if !issuer.ReadyWithout {
			rings = append(rings, issuer.fixed...)
			continue
		}
		for _, ring := range issuer.fixed {
			go func() { _ = ring.Refresh(context.WithoutCancel(ctx)) }()
		}
	}
	errs := make([]error, len(rings))
	slots := make(chan struct{}, readyFetches)
	var fetches sync.WaitGroup
	for i, ring := range rings {
		fetches.Go(func() {
			slots <- struct{}{}
			release := sync.OnceFunc(func() { <-slots })
			patience := time.AfterFunc(readyPatience, release)
			errs[i] = ring.Refresh(ctx)
			patience.Stop()
			release()
		})
	}
	fetches.Wait()
	for i, err := range errs {
		if err == nil {
			continue
		}
		e := &Error{Reason: ErrUnavailable, Issuer: rings[i].Health().Issuer, RetryAfter: time.Second}
		var unavailable *keyring.UnavailableError
		if errors.As(err, &unavailable) {
			e.RetryAfter = unavailable.RetryAfter
		}
		return e
	}
	return nil
}

// Ready has at most readyFetches under way, not counting those that take longer than
// readyPatience: issuers that hang must not delay the others.
const (
	readyFetches  = 64
	readyPatience = 100 * time.Millisecond
)

// healthReport is the body of a response of HealthHandler.
type healthReport struct {
	Status  string         `json:"status"`
	KeySets []KeySetHealth `json:"key_sets"`
	Tenants []tenantCount  `json:"tenants,omitempty"`

	CachedTokens int `json:"cached_tokens"`
	CachedBytes  int `json:"cached_bytes"`
}

// Cached returns the number of tokens in the cache, which Config.CacheTokens bounds,
// and the bytes that it takes on the heap, which Config.CacheBytes bounds. Tokens that
// have expired count until others take their place.
func (a *Authenticator) Cached() (tokens, bytes int) {
	if a.cache == nil {
		return 0, 0
	}
	return a.cache.Len(), a.cache.Bytes()
}

// HealthHandler returns a handler that serves the condition of the key sets and the
// size of the cache as JSON. It responds 200 with the status "ok", 200 with
// "degraded" if an issuer has a fault while its keys are still usable, and 503 with
// "unready" if the tokens of an issuer cannot be verified; the issuers that count are those of Ready. It
// fetches nothing and needs no token, so it belongs on an address for operators.
func (a *Authenticator) HealthHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		report := healthReport{Status: "ok", KeySets: []KeySetHealth{}}
		report.CachedTokens, report.CachedBytes = a.Cached()
		status := http.StatusOK
		for _, issuer := range a.all {
			for _, ring := range issuer.rings() {
				k := issuer.health(ring)
				report.KeySets = append(report.KeySets, k)
				fixed := slices.Contains(issuer.fixed, ring) && !issuer.ReadyWithout
				switch {
				case !k.Usable && fixed:
					report.Status, status = "unready", http.StatusServiceUnavailable
				case k.State == string(keyring.StateNever):
					// A token may have made up this tenant.
				case (k.Fault != "" || !k.Usable) && report.Status == "ok":
					report.Status = "degraded"
				}
			}
		}
		report.Tenants = a.tenantCounts()
		w.Header().Set("Cache-Control", "no-store")
		writeJSON(w, r, status, report)
	})
}
