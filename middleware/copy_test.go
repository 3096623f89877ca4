package middleware_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// TestConfigIsCopied fills every slice, map and pointer of a Config, those of a
// dialect and its rules included, and looks for memory that the copy shares with it.
func TestConfigIsCopied(t *testing.T) {
	var config middleware.Config
	fillAll(t, reflect.ValueOf(&config).Elem(), "Config", 0)
	kept := middleware.CopyConfig(config)
	if !reflect.DeepEqual(kept, config) {
		t.Errorf("the copy differs:\n%+v\n%+v", kept, config)
	}
	owned := map[uintptr]string{}
	reachable(reflect.ValueOf(&config).Elem(), "Config", func(at uintptr, path string) bool {
		owned[at] = path
		return true
	})
	reachable(reflect.ValueOf(&kept).Elem(), "copy", func(at uintptr, path string) bool {
		if name, shared := owned[at]; shared {
			t.Errorf("%s is the caller's %s", path, name)
		}
		return true
	})
	if len(owned) < 100 {
		t.Errorf("only %d slices, maps and pointers were filled", len(owned))
	}
	if empty := (middleware.Config{Issuers: []middleware.Issuer{{Audiences: []string{}}}}); !reflect.DeepEqual(middleware.CopyConfig(empty), empty) {
		t.Error("nil and empty lists are not told apart")
	}
}

// fillAll makes every slice, map and pointer in v, and every value that may hold one.
func fillAll(t *testing.T, v reflect.Value, path string, depth int) {
	switch v.Kind() {
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 4))
		for i := range v.Len() {
			fillAll(t, v.Index(i), fmt.Sprintf("%s[%d]", path, i), depth)
		}
	case reflect.Map:
		value := reflect.New(v.Type().Elem()).Elem()
		fillAll(t, value, path+"[]", depth)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("key").Convert(v.Type().Key()), value)
	case reflect.Pointer:
		if v.Type() == reflect.TypeFor[*slog.Logger]() {
			v.Set(reflect.ValueOf(slog.New(slog.DiscardHandler)))
			return
		}
		if depth < 2 { // Rule.And
			v.Set(reflect.New(v.Type().Elem()))
			fillAll(t, v.Elem(), path, depth+1)
		}
	case reflect.Struct:
		for field, value := range v.Fields() {
			if field.IsExported() {
				fillAll(t, value, path+"."+field.Name, depth)
			}
		}
	case reflect.String:
		v.SetString("text")
	case reflect.Interface, reflect.Func:
		// Shared by design, as the comment of New says.
	case reflect.Bool, reflect.Int, reflect.Int64, reflect.Uint8:
	default:
		t.Errorf("%s: say what a copy of a %v is", path, v.Type())
	}
}

// reachable calls visit for all memory that v refers to, except for functions. It
// goes on where visit returns true.
func reachable(v reflect.Value, path string, visit func(at uintptr, path string) bool) {
	switch v.Kind() {
	case reflect.Slice:
		if v.Cap() == 0 || !visit(v.Pointer(), path) {
			return
		}
		for i := range v.Len() {
			reachable(v.Index(i), fmt.Sprintf("%s[%d]", path, i), visit)
		}
	case reflect.Map:
		if v.IsNil() || !visit(v.Pointer(), path) {
			return
		}
		for key, value := range v.Seq2() {
			reachable(value, fmt.Sprintf("%s[%v]", path, key), visit)
		}
	case reflect.Pointer:
		if !v.IsNil() && visit(v.Pointer(), path) {
			reachable(v.Elem(), path, visit)
		}
	case reflect.Interface:
		if !v.IsNil() {
			reachable(v.Elem(), path, visit)
		}
	case reflect.Struct:
		for field, value := range v.Fields() {
			reachable(value, path+"."+field.Name, visit)
		}
	}
}

// owners returns a Config with everything in it that the decision uses, and the
// server of its tokens.
func ownersConfig(t *testing.T) (*testutil.Issuer, func() *middleware.Config) {
	server := testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"ES256"}})
	return server, func() *middleware.Config {
		dialect := claims.Dialect{
			Types: []string{"at+jwt"}, Required: [][]string{{"jti"}}, ClientID: [][]string{{"client"}},
			Scopes: [][]string{{"perms"}},
			Roles:  [][]string{{"r"}}, SourceSystem: [][]string{{"source"}},
			Clients: map[string]claims.ClientInfo{"c1": {Tenant: "north"}},
			Kinds: []claims.Rule{{Kind: claims.KindClient, Claim: []string{"grant"}, In: []string{"cc"},
				And: &claims.Rule{Claim: []string{"jti"}}}},
			Reject: []claims.Rule{{Claim: []string{"bad"}, NotIn: []string{"no"}}},
		}
		return &middleware.Config{
			Audiences: []string{"api"},
			Issuers: []middleware.Issuer{
				{URL: "https://one.example.com", JWKS: server.JWKS(), Algorithms: []string{"ES256"}, Dialect: dialect},
				{URL: "https://id.example.com/{t}", Tenants: []string{acme, globex}, JWKS: server.JWKS(),
					Audiences: []string{"own"}, Dialect: dialect},
				{URL: "https://three.example.com", JWKS: server.JWKS(), AudienceFromClients: []string{"c1"},
					Dialect: dialect},
			},
			Resource: "https://api.example.com", Metadata: map[string]any{"resource_name": "API",
				"deep": map[string]any{"list": []string{"a"}}},
			StatusNames: map[string]string{"client_id": "clientId"},
			Logger:      slog.New(slog.DiscardHandler),
			HTTPClient:  &http.Client{Transport: server},
		}
	}
}

