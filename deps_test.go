package bearerguard_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/bearerguard/bearerguard"

// allowed says what each package of this module may import beyond the standard
// library. "internal" stands for the packages under this module's own internal
// folder, which import nothing but the standard library. A package that is not
// listed may not exist: deciding what a new one depends on is part of adding it.
var allowed = map[string][]string{
	".":                              nil,
	"internal/strictjson":            nil,
	"internal/tokenctx":              nil,
	"internal/payloadfile":           {"claims"}, // for tests alone
	"internal/rowtest":               nil,        // for tests alone
	"claims":                         {"internal"},
	"scopes":                         {"claims"},
	"middleware":                     {"claims", "scopes", "internal", "middleware/internal/keyring", "middleware/internal/tokencache", "github.com/golang-jwt/jwt/v5"},
	"middleware/internal/keyring":    {"internal", "github.com/coreos/go-oidc/v3/oidc", "github.com/MicahParks/keyfunc/v3", "github.com/MicahParks/jwkset", "github.com/golang-jwt/jwt/v5"},
	"middleware/internal/tokencache": nil,
	"testutil":                       {"claims", "github.com/golang-jwt/jwt/v5"},
	"adapters/adaptertest":           {"middleware", "scopes", "claims", "testutil", "adapters/internal/rawtargets"},
	"adapters/internal/rawtargets":   {"middleware", "scopes", "adapters/internal/testauth"}, // for tests alone
	"adapters/internal/testauth":     {"middleware", "testutil"},                             // for tests alone
	"adapters/httpauth":              {"middleware", "scopes", "claims"},
	"adapters/echoauth":              {"middleware", "scopes", "claims", "github.com/labstack/echo/v4"},
	"adapters/ginauth":               {"middleware", "scopes", "claims", "github.com/gin-gonic/gin"},
	"examples/quickstart":            {"middleware", "scopes", "claims", "testutil", "adapters/echoauth", "github.com/labstack/echo/v4"},
	"examples/nethttp":               {"middleware", "scopes", "claims", "testutil", "adapters/httpauth"},
	"examples/gin":                   {"middleware", "scopes", "claims", "testutil", "adapters/ginauth", "github.com/gin-gonic/gin"},
}

// TestImports keeps the walls of the house: package by package, no import but
// those that the design allows.
func TestImports(t *testing.T) {
	err := fs.WalkDir(os.DirFS("."), ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if file != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata" || nested(file)) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		checkImports(t, file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// nested reports whether dir is a module of its own.
func nested(dir string) bool {
	_, err := os.Stat(path.Join(dir, "go.mod"))
	return err == nil
}

func checkImports(t *testing.T, file string) {
	t.Helper()
	pkg := path.Dir(file)
	list, known := allowed[pkg]
	if !known {
		t.Errorf("%s: package %s has no import rule in this test", file, pkg)
		return
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Error(err)
		return
	}
	for _, spec := range parsed.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if !permitted(list, name) {
			t.Errorf("%s imports %s, which %s may not", file, name, pkg)
		}
	}
}

func permitted(list []string, name string) bool {
	if first, _, _ := strings.Cut(name, "/"); !strings.Contains(first, ".") {
		return name != "C"
	}
	own, ok := strings.CutPrefix(name, module+"/")
	if !ok {
		return slices.Contains(list, name)
	}
	if strings.HasPrefix(own, "internal/") {
		return slices.Contains(list, "internal")
	}
	return slices.Contains(list, own)
}

// TestImportsNoticesAForbiddenOne shows that TestImports can fail.
func TestImportsNoticesAForbiddenOne(t *testing.T) {
	for _, c := range []struct {
		name string
		pkg  string
		path string
		want bool
	}{
		{"standard library", "claims", "encoding/json", true},
		{"own internals", "claims", module + "/internal/strictjson", true},
		{"claims may not know the middleware", "claims", module + "/middleware", false},
		{"testutil may not know the middleware", "testutil", module + "/middleware", false},
		{"a framework stays in its adapter", "middleware", "github.com/labstack/echo/v4", false},
		{"one framework per adapter", "adapters/ginauth", "github.com/labstack/echo/v4", false},
		{"cgo", "claims", "C", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := permitted(allowed[c.pkg], c.path); got != c.want {
				t.Errorf("permitted(%s, %s) = %v, want %v", c.pkg, c.path, got, c.want)
			}
		})
	}
}
