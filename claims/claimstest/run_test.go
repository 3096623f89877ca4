package claimstest_test

import (
	"errors"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/claims/claimstest"
	"github.com/bearerguard/bearerguard/claims/dialects"
)

// acme returns the dialect of an issuer that package dialects does not know. It
// writes the client and the organization into an object, and its refresh tokens
// have another "use".
func acme() claims.Dialect {
	return claims.Dialect{
		Name:      "acme",
		ClientID:  [][]string{{"https://sso.acme.example/app", "id"}},
		Tenant:    [][]string{{"https://sso.acme.example/app", "organization"}},
		NotAccess: []claims.Rule{{Claim: []string{"use"}, NotIn: []string{"access"}}},
	}
}

// acmeByName is the lookup function for the one dialect.
func acmeByName(name string) (claims.Dialect, error) {
	if name != "acme" {
		return claims.Dialect{}, errors.New("use the dialect acme")
	}
	return acme(), nil
}

// The owner of an API tests a dialect of his own with payload files in a folder
// of his own.
func ExampleRun() {
	testAcme := func(t *testing.T) {
		claimstest.Run(t, os.DirFS("testdata/acme"), acmeByName)
	}
	_ = testAcme // in your package: func TestAcme(t *testing.T)
}

func TestOwnDialect(t *testing.T) {
	var read []string
	claimstest.Run(t, os.DirFS("testdata/acme"), acmeByName,
		func(t *testing.T, file []byte, d claims.Dialect, token *claims.Token) {
			if len(file) == 0 || d.Name != "acme" {
				t.Errorf("%d bytes of the dialect %q", len(file), d.Name)
			}
			read = append(read, path.Base(t.Name()))
			if (token == nil) != (path.Base(t.Name()) == "acme_refresh") {
				t.Errorf("token = %v", token)
			}
		})
	if want := []string{"acme_refresh", "acme_user"}; !slices.Equal(read, want) {
		t.Errorf("further test of %q, want %q", read, want)
	}
}

// TestDocumentedFormat runs the payload file in the package comment.
func TestDocumentedFormat(t *testing.T) {
	source, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(source), "//\t{\n")
	example, _, ok := strings.Cut(rest, "//\t}\n")
	if !ok {
		t.Fatal("no payload file in the package comment")
	}
	content := "{" + strings.ReplaceAll(example, "//\t", "") + "}"
	claimstest.Run(t, fstest.MapFS{"documented.json": {Data: []byte(content)}}, dialects.ByName)
}

