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
// library. Packages of this module are named by their folder, internal ones one
// by one, so that no package that runs imports one that is for tests. "testing"
// stands for itself and is for those packages alone. A package that is not
// listed fails: adding one includes deciding what it depends on.
var allowed = map[string][]string{
	".":                          nil,
	"internal/claimserr":         nil,
	"internal/confirmation":      {"internal/strictjson"},
	"internal/growth":            {"testing"},
	"internal/strictjson":        nil,
	"internal/stringset":         nil,
	"internal/tokenctx":          nil,
	"internal/tools/conformance": nil,
	"internal/tools/mutate":      nil,
	"claims": {"internal/claimserr", "internal/confirmation", "internal/strictjson",
		"internal/stringset", "internal/tokenctx"},
	"claims/claimstest":        {"testing", "claims", "internal/claimserr", "internal/strictjson"},
	"internal/tools/structure": nil,
	"claims/dialects":          {"claims"},
	"scopes":                   {"claims", "internal/stringset"},
	"middleware": {"claims", "scopes", "internal/claimserr", "internal/confirmation",
		"internal/strictjson", "internal/stringset", "internal/tokenctx", "middleware/internal/clientcert",
		"middleware/internal/dpop", "middleware/internal/fault", "middleware/internal/jws",
		"middleware/internal/keyring", "middleware/internal/replay", "middleware/internal/tokencache",
		"middleware/internal/weburl"},
	"middleware/internal/dpop": {"internal/strictjson", "middleware/internal/jwks",
		"middleware/internal/jws", "middleware/internal/tokencache", "middleware/internal/weburl"},
	"middleware/internal/clientcert": nil,
	"middleware/internal/fault":      nil,
	"middleware/internal/fetch": {"internal/strictjson", "middleware/internal/weburl",
		"middleware/internal/fault", "github.com/coreos/go-oidc/v3/oidc"},
	"middleware/internal/jwks": {"internal/strictjson", "middleware/internal/fault",
		"github.com/MicahParks/keyfunc/v3", "github.com/MicahParks/jwkset", "github.com/golang-jwt/jwt/v5"},
	"middleware/internal/jws": {"internal/strictjson", "github.com/golang-jwt/jwt/v5"},
	"middleware/internal/keyring": {"internal/strictjson", "middleware/internal/weburl",
		"middleware/internal/fault", "middleware/internal/fetch", "middleware/internal/jwks"},
	"middleware/internal/replay":     nil,
	"middleware/internal/tokencache": nil,
	"middleware/internal/weburl":     nil,
	"testutil":                       {"claims", "internal/strictjson", "github.com/golang-jwt/jwt/v5"},
	"testutil/attack":                {"testing", "testutil", "github.com/golang-jwt/jwt/v5"},
	"adapters/adaptertest": {"testing", "middleware", "scopes", "claims", "testutil",
		"adapters/internal/rawtargets"},
	"adapters/internal/rawtargets": {"testing", "middleware", "scopes", "adapters/internal/testauth"},
	"adapters/internal/testauth":   {"testing", "middleware", "testutil"},
	"adapters/httpauth":            {"middleware", "scopes", "claims"},
	"adapters/echoauth":            {"middleware", "scopes", "claims", "github.com/labstack/echo/v4"},
	"adapters/ginauth": {"middleware", "scopes", "claims", "internal/tokenctx",
		"github.com/gin-gonic/gin"},
	"examples/quickstart": {"middleware", "scopes", "claims", "claims/dialects", "testutil",
		"adapters/echoauth", "github.com/labstack/echo/v4"},
	"examples/dpop":          {"middleware", "scopes", "claims", "testutil", "adapters/httpauth"},
	"examples/nethttp":       {"middleware", "scopes", "claims", "testutil", "adapters/httpauth"},
	"examples/small/nethttp": {"middleware", "scopes", "adapters/httpauth"},
	"examples/small/echo": {"middleware", "scopes", "adapters/echoauth",
		"github.com/labstack/echo/v4"},
	"examples/small/gin": {"middleware", "scopes", "adapters/ginauth", "github.com/gin-gonic/gin"},
	"examples/gin": {"middleware", "scopes", "claims", "testutil", "adapters/ginauth",
		"github.com/gin-gonic/gin"},
}

// TestImports fails if a package imports something that the list above does not
// allow.
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
		return name != "C" && first != "testing" || slices.Contains(list, name)
	}
	return slices.Contains(list, strings.TrimPrefix(name, module+"/"))
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
		{"an internal package that is listed", "claims", module + "/internal/strictjson", true},
		{"an internal package that is for tests", "middleware", module + "/internal/rawtargets", false},
		{"testing where nothing is tested", "middleware", "testing", false},
		{"a part of testing", "claims", "testing/fstest", false},
		{"testing in a suite", "adapters/adaptertest", "testing", true},
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
