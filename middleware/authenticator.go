package middleware

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/internal/strictjson"
	"github.com/bearerguard/bearerguard/internal/tokenctx"
	"github.com/bearerguard/bearerguard/middleware/internal/jws"
	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
	"github.com/bearerguard/bearerguard/middleware/internal/tokencache"
	"github.com/bearerguard/bearerguard/scopes"
)

// An Authenticator decides which bearer tokens an API accepts. Make one with
// New. It has no goroutine of its own and need not be closed; its methods are
// safe for concurrent use.
type Authenticator struct {
	config   Config
	issuers  issuers
	all      []*issuer
	leeway   time.Duration
	maxBytes int
	now      func() time.Time
	observe  observer
	cache    *tokencache.Cache[verified] // nil if switched off
	headers  jws.HeaderCache
	answers  answers
	metadata resourceMetadata
}

// A verified token is what the cache remembers: what was found good, and the
// key that it hangs on.
type verified struct {
	token  *claims.Token
	issuer *issuer
	key    *keyring.Key
}

// New returns an Authenticator for config. It does no I/O: keys are fetched when
// the first token needs them, or by Ready. Every mistake in config is reported,
// each as a *ConfigError, joined by errors.Join.
//
// Config is copied; changing its slices afterwards is not allowed.
func New(config Config) (*Authenticator, error) {
	var m mistakes
	config.check(&m)
	if len(m) > 0 {
		return nil, m.join()
	}
	a := &Authenticator{
		config:   config,
		leeway:   config.Leeway,
		maxBytes: config.MaxTokenBytes,
		now:      config.Now,
		observe:  config.Observe,
	}
	switch {
	case a.leeway == 0:
		a.leeway = defaultLeeway
	case a.leeway < 0:
		a.leeway = 0
	}
	if a.maxBytes == 0 {
		a.maxBytes = defaultMaxTokenBytes
	}
	if a.now == nil {
		a.now = time.Now
	}
	if entries := config.CacheTokens; entries >= 0 {
		if entries == 0 {
			entries = defaultCacheTokens
		}
		a.cache = tokencache.New[verified](entries)
	}
	a.answers = newAnswers(&config)
	a.metadata.fill(&config)
	a.issuers = issuers{exact: map[string]*issuer{}, names: map[string]bool{}}
	options := keyring.Options{Client: config.HTTPClient, Now: a.now, Observe: a.observe.keys}
	for i, ic := range config.Issuers {
		is, err := newIssuer(ic, config.Audiences, options)
		if err != nil {
			m.add("Issuers["+strconv.Itoa(i)+"]", "", err.Error())
			continue
		}
		a.all = append(a.all, is)
		a.issuers.add(is)
	}
	if len(m) > 0 {
		return nil, m.join()
	}
	return a, nil
}

// Check decides whether r may pass: whether it carries a good token that meets
// every requirement in need. It returns r with the token in its context, for
// claims.FromContext. The error is an *Error; hand it to Refuse.
//
// A request that this Authenticator admitted before is not verified again, only
// its token held against need. Another Authenticator's admission counts for
// nothing.
func (a *Authenticator) Check(r *http.Request, need ...scopes.Requirement) (*http.Request, error) {
	now := a.now()
	ctx := r.Context()
	if before, ok := ctx.Value(admissionKey{}).(*admission); ok && before.by == a {
		if err := a.permit(before.token, now, need); err != nil {
			return nil, a.observe.refused(ctx, err)
		}
		return r, nil
	}
	raw, reason := credential(r)
	if reason != "" {
		e := &Error{Reason: reason}
		if reason == ErrNoToken {
			e.scopes = needed(need)
		}
		return nil, a.observe.refused(ctx, e)
	}
	token, err := a.verify(ctx, raw, now)
	if err != nil {
		if err.Reason == ErrMalformedToken && len(raw) <= a.maxBytes && !token68(raw) {
			// Looked at only now: a good token is of these characters.
			err.Reason = ErrMalformedRequest
		}
		err.scopes = needed(need)
		return nil, a.observe.refused(ctx, err)
	}
	if err := a.permit(token, now, need); err != nil {
		return nil, a.observe.refused(ctx, err)
	}
	return r.WithContext(&admission{ctx, a, token}), nil
}

