package middleware

import (
	"context"
	"errors"
	"math"
	"net/http"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// A KeySetHealth is the condition of one issuer's key set. It holds nothing
// secret, but tells much about the API's surroundings: serve it to operators.
type KeySetHealth struct {
	// Issuer is the issuer; for a template the tenant's.
	Issuer string `json:"issuer"`
	// State is "fresh", "stale" (a refresh is due or failing, the keys serve),
	// "expired" (not seen for too long, the keys serve no more) or "never" (no
	// keys yet).
	State string `json:"state"`
	// Usable is whether tokens can be verified with the keys.
	Usable bool `json:"usable"`
	// Fault is a fixed word for why the last attempt failed, "" if it did not.
	Fault string `json:"fault,omitempty"`
	// FailingSince is when the attempts began to fail, nil if they do not.
	FailingSince *time.Time `json:"failing_since,omitempty"`
	// NextAttempt is the earliest time of the next fetch, nil if one is under
	// way or none will be made.
	NextAttempt *time.Time `json:"next_attempt,omitempty"`
	// KeyIDs are the ids of the keys.
	KeyIDs []string `json:"key_ids"`
	// AgeSeconds is how long ago the keys were last seen at the issuer.
	AgeSeconds int64 `json:"age_seconds"`
	// UnusableInSeconds is how long the keys serve if every attempt fails; nil
	// if there is no end to it, as for keys from the configuration.
	UnusableInSeconds *int64 `json:"unusable_in_seconds"`
	// Remarks tell what is odd about published keys, "id: word": keys that are
	// too weak, not for signatures, or published with their private part.
	Remarks []string `json:"remarks,omitempty"`
	// Fetches counts the requests sent to the issuer.
	Fetches uint64 `json:"fetches"`
}

// Health returns the condition of every key set, in the order of
// Config.Issuers. It does no I/O.
func (a *Authenticator) Health() []KeySetHealth {
	var all []KeySetHealth
	for _, is := range a.all {
		for _, ring := range is.rings() {
			all = append(all, keySetHealth(ring.Health()))
		}
	}
	return all
}

// rings returns the key rings of the issuer that there are by now.
func (is *issuer) rings() []*keyring.Ring {
	if is.family != nil {
		return is.family.Rings()
	}
	return []*keyring.Ring{is.ring}
}

func keySetHealth(h keyring.Health) KeySetHealth {
	k := KeySetHealth{
		Issuer:       h.Issuer,
		State:        string(h.State),
		Usable:       h.State == keyring.StateFresh || h.State == keyring.StateStale,
		Fault:        string(h.Fault),
		FailingSince: known(h.FailingSince),
		NextAttempt:  known(h.NextAttempt),
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

func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// Ready reports whether tokens of every issuer can be verified, after fetching
// the keys that have never been fetched. An issuer that is down while its keys
// are good does not count: the API serves. A templated issuer counts for
// nothing, because its tenants are not known beforehand.
//
// The error is an *Error with the Reason ErrUnavailable, for the first issuer in
// the order of Config.Issuers whose tokens cannot be verified.
func (a *Authenticator) Ready(ctx context.Context) error {
	var first error
	for _, is := range a.all {
		if is.ring == nil {
			continue
		}
		if err := is.ring.Refresh(ctx); err != nil && first == nil {
			e := &Error{Reason: ErrUnavailable, Issuer: is.URL, RetryAfter: time.Second}
			var unavailable *keyring.UnavailableError
			if errors.As(err, &unavailable) {
				e.RetryAfter = unavailable.RetryAfter
			}
			first = e
		}
	}
	return first
}

// healthReport is what HealthHandler answers.
type healthReport struct {
	Status  string         `json:"status"`
	KeySets []KeySetHealth `json:"key_sets"`
}

// HealthHandler returns a handler that answers with the condition of the key
// sets: 200 and the status "ok", 200 and "degraded" if an issuer is in trouble
// while its keys still serve, 503 and "unready" if tokens of a configured
// issuer cannot be verified. It fetches nothing and needs no token, so it
// belongs on an address for operators.
func (a *Authenticator) HealthHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		report := healthReport{Status: "ok", KeySets: []KeySetHealth{}}
		status := http.StatusOK
		for _, is := range a.all {
			for _, ring := range is.rings() {
				k := keySetHealth(ring.Health())
				report.KeySets = append(report.KeySets, k)
				switch {
				case is.ring == nil && k.State == string(keyring.StateNever):
					// Perhaps no more than a name that a token made up.
				case !k.Usable && is.ring != nil:
					report.Status, status = "unready", http.StatusServiceUnavailable
				case (k.Fault != "" || !k.Usable) && report.Status == "ok":
					report.Status = "degraded"
				}
			}
		}
		w.Header().Set("Cache-Control", "no-store")
		writeJSON(w, r, status, report)
	})
}

// ExportKeys returns the keys of issuer, which is Issuer.URL or, for a
// template, the tenant's issuer, for ImportKeys of a later process.
func (a *Authenticator) ExportKeys(issuer string) ([]byte, error) {
	ring, err := a.ringOf(issuer)
	if err != nil {
		return nil, err
	}
	return ring.Export()
}

// ImportKeys makes the keys that ExportKeys returned serve until the issuer can
// be reached, so that an API can start without it. The keys go through all the
// checks that fetched ones do, another issuer's are refused, and they serve no
// longer than they would have where they came from. Whoever can change what is
// imported can forge tokens.
func (a *Authenticator) ImportKeys(issuer string, exported []byte) error {
	ring, err := a.ringOf(issuer)
	if err != nil {
		return err
	}
	return ring.Import(exported)
}

func (a *Authenticator) ringOf(iss string) (*keyring.Ring, error) {
	is := a.issuers.exact[iss]
	if is == nil {
		is = a.issuers.template(iss)
	}
	if is == nil {
		return nil, ErrUnknownIssuer
	}
	return is.ringFor(iss)
}
