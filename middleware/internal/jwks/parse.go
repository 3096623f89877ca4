package jwks

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/bearerguard/bearerguard/internal/strictjson"
	"github.com/bearerguard/bearerguard/middleware/internal/fault"
)

// Parse reads a JWK Set (RFC 7517, section 5), or one of the other forms in which
// keys are published: public keys and certificates in PEM, and a JSON object with
// such a text for each key ID. It passes over a byte order mark in front.
//
// A Fault other than "" rejects the document as a whole. The Set, which is never nil,
// then has no keys that may be used: its Remarks and Looks say more about the fault.
func Parse(document []byte) (*Set, fault.Fault) {
	set := new(Set)
	raws, texts, f := set.split(bytes.TrimPrefix(document, []byte("\ufeff")))
	if f != "" {
		return set, f
	}
	for _, raw := range raws {
		k, err := parseKey(raw)
		if err != nil {
			set.remark(k.ID, err.(Note))
			continue
		}
		if k.Private {
			set.remark(k.ID, NotePrivate)
		}
		set.add(k)
	}
	if f := parsePEM(set, texts); f != "" {
		return &Set{Remarks: set.Remarks}, f
	}
	if len(set.Keys) == 0 {
		return set, fault.NoUsableKeys
	}
	return set, ""
}

// split returns the keys of a document as raw JSON or as texts with PEM, in one pass
// over it. It ignores other members of a set. A second "keys", also in another
// spelling, and any other duplicate at this level reject the document.
func (s *Set) split(document []byte) ([]json.RawMessage, []pemText, fault.Fault) {
	if bytes.HasPrefix(bytes.TrimLeft(document, " \t\r\n"), []byte("<")) {
		return nil, nil, fault.NotJSON
	}
	if !utf8.Valid(document) { // encoding/json replaces what is not
		return nil, nil, fault.MalformedJSON
	}
	if isPEM(document) {
		return nil, []pemText{{text: document}}, ""
	}
	d := json.NewDecoder(bytes.NewReader(document))
	d.UseNumber()
	keys, texts, f, err := s.splitSet(d)
	if err != nil {
		s.Looks = looksLikeText(document)
		return nil, nil, fault.MalformedJSON
	}
	if _, err := d.Token(); err != io.EOF { // something follows the set
		s.Looks = ""
		return nil, nil, fault.MalformedJSON
	}
	return keys, texts, f
}

// splitSet reads the document to its end, because a syntax error goes before
// any other fault. The error says that there is one.
func (s *Set) splitSet(d *json.Decoder) (keys []json.RawMessage, texts []pemText, f fault.Fault, err error) {
	open, err := d.Token()
	if err != nil {
		return nil, nil, "", err
	}
	if text, ok := open.(string); ok && isPEM([]byte(text)) {
		return nil, []pemText{{text: []byte(text)}}, "", nil
	}
	if open != json.Delim('{') {
		s.Looks = looksLikeValue(open)
		return nil, nil, fault.NotKeySet, skipRest(d, open)
	}
	names := map[string]bool{}
	others := 0 // members that are neither keys nor PEM
	for d.More() {
		token, err := d.Token()
		name, ok := token.(string)
		if err != nil || !ok || names[name] || name != "keys" && strings.EqualFold(name, "keys") {
			return nil, nil, "", fault.MalformedJSON
		}
		names[name] = true
		var raw json.RawMessage
		if name == "keys" {
			keys, f, err = splitKeys(d)
		} else if err = d.Decode(&raw); err == nil && !isNull(raw) {
			if text, ok := strictjson.String(raw); ok && isPEM([]byte(text)) {
				texts = append(texts, pemText{name, []byte(text)})
			} else {
				others++
			}
		}
		if err != nil {
			return nil, nil, "", err
		}
	}
	switch {
	case names["keys"]:
		texts = nil
	case len(texts) == 0 || others > 0:
		f = fault.NotKeySet
	}
	if f == fault.NotKeySet {
		keys, texts, s.Looks = nil, nil, looksLike(names)
	}
	_, err = d.Token() // the closing brace
	return keys, texts, f, err
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
