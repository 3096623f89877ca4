package middleware

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/scopes"
)

// A Config says which tokens an API accepts. Issuers must be set, and Audiences
// unless each Issuer has its own; every other zero value is the safe default.
type Config struct {
	// Audiences are this API's names in tokens, in every accepted spelling. A
	// token must name one of them exactly (RFC 7519, section 4.1.3). An Issuer
	// may have its own list, templates, or an explicit substitute.
	Audiences []string
	// Issuers are the authorization servers whose tokens are accepted.
	Issuers []Issuer

	// Leeway is how far the clocks of issuer and API may differ, at most 5
	// minutes. Zero means 30 seconds, negative means none.
	Leeway time.Duration
	// MaxTokenBytes is the length above which a token is rejected unread, at most
	// 1 MiB. Zero means 16 KiB.
	MaxTokenBytes int
	// CacheTokens bounds the number of verified tokens that are cached, so that
	// their next use costs no signature check. Zero means 10,000, negative means
	// none. A cached token is still checked for expiry, revocation and scopes on
	// every request, and leaves the cache when its key is withdrawn.
	CacheTokens int
	// CacheBytes bounds the memory of the cache: what the tokens and everything read
	// from them take on the heap. Zero means 64 MiB. A usual token takes 2 to 4 KiB,
	// one with many short scopes eight times its length. A token that would evict
	// many others is not cached: by default one that needs more than 0.8 MiB. With
	// GOGC=100 the heap may grow to twice what is in use.
	CacheBytes int

	// Credentials are the places in which a request may carry its token. A request with
	// tokens in more than one of them is rejected as ErrMalformedRequest. Nil means the
	// Authorization field with the scheme Bearer.
	Credentials []Credential
	// DPoP says how proofs of possession are checked (RFC 9449), so that tokens which are
	// bound to a key of the client are accepted. Nil means that they are rejected.
	DPoP *DPoP
	// Certificates says where client certificates come from (RFC 8705), so that tokens
	// which are bound to one are accepted. Nil means that they are rejected.
	Certificates *Certificates
	// Realm is the realm of the challenge (RFC 9110, section 11.5), in printable
	// ASCII. Empty means "api".
	Realm string
	// RefusalBody makes the body of the response to every rejected request, for APIs
	// whose errors have a form of their own: ProblemDetails is one. It returns the media
	// type, a form of JSON, and a value that encoding/json can write. Status and header
	// fields, the challenge among them, stay as they are. It must be safe for
	// concurrent use. Nil means the body that Refuse describes, which also takes the
	// place of one that cannot be written.
	RefusalBody func(Refusal) (mediaType string, body any)
	// ExposeChallenge lets scripts read the challenge of a rejected request, as far as
	// the API's CORS policy lets them read the response. With Resource they may in any
	// case.
	ExposeChallenge bool
	// Resource is this API's resource identifier: an https URL without fragment
	// (RFC 9728, section 1.2), spelled as clients know it. If it is set,
	// challenges point to the metadata that MetadataHandler serves, name the
	// scopes of the route, and may be read by scripts of the origins that the
	// API's CORS policy allows. Empty means no metadata.
	Resource string
	// Metadata are further members of the metadata (RFC 9728, section 2), such as
	// "resource_name" or "resource_documentation". The lists
	// "authorization_servers" and "scopes_supported" replace those that the
	// library gathers from Issuers and from the guards. It cannot gather the
	// tenants that only TenantPattern allows. Nil adds nothing.
	Metadata map[string]any
	// ScopeStrategy says when a granted scope satisfies a required one. Nil means
	// that they must be equal.
	ScopeStrategy scopes.Strategy
	// StatusNames renames members of the authorization status, such as
	// "client_id" to "clientId". Nil keeps the names.
	StatusNames map[string]string

	// StatusMembers returns further members of the authorization status of a token, such
	// as {"plan": "gold"}. Its caller reads them, so they must hold nothing that the bearer
	// of the token may not know. Members of the names above are left out. It must be safe
	// for concurrent use. Nil adds none.
	StatusMembers func(*claims.Token) map[string]any

	// Revoked is called with every verified token on every request, cached or
	// not. True rejects the token; an error rejects the request as ErrUnavailable.
	// Revoked must be safe for concurrent use, and must neither change nor keep the
	// token. Nil means that no token is revoked.
	Revoked func(context.Context, *claims.Token) (bool, error)
	// Enrich adds what the API itself knows about the caller, such as roles in its
	// database. It is called once for every request whose token is acceptable, before
	// the requirements of the route are evaluated, with a Token for this request
	// alone: it may set Roles, Groups, Scopes, Tenant, SourceSystem and Kind. Subject,
	// ClientID, Issuer and the times stay as they are. An error rejects the request as
	// ErrUnavailable. Enrich must be safe for concurrent use. Nil adds nothing.
	Enrich func(context.Context, *claims.Token) error
	// Logger receives one line for every rejected request and for every fetch of a
	// key set:
	//
	//   - as an error: a fetch that failed
	//   - as a warning: a rejected request with a hint about the configuration, the
	//     issuer's keys or a token whose signature is verified, a request that gets 503,
	//     and keys that came although the metadata failed
	//   - as information: any other rejected request, and a change of keys. Hints about
	//     what anyone can send, such as an opaque token or an unknown key ID, do not make
	//     a warning of it: a flood of forged tokens is no alarm
	//   - for debugging: a fetch that succeeded, and with ObserveAdmitted an admission
	//
	// Nil means no log.
	Logger *slog.Logger
	// Observe is called for the same events, for metrics and logs of another form.
	// It must be safe for concurrent use and must not block. Nil means that it is
	// not called.
	//
	// A panic in it, or in the handler of Logger, goes on to the caller of Check or
	// Verify if the event is about a token, and so to net/http. An event about a key
	// set has no such caller: the panic is recovered, and Logger receives an error
	// without the panic's value.
	Observe func(context.Context, Event)

	// ObserveAdmitted makes an event of every admission too, EventAdmitted, for audit
	// logs. Of nested guards only the one that judges the token does. For totals call
	// Authenticator.Stats, which costs less. False makes none.
	ObserveAdmitted bool

	// HTTPClient fetches the metadata and the key sets of all issuers that have no
	// client of their own, Issuer.HTTPClient. Its transport, its timeout and its
	// cookies are used; redirects are never followed. Nil means a client of the
	// library's own.
	HTTPClient *http.Client
	// Now returns the current time. Nil means time.Now.
	Now func() time.Time
}

