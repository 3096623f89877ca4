package claims

import (
	"slices"

	"github.com/bearerguard/bearerguard/internal/claimserr"
	"github.com/bearerguard/bearerguard/internal/confirmation"
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
	if claim, kind := d.findMark(&p); claim != nil {
		return nil, &claimserr.NotAccessError{Claim: claim, Kind: kind}
	}
	notAccess := d.NotAccess
	if notAccess == nil {
		notAccess = idTokenMarks
	}
	for i := range notAccess {
		if rule := &notAccess[i]; rule.holds(&p) {
			return nil, &claimserr.NotAccessError{Claim: rule.Claim, Kind: kindOfRule(rule)}
		}
	}
	r := reader{dialect: d, payload: p, audiences: audiences}
	t := r.token()
	if r.malformed {
		return nil, r.err()
	}
	for _, path := range d.Required {
		if raw, ok := p.lookup(path); !ok || isNull(raw) || isEmptyString(raw) {
			return nil, missing(path, raw)
		}
	}
	for i := range d.Reject {
		if d.Reject[i].holds(&p) {
			return nil, &claimserr.RejectedError{Claim: d.Reject[i].Claim}
		}
	}
	if accept != nil && !accept(t) {
		return t, claimserr.ErrAudience
	}
	if r.lists(t); r.malformed {
		return nil, r.err()
	}
	if d.Customize != nil {
		d.Customize(p, t)
	}
	return t, nil
}

// err returns the error for the first malformed claim.
func (r *reader) err() error {
	fault := r.fault // not all of r
	return &fault
}

// missing returns the error for a required claim that is absent, null or empty.
func missing(path []string, raw []byte) error {
	if isEmptyString(raw) {
		return &claimserr.MalformedError{Claim: path}
	}
	return &claimserr.MalformedError{Claim: path, Found: typeOf(raw)}
}

// kindOfRule returns the kind of token for a rule of a dialect, "" if it is not known.
func kindOfRule(rule *Rule) string {
	if len(rule.Claim) == 1 && rule.Claim[0] == "nonce" && !rule.Absent {
		return "id"
	}
	return ""
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
	t.ID = r.firstString(orDefault(d.ID, idPaths), true)
	t.ACR = r.optionalString(acrPath)
	if t.Expiry = r.time(expiryPath); t.Expiry.IsZero() {
		raw, _ := r.payload.lookup(expiryPath)
		r.wrongType(expiryPath, "number", raw) // absent or null, or recorded already
	}
	t.NotBefore = r.time(notBeforePath)
	t.IssuedAt = r.time(issuedAtPath)
	t.AuthTime = r.optionalTime(authTimePath)
	if raw, ok := r.payload.lookup(confirmationPath); ok {
		bound, _ := confirmation.Read(raw) // package middleware rejects what it cannot read
		t.KeyThumbprint, t.CertificateThumbprint = bound.Key, bound.Certificate
	}
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
	t.AMR = r.slots.finish(r.methods())
	r.tenantAndSource(t) // may remove elements of Scopes and Roles
}

// methods returns the authentication methods (RFC 8176). A claim that is neither a string
// nor an array of strings names none, such as the objects with a method and its time that
// Supabase writes: no requirement may hold by a guess.
func (r *reader) methods() []string {
	raw, _ := r.payload.lookup(amrPath)
	if list, ok := r.appendStrings(nil, raw); ok {
		return list
	}
	return nil
}

// subject returns the subject. An empty one is malformed unless the dialect
// treats it as absent.
func (r *reader) subject() string {
	return r.firstString(orDefault(r.dialect.Subject, subjectPaths), r.dialect.EmptySubject)
}

// clientID returns the client id. An audience counts as the client id only if it
// is the only one and not this API.
func (r *reader) clientID() string {
	paths := orDefault(r.dialect.ClientID, clientIDPaths)
	for i, path := range paths {
		if len(path) != 1 || path[0] != "aud" {
			if raw, ok := r.payload.lookup(path); ok && !isNull(raw) && !isEmptyString(raw) {
				return r.firstString(paths[i:i+1], true)
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
	case t.ClientID != "" && r.dialect.Kinds == nil && anyHolds(ownGrants, &r.payload):
		return KindClient
	case t.ClientID == "" && anyHolds(workloads, &r.payload):
		return KindClient
	case t.Subject != "":
		return KindUser
	}
	return 0
}
