package middleware

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// writeJSON answers with status and body; the answer to a HEAD request has the
// same fields and no body (RFC 9110, section 9.3.2).
func writeJSON(w http.ResponseWriter, r *http.Request, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	writeText(w, r, status, append(text, '\n'))
}

func writeText(w http.ResponseWriter, r *http.Request, status int, text []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(text)
	}
}
