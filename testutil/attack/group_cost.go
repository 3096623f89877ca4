package attack

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// costCases are tokens with long lists. Good ones have to be served, as clients with
// many rights have them. Hostile ones have another defect, and must not take much
// longer to reject than a token of the same length without lists.
func costCases(h *harness) {
	const (
		usual  = 8_000  // bytes of a good token; most servers allow a header field of 8 KiB
		costly = 15_000 // bytes of a hostile one; some allow 16 KiB
	)
	g := h.good()
	const rights = "A good token with a long list, as a client with many rights or many audiences has it."
	entries := list(g, usual, inArray)
	for _, claim := range []string{"roles", "groups", "entitlements", "amr"} {
		h.token(served, "cost/good-"+claim, rights, g.claim(claim, entries))
	}
	h.token(served, "cost/good-aud", rights, g.claim("aud", append(entries, h.issuer.Audience())))
	if h.Scope != "" {
		h.token(served, "cost/good-scope", rights,
			g.claim("scope", strings.Join(list(g, usual, inText), " ")+" "+h.Scope))
	}

	foreign := g.claim("aud", "https://other.example")
	forged := g.signedBy(h.otherKey(h.key.alg), h.key.alg)
	entries = list(g, costly, inArray)
	scopes := strings.Join(list(g, costly, inText), " ")
	names := `"` + strings.Join(list(g, costly, asName), `":0,"`) + `":0`
	const unread = ", to be rejected with little more work than a token of this length takes without a list."
	const other = "A token for another API with a long list" + unread
	for _, claim := range []string{"roles", "groups", "entitlements", "amr"} {
		h.costly("cost/"+claim, other, foreign, foreign.claim(claim, entries))
	}
	h.costly("cost/aud", other, foreign, g.claim("aud", entries))
	h.costly("cost/scope", other, foreign, foreign.claim("scope", scopes))
	h.costly("cost/scope-array", other, foreign, foreign.claim("scope", entries))
	h.costly("cost/scope-expired", "An expired token with a long list"+unread,
		g.claim("exp", 1), g.claim("exp", 1).claim("scope", scopes))
	const many = "A token for another API with many names" + unread
	h.costly("cost/names", many, foreign, foreign.claimLast(names))
	h.costly("cost/names-within", many, foreign, foreign.claim("x", json.RawMessage("{"+names+"}")))
	const anyone = "A forged token with a long list" + unread
	h.costly("cost/scope-forged", anyone, forged, forged.claim("scope", scopes))
	h.costly("cost/names-forged", anyone, forged, forged.claimLast(names))
	if h.Scope != "" {
		h.costly("cost/scope-without-the-needed", "A good token with a long list that lacks the scope"+unread,
			g.claim("scope", "another-one"), g.claim("scope", scopes))
	}
}

// costly adds a case with a token t that must not take much longer to reject than a
// token of the same length without lists, which is made of plain.
func (h *harness) costly(name, tries string, plain, t token) {
	const frame = len(`,"x":""`)
	missing := len(t.payloadText()) - len(plain.payloadText())
	same := plain.claim("x", strings.Repeat("x", max(0, missing-frame))).compact()
	h.token(want{statuses: []int{400, 401, 403, 413, 431}}, name, tries, t).after = func(*response) *finding {
		return h.compareTimes(t.compact(), same)
	}
}

// compareTimes returns a finding if the API takes much longer for a token than for
// another of the same length. It compares the shortest of several times each, and
// goes on for a while before it reports: other work of the machine makes times
// longer and never shorter.
func (h *harness) compareTimes(token, plain string) *finding {
	const (
		rounds  = 30
		most    = 12
		nothing = 50 * time.Microsecond // shorter times are not compared
	)
	least := func(before time.Duration, token string) time.Duration {
		start := time.Now()
		h.sendToken(token)
		return min(before, time.Since(start))
	}
	const never = time.Hour
	long, short := never, never
	for n := range rounds {
		long, short = least(long, token), least(short, plain)
		if n > 2 && long <= most*max(short, nothing) {
			return nil
		}
	}
	return &finding{misbehaved, "the API's work is out of proportion to the length of a token",
		fmt.Sprintf("%v, and %v for a token of this length without lists", long, short)}
}

// What a word of three letters becomes in a token.
const (
	inText  = len(`100 `)
	inArray = len(`"100",`)
	asName  = len(`"100":0,`)
)

// list returns different words of three letters, so many that a token like t with all
// of them has about size bytes if each takes so many.
func list(t token, size, each int) []string {
	var words []string
	for room := (size - len(t.compact())) * 3 / 4 / each; len(words) < room; {
		words = append(words, strconv.FormatInt(int64(len(words)+36*36), 36))
	}
	return words
}
