package strictjson

// Member is one name and value of an object.
type Member struct {
	// Name is the unescaped name. It aliases the parsed input unless it was
	// written with escapes.
	Name string

	// Value is the raw JSON of the value, valid by the rules of Parse and without
	// white space around it. It aliases the parsed input.
	Value []byte
}

// Object holds the members of a JSON object in the order of the input, with
// unique names. It is safe for concurrent use as long as neither it nor the input
// that it aliases changes. The zero Object has no members.
type Object []Member

// Get returns the raw value of the member with the given name, and whether it is
// present.
func (o Object) Get(name string) ([]byte, bool) {
	for i := range o {
		if o[i].Name == name {
			return o[i].Value, true
		}
	}
	return nil, false
}

// pairwiseMax is the number of members up to which names are compared in pairs.
// Above it a hash set keeps the time linear.
const pairwiseMax = 24

// repeats reports whether two members have the same name.
func (o Object) repeats() bool {
	if len(o) > pairwiseMax {
		return o.repeatsHashed()
	}
	// Only names of the same class can be equal, so most names need no
	// comparison.
	var classes uint64
	for i := range o {
		name := o[i].Name
		bit := NameClass(name)
		if classes&bit != 0 {
			for j := range o[:i] {
				if o[j].Name == name {
					return true
				}
			}
		}
		classes |= bit
	}
	return false
}

// NameClass returns one of 64 bits for the class of name, which depends on the
// length and the first and last byte. Equal names have the same class; different
// names may have the same class.
func NameClass(name string) uint64 {
	if name == "" {
		return 1
	}
	return 1 << ((uint(len(name)) + uint(name[0])*5 + uint(name[len(name)-1])*11) & 63)
}

func (o Object) repeatsHashed() bool {
	seen := make(map[string]struct{}, len(o))
	for i := range o {
		seen[o[i].Name] = struct{}{}
	}
	return len(seen) != len(o)
}
