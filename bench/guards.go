package main

import (
	"context"
	"crypto"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	jwtmiddleware2 "github.com/auth0/go-jwt-middleware/v2"
	jwks2 "github.com/auth0/go-jwt-middleware/v2/jwks"
	validator2 "github.com/auth0/go-jwt-middleware/v2/validator"
	jwtmiddleware3 "github.com/auth0/go-jwt-middleware/v3"
	jwks3 "github.com/auth0/go-jwt-middleware/v3/jwks"
	validator3 "github.com/auth0/go-jwt-middleware/v3/validator"
	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-chi/jwtauth/v5"
	"github.com/golang-jwt/jwt/v5"
	capjwt "github.com/hashicorp/cap/jwt"
	echojwt "github.com/labstack/echo-jwt/v4"
	"github.com/labstack/echo/v4"
	"github.com/lestrrat-go/httprc/v3"
	jwt2 "github.com/lestrrat-go/jwx/v2/jwt"
	"github.com/lestrrat-go/jwx/v3/jwk"
	jwt3 "github.com/lestrrat-go/jwx/v3/jwt"
	"github.com/modelcontextprotocol/go-sdk/auth"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
)

// A config is what all guards are configured with: the issuer, the algorithm and
// the audience. Each guard checks iss, aud, exp and the signature.
type config struct {
	issuer, jwks, audience, alg string
	key                         crypto.PublicKey // for guards that take one key instead of a key set
	refresh                     time.Duration    // interval of fetches, if it can be set; 0 is the default
	now                         func() time.Time // bearerguard's clock, in the place of refresh
}

// A guard is a library, used as its documentation shows.
type guard struct {
	name  string
	build func(ctx context.Context, c config, next http.Handler) (http.Handler, error)
	// static is set if the guard gets a key and fetches none.
	static bool
	// keysOf is the name of the guard that fetches keys in the same way.
	keysOf string
	ours   bool
}

const (
	oursCached   = "bearerguard, cached token"
	oursNew      = "bearerguard, new token"
	oursUncached = "bearerguard, cache off"

	// cachedNetHTTP is the row of a cached token through net/http.
	cachedNetHTTP = "net/http"
)

// bearerguard is this library with its defaults, except for the size of the
// cache.
func bearerguard(cache int) func(context.Context, config, http.Handler) (http.Handler, error) {
	return func(_ context.Context, c config, next http.Handler) (http.Handler, error) {
		a, err := middleware.New(middleware.Config{
			Audiences:   []string{c.audience},
			Issuers:     []middleware.Issuer{{URL: c.issuer, JWKSURL: c.jwks, Algorithms: []string{c.alg}}},
			CacheTokens: cache,
			Now:         c.now,
		})
		if err != nil {
			return nil, err
		}
		return httpauth.Require(a)(next), nil
	}
}

// libraries are the other libraries.
var libraries = []guard{
	{name: "golang-jwt + keyfunc, map claims", build: golangJWT(func() jwt.Claims { return jwt.MapClaims{} }),
		keysOf: "golang-jwt + keyfunc"},
	{name: "golang-jwt + keyfunc", build: golangJWT(func() jwt.Claims { return new(typedClaims) })},
	{name: "echo-jwt + keyfunc", build: echoJWT, keysOf: "golang-jwt + keyfunc"},
	{name: "MCP go-sdk + golang-jwt", build: mcpSDK, keysOf: "golang-jwt + keyfunc"},
	{name: "go-oidc", build: goOIDC},
	{name: "auth0 v2", build: auth0v2},
	{name: "auth0 v3", build: auth0v3},
	{name: "jwx v3", build: jwxV3},
	{name: "hashicorp/cap", build: hashicorpCap},
	{name: "chi jwtauth", build: chiJWTAuth, static: true},
}

// typedClaims are those that an API needs. golang-jwt's validator checks issuer
// and audience.
type typedClaims struct {
	jwt.RegisteredClaims
	Scope    string `json:"scope"`
	ClientID string `json:"client_id"`
	Tenant   string `json:"tenant"`
}

func bearer(r *http.Request) string {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return ""
	}
	return token
}

func unauthorized(w http.ResponseWriter) { http.Error(w, "unauthorized", http.StatusUnauthorized) }

type ctxKey struct{}

func newKeyfunc(ctx context.Context, c config) (keyfunc.Keyfunc, error) {
	return keyfunc.NewDefaultOverrideCtx(ctx, []string{c.jwks}, keyfunc.Override{
		RefreshInterval: c.refresh,
		RefreshErrorHandlerFunc: func(string) func(context.Context,
			error) {
			return func(context.Context, error) {}
		},
	})
}

func parser(c config) *jwt.Parser {
	return jwt.NewParser(jwt.WithValidMethods([]string{c.alg}), jwt.WithIssuer(c.issuer),
		jwt.WithAudience(c.audience), jwt.WithExpirationRequired())
}

func golangJWT(claims func() jwt.Claims) func(context.Context, config, http.Handler) (http.Handler, error) {
	return func(ctx context.Context, c config, next http.Handler) (http.Handler, error) {
		keys, err := newKeyfunc(ctx, c)
		if err != nil {
			return nil, err
		}
		p := parser(c)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			token, err := p.ParseWithClaims(bearer(r), claims(), keys.KeyfuncCtx(r.Context()))
			if err != nil {
				unauthorized(w)
				return
			}
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), ctxKey{}, token)))
		}), nil
	}
}

