package jwks

// Bounds of a set.
const (
	maxKeys    = 1000
	maxRemarks = 16 // of a set with many unusual keys
)

// Set is a set of keys.
type Set struct {
	Keys    []Key    // those that can verify signatures, in the order of the document, none twice
	Remarks []Remark // about other keys, and about these, bounded in number
	Looks   Looks    // of a document that is no key set

	seen map[Identity]bool // those in Keys
}

// add adds a key unless the set has it.
func (s *Set) add(k Key) {
	if s.seen == nil {
		s.seen = map[Identity]bool{}
	}
	if !s.seen[k.Identity] {
		s.seen[k.Identity] = true
		s.Keys = append(s.Keys, k)
	}
}

func (s *Set) remark(keyID string, note Note) {
	if len(s.Remarks) < maxRemarks {
		s.Remarks = append(s.Remarks, Remark{Printable(keyID), note})
	}
}

// AllPrivate reports whether private members of each key were published.
func (s *Set) AllPrivate() bool {
	for i := range s.Keys {
		if !s.Keys[i].Private {
			return false
		}
	}
	return true
}