// An Issuer is one authorization server, or one template for many, with the rules
// for its tokens. URL must be set.
//
// An issuer that signs with several key sets is listed once for each of them, with
// the same URL and different places of the keys: two customers of one server, two
// policies, an old and a new server. Each has its own rules, and its own fetches. A
// token is judged by the rules of the one whose key verifies its signature. If several
// publish that key, it is the first in Config.Issuers whose keys are in use: list those
// first whose servers you trust most. At most 16 may have the same URL.
type Issuer struct {
	// URL is the issuer identifier, compared with iss byte for byte (RFC 8725,
	// section 3.8): a trailing slash or a port counts. It may hold one
	// placeholder, such as "https://{company}.auth.example.com", which stands for
	// the tenants that Tenants or TenantPattern allow: a label of the host, or a
	// segment of the path. It may occur several times, as in
	// "https://{tid}.ciamlogin.com/{tid}/v2.0", and has the same value everywhere.
	// Its value is then the Tenant of the token, and no claim can change that.
	URL string
	// Tenants lists the values that the placeholder may have. Their key sets
	// count in Ready and HealthHandler. Empty means that TenantPattern decides.
	Tenants []string
	// TenantPattern is a regular expression for the values that the placeholder
	// may have; it must match the whole value. Empty means that Tenants decides.
	//
	// A tenant's key set is fetched when the first token names it. Made-up tenants
	// can delay that, within the bounds of docs/keys.md, unless TenantExists is set.
	TenantPattern string
	// TenantExists asks the API's own register whether a tenant exists that
	// TenantPattern allows. It is called before anything is fetched for the tenant,
	// and once for all requests that wait for its answer. False rejects the token as
	// ErrUnknownIssuer. An error, a panic, or no answer within 5 seconds rejects the
	// request as ErrUnavailable, and the next request asks again.
	//
	// A yes is valid for 10 minutes, and as long as the tenant's keys are kept; a no
	// is valid for 10 seconds. To reject tenants at once, use Config.Revoked.
	// TenantExists must be safe for concurrent use. Its context is not a request's.
	// Nil means that any tenant may exist.
	TenantExists func(ctx context.Context, tenant string) (bool, error)
	// MaxTenants bounds the number of tenants that TenantPattern allows whose keys
	// are kept. Choose it above the number of tenants that are active at a time: the
	// keys of a tenant beyond it are fetched again when its next token comes. Zero
	// means 10,000.
	MaxTenants int

	// MetadataURL is the location of the issuer's metadata. Empty means the usual
	// locations: openid-configuration (OpenID Connect Discovery 1.0, section 4),
	// oauth-authorization-server (RFC 8414, section 3), smart-configuration. It
	// may hold the placeholder of URL. With JWKSURL metadata is not fetched.
	MetadataURL string
	// MetadataIssuer is the issuer that the metadata names if it differs from URL
	// by design, as with Entra and AD FS. Empty means URL.
	MetadataIssuer string
	// JWKSURL is the location of the key set (RFC 7517, section 5). It is used even
	// if the metadata names another one, which this API may be unable to reach. Empty
	// means the location in the metadata. It may hold the placeholder of URL.
	JWKSURL string
	// JWKS is the key set itself, for APIs without a network. With JWKSURL or
	// MetadataURL it is a seed, so that the API can start while the issuer is down:
	// its keys are used until the first fetch succeeds, at most 24 hours from New.
	// Its first use starts that fetch, and what comes replaces it. A seed is not
	// possible where each tenant has its own key set. Nil means that the key set is
	// fetched.
	JWKS json.RawMessage
	// HTTPClient fetches the metadata and the key set of this issuer, or of the
	// tenants of this template, and nothing else: for what the issuer demands of those
	// who fetch its keys, such as a token, a client certificate, or a private
	// certificate authority. Its transport, its timeout and its cookies are used;
	// redirects are never followed. It sends its requests to JWKSURL, or else to the
	// metadata and to the jwks_uri there: set JWKSURL where that host must not choose
	// who receives a credential. Nil means Config.HTTPClient.
	//
	// With TenantPattern and the placeholder in the host that is asked, the transport
	// must be nil or an *http.Transport, unless DangerouslyAllowPrivateAddresses is
	// set: no other one can be kept from private addresses.
	HTTPClient *http.Client

	// Algorithms lists the accepted signature algorithms (RFC 7518, section 3.1;
	// RFC 8037). Empty means RS256, PS256, ES256 and EdDSA.
	Algorithms []string
	// Audiences replaces Config.Audiences for this issuer. Nil means
	// Config.Audiences.
	Audiences []string
	// AudienceFromClients is a substitute for the audience, for issuers that put
	// no audience or the client into aud: a token is accepted if its client is in
	// this list, with any aud. It replaces every list of audiences. An ID token
	// names the same client, so choose a Dialect that recognizes ID tokens. Nil
	// means no substitute.
	AudienceFromClients []string
	// AudienceFromScope is a substitute for the audience: a token is accepted if
	// one of its scopes, as the issuer wrote it, begins with this prefix. Empty
	// means no substitute.
	AudienceFromScope string
	// AudienceTemplates are further names of this API, for issuers that make one for
	// each resource: "/projects/123456/global/backendServices/{id}". A placeholder
	// stands for exactly one segment of a path, of any characters but "/"; all else is
	// compared byte for byte, to both ends. An aud that matches counts as if Audiences
	// listed it. Write everything that others may choose as it is: with a placeholder
	// for the project, a token for any project would pass. Nil adds none.
	AudienceTemplates []string
	// Dialect says how the issuer writes its claims. The zero Dialect reads the
	// standard names. What it says about the tenant counts for a URL without a
	// placeholder; see DangerouslyTenantFromClaims.
	Dialect claims.Dialect
	// MaxAge rejects tokens without iat and tokens issued longer ago. Zero means
	// no limit except exp.
	MaxAge time.Duration
	// Validate is the API owner's own rule. It is called once for each verified
	// token before the token is cached, and not for each use of a cached one. An
	// error rejects the token as ErrRejected; its text is discarded. Validate must
	// be safe for concurrent use. Nil accepts every token.
	Validate func(*claims.Token) error

	// ReadyWithout lets Ready and HealthHandler report the API as ready without the keys
	// of this issuer, for partners whose outage must not stop a roll-out. Its tokens get
	// status 503 until the keys are there.
	ReadyWithout bool

	// DangerouslyTenantFromClaims lets the claims of a token decide its tenant, as
	// Dialect reads them, although URL has a placeholder. Each tenant's server
	// chooses its claims, and can then name any other tenant. Without it the tenant
	// is the placeholder's value, with every Dialect. It changes nothing for a URL
	// without a placeholder, where the claims decide.
	DangerouslyTenantFromClaims bool
	// DangerouslyAllowHTTP allows metadata and key sets over plain http from
	// other hosts. Anyone on the network path can then forge tokens.
	DangerouslyAllowHTTP bool
	// DangerouslyAllowPrivateAddresses allows connections to private and loopback
	// addresses where tokens choose a part of the host: where TenantPattern allows
	// the tenant and the placeholder is in the host that is asked for metadata or
	// keys. All other hosts come from the configuration and may be private.
	DangerouslyAllowPrivateAddresses bool
	// DangerouslyAllowAnyDomain allows a placeholder that fewer than two fixed labels
	// follow in the host, such as "https://{company}.com", with TenantPattern. Anyone
	// who registers a matching domain can then issue tokens. The library knows no list
	// of domains under which names are sold, such as co.uk: with "https://{x}.co.uk"
	// the same holds, and New does not notice.
	DangerouslyAllowAnyDomain bool
	// DangerouslyAllowMissingIssuer accepts tokens without iss as this issuer's,
	// for servers that write none. JWKS or JWKSURL must be set. Those that have it
	// must have the same URL.
	DangerouslyAllowMissingIssuer bool
	// DangerouslyAllowMissingAudience accepts tokens that have no aud, for issuers that
	// write neither audience nor client. Each of their tokens then passes, for
	// whichever API it was requested: set it only if this issuer issues tokens for this
	// API alone. An aud that is null, an empty array or an empty string counts as none.
	// A token with an aud must still name one of the audiences, if there are any. It
	// excludes AudienceFromClients and AudienceFromScope.
	DangerouslyAllowMissingAudience bool
}

// Limits and defaults of a Config.
const (
	defaultLeeway        = 30 * time.Second
	maxLeeway            = 5 * time.Minute
	defaultMaxTokenBytes = 16 << 10
	maxMaxTokenBytes     = 1 << 20
	defaultCacheTokens   = 10_000
	defaultCacheBytes    = 64 << 20
	defaultRealm         = "api"
	maxSources           = 16 // key sets of one issuer
)
