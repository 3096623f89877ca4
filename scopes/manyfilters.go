package scopes

import (
	"encoding/binary"
	"slices"
	"strings"
)

// comparedSets is the number of sets of parameters with which every other set is
// compared. No algorithm is known that finds all subsets among many sets in less
// than quadratic time.
const comparedSets = 16

// A filterSet is the grants of a token that have the same parameters, apart from
// those of the required scope.
type filterSet struct {
	parameters []string // in the order of the first grant
	ids        []int    // one for each of parameters, ascending
	granted    permissions
}

// filtersOfMany returns what widest and filtersOfFew return together, for any number
// of grants. Its time is n log n in their length; the limits are those that
// Requirement.Filters states.
func (s *smartScope) filtersOfMany(grants []smartScope) [][]string {
	sets, different := s.filterSets(grants)
	// Small sets are parts of many others.
	slices.SortStableFunc(sets, func(a, b *filterSet) int { return len(a.ids) - len(b.ids) })
	members := memberMarks{of: make([]*filterSet, different)}

	var everywhere permissions // of grants without parameters
	if len(sets) > 0 && len(sets[0].ids) == 0 {
		everywhere = sets[0].granted
	}
	var partial []*filterSet
	for _, set := range sets {
		set.granted |= everywhere
		if !set.granted.include(s.permissions) && set.granted&s.permissions&^everywhere != 0 {
			partial = append(partial, set)
		}
	}
	partial = smallest(partial)
	var filters [][]string
	var kept []*filterSet
	for _, set := range sets {
		members.mark(set)
		granted := set.granted
		for _, part := range partial {
			if granted.include(s.permissions) {
				break
			}
			if members.includes(part) {
				granted |= part.granted
			}
		}
		if !granted.include(s.permissions) || slices.ContainsFunc(kept, members.includes) {
			continue
		}
		filters = append(filters, set.parameters)
		if len(kept) < comparedSets {
			kept = append(kept, set)
		}
	}
	return filters
}

// smallest returns the comparedSets smallest of sets. The result does not depend on
// their order.
func smallest(sets []*filterSet) []*filterSet {
	if len(sets) <= comparedSets {
		return sets
	}
	sorted := make(map[*filterSet][]string, len(sets))
	for _, set := range sets {
		sorted[set] = slices.Sorted(slices.Values(set.parameters))
	}
	slices.SortFunc(sets, func(a, b *filterSet) int {
		if n := len(a.ids) - len(b.ids); n != 0 {
			return n
		}
		return slices.Compare(sorted[a], sorted[b])
	})
	return sets[:comparedSets]
}

// filterSets returns the different sets of parameters in grants, in their order, and
// the number of different parameters.
func (s *smartScope) filterSets(grants []smartScope) (sets []*filterSet, different int) {
	own := parameterSet{text: s.parameters}
	ids := map[string]int{}
	byIDs := map[string]*filterSet{}
	var last []*filterSet // the last one with each parameter
	for i := range grants {
		set := &filterSet{granted: grants[i].permissions}
		for parameter := range strings.SplitSeq(grants[i].parameters, "&") {
			if parameter == "" || own.has(parameter) {
				continue
			}
			id, known := ids[parameter]
			if !known {
				id = len(ids)
				ids[parameter] = id
				last = append(last, nil)
			}
			if last[id] == set {
				continue
			}
			last[id] = set
			set.parameters, set.ids = append(set.parameters, parameter), append(set.ids, id)
		}
		slices.Sort(set.ids)
		var key []byte
		for _, id := range set.ids {
			key = binary.AppendUvarint(key, uint64(id))
		}
		if same := byIDs[string(key)]; same != nil {
			same.granted |= set.granted
			continue
		}
		byIDs[string(key)] = set
		sets = append(sets, set)
	}
	return sets, len(ids)
}

// memberMarks says for each parameter, by its id, which set was the last one with it
// that was marked.
type memberMarks struct {
	of     []*filterSet
	marked *filterSet
}

func (m *memberMarks) mark(set *filterSet) {
	for _, id := range set.ids {
		m.of[id] = set
	}
	m.marked = set
}

// includes reports whether the marked set has all parameters of other.
func (m *memberMarks) includes(other *filterSet) bool {
	if len(other.ids) > len(m.marked.ids) {
		return false
	}
	for _, id := range other.ids {
		if m.of[id] != m.marked {
			return false
		}
	}
	return true
}
