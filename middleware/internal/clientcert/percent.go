package clientcert

import "strconv"

// unescape appends text to dst with its percent-encoding decoded (RFC 3986, section
// 2.1). A plus sign stays one: it is a character of base64, which some proxies encode
// and others do not. It returns false if two hexadecimal digits do not follow a percent
// sign.
func unescape(dst []byte, text string) ([]byte, bool) {
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '%' {
			var ok bool
			if c, ok = hexByte(text[i+1 : min(i+3, len(text))]); !ok {
				return dst, false
			}
			i += 2
		}
		dst = append(dst, c)
	}
	return dst, true
}

// hexByte returns the byte that two hexadecimal digits stand for.
func hexByte(text string) (byte, bool) {
	n, err := strconv.ParseUint(text, 16, 8)
	return byte(n), err == nil && len(text) == 2
}
