package claims

import (
	"math"
	"time"

	"github.com/bearerguard/bearerguard/internal/claimserr"
	"github.com/bearerguard/bearerguard/internal/strictjson"
	"github.com/bearerguard/bearerguard/internal/stringset"
)

// A reader reads the claims of one payload as its dialect says. After a claim that is
// malformed, reading continues, and only the first one is kept.
type reader struct {
	dialect   *Dialect
	payload   Payload
	audiences []string // of this API
	strings   stringBuf
	slots     stringSlots
	malformed bool
	fault     claimserr.MalformedError // if malformed
}

// wrongType records that the claim at path has another type than wanted. raw is its
// value, nil if it is absent.
func (r *reader) wrongType(path []string, want string, raw []byte) {
	r.wrong(claimserr.MalformedError{Claim: path, Want: want, Found: typeOf(raw)})
}

// wrongValue records that the claim at path has the right type and no value that can be
// used.
func (r *reader) wrongValue(path []string) { r.wrong(claimserr.MalformedError{Claim: path}) }

func (r *reader) wrong(fault claimserr.MalformedError) {
	if !r.malformed {
		r.malformed, r.fault = true, fault
	}
}

// orDefault returns paths, or standard if paths is nil.
func orDefault(paths, standard [][]string) [][]string {
	if paths == nil {
		return standard
	}
	return paths
}

// str returns the string at path, "" if it is absent. Another type and the empty string
// are malformed.
func (r *reader) str(path []string) string {
	raw, ok := r.payload.lookup(path)
	if !ok {
		return ""
	}
	s, ok := r.strings.decode(raw)
	switch {
	case !ok:
		r.wrongType(path, "string", raw)
	case s == "":
		r.wrongValue(path)
	}
	return s
}

// optionalString returns the string at path. Another type counts as absent.
func (r *reader) optionalString(path []string) string {
	raw, _ := r.payload.lookup(path)
	s, _ := r.strings.decode(raw)
	return s
}

// firstString returns the string at the first of paths that is present. An empty string
// counts as absent if skipEmpty is set and is malformed otherwise. An array of one string
// counts as that string, except for the claims that must be strings.
func (r *reader) firstString(paths [][]string, skipEmpty bool) string {
	for _, path := range paths {
		raw, ok := r.payload.lookup(path)
		if !ok || isNull(raw) || skipEmpty && isEmptyString(raw) {
			continue
		}
		if !isString(raw) && (r.dialect.StringScope || mustBeString(path)) {
			r.wrongType(path, "string", raw)
		}
		s, ok := r.strings.decode(soleString(raw))
		if !ok {
			r.wrongType(path, "string", raw)
		} else if s == "" {
			r.wrongValue(path)
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
	raw, ok := r.payload.lookup(path)
	if !ok || isNull(raw) {
		return time.Time{}
	}
	t, ok := numericDate(raw)
	if !ok && isNumber(raw) {
		r.wrongValue(path)
	} else if !ok {
		r.wrongType(path, "number", raw)
	}
	return t
}

// optionalTime returns the NumericDate at path. Another type and a number out
// of range count as absent.
func (r *reader) optionalTime(path []string) time.Time {
	raw, _ := r.payload.lookup(path)
	t, _ := numericDate(raw)
	return t
}

// numericDate returns the NumericDate raw, and false for another type and a number out of
// range.
func numericDate(raw []byte) (time.Time, bool) {
	// The end of the year 9999. A greater number is probably in milliseconds.
	const maxTime = 253402300799
	seconds, ok := strictjson.Float(raw)
	if !ok || seconds < 0 || seconds > maxTime {
		return time.Time{}, false
	}
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(fraction*1e9)), true
}

// appendStrings appends the string raw, or the strings in the array raw, to list. It
// returns false if an element has another type.
func (r *reader) appendStrings(list []string, raw []byte) ([]string, bool) {
	if list == nil {
		list = r.slots.start()
	}
	if isString(raw) {
		return append(list, r.intern(raw)), true
	}
	ok := strictjson.Each(raw, func(elem []byte) bool {
		if !isString(elem) {
			return false
		}
		list = append(list, r.intern(elem))
		return true
	})
	return list, ok
}

// intern returns the string raw, without a copy if it is one of a few audiences of
// this API.
func (r *reader) intern(raw []byte) string {
	if len(r.audiences) <= stringset.Pairwise {
		for _, s := range r.audiences {
			if strictjson.EqualString(raw, s) {
				return s
			}
		}
	}
	s, _ := r.strings.decode(raw)
	return s
}
