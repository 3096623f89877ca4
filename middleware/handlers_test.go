package middleware_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

// handlerRoutes are requirements of everything that a Token holds. The token of
// TestHandlersChangeNoDecision satisfies half of them.
var handlerRoutes = map[string]struct {
	need scopes.Requirement
	good bool
}{
	"/scope":       {scopes.Scope("deals-read"), true},
	"/scope-not":   {scopes.Scope("admin"), false},
	"/role":        {scopes.Role("trader"), true},
	"/role-not":    {scopes.Role("admin"), false},
	"/group":       {scopes.Group("desk"), true},
	"/group-not":   {scopes.Group("admin"), false},
	"/recent":      {scopes.Authentication(time.Hour, "silver"), true},
	"/recent-not":  {scopes.Authentication(time.Minute), false},
	"/acr-not":     {scopes.Authentication(0, "admin"), false},
	"/client":      where(func(t *claims.Token) bool { return t.ClientID == "client-1" }, true),
	"/client-not":  where(func(t *claims.Token) bool { return t.ClientID == "admin" }, false),
	"/subject":     where(func(t *claims.Token) bool { return t.Subject == "user-1" }, true),
	"/subject-not": where(func(t *claims.Token) bool { return t.Subject == "admin" }, false),
	"/tenant":      where(func(t *claims.Token) bool { return t.Tenant == "acme" }, true),
	"/tenant-not":  where(func(t *claims.Token) bool { return t.Tenant == "admin" }, false),
	"/source":      where(func(t *claims.Token) bool { return t.SourceSystem == "erp-7" }, true),
	"/source-not":  where(func(t *claims.Token) bool { return t.SourceSystem == "admin" }, false),
	"/issuer-not":  where(func(t *claims.Token) bool { return t.Issuer == "admin" }, false),
	"/kind":        where(func(t *claims.Token) bool { return t.Kind == claims.KindUser }, true),
	"/kind-not":    where(func(t *claims.Token) bool { return t.Kind == claims.KindClient }, false),
	"/amr": where(func(t *claims.Token) bool {
		return slices.Equal(t.AMR,
			[]string{"pwd", "otp"})
	}, true),
	"/amr-not":      where(func(t *claims.Token) bool { return slices.Contains(t.AMR, "admin") }, false),
	"/audience-not": where(func(t *claims.Token) bool { return slices.Contains(t.Audience, "admin") }, false),
	"/times": where(func(t *claims.Token) bool {
		return t.IssuedAt.Unix() > 1e9 &&
			t.NotBefore.IsZero()
	}, true),
	"/not-before-not": where(func(t *claims.Token) bool { return !t.NotBefore.IsZero() }, false),
	"/claim":          whereLevel("normal", true),
	"/claim-not":      whereLevel("admin", false),
}

func where(condition func(*claims.Token) bool, good bool) struct {
	need scopes.Requirement
	good bool
} {
	return struct {
		need scopes.Requirement
		good bool
	}{scopes.Where("condition", condition), good}
}

func whereLevel(want string, good bool) struct {
	need scopes.Requirement
	good bool
} {
	return where(func(t *claims.Token) bool {
		level, _ := claims.Get[string](t, "level")
		return level == want
	}, good)
}

