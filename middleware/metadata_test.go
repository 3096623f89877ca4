package middleware_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
)

// describable returns a configuration that has metadata.
func describable(resource string) middleware.Config {
	return middleware.Config{
		Resource:  resource,
		Audiences: []string{resource},
		Issuers:   []middleware.Issuer{{URL: "https://id.example.com"}},
	}
}

func newDescribed(t testing.TB, config middleware.Config) *middleware.Authenticator {
	t.Helper()
	auth, err := middleware.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return auth
}

// mountMetadata serves the metadata of every Authenticator on one mux.
func mountMetadata(all ...*middleware.Authenticator) http.Handler {
	mux := http.NewServeMux()
	for _, auth := range all {
		for _, path := range auth.MetadataPaths() {
			if strings.HasSuffix(path, "/") {
				path += "{$}"
			}
			mux.Handle(path, auth.MetadataHandler())
		}
	}
	return mux
}

func askMetadata(h http.Handler, method, url string, fields ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, url, nil)
	for i := 0; i < len(fields); i += 2 {
		r.Header.Set(fields[i], fields[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// metadataAt fetches and reads the metadata at url.
func metadataAt(t testing.TB, h http.Handler, url string) map[string]any {
	t.Helper()
	w := askMetadata(h, "GET", url)
	if w.Code != http.StatusOK {
		t.Fatalf("GET %s: status %d", url, w.Code)
	}
	var document map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &document); err != nil {
		t.Fatalf("GET %s: %v in %s", url, err, w.Body)
	}
	return document
}

var challengeParameter = regexp.MustCompile(`([a-z_]+)="((?:[^"\\]|\\.)*)"`)

// challengeOf returns the parameters of the one challenge in h.
func challengeOf(t testing.TB, h http.Header) map[string]string {
	t.Helper()
	if n := len(h.Values("WWW-Authenticate")); n != 1 {
		t.Fatalf("%d challenges, want 1", n)
	}
	found := map[string]string{}
	for _, p := range challengeParameter.FindAllStringSubmatch(h.Get("WWW-Authenticate"), -1) {
		if _, twice := found[p[1]]; twice {
			t.Errorf("parameter %s is there twice", p[1])
		}
		found[p[1]] = strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(p[2])
	}
	return found
}

func refusalFields(auth *middleware.Authenticator, err error) http.Header {
	h := http.Header{}
	auth.Refuse(h, err)
	return h
}

// TestMetadataURL runs the vectors: the URL that the challenge names, and what
// is there.
func TestMetadataURL(t *testing.T) {
	text, err := os.ReadFile("testdata/rfc9728/urls.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		Source, Resource, URL, Also string
		Refused                     bool
	}
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) != 11 {
		t.Fatalf("%d rows, want 11", len(rows))
	}
	for _, row := range rows {
		t.Run(row.Source, func(t *testing.T) {
			covers(t, "PRM-01")
			auth, err := middleware.New(describable(row.Resource))
			if row.Refused {
				wantMistake(t, err, "Resource")
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := challengeOf(t, refusalFields(auth, middleware.ErrNoToken))["resource_metadata"]; got != row.URL {
				t.Errorf("resource_metadata is %s, want %s", got, row.URL)
			}
			for _, location := range []string{row.URL, row.Also} {
				if location == "" {
					continue
				}
				if got := metadataAt(t, mountMetadata(auth), location)["resource"]; got != row.Resource {
					t.Errorf("resource at %s is %q, want %q", location, got, row.Resource)
				}
			}
		})
	}
}

func wantMistake(t *testing.T, err error, field string) {
	t.Helper()
	var mistake *middleware.ConfigError
	if !errors.As(err, &mistake) || mistake.Field != field {
		t.Errorf("New: %v, want a *ConfigError for %s", err, field)
	}
}

func TestMetadataHandler(t *testing.T) {
	const resource = "https://api.example.com/v1"
	const location = "https://api.example.com/.well-known/oauth-protected-resource/v1"
	auth := newDescribed(t, describable(resource))
	h := mountMetadata(auth)

	t.Run("a slash that ends the host goes away", func(t *testing.T) {
		covers(t, "PRM-02")
		root := newDescribed(t, describable("https://api.example.com/"))
		want := []string{"/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/"}
		if got := root.MetadataPaths(); !slices.Equal(got, want) {
			t.Errorf("paths are %q, want %q", got, want)
		}
	})
	t.Run("GET and HEAD", func(t *testing.T) {
		covers(t, "PRM-03")
		get, head := askMetadata(h, "GET", location), askMetadata(h, "HEAD", location)
		if get.Code != 200 || head.Code != 200 || head.Body.Len() != 0 {
			t.Errorf("GET %d, HEAD %d with %d bytes, want 200, 200 and none", get.Code, head.Code, head.Body.Len())
		}
		if !reflect.DeepEqual(get.Header(), head.Header()) {
			t.Errorf("HEAD has %v, GET has %v", head.Header(), get.Header())
		}
	})
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "TRACE", "get"} {
		t.Run(method+" is not allowed", func(t *testing.T) {
			covers(t, "PRM-03")
			w := askMetadata(h, method, location)
			if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD, OPTIONS" ||
				w.Body.Len() > 0 {
				t.Errorf("status %d, Allow %q, body %q", w.Code, w.Header().Get("Allow"), w.Body)
			}
		})
	}
	t.Run("media type", func(t *testing.T) {
		covers(t, "PRM-04")
		if got := askMetadata(h, "GET", location).Header()["Content-Type"]; !slices.Equal(got,
			[]string{"application/json"}) {
			t.Errorf("Content-Type is %q", got)
		}
	})
	t.Run("nothing comes from the request", func(t *testing.T) {
		covers(t, "PRM-05")
		want := askMetadata(h, "GET", location)
		for _, attack := range [][]string{
			{"Host", "evil.example"},
			{"X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "http", "X-Forwarded-Prefix", "/evil",
				"X-Forwarded-Port", "81"},
			{"Forwarded", "host=evil.example;proto=http"},
			{"X-Original-URL", "/evil", "X-Rewrite-URL", "/evil", "X-Http-Method-Override", "DELETE"},
			{"Origin", "https://evil.example"},
		} {
			r := httptest.NewRequest("GET", location, nil)
			for i := 0; i < len(attack); i += 2 {
				if attack[i] == "Host" {
					r.Host = attack[i+1]
				}
				r.Header.Set(attack[i], attack[i+1])
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != 200 || w.Body.String() != want.Body.String() ||
				!reflect.DeepEqual(w.Header(), want.Header()) {
				t.Errorf("%v: status %d, %v, %s", attack, w.Code, w.Header(), w.Body)
			}
		}
	})
	t.Run("the identifier as it is spelled", func(t *testing.T) {
		covers(t, "PRM-05 MCP-14")
		for _, spelled := range []string{"HTTPS://API.Example.com/v1", "https://api.example.com:443/v1",
			"https://api.example.com/v1?a=b&c=<d>"} {
			auth, err := middleware.New(describable(spelled))
			if strings.Contains(spelled, "<") {
				wantMistake(t, err, "Resource")
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := metadataAt(t, mountMetadata(auth), location)["resource"]; got != spelled {
				t.Errorf("resource is %v, want %s", got, spelled)
			}
		}
	})
	t.Run("bearer methods", func(t *testing.T) {
		covers(t, "PRM-10")
		got := metadataAt(t, h, location)["bearer_methods_supported"]
		if !reflect.DeepEqual(got, []any{"header"}) {
			t.Errorf("bearer_methods_supported is %v", got)
		}
	})
	t.Run("Cache-Control", func(t *testing.T) {
		covers(t, "PRM-17")
		if got := askMetadata(h, "GET", location).Header().Get("Cache-Control"); got != "max-age=3600" {
			t.Errorf("Cache-Control is %q", got)
		}
		shorter := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "max-age=60")
			h.ServeHTTP(w, r)
		})
		if got := askMetadata(shorter, "GET", location).Header().Get("Cache-Control"); got != "max-age=60" {
			t.Errorf("Cache-Control is %q, want the one that was set before", got)
		}
	})
	t.Run("other origins may read it", func(t *testing.T) {
		covers(t, "PRM-19")
		w := askMetadata(h, "OPTIONS", location, "Origin", "https://app.example",
			"Access-Control-Request-Method", "GET",
			"Access-Control-Request-Headers", "mcp-protocol-version")
		for field, want := range map[string]string{
			"Access-Control-Allow-Origin":  "*",
			"Access-Control-Allow-Methods": "GET, HEAD",
			"Access-Control-Allow-Headers": "*",
		} {
			if got := w.Header().Get(field); got != want {
				t.Errorf("preflight: %s is %q, want %q", field, got, want)
			}
		}
		if w.Code != http.StatusNoContent {
			t.Errorf("preflight: status %d", w.Code)
		}
		get := askMetadata(h, "GET", location, "Origin", "https://app.example")
		if get.Code != 200 || get.Header().Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("GET: status %d, Access-Control-Allow-Origin %q", get.Code,
				get.Header().Get("Access-Control-Allow-Origin"))
		}
	})
	t.Run("no Resource, no metadata", func(t *testing.T) {
		config := describable(resource)
		config.Resource = ""
		none := newDescribed(t, config)
		if paths := none.MetadataPaths(); paths != nil {
			t.Errorf("paths are %q", paths)
		}
		if w := askMetadata(none.MetadataHandler(), "GET", "/"); w.Code != 404 {
			t.Errorf("status %d, want 404", w.Code)
		}
		if got, has := challengeOf(t, refusalFields(none, middleware.ErrNoToken))["resource_metadata"]; has {
			t.Errorf("resource_metadata is %q", got)
		}
	})
}
