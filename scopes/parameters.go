package scopes

import "strings"

// A parameterSet is the search parameters of a SMART scope.
type parameterSet struct {
	text  string              // joined by "&"
	index map[string]struct{} // of a long text, nil until it is needed
}

// searchedText is the length up to which parameters are looked for in the text. A
// longer one gets an index, because a token chooses how many are looked for.
const searchedText = 256

// has reports whether parameter is in the set.
func (s *parameterSet) has(parameter string) bool {
	if len(s.text) <= searchedText {
		for other := range strings.SplitSeq(s.text, "&") {
			if other == parameter {
				return true
			}
		}
		return false
	}
	if s.index == nil {
		s.index = make(map[string]struct{})
		for other := range strings.SplitSeq(s.text, "&") {
			s.index[other] = struct{}{}
		}
	}
	_, ok := s.index[parameter]
	return ok
}

// parametersIn reports whether each of the parameters is in one of sets.
func parametersIn(parameters string, sets ...*parameterSet) bool {
	if parameters == "" {
		return true
	}
	for parameter := range strings.SplitSeq(parameters, "&") {
		found := false
		for _, set := range sets {
			found = found || set.has(parameter)
		}
		if !found {
			return false
		}
	}
	return true
}
