package claims

import (
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/internal/strictjson"
	"github.com/bearerguard/bearerguard/internal/stringset"
)

// audienceMark stands for an audience of this API in a path of Dialect.Roles or
// Dialect.Groups.
const audienceMark = "{audience}"

// audience returns the audience: strings and arrays of strings (RFC 7519,
// section 4.1.3), merged. A claim that is null names no audience.
func (r *reader) audience() []string {
	var audience []string
	for _, path := range orDefault(r.dialect.Audience, audiencePaths) {
		raw, ok := r.payload.lookup(path)
		if !ok || isNull(raw) {
			continue
		}
		if !isString(raw) && !isArray(raw) {
			r.wrongType(path, "string or array", raw)
			return nil
		}
		if audience, ok = r.appendStrings(audience, raw); !ok {
			r.wrongType(path, "array of strings", raw)
		}
	}
	return audience
}

// scopes returns the scopes of a token of the given kind.
func (r *reader) scopes(kind Kind) []string {
	d := r.dialect
	var seen stringset.Unique
	scopes := r.slots.start()
	for _, path := range orDefault(d.Scopes, scopesPaths) {
		scopes = r.appendScopes(scopes, &seen, path)
	}
	if kind == KindClient {
		for _, path := range d.ClientScopes {
			scopes = r.appendScopes(scopes, &seen, path)
		}
	}
	return scopes
}

// appendScopes appends the scopes at path, without the dialect's prefix. Only a
// space separates scopes in a string (RFC 6749, section 3.3): commas and tabs are
// part of a scope, and so are spaces in the elements of an array.
func (r *reader) appendScopes(scopes []string, seen *stringset.Unique, path []string) []string {
	raw, ok := r.payload.lookup(path)
	if !ok || isNull(raw) && !r.dialect.StringScope {
		return scopes
	}
	prefix := r.dialect.ScopePrefix
	switch {
	case isString(raw):
		value, _ := r.strings.decode(raw)
		for more := true; more; {
			var scope string
			scope, value, more = strings.Cut(value, " ")
			scopes = appendNew(scopes, seen, strings.TrimPrefix(scope, prefix))
		}
	case isArray(raw) && !r.dialect.StringScope:
		strictjson.Each(raw, func(elem []byte) bool {
			scope, ok := r.strings.decode(elem)
			if !ok {
				r.wrongType(path, "array of strings", raw)
			}
			scopes = appendNew(scopes, seen, strings.TrimPrefix(scope, prefix))
			return ok
		})
	case r.dialect.StringScope:
		r.wrongType(path, "string", raw)
	default:
		r.wrongType(path, "string or array", raw)
	}
	return scopes
}

// names returns the roles or groups at paths, without duplicates.
func (r *reader) names(paths [][]string, audience []string) []string {
	var seen stringset.Unique
	names := r.slots.start()
	for _, path := range paths {
		i := slices.IndexFunc(path, func(name string) bool { return strings.Contains(name, audienceMark) })
		if i >= 0 {
			names = r.appendAudienceNames(names, &seen, path, i, audience)
		} else if raw, ok := r.payload.lookup(path); ok {
			names = r.appendNames(names, &seen, raw)
		}
	}
	return names
}

// appendAudienceNames appends the names at path for each audience of this API that
// the token names, once if it names it more than once. The element i of path holds
// the mark.
func (r *reader) appendAudienceNames(
	names []string, seen *stringset.Unique, path []string, i int, audience []string,
) []string {
	this := stringset.In(r.audiences)
	at := siblings{payload: &r.payload, path: path, i: i}
	for _, aud := range stringset.Distinct(audience) {
		if !this.Has(aud) {
			continue
		}
		if raw, ok := at.lookup(strings.Replace(path[i], audienceMark, aud, 1)); ok {
			names = r.appendNames(names, seen, raw)
		}
	}
	return names
}

// appendNames appends the names in raw: a string, an array of strings or of objects that
// name themselves, or the member names of an object. Other elements grant nothing.
func (r *reader) appendNames(names []string, seen *stringset.Unique, raw []byte) []string {
	switch {
	case isString(raw):
		s, _ := r.strings.decode(raw)
		names = appendNew(names, seen, s)
	case isArray(raw):
		strictjson.Each(raw, func(elem []byte) bool {
			if isObject(elem) {
				elem = nameOf(elem)
			}
			s, _ := r.strings.decode(elem)
			names = appendNew(names, seen, s)
			return true
		})
	case isObject(raw):
		members, _ := strictjson.Members(raw)
		for _, m := range members {
			names = appendNew(names, seen, r.strings.copy([]byte(m.Name)))
		}
	}
	return names
}

// nameOf returns the name of a role or group that is an object: the first of the members
// value (RFC 7643, section 2.4), name (Casdoor, Authentik) and authority (Spring Security)
// that is a string.
func nameOf(object []byte) []byte {
	members, _ := strictjson.Members(object)
	for _, name := range [...]string{"value", "name", "authority"} {
		if raw, _ := members.Get(name); isString(raw) {
			return raw
		}
	}
	return nil
}

// appendNew appends s to the list that seen is about unless s is empty or already
// in it.
func appendNew(list []string, seen *stringset.Unique, s string) []string {
	if s == "" {
		return list
	}
	return seen.Append(list, s)
}
