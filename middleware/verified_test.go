package middleware_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// TestCachedTokensShareNoMemory fills every exported field of a Token and follows the
// pointers of what is cached for it. A field that is added to Token without being
// copied fails here.
func TestCachedTokensShareNoMemory(t *testing.T) {
	original := new(claims.Token)
	v := reflect.ValueOf(original).Elem()
	for i := range v.NumField() {
		field, name := v.Field(i), v.Type().Field(i).Name
		if !v.Type().Field(i).IsExported() {
			continue // the payload, a part of the cached token itself
		}
		switch value := field.Addr().Interface().(type) {
		case *string:
			*value = strings.Clone(name)
		case *[]string:
			*value = append(make([]string, 0, 50), strings.Clone(name+" 1"), strings.Clone(name+" 2"))
		case *time.Time:
			*value = time.Unix(int64(1000+i), 0)
		case *claims.Kind:
			*value = claims.KindUser
		default:
			t.Fatalf("no test for the field %s of Token", name)
		}
	}
	read, shown := middleware.Pack(original)
	if got := everything(read); got != everything(original) {
		t.Errorf("decisions read %s, want %s", got, everything(original))
	}
	if got := everything(shown); got != everything(original) {
		t.Errorf("handlers get %s, want %s", got, everything(original))
	}
	texts, lists := memoryOf(t, original)
	readTexts, readLists := memoryOf(t, read)
	_, shownLists := memoryOf(t, shown)
	if shared := common(texts, readTexts); shared != "" {
		t.Errorf("the string %s is that of the Token that was read", shared)
	}
	for what, pair := range map[string][2]map[uintptr]string{
		"decisions and the Token that was read": {readLists, lists},
		"handlers and the Token that was read":  {shownLists, lists},
		"handlers and decisions":                {shownLists, readLists},
	} {
		if shared := common(pair[0], pair[1]); shared != "" {
			t.Errorf("%s share the list %s", what, shared)
		}
	}

	empty := &claims.Token{Scopes: []string{}, Roles: []string{"a"}[:0], Expiry: time.Unix(1, 0)}
	if read, shown := middleware.Pack(empty); !reflect.DeepEqual(read, empty) ||
		!reflect.DeepEqual(shown, empty) {
		t.Errorf("empty lists become %#v and %#v", read.Scopes, shown.Scopes)
	}
}

// memoryOf returns the addresses of the strings and of all elements that the lists of
// token have room for, with the names of the fields.
func memoryOf(t *testing.T, token *claims.Token) (texts, lists map[uintptr]string) {
	t.Helper()
	texts, lists = map[uintptr]string{}, map[uintptr]string{}
	add := func(s, name string) {
		if s != "" {
			texts[uintptr(unsafe.Pointer(unsafe.StringData(s)))] = name
		}
	}
	v := reflect.ValueOf(token).Elem()
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if !v.Type().Field(i).IsExported() {
			continue
		}
		switch value := v.Field(i).Addr().Interface().(type) {
		case *string:
			add(*value, name)
		case *[]string:
			for i := range cap(*value) {
				element := &(*value)[:cap(*value)][i]
				at := uintptr(unsafe.Pointer(element))
				if other, ok := lists[at]; ok {
					t.Errorf("an append to %s changes %s", other, name)
				}
				lists[at] = name
				add(*element, name)
			}
		}
	}
	return texts, lists
}

func common(a, b map[uintptr]string) string {
	for at, name := range a {
		if _, ok := b[at]; ok {
			return name
		}
	}
	return ""
}

// TestParallelFirstRequestsShareOneToken sends a new token many times at once.
func TestParallelFirstRequestsShareOneToken(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"EdDSA"}})
	const callers = 8
	var waiting sync.WaitGroup
	waiting.Add(callers)
	started := make(chan struct{})
	var validated sync.Map
	auth, err := middleware.New(middleware.Config{
		Audiences: []string{issuer.Audience()},
		Issuers: []middleware.Issuer{{URL: issuer.URL(), JWKS: issuer.JWKS(),
			Validate: func(token *claims.Token) error {
				validated.Store(token, true)
				waiting.Done()
				<-started // no request is cached before all are verified
				return nil
			}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	token := issuer.Mint(nil)
	got := make([]*claims.Token, callers)
	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() {
			admitted, err := auth.Check(bearing(token))
			if err != nil {
				t.Error(err)
				return
			}
			got[i], _ = claims.FromContext(admitted.Context())
		})
	}
	waiting.Wait()
	close(started)
	all.Wait()
	for i := range got {
		if got[i] != got[0] || got[i] == nil {
			t.Errorf("request %d has a Token of its own", i)
		}
	}
	validated.Range(func(token, _ any) bool {
		if token == any(got[0]) {
			t.Error("handlers get the Token that Validate could keep")
		}
		return true
	})
	if n, _ := auth.Cached(); n != 1 {
		t.Errorf("%d tokens are cached, want 1", n)
	}
}

// TestHealthTellsTheSizeOfTheCache compares Cached and the report of HealthHandler with
// what was sent.
func TestHealthTellsTheSizeOfTheCache(t *testing.T) {
	issuer := testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"EdDSA"}})
	for _, c := range []struct {
		name          string
		tokens, bytes int
		want          int
	}{
		{"as many as were sent", 0, 0, 20},
		{"no more than the bound", 7, 0, 7},
		{"no more than the bytes allow", 0, 40_000, 15},
		{"none, because each is too large", 0, 3000, 0},
		{"none without a cache", -1, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			auth, err := middleware.New(middleware.Config{
				Audiences:   []string{issuer.Audience()},
				Issuers:     []middleware.Issuer{{URL: issuer.URL(), JWKS: issuer.JWKS()}},
				CacheTokens: c.tokens,
				CacheBytes:  c.bytes,
			})
			if err != nil {
				t.Fatal(err)
			}
			for i := range 20 {
				token := issuer.Mint(map[string]any{"jti": fmt.Sprint(i)})
				for range 2 {
					if _, err := auth.Verify(t.Context(), token); err != nil {
						t.Fatal(err)
					}
				}
			}
			tokens, bytes := auth.Cached()
			least, most := 500*c.want, 1<<20
			if c.bytes > 0 {
				most = c.bytes
			}
			if tokens < c.want || tokens > 20 || c.want != 15 && tokens != c.want || bytes < least || bytes > most {
				t.Errorf("%d tokens and %d bytes are cached, want %d tokens and %d to %d bytes", tokens, bytes, c.want,
					least, most)
			}
			w := httptest.NewRecorder()
			auth.HealthHandler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
			var report struct {
				Tokens *int `json:"cached_tokens"`
				Bytes  *int `json:"cached_bytes"`
			}
			if err := json.Unmarshal(w.Body.Bytes(), &report); err != nil {
				t.Fatal(err)
			}
			if report.Tokens == nil || report.Bytes == nil || *report.Tokens != tokens || *report.Bytes != bytes {
				t.Errorf("health says %s, Cached %d and %d", w.Body, tokens, bytes)
			}
		})
	}
}
