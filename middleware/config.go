package middleware

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/scopes"
)

// A Config says which tokens an API accepts. Audiences and Issuers must be set;
// every other zero value is the safe default.
type Config struct {
	// Audiences are this API's names in tokens, in every accepted spelling. A
	// token must name one of them exactly (RFC 7519, section 4.1.3). An Issuer
	// may have its own list or an explicit substitute.
	Audiences []string
	// Issuers are the authorization servers whose tokens are accepted.
	Issuers []Issuer

	// Leeway is how far the clocks of issuer and API may be apart. Zero means
	// 30 seconds, negative means none; more than 5 minutes is refused.
	Leeway time.Duration
	// MaxTokenBytes is the length above which a token is refused unread. Zero
	// means 16 KiB.
	MaxTokenBytes int
	// CacheTokens bounds the number of verified tokens that are remembered, so
	// that their next use costs no signature check. Zero means 10,000, negative
	// means none. A remembered token is still checked for expiry, revocation
	// and scopes on every request, and forgotten when its key is withdrawn.
	CacheTokens int

	// Realm is the realm of the challenge (RFC 9110, section 11.5). Empty means
	// "api".
	Realm string
	// Resource is this API's resource identifier: an https URL without
	// fragment (RFC 9728, section 1.2), spelled as clients know it. If it is
	// set, challenges point to the metadata that MetadataHandler serves, name
	// the scopes of the route, and may be read by scripts of the origins that
	// the API's CORS policy allows. Empty means no metadata.
	Resource string
	// Metadata are further members of the metadata (RFC 9728, section 2), such
	// as "resource_name" or "resource_documentation". The lists
	// "authorization_servers" and "scopes_supported" replace what the library
	// gathers from Issuers and from the guards; a template whose tenants are
	// not listed, for one, cannot be gathered from.
	Metadata map[string]any
	// ScopeStrategy says when a granted scope satisfies a needed one. Nil means
	// that they must be equal.
	ScopeStrategy scopes.Strategy
	// StatusNames renames members of the authorization status, such as
	// "client_id" to "clientId". Nil keeps the names.
	StatusNames map[string]string

	// Revoked, if not nil, is asked about every verified token on every
	// request, remembered or not. True refuses the token; an error refuses the
	// request as ErrUnavailable. It is called from many goroutines.
	Revoked func(context.Context, *claims.Token) (bool, error)
	// Observe, if not nil, hears of every refusal and of all that happens to
	// the key sets. It is called from many goroutines and must not block. See
	// LogEvents.
	Observe func(context.Context, Event)

	// HTTPClient fetches metadata and key sets. Its transport and its timeout
	// are honoured; redirects are never followed. Nil means a client of the
	// library's own.
	HTTPClient *http.Client
	// Now tells the time. Nil means time.Now.
	Now func() time.Time
}

// An Issuer is one authorization server, or one template for many, and what
// its tokens must be like.
type Issuer struct {
	// URL is the issuer identifier, compared with iss byte for byte
	// (RFC 8725, section 3.8): a trailing slash or a port counts. It may hold
	// one placeholder, such as "https://{company}.auth.example.com", which
	// stands for the tenants that Tenants or TenantPattern allow.
	URL string
	// Tenants lists the values that the placeholder may have.
	Tenants []string
	// TenantPattern is a regular expression for the values that the
	// placeholder may have; it must match the whole value.
	TenantPattern string

	// MetadataURL is where the issuer's metadata is. Empty means the usual
	// places: openid-configuration (OpenID Connect Discovery 1.0, section 4),
	// oauth-authorization-server (RFC 8414, section 3), smart-configuration.
	// It may hold the placeholder of URL.
	MetadataURL string
	// MetadataIssuer is the issuer that the metadata names if it differs from
	// URL by design, as Entra's and AD FS's does. Empty means URL.
	MetadataIssuer string
	// JWKSURL is where the key set is (RFC 7517, section 5). Empty means that
	// the metadata tells. It may hold the placeholder of URL.
	JWKSURL string
	// JWKS is the key set itself, for APIs without a network.
	JWKS json.RawMessage

	// Algorithms lists the accepted signature algorithms (RFC 7518, section
	// 3.1; RFC 8037). Empty means RS256, PS256, ES256 and EdDSA.
	Algorithms []string
	// Audiences replaces Config.Audiences for this issuer.
	Audiences []string
	// AudienceFromClients is a substitute for the audience, for issuers that
	// put none or the client into aud: a token is accepted if its client is in
	// this list, whatever its aud. It replaces every list of audiences. An ID
	// token names the same client: take a Dialect that can tell one.
	AudienceFromClients []string
	// AudienceFromScope is a substitute for the audience: a token is accepted
	// if one of its scopes, as the issuer wrote it, begins with this prefix.
	AudienceFromScope string
	// Dialect says how the issuer writes its claims. The zero Dialect reads the
	// standard names.
	Dialect claims.Dialect
	// MaxAge refuses tokens without iat or issued longer ago. Zero means no
	// limit beyond exp.
	MaxAge time.Duration
	// Validate, if not nil, is the API owner's own rule. It is called from many
	// goroutines whenever a token is verified anew, before the token is
	// remembered, and not for each use of one that is. An error refuses the token
	// as ErrRejected its text goes nowhere.
	Validate func(*claims.Token) error

	// DangerouslyAllowHTTP allows metadata and key sets over plain http from
	// other hosts than this one. Whoever is on the path can then forge tokens.
	DangerouslyAllowHTTP bool
	// DangerouslyAllowPrivateAddresses allows the metadata and key sets of a
	// templated issuer to come from private and loopback addresses.
	DangerouslyAllowPrivateAddresses bool
	// DangerouslyAllowMissingIssuer accepts tokens without iss as this
	// issuer's, for servers that put none there. JWKS or JWKSURL must be set.
	DangerouslyAllowMissingIssuer bool
}

// Limits and defaults of a Config.
const (
	defaultLeeway        = 30 * time.Second
	maxLeeway            = 5 * time.Minute
	defaultMaxTokenBytes = 16 << 10
	maxMaxTokenBytes     = 1 << 20
	defaultCacheTokens   = 10_000
	defaultRealm         = "api"
)
