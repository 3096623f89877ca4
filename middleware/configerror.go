package middleware

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// A ConfigError is one mistake in a Config. New joins all that it finds with
// errors.Join.
type ConfigError struct {
	// Field names the field, such as "Issuers[1].Algorithms".
	Field string
	// Value is the offending value. It is empty if the value is long or could be
	// a secret.
	Value string
	// Reason says what to write instead.
	Reason string
}

// Error names the field, the value if it may be shown, and the reason.
func (e *ConfigError) Error() string {
	if e.Value == "" {
		return "bearerguard: Config." + e.Field + ": " + e.Reason
	}
	return "bearerguard: Config." + e.Field + " " + strconv.Quote(e.Value) + ": " + e.Reason
}

// configErrors collects the mistakes in a Config.
type configErrors []error

func (errs *configErrors) add(field, value, reason string) {
	*errs = append(*errs, &ConfigError{Field: field, Value: value, Reason: reason})
}

// addURL adds a mistake in a URL, which is left out if it may hold a password.
func (errs *configErrors) addURL(field, raw, reason string) {
	if strings.Contains(raw, "@") {
		raw = ""
	}
	errs.add(field, raw, reason)
}

// addFromList adds the empty strings and repetitions in list.
func (errs *configErrors) addFromList(field string, list []string) {
	for i, s := range list {
		if s == "" {
			errs.add(field, "", "remove the empty string")
		} else if slices.Contains(list[:i], s) {
			errs.add(field, s, "list each value once")
		}
	}
}

func (errs configErrors) join() error { return errors.Join(errs...) }
