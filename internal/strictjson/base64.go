package strictjson

import (
	"encoding/base64"
	"unsafe"
)

// DecodeBase64URL appends the bytes of s, in the base64url encoding without padding
// of RFC 7515, section 2, to dst. It accepts only the one spelling that an
// encoder gives: no padding, no line breaks, no other alphabet, no unused bits
// set (RFC 4648, sections 3.1 to 3.5). The error is ErrBase64, and then dst is
// returned with its length unchanged, though the room behind it may have been
// written to.
func DecodeBase64URL(dst []byte, s string) ([]byte, error) {
	// encoding/base64 skips line breaks, even in its strict mode: then it finds
	// fewer bytes than so many characters hold. Only one character over a group
	// of four holds none, so that length is refused beforehand.
	if len(s)%4 == 1 {
		return dst, ErrBase64
	}
	decoded, err := strictBase64URL.AppendDecode(dst, unsafe.Slice(unsafe.StringData(s), len(s)))
	if err != nil || len(decoded)-len(dst) != base64.RawURLEncoding.DecodedLen(len(s)) {
		return dst, ErrBase64
	}
	return decoded, nil
}

var strictBase64URL = base64.RawURLEncoding.Strict()
