package attack

import (
	"slices"
)

// groups make the cases, in the order in which they are tried.
var groups = []func(*harness){
	goodTokens, algorithmAttacks, signatureAttacks, keyAttacks, headerAttacks,
	encodingAttacks, payloadAttacks, issuerAttacks, audienceAttacks, timeAttacks,
	kindAttacks, scopeAttacks, credentialAttacks, cookieAttacks, batchAttacks, dpopAttacks, certificateAttacks,
	sizeAttacks, costCases, keySetCases,
	revokedAttacks, strictAttacks, strictKeyAttacks, outageCases, profileAttacks, ageAttacks,
	discoveryAttacks, clockAttacks, slowCases, goodAtTheEnd,
}

// Cases returns the cases that [Run] tries, in its order: good requests, hostile
// ones, and one more good one. It fails tb, a testing.TB, if the API cannot be
// attacked. The cases can be tried until tb ends.
func (target Target) Cases(tb interface {
	Helper()
	Fatalf(format string, args ...any)
	Cleanup(func())
}) []Case {
	tb.Helper()
	h, err := newHarness(tb, target)
	if err != nil {
		tb.Fatalf("attack: %v", err)
		return nil
	}
	for _, group := range groups {
		group(h)
	}
	for pattern := range sorted(target.Without) {
		if !slices.ContainsFunc(h.cases, func(c Case) bool { return c.matches(pattern) }) {
			tb.Fatalf("attack: Target.Without[%q] is the name of no case", pattern)
		}
	}
	return h.cases
}
