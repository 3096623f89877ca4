package strictjson

// Parse parses data as exactly one JSON object, with only white space around it,
// and returns its members in the order of the input. It appends them to buf[:0],
// so that a buffer can be reused; buf may be nil.
//
// The members alias data, which must not change while the Object is in use. The
// error is one of the constants of type Error, and the Object is then nil.
func Parse(data []byte, buf Object) (Object, error) {
	members := buf[:0]
	i := skipSpace(data, 0)
	if i == len(data) {
		return nil, ErrSyntax
	}
	if data[i] != '{' {
		return nil, ErrNotObject
	}
	i = skipSpace(data, i+1)
	if i < len(data) && data[i] == '}' {
		return members, end(data, i+1)
	}
	for {
		name, at, err := scanName(data, i)
		if err != nil {
			return nil, err
		}
		start := skipSpace(data, at)
		if start < len(data) && data[start] == '"' { // most values are strings
			i, _, err = scanString(data, start)
		} else {
			i, err = scanValue(data, start, 1)
		}
		if err != nil {
			return nil, err
		}
		members = append(members, Member{Name: name, Value: data[start:i:i]})
		i = skipSpace(data, i)
		if i == len(data) {
			return nil, ErrSyntax
		}
		switch data[i] {
		case ',':
			i++
		case '}':
			if err := end(data, i+1); err != nil {
				return nil, err
			}
			if members.repeats() {
				return nil, ErrDuplicate
			}
			return members, nil
		default:
			return nil, ErrSyntax
		}
	}
}
