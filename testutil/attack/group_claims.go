package attack

import (
	"encoding/json"
	"strings"
)

// issuerAttacks are tokens of other issuers, or with a doubtful iss: RFC 7519
// section 4.1.1, RFC 8725 section 3.8.
func issuerAttacks(h *harness) {
	g := h.good()
	url := h.issuer.URL()
	const similar = "A good signature, and an iss that resembles the issuer's."
	for name, iss := range sorted(map[string]string{
		"extra-slash": url + "/", "prefixed": "https://evil.example/" + url,
		"suffixed": url + ".evil.example", "port-longer": url + "0", "port-shorter": url[:len(url)-1],
		"path": url + "/x", "query": url + "?x", "fragment": url + "#x",
		"userinfo":       strings.Replace(url, "://", "://x@", 1),
		"https":          strings.Replace(url, "http:", "https:", 1),
		"capitals":       strings.Replace(url, "http:", "HTTP:", 1),
		"localhost":      strings.Replace(url, "127.0.0.1", "localhost", 1),
		"dot-replaced":   strings.Replace(url, "127.0.0.1", "127x0x0x1", 1),
		"without-scheme": strings.TrimPrefix(url, "http://"), "space": url + " ", "NUL": url + "\x00",
		"newline": url + "\n", "two": url + " https://evil.example",
		"another": "https://evil.example", "empty": "", "pattern": "*", "placeholder": "http://{tenant}",
	}) {
		h.token(rejected, "issuer/"+name, similar, g.claim("iss", iss))
	}
	h.token(malformed, "issuer/missing", "A token without iss.", g.claim("iss", nil))
	for name, value := range sorted(map[string]string{
		"null": "null", "number": "1", "true": "true", "object": "{}", "array": "[" + jsonText(url) + "]",
		"array-of-two": `["https://evil.example",` + jsonText(url) + "]",
	}) {
		h.token(malformed, "issuer/type-"+name, "An iss that is not a string (RFC 7519 section 4.1.1).",
			g.claim("iss", json.RawMessage(value)))
	}
	s := issuersKey(h.otherIssuer, h.otherIssuer.KeyID(h.key.alg), h.key.alg)
	own := g.signedBy(s, s.alg).header("kid", s.id)
	h.token(rejected, "issuer/other-issuer", "A good token of an issuer that the API does not trust.",
		own.claim("iss", h.otherIssuer.URL()))
	h.token(rejected, "issuer/other-key-in-our-name",
		"A token that another issuer signed with its own key, with this issuer's iss.", own)
	h.token(rejected, "issuer/other-issuer-under-our-kid",
		"A token of another issuer that publishes keys under this issuer's kids.",
		g.signedBy(h.otherKey(h.key.alg), h.key.alg).claim("iss", h.otherIssuer.URL()))
	h.token(rejected, "issuer/our-key-in-another-name",
		"A token signed with this issuer's key, with another's iss.", g.claim("iss", h.otherIssuer.URL()))
}

// audienceAttacks are tokens that were issued for other APIs: RFC 7519
// section 4.1.3, RFC 8725 section 3.9.
func audienceAttacks(h *harness) {
	g := h.good()
	aud := h.issuer.Audience()
	const similar = "A good signature, and an aud that is another API's or resembles this one's."
	for name, value := range sorted(map[string]any{
		"another": "https://other.example", "empty": "", "array-empty": []string{},
		"array-of-empty": []string{""}, "array-of-others": []string{"a", "b"}, "prefix": aud[:len(aud)-1],
		"prefixed": "x" + aud,
		"suffixed": aud + ".evil.example", "extra-slash": aud + "/", "path": aud + "/v1",
		"capitals": strings.ToUpper(aud), "space": aud + " ", "NUL": aud + "\x00",
		"two-in-a-string": aud + " https://other.example",
		"two-by-a-comma":  aud + ",https://other.example", "pattern": "*",
		"dot-replaced": strings.Replace(aud, ".", "x", 1),
		"http":         strings.Replace(aud, "https:", "http:", 1),
		"the-issuer":   h.issuer.URL(), "the-client": h.issuer.Clients()[0].ID,
	}) {
		h.token(rejected, "audience/"+name, similar, g.claim("aud", value))
	}
	h.token(malformed, "audience/missing", "A token without aud.", g.claim("aud", nil))
	us := jsonText(aud)
	for name, value := range sorted(map[string]string{
		"null": "null", "number": "1", "true": "true", "object": "{" + us + ":true}",
		"array-with-number": "[1," + us + "]", "array-with-null": "[null," + us + "]",
		"array-in-array": "[[" + us + "]]", "array-that-ends-with-number": "[" + us + ",1]",
		"array-that-ends-with-null": "[" + us + ",null]",
	}) {
		h.token(malformed, "audience/type-"+name,
			"An aud that is neither a string nor an array of strings (RFC 7519 section 4.1.3).",
			g.claim("aud", json.RawMessage(value)))
	}
}
