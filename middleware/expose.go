package middleware

import (
	"net/http"
	"strings"
)

// expose lets scripts read a header field of the response, if the CORS policy of the
// API lets them read the response at all (Fetch, section 3.2).
func expose(h http.Header, field string) {
	const name = "Access-Control-Expose-Headers"
	for _, fields := range h[name] {
		for exposed := range strings.SplitSeq(fields, ",") {
			if exposed = strings.TrimSpace(exposed); exposed == "*" || strings.EqualFold(exposed, field) {
				return
			}
		}
	}
	h.Add(name, field)
}
