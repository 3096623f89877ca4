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
	return d.TokenFor(p, audiences, nil)
}

// TokenFor is Token for a caller that judges the audience. Before it reads scopes,
// roles, groups, authentication methods, tenant and source system, whose lists a
// client may have made long, it calls accept with the rest of the token. If accept
// returns false, TokenFor returns that rest with an error that package middleware
// turns into "wrong_audience". A nil accept accepts every token.
//
// accept does not see what Customize changes.
func (d *Dialect) TokenFor(p Payload, audiences []string, accept func(*Token) bool) (*Token, error) {
	for i := range otherTokenMarks {
		if mark := &otherTokenMarks[i]; mark.holds(&p) && !d.ignores(mark) {
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
	if accept != nil && !accept(t) {
		return t, claimserr.ErrAudience
	}
	if r.lists(t); r.malformed {
		return nil, claimserr.ErrMalformed
	}
	if d.Customize != nil {
		d.Customize(p, t)
	}
	return t, nil
}

// ignores reports whether the dialect ignores a mark that counts for every issuer.
func (d *Dialect) ignores(mark *Rule) bool {
	return slices.ContainsFunc(d.DangerouslyIgnoreMarks, func(path []string) bool {
		return slices.Equal(path, mark.Claim)
	})
}

// token reads all claims but those that lists reads. The result is useless if
// r.malformed is set.
func (r *reader) token() *Token {
	d := r.dialect
	storage := new(tokenStorage)
	r.strings.buf, r.slots.free = storage.text[:0], storage.slots[:]
	t := &storage.token
	t.segment = r.payload.encoded()

	t.Issuer = r.str(issuerPath)
	t.Subject = r.subject()
	t.ClientID = r.clientID()
	t.ID = r.firstString(orDefault(d.ID, idPaths))
	t.ACR = r.optionalString(acrPath)
	t.Expiry = r.time(expiryPath)
	t.NotBefore = r.time(notBeforePath)
	t.IssuedAt = r.time(issuedAtPath)
	t.AuthTime = r.optionalTime(authTimePath)
	t.Audience = r.slots.finish(r.audience())
	t.Kind = r.kind(t) // reads Subject and ClientID
	return t
}

// lists reads the scopes, roles and groups of t and what may come from them.
func (r *reader) lists(t *Token) {
	d := r.dialect
	t.Scopes = r.slots.finish(r.scopes(t.Kind))
	t.Roles = r.slots.finish(r.names(orDefault(d.Roles, rolesPaths), t.Audience))
	t.Groups = r.slots.finish(r.names(orDefault(d.Groups, groupsPaths), t.Audience))
	if raw, ok := r.payload.lookup(amrPath); ok {
		t.AMR = r.slots.finish(r.appendStrings(nil, raw))
	}
	r.tenantAndSource(t) // may remove elements of Scopes and Roles
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
