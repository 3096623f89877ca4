package attack

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// An object is a JSON object whose members keep their order.
type object []member

type member struct {
	name  string
	value string // JSON, valid or not
}

// parseObject reads the text of a JSON object.
func parseObject(text []byte) object {
	var o object
	d := json.NewDecoder(bytes.NewReader(text))
	check := func(err error) {
		if err != nil {
			panic("attack: " + err.Error())
		}
	}
	_, err := d.Token()
	check(err)
	for d.More() {
		name, err := d.Token()
		check(err)
		var value json.RawMessage
		check(d.Decode(&value))
		o = append(o, member{name.(string), string(value)})
	}
	return o
}

// with returns a copy of o with the member called name replaced where it stands,
// added at the end, or removed if value is nil. A json.RawMessage is written as it
// is, valid or not; other values are encoded.
func (o object) with(name string, value any) object {
	o = slices.Clone(o)
	at := slices.IndexFunc(o, func(m member) bool { return m.name == name })
	switch {
	case value == nil && at < 0:
		return o
	case value == nil:
		return slices.Delete(o, at, at+1)
	case at < 0:
		return append(o, member{name, jsonText(value)})
	}
	o[at].value = jsonText(value)
	return o
}

// withAll is with for several members.
func (o object) withAll(changes map[string]any) object {
	for _, name := range slices.Sorted(maps.Keys(changes)) {
		o = o.with(name, changes[name])
	}
	return o
}

// text returns o as compact JSON.
func (o object) text() string {
	var b strings.Builder
	for n, m := range o {
		b.WriteByte("{,"[min(n, 1)])
		b.WriteString(jsonText(m.name) + ":" + m.value)
	}
	if len(o) == 0 {
		b.WriteByte('{')
	}
	return b.String() + "}"
}

// jsonText returns v as JSON, without the escapes of encoding/json for HTML.
func jsonText(v any) string {
	if raw, ok := v.(json.RawMessage); ok {
		return string(raw)
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("attack: " + err.Error())
	}
	return strings.TrimSuffix(b.String(), "\n")
}
