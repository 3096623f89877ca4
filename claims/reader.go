package claims

import (
	"math"
	"slices"
	"time"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// A reader reads the claims of one payload as its dialect says. A claim of the
// wrong type sets malformed, and reading continues.
type reader struct {
	dialect   *Dialect
	payload   Payload
	audiences []string // of this API
	strings   stringBuf
	malformed bool
}

// orDefault returns paths, or standard if paths is nil.
func orDefault(paths, standard [][]string) [][]string {
	if paths == nil {
		return standard
	}
	return paths
}

// str returns the string at path, "" if it is absent. Another type, null and the
// empty string are malformed: an empty name must never identify anyone.
func (r *reader) str(path []string) string {
	raw, ok := r.payload.lookup(path)
	if !ok {
		return ""
	}
	s, ok := r.strings.decode(raw)
	if !ok || s == "" {
		r.malformed = true
	}
	return s
}

// optionalString returns the string at path. Another type counts as absent.
func (r *reader) optionalString(path []string) string {
	raw, _ := r.payload.lookup(path)
	s, _ := r.strings.decode(raw)
	return s
}

// firstString returns the string at the first of paths that is present. An
// array of one string counts as that string, except for the claims that must be
// strings.
func (r *reader) firstString(paths [][]string) string {
	for _, path := range paths {
		raw, ok := r.payload.lookup(path)
		if !ok {
			continue
		}
		if !isString(raw) && (r.dialect.StringScope || mustBeString(path)) {
			r.malformed = true
		}
		s, ok := r.strings.decode(soleString(raw))
		if !ok || s == "" {
			r.malformed = true
		}
		return s
	}
	return ""
}

// mustBeString reports whether RFC 7519 (sections 4.1.2 and 4.1.7) defines the
// claim at path as one string.
func mustBeString(path []string) bool {
	return len(path) == 1 && (path[0] == "sub" || path[0] == "jti")
}

// time returns the NumericDate at path (RFC 7519, section 2), the zero time if
// it is absent. Another type and a number out of range are malformed.
func (r *reader) time(path []string) time.Time {
	// The end of the year 9999. A greater number is probably in milliseconds.
	const maxTime = 253402300799
	raw, ok := r.payload.lookup(path)
	if !ok {
		return time.Time{}
	}
	seconds, ok := strictjson.Float(raw)
	if !ok || seconds < 0 || seconds > maxTime {
		r.malformed = true
		return time.Time{}
	}
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(fraction*1e9))
}

// optionalTime returns the NumericDate at path. Another type and a number out
// of range count as absent.
func (r *reader) optionalTime(path []string) time.Time {
	malformed := r.malformed
	t := r.time(path)
	r.malformed = malformed
	return t
}

// appendStrings appends the string raw, or the strings in the array raw, to
// list. An element of another type is malformed.
func (r *reader) appendStrings(list []string, raw []byte) []string {
	if isString(raw) {
		return append(list, r.intern(raw))
	}
	strictjson.Each(raw, func(elem []byte) bool {
		if !isString(elem) {
			r.malformed = true
			return false
		}
		list = append(list, r.intern(elem))
		return true
	})
	return list
}

// intern returns the string raw, without a copy if it is an audience of this
// API.
func (r *reader) intern(raw []byte) string {
	for _, s := range r.audiences {
		if strictjson.EqualString(raw, s) {
			return s
		}
	}
	s, _ := r.strings.decode(raw)
	return s
}

// appendNew appends s unless it is empty or already in list.
func appendNew(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// exact returns list without spare capacity, so that an append to it copies it. An
// empty list becomes nil.
func exact(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return slices.Clip(list)
}
