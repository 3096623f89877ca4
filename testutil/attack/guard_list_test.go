package attack_test

import (
	"encoding/json"
	"strings"
)

// readLists reads the lists of a token, as a guard does that passes them on.
func (g *guard) readLists(c claims) bool {
	names := make([]string, 0, len(c))
	for name, raw := range c {
		names = append(names, name)
		var list []string
		var text string
		switch {
		case json.Unmarshal(raw, &list) == nil:
		case json.Unmarshal(raw, &text) == nil:
			list = strings.Fields(text)
		}
		if len(list) > 100 && g.lacks("cost: lists of a hundred at most") {
			return false
		}
		if len(list) > 100 && g.lacks("cost: lists compared in pairs") {
			unique(list)
		}
	}
	if len(names) > 100 && g.lacks("cost: names compared in pairs") {
		unique(names)
	}
	return true
}

// unique returns list without repetitions, in the slowest way.
func unique(list []string) []string {
	var found []string
	for _, s := range list {
		known := false
		for _, other := range found {
			known = known || other == s
		}
		if !known {
			found = append(found, s)
		}
	}
	return found
}
