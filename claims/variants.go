package claims

import (
	"strings"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// registered are the claims that decide something for every dialect.
var registered = []string{
	"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "scope", "scp", "client_id", "azp", "typ",
	"token_use", "acr", "amr", "auth_time", "events", "tid", "nonce",
}

// CaseVariants returns a function that looks for a claim of a payload that a reader which
// ignores case could take for one that decides: a registered one, or one that the dialect
// reads ("EXP", "Groups"). It returns the exact name of the claim that decides, "" if there
// is no such pair. RFC 7519, section 7.3 requires an exact comparison. Names fold as in
// package strings; claims inside of claims do not count.
//
// The function is for the payloads of many tokens and safe for concurrent use. A change of
// the dialect after the call does not count.
func (d *Dialect) CaseVariants() func(Payload) string {
	names := strictjson.NewNames(d.names()...)
	return func(p Payload) string { return p.members.VariantOf(names) }
}

// names returns the top-level claims that decide for the dialect.
func (d *Dialect) names() []string {
	names := append([]string{}, registered...)
	add := func(path []string) {
		if len(path) > 0 && !strings.Contains(path[0], audienceMark) {
			names = append(names, path[0])
		}
	}
	for _, paths := range [][][]string{
		orDefault(d.Subject, subjectPaths), orDefault(d.ClientID, clientIDPaths), orDefault(d.ID, idPaths),
		orDefault(d.Audience, audiencePaths), orDefault(d.Scopes, scopesPaths), d.ClientScopes,
		orDefault(d.Roles, rolesPaths), orDefault(d.Groups, groupsPaths),
		orDefault(d.Tenant, tenantPaths), orDefault(d.SourceSystem, sourceSystemPaths), d.Required,
	} {
		for _, path := range paths {
			add(path)
		}
	}
	for i := range otherTokenMarks {
		addRule(add, &otherTokenMarks[i].Rule)
	}
	for _, rules := range [][]Rule{d.Kinds, d.NotAccess, d.Reject} {
		for i := range rules {
			addRule(add, &rules[i])
		}
	}
	return names
}

// addRule calls add for every claim that the rule reads.
func addRule(add func([]string), rule *Rule) {
	for ; rule != nil; rule = rule.And {
		add(rule.Claim)
		add(rule.Equals)
		add(rule.NotWithin)
	}
}
