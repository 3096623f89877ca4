package strictjson

// MaxDepth is the number of levels that arrays and objects may have. The
// outermost one counts as 1.
const MaxDepth = 32

// scanValue scans the value at data[i], inside depth open arrays and objects,
// and returns the index after it.
func scanValue(data []byte, i, depth int) (int, error) {
	if i < len(data) && (data[i] == '{' || data[i] == '[') {
		return scanContainer(data, i, depth)
	}
	return scanScalar(data, i)
}

// scanContainer scans the array or object at data[i], inside depth others, with
// everything in it, and returns the index after it.
//
// It has a stack of its own instead of recursion. The stack, including the names
// in all open objects, needs no heap for ordinary inputs.
func scanContainer(data []byte, i, depth int) (int, error) {
	var (
		storage [8]Member
		names   = Object(storage[:0]) // names in the open objects, innermost last; the values stay nil
		bases   [MaxDepth]int         // where the names of each open container begin
		objects uint64                // a bit for each open container, innermost lowest: it is an object
		open    int
		err     error
	)
	for {
		// A value begins here.
		i = skipSpace(data, i)
		if i == len(data) {
			return 0, ErrSyntax
		}
		if c := data[i]; c == '{' || c == '[' {
			if depth+open == MaxDepth {
				return 0, ErrDepth
			}
			bases[open] = len(names)
			open++
			objects <<= 1
			if c == '{' {
				objects |= 1
			}
			i = skipSpace(data, i+1)
			if i == len(data) {
				return 0, ErrSyntax
			}
			if data[i] != c+2 { // '{'+2 is '}', '['+2 is ']'
				if c == '{' {
					if names, i, err = pushName(names, data, i); err != nil {
						return 0, err
					}
				}
				continue
			}
		} else if i, err = scanScalar(data, i); err != nil {
			return 0, err
		}

		// A value ends here, or a closing bracket follows its opening one. Close
		// containers until a comma leads to the next value.
		for {
			i = skipSpace(data, i)
			if i == len(data) {
				return 0, ErrSyntax
			}
			object := objects&1 == 1
			c := data[i]
			i++
			if c == ',' {
				if object {
					if names, i, err = pushName(names, data, i); err != nil {
						return 0, err
					}
				}
				break
			}
			if object && c != '}' || !object && c != ']' {
				return 0, ErrSyntax
			}
			open--
			objects >>= 1
			if object && names[bases[open]:].repeats() {
				return 0, ErrDuplicate
			}
			names = names[:bases[open]]
			if open == 0 {
				return i, nil
			}
		}
	}
}

func pushName(names Object, data []byte, i int) (Object, int, error) {
	name, next, err := scanName(data, i)
	if err != nil {
		return nil, 0, err
	}
	return append(names, Member{Name: name}), next, nil
}
