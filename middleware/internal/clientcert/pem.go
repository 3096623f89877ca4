package clientcert

import "bytes"

const (
	pemBegin = "-----BEGIN CERTIFICATE-----"
	pemEnd   = "-----END CERTIFICATE-----"
)

// readPEM reads one or more certificates in PEM, the client's first. Behind it a proxy
// may write the chain that the client sent.
//
// A header field has no line breaks, so proxies encode them or replace them by spaces
// and tabs; which ones, and where they stand, decides nothing. Everything else does: text
// around the certificates, another label, header lines and certificates in the chain that
// are not well formed are Malformed. Package encoding/pem would skip them, and so begin
// at another certificate than the proxy's.
func readPEM(text string) (hash [32]byte, found Finding) {
	if absent(text) {
		return hash, None
	}
	var textBuf [textRoom]byte
	rest, ok := unescape(textBuf[:0], text)
	if !ok {
		return hash, Malformed
	}
	var derBuf [room]byte
	var all chain
	for !all.any || len(rest) > 0 {
		var der []byte
		if der, rest, ok = cutBlock(derBuf[:0], rest); !ok || !all.add(der) {
			return hash, Malformed
		}
	}
	return all.leaf, Found
}

// cutBlock decodes the certificate with which text begins and appends it to dst. White
// space around text does not count. The rest is empty or must begin with the next
// certificate. The memory of text is overwritten.
func cutBlock(dst, text []byte) (der, rest []byte, ok bool) {
	body, ok := bytes.CutPrefix(bytes.Trim(text, " \t\r\n"), []byte(pemBegin))
	if !ok {
		return nil, nil, false
	}
	body, rest, ok = bytes.Cut(body, []byte(pemEnd))
	if !ok {
		return nil, nil, false
	}
	if der, ok = decodeBase64(dst, removeSpace(body)); !ok {
		return nil, nil, false
	}
	return der, rest, true
}

// isSpace reports whether c is one of the characters that stand for a line break.
func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// removeSpace removes all white space from text, in place.
func removeSpace(text []byte) []byte {
	kept := text[:0]
	for _, c := range text {
		if !isSpace(c) {
			kept = append(kept, c)
		}
	}
	return kept
}
