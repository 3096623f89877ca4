package middleware_test

import (
	"flag"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
)

// sentTokens are the tokens that the conformance tests have sent. These run before the
// test below, because the name of this file is the last.
var sentTokens = sent{tokens: map[string]bool{}}

type sent struct {
	tokens map[string]bool
	order  []vector
}

func (s *sent) add(r *http.Request) {
	for _, field := range r.Header["Authorization"] {
		token, ok := strings.CutPrefix(field, "Bearer ")
		if ok && !s.tokens[token] {
			s.tokens[token] = true
			s.order = append(s.order, vector{fmt.Sprintf("token %d: %.100s", len(s.order), token), token})
		}
	}
}

// TestCacheChangesNoVerdictOfTheConformanceTests does what TestCacheChangesNoVerdict does
// for the tokens of all conformance tests.
func TestCacheChangesNoVerdictOfTheConformanceTests(t *testing.T) {
	if len(sentTokens.order) == 0 {
		t.Skip("the conformance tests were left out, and their tokens with them")
	}
	w := newCachePair(t, theTime, middleware.Config{
		Audiences: []string{theAudience, "urn:example:deals"},
		Issuers:   []middleware.Issuer{{URL: theIssuer, JWKS: theKeySet(), Algorithms: everyAlgorithm}},
	})
	good := 0
	for _, m := range changes {
		w.clock.Store(theTime.Add(m.after).UnixNano())
		w.revoked.Store(m.revoked)
		good = w.agree(t, m.name, sentTokens.order) // some live longer than the others
	}
	t.Logf("%d tokens, %d verdicts each, %d accepted at the end", len(sentTokens.order), len(changes), good)
	if inOrder := flag.Lookup("test.shuffle").Value.String() == "off"; ranAll() && inOrder && good < 30 {
		t.Errorf("only %d good tokens among them", good)
	}
}

// ranAll reports whether the flags left nothing out.
func ranAll() bool {
	for _, name := range []string{"test.run", "test.skip", "test.list", "test.fuzz", "test.fuzzworker",
		"test.failfast", "test.short"} {
		if f := flag.Lookup(name); f != nil && f.Value.String() != f.DefValue {
			return false
		}
	}
	return true
}
