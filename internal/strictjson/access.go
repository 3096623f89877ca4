package strictjson

// Lookup descends through nested objects by member names and returns the raw
// value at the end of path. It returns false if a member is missing, if a value
// on the way is not an object, or if path is empty.
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

// Members returns the members of the object raw, which alias raw. It returns
// false if raw is not a valid object.
func Members(raw []byte) (Object, bool) {
	members, err := Parse(raw, nil)
	return members, err == nil
}

// Each calls f with the raw value of each element of the array raw, in order,
// until f returns false. It returns true if raw is a valid array and f always
// returned true. f may be called for elements before a fault.
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

// Strings returns the elements of raw, an array of strings. It returns false if
// raw is not such an array. An empty array gives nil and true.
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

// find returns the value of the member of raw with the given name, if raw is an
// object with such a member. It allocates nothing, unlike Members.
func find(raw []byte, name string) ([]byte, bool) {
	i := skipSpace(raw, 0)
	if i == len(raw) || raw[i] != '{' {
		return nil, false
	}
	i++
	for {
		found, next, err := scanName(raw, i)
		if err != nil {
			return nil, false // also if the object is empty
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