// echoJWT checks iss and aud in ParseTokenFunc.
func echoJWT(ctx context.Context, c config, next http.Handler) (http.Handler, error) {
	keys, err := newKeyfunc(ctx, c)
	if err != nil {
		return nil, err
	}
	p := parser(c)
	e := echo.New()
	e.GET("/v1/deals", echo.WrapHandler(next), echojwt.WithConfig(echojwt.Config{
		ParseTokenFunc: func(c echo.Context, token string) (any, error) {
			return p.ParseWithClaims(token, new(typedClaims), keys.KeyfuncCtx(c.Request().Context()))
		},
	}))
	return e, nil
}

func mcpSDK(ctx context.Context, c config, next http.Handler) (http.Handler, error) {
	keys, err := newKeyfunc(ctx, c)
	if err != nil {
		return nil, err
	}
	p := parser(c)
	verify := func(ctx context.Context, token string, _ *http.Request) (*auth.TokenInfo, error) {
		var claims typedClaims
		if _, err := p.ParseWithClaims(token, &claims, keys.KeyfuncCtx(ctx)); err != nil {
			return nil, auth.ErrInvalidToken
		}
		return &auth.TokenInfo{Scopes: strings.Fields(claims.Scope), Expiration: claims.ExpiresAt.Time,
			UserID: claims.Subject}, nil
	}
	return auth.RequireBearerToken(verify, nil)(next), nil
}

func goOIDC(ctx context.Context, c config, next http.Handler) (http.Handler, error) {
	verifier := oidc.NewVerifier(c.issuer, oidc.NewRemoteKeySet(ctx, c.jwks),
		&oidc.Config{ClientID: c.audience, SupportedSigningAlgs: []string{c.alg}})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, err := verifier.Verify(r.Context(), bearer(r))
		if err != nil {
			unauthorized(w)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), ctxKey{}, token)))
	}), nil
}

func auth0v2(_ context.Context, c config, next http.Handler) (http.Handler, error) {
	issuer, err := url.Parse(c.issuer)
	if err != nil {
		return nil, err
	}
	ttl := 5 * time.Minute // as the documentation has it
	if c.refresh != 0 {
		ttl = c.refresh
	}
	provider := jwks2.NewCachingProvider(issuer, ttl)
	v, err := validator2.New(provider.KeyFunc, validator2.SignatureAlgorithm(c.alg), c.issuer,
		[]string{c.audience})
	if err != nil {
		return nil, err
	}
	return jwtmiddleware2.New(v.ValidateToken).CheckJWT(next), nil
}

func auth0v3(_ context.Context, c config, next http.Handler) (http.Handler, error) {
	issuer, err := url.Parse(c.issuer)
	if err != nil {
		return nil, err
	}
	options := []any{jwks3.WithIssuerURL(issuer)}
	if c.refresh != 0 {
		options = append(options, jwks3.WithCacheTTL(c.refresh))
	}
	provider, err := jwks3.NewCachingProvider(options...)
	if err != nil {
		return nil, err
	}
	v, err := validator3.New(validator3.WithKeyFunc(provider.KeyFunc),
		validator3.WithAlgorithm(validator3.SignatureAlgorithm(c.alg)),
		validator3.WithIssuer(c.issuer), validator3.WithAudience(c.audience))
	if err != nil {
		return nil, err
	}
	m, err := jwtmiddleware3.New(jwtmiddleware3.WithValidator(v))
	if err != nil {
		return nil, err
	}
	return m.CheckJWT(next), nil
}

func jwxV3(ctx context.Context, c config, next http.Handler) (http.Handler, error) {
	cache, err := jwk.NewCache(ctx, httprc.NewClient())
	if err != nil {
		return nil, err
	}
	var options []jwk.RegisterOption
	if c.refresh != 0 {
		options = append(options, jwk.WithConstantInterval(c.refresh))
	}
	if err := cache.Register(ctx, c.jwks, options...); err != nil {
		return nil, err
	}
	set, err := cache.CachedSet(c.jwks)
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, err := jwt3.ParseHeader(r.Header, "Authorization", jwt3.WithKeySet(set), jwt3.WithIssuer(c.issuer),
			jwt3.WithAudience(c.audience), jwt3.WithRequiredClaim("exp"))
		if err != nil {
			unauthorized(w)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), ctxKey{}, token)))
	}), nil
}

func hashicorpCap(ctx context.Context, c config, next http.Handler) (http.Handler, error) {
	keys, err := capjwt.NewJSONWebKeySet(ctx, c.jwks, "")
	if err != nil {
		return nil, err
	}
	v, err := capjwt.NewValidator(keys)
	if err != nil {
		return nil, err
	}
	expected := capjwt.Expected{Issuer: c.issuer, Audiences: []string{c.audience},
		SigningAlgorithms: []capjwt.Alg{capjwt.Alg(c.alg)}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, err := v.Validate(r.Context(), bearer(r), expected)
		if err != nil {
			unauthorized(w)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), ctxKey{}, token)))
	}), nil
}

func chiJWTAuth(_ context.Context, c config, next http.Handler) (http.Handler, error) {
	if c.key == nil {
		return nil, errors.New("a key is needed")
	}
	ja := jwtauth.New(c.alg, nil, c.key, jwt2.WithIssuer(c.issuer), jwt2.WithAudience(c.audience),
		jwt2.WithRequiredClaim("exp"))
	return jwtauth.Verifier(ja)(jwtauth.Authenticator(ja)(next)), nil
}
