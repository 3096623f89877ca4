package claims

import (
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// names returns the roles or groups at paths, without repetitions.
func (r *reader) names(paths [][]string, audience []string) []string {
	var names []string
	for _, path := range paths {
		i := slices.IndexFunc(path, func(name string) bool { return strings.Contains(name, thisAPI) })
		if i < 0 {
			names = r.namesAt(names, path)
			continue
		}
		for _, aud := range audience {
			if slices.Contains(r.audiences, aud) {
				own := slices.Clone(path)
				own[i] = strings.Replace(path[i], thisAPI, aud, 1)
				names = r.namesAt(names, own)
			}
		}
	}
	return names
}

// namesAt appends the names at path: a string, an array of strings or of
// objects with a "value" (RFC 7643, section 2.4), or an object's member names.
// An element of any other kind grants nothing.
func (r *reader) namesAt(names []string, path []string) []string {
	raw, ok := r.payload.lookup(path)
	if ok && names == nil {
		names = r.shelf.room()
	}
	switch {
	case !ok:
	case isString(raw):
		s, _ := r.arena.decode(raw)
		names = add(names, s)
	case isArray(raw):
		strictjson.Each(raw, func(elem []byte) bool {
			if isObject(elem) {
				members, _ := strictjson.Members(elem)
				elem, _ = members.Get("value")
			}
			if isString(elem) {
				s, _ := r.arena.decode(elem)
				names = add(names, s)
			}
			return true
		})
	case isObject(raw):
		members, _ := strictjson.Members(raw)
		for _, m := range members {
			names = add(names, r.arena.copy([]byte(m.Name)))
		}
	}
	return names
}

// place fills in tenant and source system: from a claim, from the issuer's URL,
// from a prefixed scope or role, from the register of clients. The first source
// that says something decides, and an ambiguous one says "none".
func (r *reader) place(t *Token) {
	d := r.dialect
	tenant, tenantFound := r.name(or(d.Tenant, tenantPaths))
	if !tenantFound && d.TenantInIssuer != "" {
		tenant, tenantFound = cutIssuer(d.TenantInIssuer, t.Issuer)
	}
	if d.TenantPrefix != "" {
		if s, found := takePrefixed(t, d.TenantPrefix); !tenantFound {
			tenant, tenantFound = s, found
		}
	}
	system, systemFound := r.name(or(d.SourceSystem, sourceSystemPaths))
	if d.SourceSystemPrefix != "" {
		if s, found := takePrefixed(t, d.SourceSystemPrefix); !systemFound {
			system, systemFound = s, found
		}
	}
	if client, ok := d.Clients[t.ClientID]; ok && t.ClientID != "" {
		if !tenantFound {
			tenant = client.Tenant
		}
		if !systemFound {
			system = client.SourceSystem
		}
	}
	t.Tenant, t.SourceSystem = tenant, system
}

// name returns the one name at the first of paths that is present, and whether
// one was. A present claim without exactly one name is found and empty.
func (r *reader) name(paths [][]string) (name string, found bool) {
	for _, path := range paths {
		raw, ok := r.payload.lookup(path)
		if !ok || isNull(raw) {
			continue
		}
		if isObject(raw) {
			if members, _ := strictjson.Members(raw); len(members) == 1 {
				return r.arena.copy([]byte(members[0].Name)), true
			}
			return "", true
		}
		if isArray(raw) {
			raw = only(raw)
		}
		if isInteger(raw) {
			return r.arena.copy(raw), true
		}
		s, _ := r.arena.decode(raw)
		return s, true
	}
	return "", false
}

// only returns the only element of the array raw, or nil.
func only(raw []byte) []byte {
	var only []byte
	n := 0
	strictjson.Each(raw, func(elem []byte) bool {
		only = elem
		n++
		return n < 2
	})
	if n != 1 {
		return nil
	}
	return only
}

// isInteger reports whether raw is a plain, non-negative integer: the one kind
// of number that has one spelling.
func isInteger(raw []byte) bool {
	for _, c := range raw {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(raw) > 0
}

// tenantMark stands for the tenant in Dialect.TenantInIssuer.
const tenantMark = "{tenant}"

// cutIssuer returns the part of issuer that stands where template has the mark.
// A slash at issuer's very end is no part of it unless template has one there.
func cutIssuer(template, issuer string) (tenant string, found bool) {
	before, after, ok := strings.Cut(template, tenantMark)
	if !ok {
		return "", false
	}
	if !strings.HasSuffix(template, "/") {
		issuer = strings.TrimSuffix(issuer, "/")
	}
	rest, ok := strings.CutSuffix(issuer, after)
	if !ok {
		return "", false
	}
	if end, anywhere := strings.CutPrefix(before, "*"); anywhere {
		i := strings.LastIndex(rest, end)
		if i < 0 {
			return "", false
		}
		tenant = rest[i+len(end):]
	} else if tenant, ok = strings.CutPrefix(rest, before); !ok {
		return "", false
	}
	_, host, absolute := strings.Cut(before, "://")
	if absolute && !strings.Contains(host, "/") {
		ok = isLabel(tenant)
	} else {
		ok = tenant != "" && !strings.ContainsAny(tenant, "/?#")
	}
	if !ok {
		return "", false
	}
	return tenant, true
}

// isLabel reports whether s is one label of a host name in the spelling that
// URLs are compared in: two spellings must not be two tenants.
func isLabel(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return s != ""
}

// takePrefixed takes the scopes and roles that begin with prefix out of t and
// returns the one name after it, or "" if there are two.
func takePrefixed(t *Token, prefix string) (name string, found bool) {
	take := func(s string) bool {
		rest, ok := strings.CutPrefix(s, prefix)
		if !ok {
			return false
		}
		switch {
		case !found:
			name = rest
		case name != rest:
			name = ""
		}
		found = true
		return true
	}
	t.Scopes = slices.DeleteFunc(t.Scopes, take)
	t.Roles = slices.DeleteFunc(t.Roles, take)
	return name, found
}
