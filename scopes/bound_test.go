package scopes_test

import (
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/scopes"
)

func TestBound(t *testing.T) {
	need := scopes.All(scopes.Scope("pay"), scopes.Bound())
	if text := need.String(); text != "pay and bound()" {
		t.Errorf("the text is %q", text)
	}
	parsed, err := scopes.Parse(need.String())
	if err != nil || parsed.String() != need.String() {
		t.Errorf("Parse returns %v, %v", parsed, err)
	}
	for _, c := range []struct {
		name  string
		token claims.Token
		want  bool
	}{
		{"a DPoP key", claims.Token{KeyThumbprint: "a"}, true},
		{"a certificate", claims.Token{CertificateThumbprint: "b"}, true},
		{"neither", claims.Token{}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.token.Scopes = []string{"pay"}
			if got := parsed.SatisfiedBy(&c.token, scopes.Options{}); got != c.want {
				t.Errorf("satisfied: %v, want %v", got, c.want)
			}
			if missing := parsed.Missing(&c.token, scopes.Options{}); c.want != (missing == nil) {
				t.Errorf("missing: %q", missing)
			}
		})
	}
	if names := need.Scopes(); len(names) != 1 || names[0] != "pay" {
		t.Errorf("the scopes to name are %q", names)
	}
}
