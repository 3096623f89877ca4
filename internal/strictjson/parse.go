package strictjson

// MaxDepth is how deeply arrays and objects may nest; the outermost one
// counts as 1.
const MaxDepth = 32

// Parse reads data as exactly one JSON object, with nothing but white space
// around it, and returns its members in the order of the input. They are
// appended to buf[:0], so that a buffer can be used again; buf may be nil.
//
// The members alias data: the Object lives as long as data does, and data must
// not be changed meanwhile. The time taken grows linearly with the input. The error
// is one of the constants of type Error, and the Object is nil then.
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
		if start < len(data) && data[start] == '"' { // as most values do
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

// end checks that only white space is left from data[i] on.
func end(data []byte, i int) error {
	if skipSpace(data, i) != len(data) {
		return ErrSyntax
	}
	return nil
}

// skipSpace returns the index of the first byte from data[i] on that is not
// JSON white space, or len(data).
func skipSpace(data []byte, i int) int {
	for i < len(data) && data[i] <= ' ' && (data[i] == ' ' || data[i] == '\n' || data[i] == '\r' || data[i] == '\t') {
		i++
	}
	return i
}

// scanName reads a member's name and the colon after it, white space
// included, and returns the index after the colon.
func scanName(data []byte, i int) (name string, next int, err error) {
	i = skipSpace(data, i)
	if i == len(data) || data[i] != '"' {
		return "", 0, ErrSyntax
	}
	next, escaped, err := scanString(data, i)
	if err != nil {
		return "", 0, err
	}
	if escaped {
		name = string(appendUnescaped(nil, data[i+1:next-1]))
	} else {
		name = alias(data[i+1 : next-1])
	}
	next = skipSpace(data, next)
	if next == len(data) || data[next] != ':' {
		return "", 0, ErrSyntax
	}
	return name, next + 1, nil
}

// scanValue checks the value that begins at data[i], inside depth open arrays
// and objects, and returns the index after it.
func scanValue(data []byte, i, depth int) (int, error) {
	if i < len(data) && (data[i] == '{' || data[i] == '[') {
		return scanContainer(data, i, depth)
	}
	return scanScalar(data, i)
}

// scanScalar checks the string, number or literal that begins at data[i].
func scanScalar(data []byte, i int) (int, error) {
	if i == len(data) {
		return 0, ErrSyntax
	}
	switch c := data[i]; c {
	case '"':
		next, _, err := scanString(data, i)
		return next, err
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return scanNumber(data, i)
	case 't':
		return scanLiteral(data, i, "true")
	case 'f':
		return scanLiteral(data, i, "false")
	case 'n':
		return scanLiteral(data, i, "null")
	}
	return 0, ErrSyntax
}

func scanLiteral(data []byte, i int, literal string) (int, error) {
	if len(data)-i < len(literal) || string(data[i:i+len(literal)]) != literal {
		return 0, ErrSyntax
	}
	return i + len(literal), nil
}
