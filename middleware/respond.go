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
	writeText(w, r, status, jsonType, append(text, '\n'))
}

const jsonType = "application/json"

// writeText writes a response with text of the media type as its body. The response to a HEAD
// request has the same header fields and no body (RFC 9110, section 9.3.2).
func writeText(w http.ResponseWriter, r *http.Request, status int, mediaType string, text []byte) {
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(text)
	}
}
