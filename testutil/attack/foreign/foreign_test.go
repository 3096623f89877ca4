package foreign_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/golang-jwt/jwt/v5"

	"github.com/bearerguard/bearerguard/testutil"
	"github.com/bearerguard/bearerguard/testutil/attack"
)

const scope = "deals-read"

// A verifier checks a token and returns its scope claim.
type verifier func(ctx context.Context, token string) (scope string, err error)

// api returns an API that admits what verify accepts and that has the scope.
func api(verify verifier, handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		refuse := func(status int, challenge string) {
			w.Header().Set("WWW-Authenticate", challenge)
			w.WriteHeader(status)
		}
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") {
			refuse(http.StatusUnauthorized, "Bearer")
			return
		}
		have, err := verify(r.Context(), token)
		switch {
		case err != nil:
			refuse(http.StatusUnauthorized, `Bearer error="invalid_token"`)
		case !slices.Contains(strings.Split(have, " "), scope):
			refuse(http.StatusForbidden, `Bearer error="insufficient_scope", scope="`+scope+`"`)
		default:
			handler.ServeHTTP(w, r)
		}
	})
}

// byKeyfunc verifies with golang-jwt and keyfunc.
func byKeyfunc(t *testing.T, issuer *testutil.Issuer, algorithms []string) verifier {
	keys, err := keyfunc.NewDefaultCtx(t.Context(), []string{issuer.JWKSURL()})
	if err != nil {
		t.Fatal(err)
	}
	parser := jwt.NewParser(jwt.WithValidMethods(algorithms), jwt.WithIssuer(issuer.URL()),
		jwt.WithAudience(issuer.Audience()), jwt.WithExpirationRequired(), jwt.WithIssuedAt())
	return func(ctx context.Context, token string) (string, error) {
		var claims struct {
			jwt.RegisteredClaims
			Scope string `json:"scope"`
		}
		_, err := parser.ParseWithClaims(token, &claims, keys.KeyfuncCtx(ctx))
		return claims.Scope, err
	}
}

// byGoOIDC verifies with go-oidc, which uses go-jose.
func byGoOIDC(t *testing.T, issuer *testutil.Issuer, algorithms []string) verifier {
	provider, err := oidc.NewProvider(t.Context(), issuer.URL())
	if err != nil {
		t.Fatal(err)
	}
	v := provider.VerifierContext(t.Context(), &oidc.Config{ClientID: issuer.Audience(),
		SupportedSigningAlgs: algorithms})
	return func(ctx context.Context, token string) (string, error) {
		verified, err := v.Verify(ctx, token)
		if err != nil {
			return "", err
		}
		var claims struct {
			Scope string `json:"scope"`
		}
		return claims.Scope, verified.Claims(&claims)
	}
}

var (
	asymmetric = []string{"RS256", "PS256", "ES256", "EdDSA"}

	stacks = map[string]func(*testing.T, *testutil.Issuer, []string) verifier{
		"golang-jwt with keyfunc": byKeyfunc,
		"go-oidc with go-jose":    byGoOIDC,
	}
)

// try tries the cases against an API that accepts tokens signed by algorithms. It
// returns the result of each.
func try(t *testing.T, stack func(*testing.T, *testutil.Issuer, []string) verifier,
	algorithms []string) map[string]error {
	results := map[string]error{}
	for _, c := range (attack.Target{
		Scope: scope,
		API: func(issuer *testutil.Issuer, handler http.Handler) http.Handler {
			return api(stack(t, issuer, algorithms), handler)
		},
		Without: map[string]string{"keyset/*": "about key sets that a library may reject as a whole"},
	}).Cases(t) {
		if c.Without == "" {
			results[c.Name] = c.Try()
		}
	}
	return results
}

// The kit can attack APIs that are built with other libraries: their good tokens
// pass, so that it proves something if they reject the hostile ones.
func TestAPIsOfOtherLibrariesCanBeAttacked(t *testing.T) {
	for name, stack := range stacks {
		t.Run(name, func(t *testing.T) {
			results := try(t, stack, asymmetric)
			good := 0
			for name, err := range results {
				if strings.HasPrefix(name, "good/") {
					good++
					if err != nil {
						t.Errorf("%s: %v", name, err)
					}
				}
			}
			if hostile := len(results) - good; good != 17 || hostile != 562 {
				t.Errorf("%d good and %d hostile cases were tried", good, hostile)
			}
			for _, name := range []string{
				"algorithm/none", "algorithm/HS256-RS256-PEM", "audience/another", "issuer/another", "key/jwk",
				"key/symmetric", "scope/another", "signature/flipped-bit", "time/exp-an-hour-ago",
			} {
				if err, tried := results[name]; !tried || err != nil {
					t.Errorf("%s: tried %v, %v", name, tried, err)
				}
			}
		})
	}
}

// An API that accepts HS256 takes the published secret, and the kit notices.
func TestThePublishedSymmetricKeyIsTried(t *testing.T) {
	err := try(t, byKeyfunc, append([]string{"HS256"}, asymmetric...))["key/symmetric"]
	if err == nil || !strings.Contains(err.Error(), "the API served a hostile request") {
		t.Errorf("key/symmetric: %v", err)
	}
}
