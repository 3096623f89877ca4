package keyring

import (
	"errors"
	"fmt"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
	"github.com/bearerguard/bearerguard/middleware/internal/jwks"
)

// The errors of Ring.Find, Tenants.Ring and Tenants.Await, to be compared with errors.Is.
var (
	// ErrUnknownKey: the issuer publishes no such key, or no fetch is allowed
	// now that could find it.
	ErrUnknownKey = errors.New("keyring: unknown key")

	// ErrAlgorithm: the key is known, but not for this algorithm. It is an
	// ErrUnknownKey.
	ErrAlgorithm = fmt.Errorf("%w: not for this algorithm", ErrUnknownKey)

	// ErrTenantLimit: the turn of a first-time tenant did not come in time, because
	// the fetches for other ones found no keys. It is an ErrUnknownKey, so that
	// made-up tenants cannot make an API respond with status 503.
	ErrTenantLimit = fmt.Errorf("%w: more new tenants than the limit allows", ErrUnknownKey)

	// ErrNoTenant: Options.TenantExists says that there is no such tenant. It is an
	// ErrUnknownKey.
	ErrNoTenant = fmt.Errorf("%w: no such tenant", ErrUnknownKey)

	// ErrTenantName: a value for the template is not a plain name, or the
	// template with its values is not the iss. It is an ErrUnknownKey.
	ErrTenantName = fmt.Errorf("%w: not the name of a tenant", ErrUnknownKey)

	// ErrUnavailable is what every UnavailableError is.
	ErrUnavailable = errors.New("keyring: keys unavailable")
)

// FetchFailedError says that there are usable keys, but not the one that is asked
// for, and that the issuer could not be reached to look for it: the key may be a new
// one. It is an ErrUnknownKey. Few requests a minute get it, so that made-up key IDs
// cannot make an API respond with status 503 at will, not even during an outage.
type FetchFailedError struct {
	// RetryAfter is when another attempt makes sense, at least a second.
	RetryAfter time.Duration

	// Fault is why the fetch failed.
	Fault fault.Fault
}

// Error returns a fixed text with the word of the fault.
func (e *FetchFailedError) Error() string {
	return ErrUnknownKey.Error() + ", and the fetch for it failed: " + string(e.Fault)
}

// Is reports whether target is ErrUnknownKey.
func (e *FetchFailedError) Is(target error) bool { return target == ErrUnknownKey }

// UnavailableError says that there are no usable keys of the issuer: none were
// ever fetched, or they expired.
type UnavailableError struct {
	// RetryAfter is when another attempt makes sense, at least a second.
	RetryAfter time.Duration

	// Fault is why the last attempt failed, empty if that is not the reason.
	Fault fault.Fault

	cause error // of the caller's context, else nil
}

// Error returns a fixed text with the word of the fault.
func (e *UnavailableError) Error() string {
	if e.Fault == "" {
		return ErrUnavailable.Error()
	}
	return ErrUnavailable.Error() + ": " + string(e.Fault)
}

// Is reports whether target is ErrUnavailable.
func (e *UnavailableError) Is(target error) bool { return target == ErrUnavailable }

// Unwrap returns the error of the caller's context, if that ended the wait.
func (e *UnavailableError) Unwrap() error { return e.cause }

func unavailable(after time.Duration, f fault.Fault, cause error) error {
	return &UnavailableError{RetryAfter: atLeastASecond(after), Fault: f, cause: cause}
}

func atLeastASecond(d time.Duration) time.Duration {
	return max(d.Round(time.Millisecond), time.Second)
}

// SetError says why a static or imported key set is unusable.
type SetError struct {
	Fault   fault.Fault
	Remarks []jwks.Remark // about its keys, bounded
	Looks   jwks.Looks    // what the document is instead of a key set, if that is known
}

// Error returns a text of fixed words.
func (e *SetError) Error() string {
	text := "keyring: unusable key set: " + string(e.Fault)
	if e.Looks != "" {
		text += ", looks like " + string(e.Looks)
	}
	for _, r := range e.Remarks {
		text += ", " + string(r.Note)
	}
	return text
}

// parseSet reads a static or imported key set. The error is a *SetError.
func parseSet(document []byte) (*jwks.Set, error) {
	set, f := jwks.Parse(document)
	if f == "" {
		return set, nil
	}
	return nil, &SetError{Fault: f, Remarks: set.Remarks, Looks: set.Looks}
}
