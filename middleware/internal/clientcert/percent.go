package clientcert

// unescape appends text to dst with its percent-encoding decoded (RFC 3986, section
// 2.1). A plus sign stays one: it is a character of base64, which some proxies encode
// and others do not. It returns false if two hexadecimal digits do not follow a percent
// sign.
func unescape(dst []byte, text string) ([]byte, bool) {
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '%' {
			if i+2 >= len(text) {
				return dst, false
			}
			high, low := digit(text[i+1]), digit(text[i+2])
			if high|low > 0xF {
				return dst, false
			}
			c = high<<4 | low
			i += 2
		}
		dst = append(dst, c)
	}
	return dst, true
}

// digit returns the value of a hexadecimal digit, 0xFF for another character.
func digit(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 0xFF
}
