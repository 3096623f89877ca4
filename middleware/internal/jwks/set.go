package jwks

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
)

// Bounds of a set.
const (
	maxKeys    = 1000
	maxRemarks = 16 // of a set with many unusual keys
)

// Set is a JWK Set.
type Set struct {
	Keys    []Key    // those that can verify signatures, in the order of the document, none twice
	Remarks []Remark // about other keys, and about these, bounded in number
}

// Parse reads a JWK Set (RFC 7517, section 5). A Fault other than "" rejects the
// set as a whole. With fault.NoUsableKeys there is a Set, without keys, whose
// Remarks say why.
func Parse(document []byte) (*Set, fault.Fault) {
	raws, f := split(document)
	if f != "" {
		return nil, f
	}
	set := new(Set)
	seen := map[Identity]bool{}
	for _, raw := range raws {
		k, err := parseKey(raw)
		if err != nil {
			set.remark(k.ID, err.(Note))
			continue
		}
		if k.Private {
			set.remark(k.ID, NotePrivate)
		}
		if seen[k.Identity] {
			continue
		}
		seen[k.Identity] = true
		set.Keys = append(set.Keys, k)
	}
	if len(set.Keys) == 0 {
		return set, fault.NoUsableKeys
	}
	return set, ""
}

func (s *Set) remark(keyID string, note Note) {
	if len(s.Remarks) < maxRemarks {
		s.Remarks = append(s.Remarks, Remark{Printable(keyID), note})
	}
}

// AllPrivate reports whether private members of each key were published.
func (s *Set) AllPrivate() bool {
	for i := range s.Keys {
		if !s.Keys[i].Private {
			return false
		}
	}
	return true
}

// split returns the keys of a set as raw JSON, in one pass over the document.
// It ignores other members. A second "keys", also in another spelling, and any
// other duplicate at this level reject the set.
func split(document []byte) ([]json.RawMessage, fault.Fault) {
	if bytes.HasPrefix(bytes.TrimLeft(document, " \t\r\n"), []byte("<")) {
		return nil, fault.NotJSON
	}
	if !utf8.Valid(document) { // encoding/json replaces what is not
		return nil, fault.MalformedJSON
	}
	d := json.NewDecoder(bytes.NewReader(document))
	d.UseNumber()
	keys, f, err := splitSet(d)
	if err != nil {
		return nil, fault.MalformedJSON
	}
	if _, err := d.Token(); err != io.EOF { // something follows the set
		return nil, fault.MalformedJSON
	}
	return keys, f
}

// splitSet reads the document to its end, because a syntax error goes before
// any other fault. The error says that there is one.
func splitSet(d *json.Decoder) (keys []json.RawMessage, f fault.Fault, err error) {
	open, err := d.Token()
	if err != nil {
		return nil, "", err
	}
	f = fault.NotKeySet
	if open != json.Delim('{') {
		return nil, f, skipRest(d, open)
	}
	names := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		name, ok := token.(string)
		if err != nil || !ok || names[name] || name != "keys" && strings.EqualFold(name, "keys") {
			return nil, "", fault.MalformedJSON
		}
		names[name] = true
		if name == "keys" {
			keys, f, err = splitKeys(d)
		} else {
			var ignored json.RawMessage
			err = d.Decode(&ignored)
		}
		if err != nil {
			return nil, "", err
		}
	}
	_, err = d.Token() // the closing brace
	return keys, f, err
}

// splitKeys returns the elements of the array that comes next, at most maxKeys.
func splitKeys(d *json.Decoder) (keys []json.RawMessage, f fault.Fault, err error) {
	open, err := d.Token()
	if err != nil {
		return nil, "", err
	}
	if open != json.Delim('[') {
		return nil, fault.NotKeySet, skipRest(d, open)
	}
	n := 0
	for ; d.More(); n++ {
		var key json.RawMessage
		if err := d.Decode(&key); err != nil {
			return nil, "", err
		}
		if n < maxKeys {
			keys = append(keys, key)
		}
	}
	switch {
	case n == 0:
		f = fault.NoKeys
	case n > maxKeys:
		f = fault.TooManyKeys
	}
	_, err = d.Token() // the closing bracket
	return keys, f, err
}

// skipRest reads the rest of the value that begins with the token open.
func skipRest(d *json.Decoder, open json.Token) (err error) {
	for token, depth := open, 0; ; {
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
		if token, err = d.Token(); err != nil {
			return err
		}
	}
}
