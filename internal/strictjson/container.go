package strictjson

// scanContainer checks the array or object that begins at data[i], inside
// depth others, with all that it holds, and returns the index after it.
//
// It keeps its own stack instead of recursing, so that the stack, the names of
// all open objects included, needs no heap for ordinary inputs.
func scanContainer(data []byte, i, depth int) (int, error) {
	var (
		room    [8]Member
		names   = Object(room[:0]) // names of the open objects, innermost last; the values stay nil
		bases   [MaxDepth]int      // per open container, where its names begin
		objects uint64             // per open container one bit, innermost lowest: it is an object
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

		// A value, or an opening bracket whose closing one is next, ends
		// here: close what closes, until a comma leads to the next value.
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

// pairwiseMax is the number of members up to which names are compared with
// one another; beyond it a hash set keeps the time linear.
const pairwiseMax = 24

// repeats reports whether two members have the same name.
func (o Object) repeats() bool {
	if len(o) > pairwiseMax {
		return o.repeatsHashed()
	}
	// One bit per class of names spares nearly all comparisons: only names
	// of the same class can be equal.
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

// NameClass returns the one bit that stands for all names of name's class. It
// goes by the length and the ends of a name, so names of one class may differ;
// equal ones never differ in class.
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
