package claimstest_test

import (
	"encoding/json"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/claims/claimstest"
	"github.com/bearerguard/bearerguard/claims/dialects"
)

// onlyClients are the dialects of issuers all of whose tokens are those of clients,
// onlyUsers those of issuers that write no token of which it is certain that a client
// acts for itself, and oneKind those of issuers that write no other kind of token.
var (
	onlyClients = []string{"bitbucket", "githubactions", "gitlabci", "kubernetes", "spiffe", "vault"}
	onlyUsers   = []string{"apple", "authentik", "dex", "firebase", "googlelogin", "salesforce", "supabase"}
	oneKind     = []string{"googleiap", "spiffe"}
)

// TestDialects reads every payload file with its dialect. Each dialect must have a
// payload of a client and of a user, and one of a token of another kind, if its issuer
// writes them.
func TestDialects(t *testing.T) {
	counts := map[string]map[string]int{}
	claimstest.Run(t, os.DirFS("testdata/payloads"), dialects.ByName,
		func(t *testing.T, file []byte, _ claims.Dialect, token *claims.Token) {
			var f struct{ Dialect, Refused string }
			if err := json.Unmarshal(file, &f); err != nil {
				t.Fatal(err)
			}
			if name := path.Base(t.Name()); !strings.HasPrefix(name, f.Dialect+"_") {
				t.Errorf("the name of the file does not begin with %q", f.Dialect+"_")
			}
			if counts[f.Dialect] == nil {
				counts[f.Dialect] = map[string]int{}
			}
			switch {
			case token == nil:
				counts[f.Dialect][f.Refused]++
			case f.Refused == "":
				counts[f.Dialect][token.Kind.String()]++
			}
		})
	for _, name := range dialects.Names() {
		n := counts[name]
		if slices.Contains(onlyUsers, name) != (n["client"] == 0) {
			t.Errorf("%s: %d payloads of a client", name, n["client"])
		}
		if slices.Contains(onlyClients, name) != (n["user"]+n["unknown"] == 0) {
			t.Errorf("%s: %d payloads of a user", name, n["user"]+n["unknown"])
		}
		if slices.Contains(oneKind, name) != (n["not_access_token"] == 0) {
			t.Errorf("%s: %d payloads of another kind of token", name, n["not_access_token"])
		}
	}
}

// TestDialectRulesAllocateNothing reads every payload with and without the rules
// of its dialect.
func TestDialectRulesAllocateNothing(t *testing.T) {
	claimstest.Run(t, os.DirFS("testdata/payloads"), dialects.ByName,
		func(t *testing.T, file []byte, d claims.Dialect, token *claims.Token) {
			if token == nil {
				return
			}
			var f struct {
				Config struct{ Audiences []string }
				Claims claims.Payload
			}
			if err := json.Unmarshal(file, &f); err != nil {
				t.Fatal(err)
			}
			allocations := func() float64 {
				return testing.AllocsPerRun(100, func() {
					if _, err := d.Token(f.Claims, f.Config.Audiences...); err != nil {
						t.Fatal(err)
					}
				})
			}
			with := allocations()
			d.NotAccess, d.Reject = []claims.Rule{}, nil
			if without := allocations(); with != without {
				t.Errorf("%v allocations, and %v without the rules of the dialect", with, without)
			}
		})
}
