package keyring

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// Bounds of a document.
const (
	maxBody = 1 << 20 // bytes, after any content coding
	maxKeys = 1000
)

// document is what a JWK set holds once its keys have been read one by one.
type document struct {
	keys    []parsed
	remarks []Remark
}

// Remark is a note about one key of a set.
type Remark struct {
	KeyID string // fit for logs; empty if the key has none, or none that can be read
	Note  Note
}

// maxRemarks bounds what is kept of a set that is full of oddities.
const maxRemarks = 16

// parseSet reads a JWK set (RFC 7517, section 5). What is wrong with the set as
// a whole refuses it, and the error is a Fault; what is wrong with a key leaves
// out that key alone.
func parseSet(body []byte) (*document, error) {
	raws, err := splitSet(body)
	if err != nil {
		return nil, err
	}
	doc := new(document)
	seen := map[identity]bool{}
	for _, raw := range raws {
		k, err := parseKey(raw)
		if err != nil {
			note, _ := err.(Note)
			doc.remark(k.id.kid, note)
			continue
		}
		if k.private {
			doc.remark(k.id.kid, NotePrivate)
		}
		if seen[k.id] {
			continue
		}
		seen[k.id] = true
		doc.keys = append(doc.keys, k)
	}
	switch {
	case len(raws) == 0:
		return nil, FaultNoKeys
	case len(doc.keys) == 0:
		return doc, FaultUnusable
	}
	return doc, nil
}

func (d *document) remark(kid string, note Note) {
	if len(d.remarks) < maxRemarks {
		d.remarks = append(d.remarks, Remark{printable(kid), note})
	}
}

// onlyPrivate reports whether the document published the private part of each
// of its keys.
func (d *document) onlyPrivate() bool {
	for _, k := range d.keys {
		if !k.private {
			return false
		}
	}
	return true
}

// splitSet takes a set apart into its keys without judging them: a duplicate
// member inside a key must cost that key only, so the strict reader cannot read
// the whole document. Other members are ignored; a second "keys", in another spelling too,
// or any other duplicate at this level refuses the document.
func splitSet(body []byte) ([]json.RawMessage, error) {
	trimmed := bytes.TrimLeft(body, " \t\r\n")
	switch {
	case len(trimmed) > 0 && trimmed[0] == '<':
		return nil, FaultNotJSON
	case !json.Valid(body) || !utf8.Valid(body):
		return nil, FaultMalformed
	case trimmed[0] != '{':
		return nil, FaultNotKeySet
	}
	d := json.NewDecoder(bytes.NewReader(body))
	if _, err := d.Token(); err != nil {
		return nil, FaultMalformed
	}
	var keys json.RawMessage
	names := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		name, ok := token.(string)
		if err != nil || !ok || names[name] || name != "keys" && strings.EqualFold(name, "keys") {
			return nil, FaultMalformed
		}
		names[name] = true
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, FaultMalformed
		}
		if name == "keys" {
			keys = value
		}
	}
	return splitKeys(keys)
}

// splitKeys returns the elements of an array of objects.
func splitKeys(keys json.RawMessage) ([]json.RawMessage, error) {
	if len(keys) == 0 || keys[0] != '[' {
		return nil, FaultNotKeySet
	}
	d := json.NewDecoder(bytes.NewReader(keys))
	if _, err := d.Token(); err != nil {
		return nil, FaultMalformed
	}
	var all []json.RawMessage
	for d.More() {
		if len(all) == maxKeys {
			return nil, FaultTooMany
		}
		var key json.RawMessage
		if err := d.Decode(&key); err != nil {
			return nil, FaultMalformed
		}
		all = append(all, key)
	}
	return all, nil
}
