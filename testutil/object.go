package testutil

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// A member is one name and value of a JSON object.
type member struct {
	name  string
	value any
}

// An object is a JSON object whose members keep their order. encoding/json
// sorts the members of a map and fixes those of a struct at compile time. The
// systems' responses have an order of their own.
type object []member

// with returns a copy of o in which the members of changes replace those of
// the same name where they stand, a nil value removes, and new names follow at
// the end in alphabetical order.
func (o object) with(changes map[string]any) object {
	out := make(object, 0, len(o)+len(changes))
	seen := make(map[string]bool, len(o))
	for _, m := range o {
		seen[m.name] = true
		if v, ok := changes[m.name]; ok {
			if v == nil {
				continue
			}
			m.value = v
		}
		out = append(out, m)
	}
	for _, name := range slices.Sorted(maps.Keys(changes)) {
		if v := changes[name]; v != nil && !seen[name] {
			out = append(out, member{name, v})
		}
	}
	return out
}

// get returns the value of the member called name, or nil.
func (o object) get(name string) any {
	for _, m := range o {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// encode returns o as compact JSON.
func (o object) encode() ([]byte, error) {
	var b bytes.Buffer
	if err := encodeValue(&b, o); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// mustEncode is encode for objects that this package filled itself, and for
// those a test filled, where a value that JSON cannot hold is a mistake in the
// test.
func (o object) mustEncode() []byte {
	b, err := o.encode()
	if err != nil {
		panic("testutil: " + err.Error())
	}
	return b
}

func encodeValue(b *bytes.Buffer, v any) error {
	switch v := v.(type) {
	case object:
		b.WriteByte('{')
		for n, m := range v {
			if n > 0 {
				b.WriteByte(',')
			}
			if err := encodeValue(b, m.name); err != nil {
				return err
			}
			b.WriteByte(':')
			if err := encodeValue(b, m.value); err != nil {
				return err
			}
		}
		b.WriteByte('}')
	case []object:
		b.WriteByte('[')
		for n, o := range v {
			if n > 0 {
				b.WriteByte(',')
			}
			if err := encodeValue(b, o); err != nil {
				return err
			}
		}
		b.WriteByte(']')
	case json.RawMessage:
		// As it is, valid or not: a test may want exactly these bytes.
		b.Write(v)
	default:
		enc := json.NewEncoder(b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(v); err != nil {
			return err
		}
		b.Truncate(b.Len() - 1) // the newline that Encode adds
	}
	return nil
}
