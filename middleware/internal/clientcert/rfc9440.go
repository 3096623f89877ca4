package clientcert

// readRFC9440 reads a field value that must be one byte sequence (RFC 8941, section
// 3.3.5) without parameters. Neither a colon nor a comma nor white space is in the
// alphabet of base64, so lists and parameters are Malformed.
//
// An empty sequence is what a proxy writes that always sets the field, as Caddy does.
func readRFC9440(text string) (hash [32]byte, found Finding) {
	if text == "" || text == "::" {
		return hash, None
	}
	last := len(text) - 1
	if last < 1 || text[0] != ':' || text[last] != ':' {
		return hash, Malformed
	}
	var buf [room]byte
	der, ok := decodeBase64(buf[:0], []byte(text[1:last]))
	if !ok {
		return hash, Malformed
	}
	return hashCertificate(der)
}
