package middleware

import (
	"net/http"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
	"github.com/bearerguard/bearerguard/middleware/internal/tokencache"
)

// An Authenticator decides which tokens an API accepts. Make one with New. It
// starts no goroutine that outlives a fetch and need not be closed. Its methods are
// safe for concurrent use.
type Authenticator struct {
	config   Config
	owner    *owner
	issuers  trustedIssuers
	all      []*trustedIssuer
	places   places
	proofs   *proofs        // nil without Config.DPoP
	varies   []string       // the fields on which it depends whether a request has a token
	vouched  *trustedIssuer // of callers that the API itself vouches for
	leeway   time.Duration
	maxBytes int
	now      func() time.Time
	observe  observer
	cache    *tokencache.Cache[*verified] // nil without a cache

	challenger challenger
	metadata   *resourceMetadata
	other      *Authenticator // see Or, nil if there is none

	certificates *clientCertificates // nil without Config.Certificates
}

// New returns an Authenticator for config. It sends no requests: the keys of an
// issuer are fetched by Ready, or when the first token needs them. The error is
// every mistake in config, each a *ConfigError, joined by errors.Join.
//
// New copies config with all lists, maps and rules that its fields refer to, so that
// the caller may use them again. The functions, the handler of Logger and the
// transports and cookie jars of the HTTPClients are used as they are.
func New(config Config) (*Authenticator, error) {
	var errs configErrors
	config = config.copied()
	checked := config.check(&errs)
	a := &Authenticator{
		config:   checked.Config,
		owner:    &owner{checked.Leeway},
		leeway:   checked.Leeway,
		maxBytes: checked.MaxTokenBytes,
		now:      checked.Now,
		observe: observer{
			counts: newCounters(), log: checked.Logger, call: checked.Observe,
			admissions: checked.ObserveAdmitted && (checked.Logger != nil || checked.Observe != nil),
		},
		places:  checked.places,
		varies:  checked.variesOn(),
		vouched: new(trustedIssuer),
	}
	a.vouched.owner = a.owner
	options := keyring.Options{Client: config.HTTPClient, Now: safeClock(a.now)}
	a.all = trustIssuers(checked.issuers, a.owner, options, a.observe, &errs)
	if len(errs) > 0 {
		return nil, errs.join()
	}
	a.issuers = indexIssuers(a.all)
	a.challenger = newChallenger(checked)
	a.metadata = newMetadata(checked)
	a.proofs = newProofs(checked.DPoP, checked.Leeway)
	a.certificates = newClientCertificates(checked)
	if checked.CacheTokens > 0 {
		a.cache = tokencache.New[*verified](checked.CacheTokens, checked.CacheBytes)
	}
	return a, nil
}

// Refuse is the one place where an error becomes an HTTP response. It sets the header
// fields of the response in h: WWW-Authenticate (RFC 6750, section 3), Cache-Control,
// X-Content-Type-Options and Retry-After. It returns the status and the body, which
// encoding/json writes as an object with the members "error" (RFC 6750, section 3.1,
// or RFC 9470, section 3), "error_description", "scope", "acr_values" and "max_age",
// those that are empty left out. With Config.RefusalBody the body is what that returns,
// and Refuse sets Content-Type too. Neither header fields nor body hold anything of the
// token or of err's text.
//
// An err that does not wrap an *Error or a Reason becomes status 500: the request
// must not pass. An *Error that wraps context.Canceled becomes status 499, which no
// client receives.
func (a *Authenticator) Refuse(h http.Header, err error) (status int, body any) {
	return a.challenger.refuseWithBody(h, err)
}

// WriteRefusal calls Refuse and writes the response to w.
func (a *Authenticator) WriteRefusal(w http.ResponseWriter, r *http.Request, err error) {
	a.challenger.write(w, r, err)
}
