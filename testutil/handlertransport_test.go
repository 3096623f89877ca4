package testutil_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"strings"
)

// A handlerTransport is a handler that clients reach without a network.
type handlerTransport http.HandlerFunc

func (h handlerTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h(w, r)
	resp := w.Result()
	resp.Request = r
	return resp, nil
}

// proofPayload returns the text of the claims of r's proof, unverified.
func proofPayload(r *http.Request) string {
	parts := strings.Split(r.Header.Get("DPoP"), ".")
	if len(parts) != 3 {
		return ""
	}
	text, _ := base64.RawURLEncoding.DecodeString(parts[1])
	return string(text)
}
