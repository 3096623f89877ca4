package claims

import (
	"errors"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// Errors of Dialect.Token. Their texts hold nothing of the token.
var (
	// ErrMalformed is the error for a claim that is missing though required or
	// has another type than its RFC says.
	ErrMalformed = errors.New("claims: a required claim is missing or a claim has the wrong type")
	// ErrNotAccess is the error for a token that is of another kind than an
	// access token: an ID, refresh or logout token.
	ErrNotAccess = errors.New("claims: not an access token")
	// ErrRejected is the error for a token that contradicts itself.
	ErrRejected = errors.New("claims: the claims contradict each other")
)

// Token reads p as the dialect says. It checks the claims' types and the
// dialect's own rules, and neither signature nor issuer, audience or times:
// that is package middleware's work. audiences are the audiences of this API,
// which thisAPI stands for.
//
// The error is ErrMalformed, ErrNotAccess or ErrRejected.
func (d *Dialect) Token(p Payload, audiences ...string) (*Token, error) {
	for i := range anyIssuersMarks {
		if anyIssuersMarks[i].holds(&p) {
			return nil, ErrNotAccess
		}
	}
	notAccess := d.NotAccess
	if notAccess == nil {
		notAccess = idTokenMarks
	}
	for i := range notAccess {
		if notAccess[i].holds(&p) {
			return nil, ErrNotAccess
		}
	}
	r := reader{dialect: d, payload: p, audiences: audiences}
	t := r.read()
	if r.malformed || t.Expiry.IsZero() {
		return nil, ErrMalformed
	}
	for _, path := range d.Required {
		if raw, ok := p.lookup(path); !ok || isNull(raw) {
			return nil, ErrMalformed
		}
	}
	for i := range d.Reject {
		if d.Reject[i].holds(&p) {
			return nil, ErrRejected
		}
	}
	if d.Customize != nil {
		d.Customize(p, t)
	}
	return t, nil
}

// A reader reads one payload. A claim of the wrong type sets malformed.
type reader struct {
	dialect   *Dialect
	payload   Payload
	audiences []string
	arena     arena
	shelf     shelf
	malformed bool
}

func (r *reader) read() *Token {
	d := r.dialect
	s := new(storage)
	r.arena.buf, r.shelf.free = s.text[:0], s.names[:]
	t := &s.token
	t.segment = r.payload.encoded()

	t.Issuer = r.text(issuerPath)
	t.Subject = r.subject()
	t.ClientID = r.clientID()
	t.ID = r.first(d.ID, idPaths)
	t.ACR = r.lenient(acrPath)
	t.Expiry = r.time(expiryPath)
	t.NotBefore = r.time(notBeforePath)
	t.IssuedAt = r.time(issuedAtPath)
	t.AuthTime = r.lenientTime(authTimePath)
	t.Audience = r.shelf.keep(r.audience())
	t.Kind = r.kind(t)

	for _, path := range or(d.Scopes, scopesPaths) {
		t.Scopes = r.scopes(t.Scopes, path)
	}
	if t.Kind == KindClient {
		for _, path := range d.ClientScopes {
			t.Scopes = r.scopes(t.Scopes, path)
		}
	}
	t.Scopes = r.shelf.keep(t.Scopes)
	t.Roles = r.shelf.keep(r.names(or(d.Roles, rolesPaths), t.Audience))
	t.Groups = r.shelf.keep(r.names(or(d.Groups, groupsPaths), t.Audience))
	if raw, ok := r.payload.lookup(amrPath); ok {
		t.AMR = r.shelf.keep(r.list(nil, raw))
	}
	if d.ScopePrefix != "" {
		for i, s := range t.Scopes {
			t.Scopes[i] = strings.TrimPrefix(s, d.ScopePrefix)
		}
		t.Scopes = unique(t.Scopes)
	}
	r.place(t)
	return t
}

// text returns the string at path, "" if it is absent. Another type, the empty
// string and null are malformed: an empty name must never become somebody.
func (r *reader) text(path []string) string {
	raw, ok := r.payload.lookup(path)
	if !ok {
		return ""
	}
	s, ok := r.arena.decode(raw)
	if !ok || s == "" {
		r.malformed = true
	}
	return s
}

// first returns the first string that is present among paths. An array of one
// string counts as that string, but for the claims that RFC 7519 fixes as
// strings, and for all of them in the strict profile.
func (r *reader) first(paths, standard [][]string) string {
	for _, path := range or(paths, standard) {
		raw, ok := r.payload.lookup(path)
		if !ok {
			continue
		}
		if !isString(raw) && (r.dialect.StringScope || typed(path)) {
			r.malformed = true
		}
		s, ok := r.arena.decode(single(raw))
		if !ok || s == "" {
			r.malformed = true
		}
		return s
	}
	return ""
}

// typed reports whether path names a claim that RFC 7519 defines as one string
// (sections 4.1.2 and 4.1.7), whoever issued the token.
func typed(path []string) bool {
	return len(path) == 1 && (path[0] == "sub" || path[0] == "jti")
}

// subject returns the subject. An empty one must never become somebody, so it
// is malformed unless the dialect knows it to mean none.
func (r *reader) subject() string {
	paths := or(r.dialect.Subject, subjectPaths)
	if r.dialect.EmptySubject {
		paths = slices.DeleteFunc(slices.Clone(paths), func(path []string) bool {
			raw, _ := r.payload.lookup(path)
			return string(raw) == `""`
		})
	}
	return r.first(paths, nil)
}

// clientID returns the client id. An audience stands for the client only if it
// is a single one and not this API itself.
func (r *reader) clientID() string {
	paths := or(r.dialect.ClientID, clientIDPaths)
	for i, path := range paths {
		if len(path) != 1 || path[0] != "aud" {
			if _, ok := r.payload.lookup(path); ok {
				return r.first(paths[i:i+1], nil)
			}
			continue
		}
		raw, _ := r.payload.lookup(path)
		if s, ok := strictjson.String(single(raw)); ok && s != "" && !slices.Contains(r.audiences, s) {
			return s
		}
	}
	return ""
}

// lenient returns the string at path; a claim of another type counts as absent.
func (r *reader) lenient(path []string) string {
	raw, _ := r.payload.lookup(path)
	if !isString(raw) {
		return ""
	}
	s, _ := r.arena.decode(raw)
	return s
}

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
	return KindUnknown
}

// or returns paths, or standard if paths is nil: an empty, non-nil list asks
// for nothing.
func or(paths, standard [][]string) [][]string {
	if paths == nil {
		return standard
	}
	return paths
}