// TestConfigMayChangeAfterNew changes all that a Config refers to after New, and
// compares the decisions with those before. Nothing in the Authenticator may refer to
// what the caller can change.
func TestConfigMayChangeAfterNew(t *testing.T) {
	server, make := ownersConfig(t)
	config := make()
	auth, err := middleware.New(*config)
	if err != nil {
		t.Fatal(err)
	}
	before := decisions(t, auth, server)

	shared := []any{http.DefaultTransport, server} // by design: the transport
	owned := map[uintptr]string{}
	reachable(reflect.ValueOf(config), "Config", func(at uintptr, path string) bool {
		owned[at] = path
		return !slices.ContainsFunc(shared, func(s any) bool { return reflect.ValueOf(s).Pointer() == at })
	})
	for _, s := range shared {
		delete(owned, reflect.ValueOf(s).Pointer())
	}
	seen := map[uintptr]bool{}
	reachable(reflect.ValueOf(auth), "Authenticator", func(at uintptr, path string) bool {
		if name, shared := owned[at]; shared && name != "Config.Logger" {
			t.Errorf("%s is the caller's %s", path, name)
		}
		again := seen[at]
		seen[at] = true
		return !again && !slices.ContainsFunc(shared,
			func(s any) bool { return reflect.ValueOf(s).Pointer() == at })
	})
	if len(owned) < 30 || len(seen) < 100 {
		t.Errorf("only %d places of the Config and %d of the Authenticator were looked at", len(owned), len(seen))
	}

	changed := changeAll(reflect.ValueOf(config).Elem(), 0)
	if changed < 30 {
		t.Errorf("only %d values were changed", changed)
	}
	if after := decisions(t, auth, server); after != before {
		t.Errorf("before:\n%s\nafter the Config was changed:\n%s", before, after)
	}
}

// changeAll changes what v refers to: elements of slices, members of maps, what
// pointers point to.
func changeAll(v reflect.Value, depth int) (changed int) {
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			changed += 1 + changeAll(v.Index(i), depth+1)
			v.Index(i).SetZero()
		}
	case reflect.Map:
		changed += v.Len()
		v.Clear()
	case reflect.Pointer:
		if !v.IsNil() && v.Type() != reflect.TypeFor[*slog.Logger]() {
			changed += 1 + changeAll(v.Elem(), depth+1)
			v.Elem().SetZero()
		}
	case reflect.Struct:
		for _, value := range v.Fields() {
			changed += changeAll(value, depth+1)
		}
	}
	return changed
}

// decisions describes what auth does with tokens of all its issuers.
func decisions(t *testing.T, auth *middleware.Authenticator, server *testutil.Issuer) string {
	t.Helper()
	good := func(iss, aud string, more map[string]any) map[string]any {
		all := map[string]any{"iss": iss, "aud": aud, "jti": "id", "client": "c1", "client_id": nil, "grant": "cc",
			"perms": "p q",
			"r":     []string{"role"}, "source": "erp", "sub": "someone", "exp": 4000000000, "iat": 1}
		for name, value := range more {
			all[name] = value
		}
		return all
	}
	text, accepted := "", 0
	for _, members := range []map[string]any{
		good("https://one.example.com", "api", nil),
		good("https://one.example.com", "", nil),
		good("https://one.example.com", "api", map[string]any{"jti": nil}),
		good("https://one.example.com", "api", map[string]any{"bad": "yes"}),
		good("https://id.example.com/acme", "own", nil),
		good("https://id.example.com/globex", "own", nil),
		good("https://id.example.com/other", "own", nil),
		good("https://id.example.com/acme", "api", nil),
		good("https://three.example.com", "other", nil),
		good("https://three.example.com", "other", map[string]any{"client": "c2"}),
	} {
		for _, typ := range []string{"at+jwt", "jwt"} {
			raw := server.MintHeader(map[string]any{"typ": typ}, members)
			token, err := auth.Verify(t.Context(), raw)
			if err == nil {
				accepted++
				text += fmt.Sprintln(token.ClientID, token.Tenant, token.SourceSystem, token.Kind, token.Scopes,
					token.Roles)
			} else {
				text += fmt.Sprintln(err)
			}
		}
	}
	w := httptest.NewRecorder()
	auth.MetadataHandler().ServeHTTP(w, httptest.NewRequest("GET", auth.MetadataPaths()[0], nil))
	text += w.Body.String()
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer "+server.MintHeader(map[string]any{"typ": "at+jwt"},
		good("https://one.example.com", "api", nil)))
	w = httptest.NewRecorder()
	auth.AuthorizationStatusHandler().ServeHTTP(w, r)
	var status map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &status); err != nil {
		t.Fatal(err)
	}
	delete(status, "expires_in")
	text += fmt.Sprintln(status)
	if accepted != 4 {
		t.Errorf("%d tokens accepted, want 4:\n%s", accepted, text)
	}
	return text
}
