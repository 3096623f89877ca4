package keyring

import (
	"errors"
	"fmt"
	"time"
)

// The errors of Ring.Keys and Family.Ring, to be compared with errors.Is.
var (
	// ErrUnknownKey: the issuer publishes no such key, or its allowance of
	// fetches is used up and it is not known whether it does.
	ErrUnknownKey = errors.New("keyring: unknown key")

	// ErrAlgorithm: the key is known, but not for this algorithm. It is an
	// ErrUnknownKey.
	ErrAlgorithm = fmt.Errorf("%w: not for this algorithm", ErrUnknownKey)

	// ErrTenantLimit: too many tenants that were never heard of were named in
	// too short a time. It is an ErrUnknownKey, so that nobody can make an API
	// answer 5xx by making up tenants.
	ErrTenantLimit = fmt.Errorf("%w: too many new tenants", ErrUnknownKey)

	// ErrTenantName: the values for a template are no plain names, or do not
	// make the iss. It is an ErrUnknownKey.
	ErrTenantName = fmt.Errorf("%w: not a tenant's name", ErrUnknownKey)

	// ErrUnavailable is what each UnavailableError is.
	ErrUnavailable = errors.New("keyring: keys unavailable")
)

// UnavailableError says that the issuer's keys are not there: they never were,
// or they are older than the hard limit, or the caller's context ended while it
// waited for them.
type UnavailableError struct {
	// RetryAfter is when another try makes sense, at least a second.
	RetryAfter time.Duration

	// Fault is why the last attempt failed, empty if that is not the reason.
	Fault Fault

	cause error // of the caller's context, else nil
}

// Error returns a fixed text with the fault's word.
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

func unavailable(after time.Duration, fault Fault, cause error) error {
	return &UnavailableError{RetryAfter: max(after.Round(time.Millisecond), time.Second), Fault: fault, cause: cause}
}

// SetError says why a static or imported key set is unusable.
type SetError struct {
	Fault   Fault
	Remarks []Remark // about its keys, bounded
}

// Error returns a text of fixed words.
func (e *SetError) Error() string {
	text := "keyring: unusable key set: " + string(e.Fault)
	for _, r := range e.Remarks {
		text += ", " + string(r.Note)
	}
	return text
}

func remarksOf(doc *document) []Remark {
	if doc == nil {
		return nil
	}
	return doc.remarks
}

var errIssuerURL = errors.New("keyring: metadata issuer is no URL")
