package claims

import (
	"bytes"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// The functions in this file look at raw JSON values of a payload, which
// strictjson has parsed before: the first byte tells the type.

func isString(raw []byte) bool { return len(raw) > 0 && raw[0] == '"' }
func isArray(raw []byte) bool  { return len(raw) > 0 && raw[0] == '[' }
func isObject(raw []byte) bool { return len(raw) > 0 && raw[0] == '{' }
func isNull(raw []byte) bool   { return string(raw) == "null" }

func isEmptyString(raw []byte) bool { return string(raw) == `""` }

func isNumber(raw []byte) bool {
	return len(raw) > 0 && (raw[0] == '-' || '0' <= raw[0] && raw[0] <= '9')
}

// typeOf returns the type of raw in the words of claimserr.MalformedError.
func typeOf(raw []byte) string {
	switch {
	case len(raw) == 0:
		return "nothing"
	case isString(raw):
		return "string"
	case isArray(raw):
		return "array"
	case isObject(raw):
		return "object"
	case isNull(raw):
		return "null"
	case isNumber(raw):
		return "number"
	}
	return "boolean"
}

// isInteger reports whether raw is a non-negative integer without fraction and
// exponent. Such a number has only one spelling.
func isInteger(raw []byte) bool {
	for _, c := range raw {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(raw) > 0
}

// text returns the text of the string raw, and false for other types. The text
// aliases raw unless raw has escapes.
func text(raw []byte) ([]byte, bool) {
	if !isString(raw) {
		return nil, false
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1], true
	}
	return strictjson.AppendString(nil, raw)
}

// soleString returns raw if it is a string, the only element of the array raw if
// that is a string, and otherwise nil.
func soleString(raw []byte) []byte {
	if isString(raw) {
		return raw
	}
	if !isArray(raw) {
		return nil
	}
	if elem := soleElement(raw); isString(elem) {
		return elem
	}
	return nil
}

// soleElement returns the only element of the array raw, or nil if raw has no or
// several elements.
func soleElement(raw []byte) []byte {
	var sole []byte
	n := 0
	strictjson.Each(raw, func(elem []byte) bool {
		sole = elem
		n++
		return n < 2
	})
	if n != 1 {
		return nil
	}
	return sole
}
