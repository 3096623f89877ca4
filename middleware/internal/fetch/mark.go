package fetch

import "bytes"

// withoutMark returns a document without the byte order mark that may stand in front
// of it. RFC 8259, section 8.1, lets readers pass over it.
func withoutMark(document []byte) []byte { return bytes.TrimPrefix(document, []byte("\ufeff")) }