// Verify decides whether token is good, for callers that have no request: gRPC
// interceptors, queues, tests. It does everything that Check does but look at
// scopes. The error is an *Error.
func (a *Authenticator) Verify(ctx context.Context, token string) (*claims.Token, error) {
	t, err := a.verify(ctx, token, a.now())
	if err != nil {
		return nil, a.observe.refused(ctx, err)
	}
	return t, nil
}

// verify finds out whether token is good now, remembered or not.
func (a *Authenticator) verify(ctx context.Context, token string, now time.Time) (*claims.Token, *Error) {
	if len(token) > a.maxBytes {
		return nil, &Error{Reason: ErrMalformedToken}
	}
	var v verified
	known := false
	if a.cache != nil {
		if v, known = a.cache.Get(token); known && !v.key.Live(now) {
			a.cache.Delete(token)
			known = false
		}
	}
	if !known {
		var err *Error
		if token, v, err = a.examine(ctx, token, &now); err != nil {
			return nil, err
		}
	}
	if reason := v.issuer.current(v.token, now, a.leeway); reason != "" {
		return nil, &Error{Reason: reason, Issuer: v.issuer.URL, ClientID: v.token.ClientID}
	}
	if !known && v.issuer.Validate != nil && v.issuer.Validate(v.token) != nil {
		return nil, &Error{Reason: ErrRejected, Issuer: v.issuer.URL, ClientID: v.token.ClientID}
	}
	if a.config.Revoked != nil {
		if err := a.revoked(ctx, v); err != nil {
			return nil, err
		}
	}
	if !known && a.cache != nil {
		a.cache.Put(token, v, v.token.Expiry.Add(a.leeway).Unix()+1, now.Unix())
	}
	return v.token, nil
}

// examine verifies a token that is not remembered. It returns the token, as a
// copy if it is to be remembered; the claims refer to a copy in any case: the one
// it was given is a part of whatever the server read for the whole request. If it
// has to wait for keys, it sets now anew: the token may have expired meanwhile.
func (a *Authenticator) examine(ctx context.Context, token string, now *time.Time) (string, verified, *Error) {
	s := scratches.Get().(*scratch)
	defer s.release()
	m, err := s.reader.Read(token, &a.headers)
	if err != nil {
		return "", verified{}, &Error{Reason: ErrMalformedToken}
	}
	s.size = max(s.size, len(token)) // also of one that turns out to be malformed
	var segment string
	if a.cache != nil {
		m.Clone()
		segment = m.PayloadSegment()
	} else {
		segment = strings.Clone(m.PayloadSegment())
	}
	if s.payload.ParseSegment(segment) != nil {
		return "", verified{}, &Error{Reason: ErrMalformedToken}
	}
	payload := s.payload
	is, iss, e := a.issuerOf(payload)
	if e != nil {
		return "", verified{}, e
	}
	if reason := is.admits(&m.Header); reason != "" {
		return "", verified{}, &Error{Reason: reason, Issuer: is.URL}
	}
	signature, err := s.reader.Signature(&m)
	if err != nil {
		return "", verified{}, &Error{Reason: ErrMalformedToken, Issuer: is.URL}
	}
	key, e := is.signer(ctx, a.now, iss, &m.Header, m.SigningInput(), signature, now)
	if e != nil {
		e.Hint = hintUnverified(e.Reason, &m.Header, payload)
		return "", verified{}, e
	}
	a.headers.Add(&m)
	t, reason := is.validate(iss, payload)
	if reason != "" {
		e = &Error{Reason: reason, Issuer: is.URL, Hint: hint(reason, is, payload)}
		if t != nil {
			e.ClientID = t.ClientID
		}
		return "", verified{}, e
	}
	return m.String(), verified{t, is, key}, nil
}

