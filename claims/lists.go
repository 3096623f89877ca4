package claims

import (
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// audienceMark stands for an audience of this API in a path of Dialect.Roles or
// Dialect.Groups.
const audienceMark = "{audience}"

// audience returns the audience: strings and arrays of strings (RFC 7519,
// section 4.1.3), merged.
func (r *reader) audience() []string {
	var audience []string
	for _, path := range orDefault(r.dialect.Audience, audiencePaths) {
		raw, ok := r.payload.lookup(path)
		if !ok {
			continue
		}
		if !isString(raw) && !isArray(raw) {
			r.malformed = true
			return nil
		}
		audience = r.appendStrings(audience, raw)
	}
	return audience
}

// scopes returns the scopes of a token of the given kind.
func (r *reader) scopes(kind Kind) []string {
	d := r.dialect
	var scopes []string
	for _, path := range orDefault(d.Scopes, scopesPaths) {
		scopes = r.appendScopes(scopes, path)
	}
	if kind == KindClient {
		for _, path := range d.ClientScopes {
			scopes = r.appendScopes(scopes, path)
		}
	}
	if d.ScopePrefix == "" {
		return scopes
	}
	all := scopes
	scopes = scopes[:0]
	for _, s := range all { // in place: without the prefix, two may be equal
		scopes = appendNew(scopes, strings.TrimPrefix(s, d.ScopePrefix))
	}
	return scopes
}

// appendScopes appends the scopes at path. Only a space separates scopes in a
// string (RFC 6749, section 3.3): commas and tabs are part of a scope, and so
// are spaces in the elements of an array.
func (r *reader) appendScopes(scopes []string, path []string) []string {
	raw, ok := r.payload.lookup(path)
	if !ok || isNull(raw) && !r.dialect.StringScope {
		return scopes
	}
	if scopes == nil {
		scopes = make([]string, 0, 4) // as many as most tokens have
	}
	switch {
	case isString(raw):
		value, _ := r.strings.decode(raw)
		for more := true; more; {
			var scope string
			scope, value, more = strings.Cut(value, " ")
			scopes = appendNew(scopes, scope)
		}
	case isArray(raw) && !r.dialect.StringScope:
		strictjson.Each(raw, func(elem []byte) bool {
			scope, ok := r.strings.decode(elem)
			if !ok {
				r.malformed = true
			}
			scopes = appendNew(scopes, scope)
			return ok
		})
	default:
		r.malformed = true
	}
	return scopes
}

// names returns the roles or groups at paths, without duplicates.
func (r *reader) names(paths [][]string, audience []string) []string {
	var names []string
	for _, path := range paths {
		i := slices.IndexFunc(path, func(name string) bool { return strings.Contains(name, audienceMark) })
		if i < 0 {
			names = r.appendNames(names, path)
			continue
		}
		for _, aud := range audience {
			if slices.Contains(r.audiences, aud) {
				own := slices.Clone(path)
				own[i] = strings.Replace(path[i], audienceMark, aud, 1)
				names = r.appendNames(names, own)
			}
		}
	}
	return names
}

// appendNames appends the names at path: a string, an array of strings or of
// objects with a "value" member (RFC 7643, section 2.4), or the member names of
// an object. Other elements grant nothing.
func (r *reader) appendNames(names []string, path []string) []string {
	raw, ok := r.payload.lookup(path)
	switch {
	case !ok:
	case isString(raw):
		s, _ := r.strings.decode(raw)
		names = appendNew(names, s)
	case isArray(raw):
		strictjson.Each(raw, func(elem []byte) bool {
			if isObject(elem) {
				members, _ := strictjson.Members(elem)
				elem, _ = members.Get("value")
			}
			s, _ := r.strings.decode(elem)
			names = appendNew(names, s)
			return true
		})
	case isObject(raw):
		members, _ := strictjson.Members(raw)
		for _, m := range members {
			names = appendNew(names, r.strings.copy([]byte(m.Name)))
		}
	}
	return names
}
