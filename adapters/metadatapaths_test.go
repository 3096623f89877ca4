package adapters_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/labstack/echo/v4"

	"github.com/bearerguard/bearerguard/adapters/echoauth"
	"github.com/bearerguard/bearerguard/adapters/ginauth"
	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
)

// resourcePaths are paths of resources, with all that a URL and a router may give a
// meaning to.
var resourcePaths = []string{
	"", "/", "/plain", "/two/parts/", "/a%20b", "/a%20b/", "/a%20c", "/caf%C3%A9", "/caf%c3%a8", "/%41bc",
	"/100%25", "/a%2Fb", "/a%2Fb%20c/d",
	"/%2F", "/a%2F", "/star*", "/*", "/*/x", "/q*b/c*d", "/x%2Ay", "/v1:batch", "/v1:batch/x", "/v2:a:b",
	"/colon:", "/:name", "/:", "/m%3An",
	"/a+b", "/~a.b_c-d", "/p;q=r", "/(x)", "/$&,'!", "/a@b", "/%7Bid%7D", "/%5B", "/%3Fq", "/%23f", "/e%20f:g*h",
	"/trailing%20/",
}

// routers serve the metadata as the comment of MetadataPaths says.
var routers = map[string]func([]*middleware.Authenticator) http.Handler{
	"http.ServeMux": func(all []*middleware.Authenticator) http.Handler {
		var mux httpauth.Mux
		for _, auth := range all {
			for _, path := range auth.MetadataPaths() {
				mux.Public().Handle(path, auth.MetadataHandler())
			}
		}
		return &mux
	},
	"Echo": func(all []*middleware.Authenticator) http.Handler {
		api := &echoauth.Router{Echo: echo.New()}
		for _, auth := range all {
			for _, path := range auth.MetadataPaths() {
				api.Public().GET(path, echo.WrapHandler(auth.MetadataHandler()))
			}
		}
		return api.Echo
	},
	"Gin": func(all []*middleware.Authenticator) http.Handler {
		api := &ginauth.Router{Engine: gin.New()}
		for _, auth := range all {
			for _, path := range auth.MetadataPaths() {
				api.Public().GET(path, gin.WrapH(auth.MetadataHandler()))
			}
		}
		return api.Engine
	},
	"Gin with raw paths": func(all []*middleware.Authenticator) http.Handler {
		api := &ginauth.Router{Engine: gin.New()}
		api.Engine.UseRawPath = true
		for _, auth := range all {
			for _, path := range auth.MetadataPaths() {
				api.Public().GET(path, gin.WrapH(auth.MetadataHandler()))
			}
		}
		return api.Engine
	},
}

// TestMetadataPathsOfEveryResource: every router serves the metadata of a resource at
// the address that the challenges tell, and at no other.
func TestMetadataPathsOfEveryResource(t *testing.T) {
	gin.SetMode(gin.ReleaseMode)
	for name, serve := range routers {
		for _, path := range resourcePaths {
			if name == "Gin" && strings.HasSuffix(path, "%2F") {
				continue // Gin takes it for a slash that ends the path, as the comment of MetadataPaths says
			}
			t.Run(name+" "+path, func(t *testing.T) {
				auth := resource(t, path)
				skipForOldGin(t, name, auth.MetadataPaths())
				defer func() {
					if r := recover(); r != nil {
						t.Errorf("registering %q: %v", auth.MetadataPaths(), r)
					}
				}()
				wantMetadata(t, serve([]*middleware.Authenticator{auth}), auth, origin+path)
			})
		}
	}
}

// skipForOldGin skips a test whose paths have parameters if this release of Gin cannot
// register a parameter next to a fixed path, as v1.3.0 cannot.
func skipForOldGin(t *testing.T, router string, paths []string) {
	hasParameter := func(path string) bool { return strings.Contains(path, ":") }
	if !strings.HasPrefix(router, "Gin") || !slices.ContainsFunc(paths, hasParameter) {
		return
	}
	defer func() {
		if recover() != nil {
			t.Skip("use a newer Gin for a resource whose path has escapes, colons or asterisks")
		}
	}()
	engine := gin.New()
	engine.GET("/fixed", func(*gin.Context) {})
	engine.GET("/:parameter", func(*gin.Context) {})
}

// TestMetadataPathsOfManyResources: resources on one router do not get into each
// other's way. Of those that Echo and Gin cannot tell apart only one is on theirs.
func TestMetadataPathsOfManyResources(t *testing.T) {
	gin.SetMode(gin.ReleaseMode)
	for name, serve := range routers {
		t.Run(name, func(t *testing.T) {
			skipForOldGin(t, name, []string{":"})
			var all []*middleware.Authenticator
			var paths []string
			for _, path := range resourcePaths {
				end := strings.HasSuffix(path, "/") // the same with and without
				begin := strings.IndexAny(path, "*:") == 1 || strings.HasPrefix(path, "/%")
				alike := begin || path == "/a%20c" || strings.HasPrefix(path, "/a%2F")
				if end || path == "/%2F" || name != "http.ServeMux" && alike { // http.ServeMux takes %2F for {$}
					continue
				}
				all, paths = append(all, resource(t, path)), append(paths, path)
			}
			if len(all) < 20 {
				t.Fatalf("only %d resources", len(all))
			}
			h := serve(all)
			for i, auth := range all {
				wantMetadata(t, h, auth, origin+paths[i])
			}
		})
	}
}

const origin = "https://api.example.com"

func resource(t *testing.T, path string) *middleware.Authenticator {
	auth, err := middleware.New(middleware.Config{
		Audiences: []string{"api"}, Resource: origin + path,
		Issuers: []middleware.Issuer{{URL: "https://id.example.com"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return auth
}

// wantMetadata asks for the metadata of a resource at the address in the challenge.
func wantMetadata(t *testing.T, h http.Handler, auth *middleware.Authenticator, resource string) {
	t.Helper()
	header := http.Header{}
	auth.Refuse(header, middleware.ErrNoToken)
	_, location, _ := strings.Cut(header.Get("WWW-Authenticate"), `resource_metadata="`)
	location = strings.TrimSuffix(location, `"`)
	get := func(target string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", target, nil))
		return w
	}
	other := strings.TrimSuffix(location, "/")
	if other == location {
		other += "/"
	}
	for _, target := range []string{location, other} {
		w := get(target)
		var document struct{ Resource string }
		if err := json.Unmarshal(w.Body.Bytes(), &document); err != nil || w.Code != 200 ||
			document.Resource != resource {
			t.Errorf("GET %s: %d %s, registered %q", target, w.Code, w.Body, auth.MetadataPaths())
		}
	}
	for _, target := range []string{location + "zz", other + "zz", location + "/zz"} {
		if w := get(target); w.Code == 200 {
			t.Errorf("GET %s: %d %s", target, w.Code, w.Body)
		}
	}
}
