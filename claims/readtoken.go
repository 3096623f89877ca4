package claims

import (
	"slices"

	"github.com/bearerguard/bearerguard/internal/claimserr"
	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// Token reads p as the dialect says. It checks the types of the claims and the
// dialect's own rules. It does not check signature, issuer, audience and times,
// which package middleware does. audiences are the audiences of this API.
//
// It returns an error if a claim is missing or has the wrong type, if the token
// is not an access token, or if a rule in Reject holds. The texts of the errors
// are fixed and hold nothing of the token. Package middleware turns them into
// the reasons "malformed_token", "not_access_token" and "rejected".
func (d *Dialect) Token(p Payload, audiences ...string) (*Token, error) {
	for i := range otherTokenMarks {
		if otherTokenMarks[i].holds(&p) {
			return nil, claimserr.ErrNotAccess
		}
	}
	notAccess := d.NotAccess
	if notAccess == nil {
		notAccess = idTokenMarks
	}
	for i := range notAccess {
		if notAccess[i].holds(&p) {
			return nil, claimserr.ErrNotAccess
		}
	}
	r := reader{dialect: d, payload: p, audiences: audiences}
	t := r.token()
	if r.malformed || t.Expiry.IsZero() {
		return nil, claimserr.ErrMalformed
	}
	for _, path := range d.Required {
		if raw, ok := p.lookup(path); !ok || isNull(raw) {
			return nil, claimserr.ErrMalformed
		}
	}
	for i := range d.Reject {
		if d.Reject[i].holds(&p) {
			return nil, claimserr.ErrRejected
		}
	}
	if d.Customize != nil {
		d.Customize(p, t)
	}
	return t, nil
}

// token reads all claims. The result is useless if r.malformed is set.
func (r *reader) token() *Token {
	d := r.dialect
	t := &Token{segment: r.payload.encoded()}
	t.Issuer = r.str(issuerPath)
	t.Subject = r.subject()
	t.ClientID = r.clientID()
	t.ID = r.firstString(orDefault(d.ID, idPaths))
	t.ACR = r.optionalString(acrPath)
	t.Expiry = r.time(expiryPath)
	t.NotBefore = r.time(notBeforePath)
	t.IssuedAt = r.time(issuedAtPath)
	t.AuthTime = r.optionalTime(authTimePath)
	t.Audience = exact(r.audience())
	t.Kind = r.kind(t) // reads Subject and ClientID

	t.Scopes = exact(r.scopes(t.Kind))
	t.Roles = exact(r.names(orDefault(d.Roles, rolesPaths), t.Audience))
	t.Groups = exact(r.names(orDefault(d.Groups, groupsPaths), t.Audience))
	if raw, ok := r.payload.lookup(amrPath); ok {
		t.AMR = exact(r.appendStrings(nil, raw))
	}
	r.tenantAndSource(t) // may remove elements of Scopes and Roles
	return t
}

// subject returns the subject. An empty one is malformed unless the dialect
// treats it as absent.
func (r *reader) subject() string {
	paths := orDefault(r.dialect.Subject, subjectPaths)
	if r.dialect.EmptySubject {
		paths = slices.DeleteFunc(slices.Clone(paths), func(path []string) bool {
			raw, _ := r.payload.lookup(path)
			return string(raw) == `""`
		})
	}
	return r.firstString(paths)
}

// clientID returns the client id. An audience counts as the client id only if it
// is the only one and not this API.
func (r *reader) clientID() string {
	paths := orDefault(r.dialect.ClientID, clientIDPaths)
	for i, path := range paths {
		if len(path) != 1 || path[0] != "aud" {
			if _, ok := r.payload.lookup(path); ok {
				return r.firstString(paths[i : i+1])
			}
			continue
		}
		raw, _ := r.payload.lookup(path)
		if s, ok := strictjson.String(soleString(raw)); ok && s != "" && !slices.Contains(r.audiences, s) {
			return s
		}
	}
	return ""
}

// kind returns the kind of t, whose Subject and ClientID are set.
func (r *reader) kind(t *Token) Kind {
	for i := range r.dialect.Kinds {
		if rule := &r.dialect.Kinds[i]; rule.holds(&r.payload) {
			return rule.Kind
		}
	}
	switch {
	case t.ClientID != "" && (t.Subject == "" || t.Subject == t.ClientID):
		return KindClient
	case t.Subject != "":
		return KindUser
	}
	return 0
}
