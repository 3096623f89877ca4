package middleware_test

import (
	"flag"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
)

// judged are the tokens that the conformance tests have sent, which run before
// the test below: the file's name is the last.
var judged = sent{tokens: map[string]bool{}}

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

// TestRememberedAsFreshAll is TestRememberedAsFresh over the tokens of all
// conformance tests, as an API judges them that trusts their issuer.
func TestRememberedAsFreshAll(t *testing.T) {
	if len(judged.order) == 0 {
		t.Skip("the conformance tests were left out, and their tokens with them")
	}
	w := newTwins(t, theTime, middleware.Config{
		Audiences: []string{theAudience, "urn:example:deals"},
		Issuers:   []middleware.Issuer{{URL: theIssuer, JWKS: theKeySet(), Algorithms: everyAlgorithm}},
	})
	good := 0
	for _, m := range moves {
		w.clock.Store(theTime.Add(m.after).UnixNano())
		w.denied.Store(m.denied)
		good = w.agree(t, m.name, judged.order) // some live longer than the others
	}
	t.Logf("%d tokens, %d judgements each, %d good at the end", len(judged.order), len(moves), good)
	if inOrder := flag.Lookup("test.shuffle").Value.String() == "off"; ranAll() && inOrder && good < 30 {
		t.Errorf("only %d good tokens among them", good)
	}
}

// ranAll reports whether the flags left nothing out.
func ranAll() bool {
	for _, name := range []string{"test.run", "test.skip", "test.list", "test.fuzz", "test.fuzzworker", "test.failfast", "test.short"} {
		if f := flag.Lookup(name); f != nil && f.Value.String() != f.DefValue {
			return false
		}
	}
	return true
}