// TestHandlersChangeNoDecision has handlers that overwrite everything they can reach
// from their Token. The next request with the same token, and a guard behind such a
// handler, must be decided as if they had not.
func TestHandlersChangeNoDecision(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"EdDSA"}})
	start := issuer.Now()
	var clock atomic.Int64
	mint := func(more map[string]any) string {
		all := map[string]any{
			"sub": "user-1", "client_id": "client-1", "tenant": "acme", "source_system": "erp-7", "jti": "id-1",
			"scope": "deals-read deals-write", "roles": []string{"trader"}, "groups": []string{"desk"},
			"amr": []string{"pwd", "otp"}, "acr": "silver", "auth_time": start.Add(-10 * time.Minute).Unix(),
			"level": "normal", "iat": start.Unix(), "exp": start.Add(time.Hour).Unix(),
		}
		for name, value := range more {
			all[name] = value
		}
		return issuer.Mint(all)
	}
	token := mint(nil)
	everything := map[string]any{
		"sub": "admin", "client_id": "admin", "tenant": "admin", "source_system": "admin", "jti": "admin",
		"acr":   "admin",
		"scope": "admin", "roles": []string{"admin"}, "groups": []string{"admin"}, "amr": []string{"admin"},
		"level": "admin",
		"nbf":   start.Unix(), "auth_time": start.Unix(), "exp": start.Add(100 * time.Hour).Unix(),
	}
	overwrites := map[string]func(own, other *claims.Token){
		"each value": func(own, _ *claims.Token) { overwrite(reflect.ValueOf(own).Elem()) },
		"the whole":  func(own, other *claims.Token) { *own = *other },
		"all with zeros": func(own,
			_ *claims.Token) {
			overwrite(reflect.ValueOf(own).Elem())
			*own = claims.Token{}
		},
		"what lists hold": func(own, _ *claims.Token) {
			own.Scopes[0], own.Roles[0], own.Groups[0] = "admin",
				"admin", "admin"
		},
		"the ends of lists": func(own, _ *claims.Token) {
			for _, list := range [][]string{own.Audience, own.Scopes, own.Roles, own.Groups, own.AMR} {
				_ = append(list, "admin", "admin", "admin", "admin", "admin", "admin")
			}
		},
	}
	for _, cache := range []struct {
		name string
		size int
	}{{"with a cache", 0}, {"without a cache", -1}} {
		for how, overwrite := range overwrites {
			t.Run(cache.name+"/"+how, func(t *testing.T) {
				clock.Store(0)
				var revoked atomic.Bool
				auth, err := middleware.New(middleware.Config{
					Audiences:   []string{issuer.Audience()},
					Issuers:     []middleware.Issuer{{URL: issuer.URL(), JWKS: issuer.JWKS(), MaxAge: 2 * time.Hour}},
					CacheTokens: cache.size,
					Now:         func() time.Time { return start.Add(time.Duration(clock.Load())) },
					Revoked: func(_ context.Context, t *claims.Token) (bool, error) {
						return t.ID != "id-1" || t.ClientID != "client-1" || revoked.Load(), nil
					},
				})
				if err != nil {
					t.Fatal(err)
				}
				other, err := middleware.New(middleware.Config{
					Audiences: []string{issuer.Audience()},
					Issuers:   []middleware.Issuer{{URL: issuer.URL(), JWKS: issuer.JWKS()}},
				})
				if err != nil {
					t.Fatal(err)
				}
				admin, err := other.Verify(t.Context(), mint(everything))
				if err != nil {
					t.Fatal(err)
				}
				spoil := func(r *http.Request) { overwrite(httpauth.Token(r), admin) }

				// Every route is guarded twice, with a handler that overwrites between the
				// guards and another one at the end.
				api := http.NewServeMux()
				for path, route := range handlerRoutes {
					inner := httpauth.Require(auth,
						route.need)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { spoil(r) }))
					api.Handle(path, httpauth.Require(auth)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						spoil(r)
						inner.ServeHTTP(w, r)
						spoil(r)
					})))
				}
				api.Handle("/status",
					httpauth.Require(auth)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						spoil(r)
						httpauth.AuthorizationStatus(auth).ServeHTTP(w, r)
					})))
				get := func(path string) (int, string) {
					w := httptest.NewRecorder()
					r := bearing(token)
					r.URL.Path = path
					api.ServeHTTP(w, r)
					return w.Code, w.Body.String()
				}
				_, status := get("/status")
				for range 3 {
					for path, route := range handlerRoutes {
						if code, body := get(path); (code == 200) != route.good || code != 200 && code != 403 && code != 401 {
							t.Errorf("%s: %d %s", path, code, body)
						}
					}
					if read, err := auth.Verify(t.Context(), token); err != nil {
						t.Errorf("Verify: %v", err)
					} else {
						overwrite(read, admin)
					}
				}
				if _, again := get("/status"); again != status || !strings.Contains(status, `"client_id":"client-1"`) {
					t.Errorf("the status is %s, and was %s", again, status)
				}
				revoked.Store(true)
				if code, body := get("/scope"); code != 401 {
					t.Errorf("revoked: %d %s", code, body)
				}
				revoked.Store(false)
				clock.Store(int64(61 * time.Minute))
				if code, body := get("/scope"); code != 401 {
					t.Errorf("expired: %d %s", code, body)
				}
			})
		}
	}
}

// overwrite sets everything that v refers to, as far as it can be set, with what slices
// have room for.
func overwrite(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Now().Add(1000 * time.Hour)))
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				overwrite(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Cap() {
			overwrite(v.Slice(0, v.Cap()).Index(i))
		}
	case reflect.String:
		v.SetString("admin")
	case reflect.Uint8:
		v.SetUint(uint64(claims.KindClient))
	default:
		panic("no test for a " + v.Kind().String())
	}
}
