package claims

import (
	"slices"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// siblings looks up claims whose paths differ only in the element i of path. Each
// lookup reads the object that holds them, so after a few the object gets an index:
// the token chooses how often and how long.
type siblings struct {
	payload *Payload
	path    []string
	i       int

	lookups int
	index   map[string][]byte // the members of the object
}

// directLookups is the number of lookups without an index. More audiences of one API
// in one token are rare.
const directLookups = 8

// lookup returns the claim at path with name as its element i.
func (s *siblings) lookup(name string) ([]byte, bool) {
	if s.lookups++; s.lookups <= directLookups {
		path := slices.Clone(s.path)
		path[s.i] = name
		return s.payload.lookup(path)
	}
	if s.index == nil {
		s.index = s.members()
	}
	raw, ok := s.index[name]
	if rest := s.path[s.i:]; ok && len(rest) > 1 {
		path := slices.Clone(rest)
		path[0] = name
		return strictjson.Object{{Name: name, Value: raw}}.Lookup(path...)
	}
	return raw, ok
}

// members returns the members of the object that holds the claims.
func (s *siblings) members() map[string][]byte {
	members := s.payload.members
	if s.i > 0 {
		raw, _ := s.payload.lookup(s.path[:s.i])
		members, _ = strictjson.Members(raw)
	}
	index := make(map[string][]byte, len(members))
	for i := range members {
		index[members[i].Name] = members[i].Value
	}
	return index
}
