package strictjson

// Error is the reason why an input was rejected. The constants are its only
// values; compare with errors.Is or ==. The texts are fixed and hold nothing of
// the input, so they may be logged.
type Error string

// The reasons. A document with several faults is rejected for the first one that
// the parser meets.
const (
	// ErrSyntax: the input does not follow the grammar of RFC 8259, section 2.
	// Bytes after the value and a byte order mark are syntax errors.
	ErrSyntax Error = "invalid JSON"

	// ErrNotObject: the value is not an object.
	ErrNotObject Error = "not a JSON object"

	// ErrEncoding: a string is not valid UTF-8.
	ErrEncoding Error = "invalid UTF-8 in JSON"

	// ErrSurrogate: an escape names one half of a UTF-16 surrogate pair
	// without the other half (RFC 8259, section 8.2).
	ErrSurrogate Error = "lone surrogate in JSON string"

	// ErrDuplicate: two members of one object, at any depth, have the same
	// name after unescaping (RFC 7515, section 4; RFC 7519, section 4).
	ErrDuplicate Error = "duplicate member name in JSON object"

	// ErrDepth: arrays and objects nest deeper than MaxDepth.
	ErrDepth Error = "JSON nested too deeply"

	// ErrRange: a number exceeds the finite range of a float64, has more than
	// 309 digits before the point, or has an exponent above 99999. A number that
	// rounds to zero is in range.
	ErrRange Error = "JSON number out of range"

	// ErrBase64: the input is not canonical base64url without padding
	// (RFC 7515, section 2).
	ErrBase64 Error = "invalid base64url"
)

// Error returns the fixed text of the reason.
func (e Error) Error() string { return string(e) }
