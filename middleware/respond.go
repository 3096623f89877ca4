package middleware

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// writeJSON writes a response with body as JSON.
func writeJSON(w http.ResponseWriter, r *http.Request, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	writeText(w, r, status, append(text, '\n'))
}

// writeText writes a response with text as its JSON body. The response to a HEAD
// request has the same header fields and no body (RFC 9110, section 9.3.2).
func writeText(w http.ResponseWriter, r *http.Request, status int, text []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(text)
	}
}
