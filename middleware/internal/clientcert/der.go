package clientcert

import "bytes"

// readDER reads one or more certificates in base64, separated by commas, the client's
// first. Like the lines of PEM from which Traefik makes it, base64 has padding.
//
// White space behind a comma is Malformed: Traefik writes none, but what joins two
// field lines does (RFC 9110, section 5.3), and the first of them may be the client's.
// Lines that are joined by a comma alone look like a chain: only a proxy that replaces the
// field, as Traefik does if there is a certificate, keeps the client's out.
func readDER(text string) (hash [32]byte, found Finding) {
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
	for more := true; more; {
		var one []byte
		one, rest, more = bytes.Cut(rest, []byte(","))
		der, ok := decodeBase64(derBuf[:0], one)
		if !ok || !all.add(der) {
			return hash, Malformed
		}
	}
	return all.leaf, Found
}
