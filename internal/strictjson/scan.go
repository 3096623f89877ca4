package strictjson

// skipSpace returns the index of the first byte from data[i] on that is not
// JSON white space, or len(data).
func skipSpace(data []byte, i int) int {
	for i < len(data) && data[i] <= ' ' &&
		(data[i] == ' ' || data[i] == '\n' || data[i] == '\r' || data[i] == '\t') {
		i++
	}
	return i
}

// end returns an error unless only white space follows from data[i] on.
func end(data []byte, i int) error {
	if skipSpace(data, i) != len(data) {
		return ErrSyntax
	}
	return nil
}

// scanName scans the name of a member and the colon after it, with white space
// around them, and returns the index after the colon.
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

// scanScalar scans the string, number or literal at data[i] and returns the
// index after it.
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
