package claims

import (
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// audience returns the audience. RFC 7519, section 4.1.3: a string or an array
// of strings.
func (r *reader) audience() []string {
	var audience []string
	for _, path := range or(r.dialect.Audience, audiencePaths) {
		raw, ok := r.payload.lookup(path)
		if !ok {
			continue
		}
		if !isString(raw) && !isArray(raw) {
			r.malformed = true
			return nil
		}
		audience = r.list(audience, raw)
	}
	return audience
}

// list appends the string raw, or the strings in the array raw, to list. Any
// other element is malformed.
func (r *reader) list(list []string, raw []byte) []string {
	if list == nil {
		list = r.shelf.room()
	}
	if isString(raw) {
		return append(list, r.shared(raw))
	}
	strictjson.Each(raw, func(elem []byte) bool {
		if !isString(elem) {
			r.malformed = true
			return false
		}
		list = append(list, r.shared(elem))
		return true
	})
	return list
}

// shared returns the string raw, without a copy if it is one of this API's
// audiences.
func (r *reader) shared(raw []byte) string {
	for _, s := range r.audiences {
		if strictjson.EqualString(raw, s) {
			return s
		}
	}
	s, _ := r.arena.decode(raw)
	return s
}

// scopes appends the scopes at path. Only a space separates scopes in a string
// (RFC 6749, section 3.3): a comma and a tab are part of the name, and an
// array's members are taken as they are.
func (r *reader) scopes(scopes []string, path []string) []string {
	raw, ok := r.payload.lookup(path)
	if !ok || isNull(raw) && !r.dialect.StringScope {
		return scopes
	}
	if scopes == nil {
		scopes = r.shelf.room()
	}
	switch {
	case isString(raw):
		value, _ := r.arena.decode(raw)
		for more := true; more; {
			var scope string
			scope, value, more = strings.Cut(value, " ")
			scopes = add(scopes, scope)
		}
	case isArray(raw) && !r.dialect.StringScope:
		strictjson.Each(raw, func(elem []byte) bool {
			scope, ok := r.arena.decode(elem)
			if !ok {
				r.malformed = true
			}
			scopes = add(scopes, scope)
			return ok
		})
	default:
		r.malformed = true
	}
	return scopes
}

// add appends s unless it is empty or already there.
func add(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// unique removes repetitions from list, in place.
func unique(list []string) []string {
	kept := list[:0]
	for _, s := range list {
		kept = add(kept, s)
	}
	return kept
}
