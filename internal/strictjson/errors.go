package strictjson

// Error is the reason why an input was refused. Its text is fixed: it never
// holds a byte of the input, so it may be logged. The constants below are all
// of its values; compare with errors.Is or ==.
type Error string

// The reasons of a refusal. A document with several faults is refused for
// the first one that is met.
const (
	// ErrSyntax: the input does not follow the grammar of RFC 8259, section 2.
	// Bytes after the value and a byte order mark are syntax errors as well.
	ErrSyntax Error = "invalid JSON"

	// ErrNotObject: the input's value is no object.
	ErrNotObject Error = "not a JSON object"

	// ErrEncoding: a string holds bytes that are not valid UTF-8.
	ErrEncoding Error = "invalid UTF-8 in JSON"

	// ErrSurrogate: an escape names one half of a UTF-16 surrogate pair
	// without the other half (RFC 8259, section 8.2).
	ErrSurrogate Error = "lone surrogate in JSON string"

	// ErrDuplicate: two members of one object, at any depth, have the same
	// name once escapes are resolved (RFC 7515, section 4, and RFC 7519,
	// section 4).
	ErrDuplicate Error = "duplicate member name in JSON object"

	// ErrDepth: arrays and objects nest deeper than MaxDepth.
	ErrDepth Error = "JSON nested too deeply"

	// ErrRange: a number is beyond the finite range of a float64, or its
	// integer part has more than 309 digits, or its exponent is greater than
	// 99999. A number that rounds to zero is in range.
	ErrRange Error = "JSON number out of range"

	// ErrBase64: the input is not the one canonical spelling of its bytes in
	// unpadded base64url (RFC 7515, section 2).
	ErrBase64 Error = "invalid base64url"
)

// Error returns the reason as fixed text.
func (e Error) Error() string { return string(e) }
