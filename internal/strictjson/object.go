package strictjson

// Member is one name and value of an object.
type Member struct {
	// Name is the decoded name. It aliases the parsed input unless the input
	// spells it with escapes.
	Name string

	// Value is the raw JSON of the value, valid by the rules of Parse, without
	// white space around it. It aliases the parsed input.
	Value []byte
}

// Object is the members of a JSON object in the order of the input, no two of
// the same name. It is safe for concurrent use as long as nobody changes it
// or the input that it aliases. The zero Object has no members.
type Object []Member

// Get returns the raw value of the member called name, compared byte for byte,
// and whether there is one.
func (o Object) Get(name string) ([]byte, bool) {
	for i := range o {
		if o[i].Name == name {
			return o[i].Value, true
		}
	}
	return nil, false
}

// Lookup descends through nested objects by member names and returns the raw
// value at the end of the path. It reports false if a member is missing, if a
// value on the way is no object, and for an empty path.
func (o Object) Lookup(path ...string) ([]byte, bool) {
	if len(path) == 0 {
		return nil, false
	}
	raw, ok := o.Get(path[0])
	for _, name := range path[1:] {
		if !ok {
			return nil, false
		}
		raw, ok = find(raw, name)
	}
	return raw, ok
}

// Members returns the members of raw, which must be an object; it reports
// false for anything else. The members alias raw.
func Members(raw []byte) (Object, bool) {
	members, err := Parse(raw, nil)
	return members, err == nil
}

// Each calls f with the raw value of each element of raw, in order, until f
// returns false. It reports whether raw is a valid array and f never returned
// false; f may have been called for the elements before a fault.
func Each(raw []byte, f func(elem []byte) bool) bool {
	i := skipSpace(raw, 0)
	if i == len(raw) || raw[i] != '[' {
		return false
	}
	i = skipSpace(raw, i+1)
	if i < len(raw) && raw[i] == ']' {
		return end(raw, i+1) == nil
	}
	for {
		start := skipSpace(raw, i)
		next, err := scanValue(raw, start, 1)
		if err != nil || !f(raw[start:next:next]) {
			return false
		}
		i = skipSpace(raw, next)
		if i == len(raw) {
			return false
		}
		switch raw[i] {
		case ',':
			i++
		case ']':
			return end(raw, i+1) == nil
		default:
			return false
		}
	}
}

// Strings returns the elements of raw, which must be an array of strings and
// nothing else; it reports false for anything else. An empty array gives nil
// and true.
func Strings(raw []byte) ([]string, bool) {
	var all []string
	ok := Each(raw, func(elem []byte) bool {
		s, ok := String(elem)
		all = append(all, s)
		return ok
	})
	if !ok {
		return nil, false
	}
	return all, true
}

// find returns the value of the member called name of raw, if raw is an
// object that has one. Other than Get on Members, it allocates nothing.
func find(raw []byte, name string) ([]byte, bool) {
	i := skipSpace(raw, 0)
	if i == len(raw) || raw[i] != '{' {
		return nil, false
	}
	i++
	for {
		found, next, err := scanName(raw, i)
		if err != nil {
			return nil, false // among others: the object is empty
		}
		start := skipSpace(raw, next)
		next, err = scanValue(raw, start, 1)
		if err != nil {
			return nil, false
		}
		if found == name {
			return raw[start:next:next], true
		}
		i = skipSpace(raw, next)
		if i == len(raw) || raw[i] != ',' {
			return nil, false
		}
		i++
	}
}
