package middleware

import (
	"net/http"
	"strconv"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware/internal/jws"
	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
	"github.com/bearerguard/bearerguard/middleware/internal/tokencache"
	"github.com/bearerguard/bearerguard/scopes"
)

// An Authenticator decides which tokens an API accepts. Make one with New. It
// starts no goroutine that outlives a fetch and need not be closed. Its methods are
// safe for concurrent use.
type Authenticator struct {
	config   Config
	issuers  issuers
	all      []*issuer
	leeway   time.Duration
	maxBytes int
	now      func() time.Time
	observe  observer
	headers  jws.HeaderCache
	cache    *tokencache.Cache[verified] // nil without a cache

	challenger challenger
	metadata   resourceMetadata
}

// A verified token is what the cache holds: the outcome of decision.verifyToken. It
// may be used for as long as the key is live.
type verified struct {
	token  *claims.Token
	issuer *issuer
	key    *keyring.Key
}

// New returns an Authenticator for config. It sends no requests: the keys of an
// issuer are fetched by Ready, or when the first token needs them. The error is
// every mistake in config, each a *ConfigError, joined by errors.Join.
//
// New copies config but not what its fields refer to, which must not be changed
// afterwards.
func New(config Config) (*Authenticator, error) {
	var errs configErrors
	config.check(&errs)
	if len(errs) > 0 {
		return nil, errs.join()
	}
	a := &Authenticator{
		config:     config,
		leeway:     config.Leeway,
		maxBytes:   config.MaxTokenBytes,
		now:        config.Now,
		observe:    config.Observe,
		challenger: newChallenger(&config),
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
	a.metadata.fill(&config)
	a.issuers = issuers{exact: map[string]*issuer{}, names: map[string]bool{}}
	options := keyring.Options{Client: config.HTTPClient, Now: a.now, Observe: a.observe.keys}
	for i, ic := range config.Issuers {
		compiled, err := newIssuer(ic, config.Audiences, options)
		if err != nil {
			errs.add("Issuers["+strconv.Itoa(i)+"]", "", err.Error())
			continue
		}
		a.all = append(a.all, compiled)
		a.issuers.add(compiled)
	}
	if len(errs) > 0 {
		return nil, errs.join()
	}
	return a, nil
}

// Refuse is the one place where an error becomes an HTTP response. It sets the header
// fields of the response in h: WWW-Authenticate (RFC 6750, section 3), Cache-Control,
// X-Content-Type-Options and Retry-After. It returns the status and the body, which
// encoding/json writes as an object with the members "error" (RFC 6750, section 3.1,
// or RFC 9470, section 3), "error_description" and "scope", those that are empty left
// out. Neither header fields nor body hold anything of the token or of err's text.
//
// An err that does not wrap an *Error or a Reason becomes status 500: the request
// must not pass.
func (a *Authenticator) Refuse(h http.Header, err error) (status int, body any) {
	return a.challenger.refuse(h, err)
}

// WriteRefusal calls Refuse and writes the response to w.
func (a *Authenticator) WriteRefusal(w http.ResponseWriter, r *http.Request, err error) {
	a.challenger.write(w, r, err)
}

// Declare tells the Authenticator that a route has these requirements. Their scopes
// become part of the metadata that MetadataHandler serves. The guards of the adapters
// call Declare. Call it for routes that use Check directly.
//
// Declare panics if a requirement is not well formed, because no token would satisfy
// it.
func (a *Authenticator) Declare(need ...scopes.Requirement) { a.metadata.demand(need...) }

// MetadataPaths returns the escaped paths at which to serve MetadataHandler: the
// path that challenges refer to, and the same with or without a slash at the end,
// because clients differ in that. It returns nil if Config.Resource is empty.
//
//	for _, path := range auth.MetadataPaths() {
//		mux.Handle(path, auth.MetadataHandler())
//	}
func (a *Authenticator) MetadataPaths() []string { return a.metadata.paths() }

// MetadataHandler returns a handler that serves the metadata of the protected
// resource (RFC 9728): its identifier, the trusted issuers, and the scopes of the
// routes that Declare knows. Scripts of any origin may read it.
//
// The handler serves MetadataPaths and no other path, so the Authenticators of
// several resources can share a host. The path of the request must reach it
// unchanged. Nothing in the response comes from the request. A Cache-Control field
// that is set before is kept. Otherwise clients may cache the metadata for an hour.
func (a *Authenticator) MetadataHandler() http.Handler { return a.metadata.handler() }
