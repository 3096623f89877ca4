package claims

import (
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// tenantAndSource sets the tenant and the source system of t. It looks for each
// of them in a claim, in the issuer's URL (tenant only), in a prefixed scope or
// role, and in the register of clients. The first place with a value decides,
// even if the value is ambiguous, which leaves the field empty.
func (r *reader) tenantAndSource(t *Token) {
	d := r.dialect
	tenant, tenantFound := r.singleName(orDefault(d.Tenant, tenantPaths))
	if !tenantFound && d.TenantInIssuer != "" {
		tenant, tenantFound = tenantFromIssuer(d.TenantInIssuer, t.Issuer)
	}
	if d.TenantPrefix != "" {
		if s, found := takePrefixed(t, d.TenantPrefix); !tenantFound {
			tenant, tenantFound = s, found
		}
	}
	system, systemFound := r.singleName(orDefault(d.SourceSystem, sourceSystemPaths))
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

// singleName returns the name at the first of paths that is present, and whether
// one is present. The name is empty if the claim has not exactly one.
func (r *reader) singleName(paths [][]string) (name string, found bool) {
	for _, path := range paths {
		raw, ok := r.payload.lookup(path)
		if !ok || isNull(raw) {
			continue
		}
		if isObject(raw) {
			if members, _ := strictjson.Members(raw); len(members) == 1 {
				return r.strings.copy([]byte(members[0].Name)), true
			}
			return "", true
		}
		if isArray(raw) {
			raw = soleElement(raw)
		}
		if isInteger(raw) {
			return r.strings.copy(raw), true
		}
		s, _ := r.strings.decode(raw)
		return s, true
	}
	return "", false
}

// tenantMark stands for the tenant in Dialect.TenantInIssuer.
const tenantMark = "{tenant}"

// tenantFromIssuer returns the part of issuer at the position of the mark in
// template. A slash at the end of issuer is ignored unless template ends with
// one.
func tenantFromIssuer(template, issuer string) (tenant string, found bool) {
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

// isLabel reports whether s is one label of a host name in lower case. Another
// spelling of a label must not count as another tenant.
func isLabel(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return s != ""
}

// takePrefixed removes the scopes and roles that begin with prefix from t. It
// returns what follows the prefix, or "" if they differ, and whether there were
// any.
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
