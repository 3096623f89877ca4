package scopes

import (
	"slices"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/internal/stringset"
)

// Implied returns a Strategy in which a scope covers itself and the scopes that
// table lists for it, and the scopes listed for those. With
// {"admin:x": {"write:x"}, "write:x": {"read:x"}}, "admin:x" covers "write:x"
// and "read:x". Scopes that list each other cover each other. The table is
// copied. With a nil table scopes are compared byte for byte.
func Implied(table map[string][]string) Strategy {
	coveredBy := make(map[string][]string)
	for granted, implied := range table {
		reached := map[string]bool{granted: true}
		for todo := slices.Clone(implied); len(todo) > 0; {
			name := todo[0]
			todo = todo[1:]
			if reached[name] {
				continue
			}
			reached[name] = true
			coveredBy[name] = append(coveredBy[name], granted)
			todo = append(todo, table[name]...)
		}
	}
	return func(t *claims.Token, required string) bool {
		granted := stringset.In(t.Scopes)
		if granted.Has(required) {
			return true
		}
		for _, name := range coveredBy[required] {
			if granted.Has(name) {
				return true
			}
		}
		return false
	}
}
