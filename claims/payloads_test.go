package claims_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/claims/dialects"
	"github.com/bearerguard/bearerguard/internal/payloadfile"
)

func payloadFiles(t testing.TB) []payloadfile.File {
	t.Helper()
	files, err := payloadfile.Load("testdata/payloads")
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// refusals are the reasons that a dialect itself can have; all other reasons are
// package middleware's, and the dialect must still read the payload.
var refusals = map[string]error{
	"malformed_token":  claims.ErrMalformed,
	"not_access_token": claims.ErrNotAccess,
	"rejected":         claims.ErrRejected,
}

// TestPayloads reads every payload file with its dialect.
func TestPayloads(t *testing.T) {
	for _, f := range payloadFiles(t) {
		t.Run(f.Name, func(t *testing.T) {
			d, err := f.Configured()
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(f.Name, f.Dialect+"_") {
				t.Errorf("the file's name does not begin with %q", f.Dialect+"_")
			}
			p, err := claims.ParsePayload(f.Claims)
			if err != nil {
				t.Fatal(err)
			}
			got, err := d.Token(p, f.Config.Audiences...)
			if f.Expect == nil {
				if want := refusals[f.Refused]; want == nil || !errors.Is(err, want) {
					t.Fatalf("Token: %v, want the refusal %q", err, f.Refused)
				}
				if got != nil {
					t.Error("a token beside an error")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, difference := range f.Expect.Differences(got) {
				t.Error(difference)
			}
		})
	}
}

// TestEveryDialectIsShown holds the functions of this package against the
// payload files: a dialect without a payload of a client and of a user, and one
// of a token that it refuses, is not known to work.
func TestEveryDialectIsShown(t *testing.T) {
	functions := dialectFunctions(t)
	if got, want := len(dialects.Names()), len(functions)+1; got != want { // the zero one has no function
		t.Errorf("%d dialects have a name, %d functions return one: %v", got-1, want-1, functions)
	}
	shown := map[string]map[string]int{}
	for _, f := range payloadFiles(t) {
		if shown[f.Dialect] == nil {
			shown[f.Dialect] = map[string]int{}
		}
		if f.Expect == nil {
			shown[f.Dialect][f.Refused]++
		} else if f.Refused == "" {
			shown[f.Dialect][f.Expect.Kind]++
		}
	}
	for _, name := range dialects.Names() {
		s := shown[name]
		if s["client"] == 0 {
			t.Errorf("%s: no client's payload", name)
		}
		if s["user"]+s["unknown"] == 0 {
			t.Errorf("%s: no user's payload", name)
		}
		if s["not_access_token"] == 0 {
			t.Errorf("%s: no payload of another kind of token", name)
		}
	}
}

// dialectFunctions returns the names of the exported functions of package
// dialects that return a Dialect and take nothing.
func dialectFunctions(t testing.TB) []string {
	t.Helper()
	sources, err := filepath.Glob("dialects/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, source := range sources {
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), source, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Recv != nil || !f.Name.IsExported() || f.Type.Params.NumFields() > 0 || f.Type.Results.NumFields() != 1 {
				continue
			}
			if result, ok := f.Type.Results.List[0].Type.(*ast.SelectorExpr); ok && result.Sel.Name == "Dialect" {
				names = append(names, f.Name.Name)
			}
		}
	}
	slices.Sort(names)
	return names
}