// issuerOf finds the issuer that an unverified payload names. iss is the one
// claim that is read before the signature holds.
func (a *Authenticator) issuerOf(p claims.Payload) (*issuer, string, *Error) {
	raw, ok := p.Lookup("iss")
	if !ok {
		if is := a.issuers.anonymous; is != nil {
			return is, "", nil
		}
		return nil, "", &Error{Reason: ErrMalformedToken}
	}
	var text [256]byte
	iss, ok := strictjson.AppendString(text[:0], raw)
	if !ok {
		return nil, "", &Error{Reason: ErrMalformedToken}
	}
	if is := a.issuers.exact[string(iss)]; is != nil {
		return is, is.URL, nil
	}
	is := a.issuers.template(string(iss))
	if is == nil {
		return nil, "", &Error{Reason: ErrUnknownIssuer, Hint: a.issuers.hint(string(iss))}
	}
	return is, string(iss), nil
}

// revoked asks the API's denylist.
func (a *Authenticator) revoked(ctx context.Context, v verified) *Error {
	gone, err := a.config.Revoked(ctx, v.token)
	switch {
	case err != nil:
		return &Error{Reason: ErrUnavailable, Issuer: v.issuer.URL, ClientID: v.token.ClientID,
			Hint: "Config.Revoked returned an error", RetryAfter: time.Second}
	case gone:
		return &Error{Reason: ErrRevoked, Issuer: v.issuer.URL, ClientID: v.token.ClientID}
	}
	return nil
}

// CheckOptional is Check for a route that anybody may call and where a token
// makes a difference: a request without one passes as it is, which is no
// refusal and nothing that Config.Observe hears of. A token that is there and is
// not good is refused all the same.
func (a *Authenticator) CheckOptional(r *http.Request) (*http.Request, error) {
	if before, ok := r.Context().Value(admissionKey{}).(*admission); !ok || before.by != a {
		if _, reason := credential(r); reason == ErrNoToken {
			return r, nil
		}
	}
	return a.Check(r)
}

// An admission is the context of a request that an Authenticator let through.
// It is a context itself, rather than two values in two contexts, because every
// request pays for it.
type admission struct {
	context.Context
	by    *Authenticator
	token *claims.Token
}

type admissionKey struct{}

// Value implements context.Context.
func (c *admission) Value(key any) any {
	switch key.(type) {
	case tokenctx.Key:
		return c.token
	case admissionKey:
		return c
	}
	return c.Context.Value(key)
}

// permit holds a good token against what the route demands.
func (a *Authenticator) permit(t *claims.Token, now time.Time, need []scopes.Requirement) *Error {
	e := permit(t, scopes.Options{Now: now, Leeway: a.leeway, Strategy: a.config.ScopeStrategy}, need)
	if e != nil {
		e.Issuer = a.issuers.configured(t.Issuer)
	}
	return e
}

// Refuse: see answers.refuse.
func (a *Authenticator) Refuse(h http.Header, err error) (status int, body Refusal) {
	return a.answers.refuse(h, err)
}

// WriteRefusal answers a refused request: Refuse, then status and body.
func (a *Authenticator) WriteRefusal(w http.ResponseWriter, r *http.Request, err error) {
	a.answers.write(w, r, err)
}

// Declare: see resourceMetadata.demand.
func (a *Authenticator) Declare(need ...scopes.Requirement) { a.metadata.demand(need...) }

// MetadataPaths: see resourceMetadata.paths.
func (a *Authenticator) MetadataPaths() []string { return a.metadata.paths() }

// MetadataHandler: see resourceMetadata.handler.
func (a *Authenticator) MetadataHandler() http.Handler { return a.metadata.handler() }