// TestRunCanFail changes one thing at a time in a payload file that passes.
func TestRunCanFail(t *testing.T) {
	content, err := os.ReadFile("testdata/acme/acme_user.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, old, new, want string }{
		{"as it is", "", "", ""},
		{"another client", `"client_id": "billing"`, `"client_id": "other"`, `ClientID = "billing", want "other"`},
		{"another subject", `"subject": "b-1"`, `"subject": "b-2"`, `Subject = "b-1", want "b-2"`},
		{"no tenant expected", `"tenant": "north",`, ``, `Tenant = "north", want ""`},
		{"another source system", `"source_system": "SAP",`, `"source_system": "ERP",`,
			`SourceSystem = "ERP", want "SAP"`},
		{"another kind", `"kind": "user"`, `"kind": "client"`, `Kind = "user", want "client"`},
		{"a scope more", `"scopes": ["orders.read"]`, `"scopes": ["orders.read", "x"]`,
			`Scopes = ["orders.read"], want ["orders.read" "x"]`},
		{"another role", `"roles": ["clerk"]`, `"roles": ["boss"]`, `Roles = ["boss"], want ["clerk"]`},
		{"no group", `"groups": ["g"],`, ``, `Groups = ["g"], want []`},
		{"no audience", `"audience": ["https://api.acme.example"]`, `"audience": []`,
			`Audience = ["https://api.acme.example"], want []`},
		{"another token than expected", `"use": "access"`, `"use": "refresh"`,
			`the dialect rejects the token: claims: not an access token`},
		{"no expiry", `"exp": 1767229200`, `"x": 1`, `the dialect rejects the token: claims: a required claim`},
		{"a claim twice", `"exp": 1767229200`, `"exp": 1767229200, "exp": 1767229200`, `duplicate member name`},
		{"a misspelled member", `"description"`, `"descripton"`, `unknown field "descripton"`},
		{"a misspelled expectation", `"tenant": "north"`, `"tennant": "north"`, `unknown field "tennant"`},
		{"no expectation", `"expect"`, `"header"`, `a dialect cannot reject a token as ""`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(string(content), c.old) {
				t.Fatalf("%q is not in the file", c.old)
			}
			differences, err := claimstest.Check(strings.Replace(string(content), c.old, c.new, 1), acme())
			if err != nil {
				differences = []string{err.Error()}
			}
			got := strings.Join(differences, "\n")
			if c.want == "" && got != "" || !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestRefusedCanFail has a dialect accept what a file wants rejected, and reject
// it for another reason.
func TestRefusedCanFail(t *testing.T) {
	content, err := os.ReadFile("testdata/acme/acme_refresh.json")
	if err != nil {
		t.Fatal(err)
	}
	accepts := acme()
	accepts.NotAccess = nil
	accepts.DangerouslyIgnoreMarks = [][]string{{"use"}}
	for name, c := range map[string]struct {
		d       claims.Dialect
		content string
		want    string
	}{
		"rejected": {acme(), string(content), ""},
		"accepted": {accepts, string(content),
			`the dialect accepts the token, want it rejected as "not_access_token"`},
		"another reason": {acme(), strings.Replace(string(content), "not_access_token", "rejected", 1),
			"want \"claims: the claims contradict each other\""},
		"no reason of a dialect": {
			acme(), strings.Replace(string(content), "not_access_token", "wrong_audience", 1),
			`a dialect cannot reject a token as "wrong_audience"`,
		},
	} {
		differences, err := claimstest.Check(c.content, c.d)
		if err != nil {
			differences = []string{err.Error()}
		}
		got := strings.Join(differences, "\n")
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// TestConfigChangesTheDialect sets each member of config that does.
func TestConfigChangesTheDialect(t *testing.T) {
	const claim = `"exp": 1767229200, "sub": "s", "client_id": "c", "r": ["r"], "t": "T", "s": "S", "scope": "tenant:P source:Q api/read"`
	for name, c := range map[string]struct{ config, expect string }{
		"nothing": {`{}`, `"scopes": ["tenant:P", "source:Q", "api/read"]`},
		"roles":   {`{"roles": [["r"]]}`, `"roles": ["r"], "scopes": ["tenant:P", "source:Q", "api/read"]`},
		"tenant":  {`{"tenant": [["t"]]}`, `"tenant": "T", "scopes": ["tenant:P", "source:Q", "api/read"]`},
		"source": {`{"source_system": [["s"]]}`,
			`"source_system": "S", "scopes": ["tenant:P", "source:Q", "api/read"]`},
		"prefixes": {`{"tenant_prefix": "tenant:", "source_system_prefix": "source:"}`,
			`"tenant": "P", "source_system": "Q", "scopes": ["api/read"]`},
		"a mark":       {`{"ignore_marks": [["at_hash"]]}`, `"scopes": ["tenant:P", "source:Q", "api/read"]`},
		"scope prefix": {`{"scope_prefix": "api/"}`, `"scopes": ["tenant:P", "source:Q", "read"]`},
		"clients": {
			`{"clients": {"c": {"tenant": "R", "source_system": "U"}}}`,
			`"tenant": "R", "source_system": "U", "scopes": ["tenant:P", "source:Q", "api/read"]`,
		},
	} {
		claim := claim
		if name == "a mark" {
			claim += `, "at_hash": "x"`
		}
		content := `{"dialect": "standard", "config": ` + c.config + `, "claims": {` + claim + `},
			"expect": {"client_id": "c", "subject": "s", "kind": "user", ` + c.expect + `}}`
		t.Run(name, func(t *testing.T) {
			claimstest.Run(t, fstest.MapFS{"f.json": {Data: []byte(content)}},
				func(string) (claims.Dialect, error) { return claims.Dialect{}, nil })
		})
	}
}

// TestAnonymousIsSet shows the dialect of a file to a further function.
func TestAnonymousIsSet(t *testing.T) {
	const content = `{"dialect": "standard", "config": {"anonymous": true}, "claims": {"exp": 1767229200},
		"expect": {"kind": "unknown"}}`
	called := false
	claimstest.Run(t, fstest.MapFS{"f.json": {Data: []byte(content)}},
		func(string) (claims.Dialect, error) { return claims.Dialect{}, nil },
		func(t *testing.T, _ []byte, d claims.Dialect, _ *claims.Token) {
			called = true
			if !d.Anonymous {
				t.Error("Anonymous is not set")
			}
		})
	if !called {
		t.Error("the function was not called")
	}
}
