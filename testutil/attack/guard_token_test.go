package attack_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

type (
	claims map[string]json.RawMessage
	// folded is what encoding/json makes of claims in a struct.
	folded struct {
		Iss, Aud, Exp, Nbf, Scope, Sub json.RawMessage
		Alg, Kid, Typ                  json.RawMessage
	}
	jwk struct {
		Kty, Crv, Kid, Use, Alg, N, E, X, Y, K string
		KeyOps                                 []string `json:"key_ops"`
		X5c                                    []string
	}
)

// fetchKeys returns the keys at an address that are good for something.
func fetchKeys(ctx context.Context, address string) map[string]jwk {
	keys := map[string]jwk{}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return keys
	}
	resp, err := http.DefaultClient.Do(request)
	if err != nil {
		return keys
	}
	defer resp.Body.Close()
	var set struct{ Keys []json.RawMessage }
	_ = json.NewDecoder(resp.Body).Decode(&set)
	for _, raw := range set.Keys {
		var k jwk
		if json.Unmarshal(raw, &k) == nil {
			keys[k.Kid] = k
		}
	}
	return keys
}

// decode reads one segment of a token.
func (g *guard) decode(segment string) ([]byte, bool) {
	switch {
	case g.lacks("base64: padding"):
		segment = strings.TrimRight(segment, "=")
	case g.lacks("base64: another alphabet"):
		segment = strings.NewReplacer("+", "-", "/", "_").Replace(segment)
	case g.lacks("base64: line breaks and unused bits"):
		b, err := base64.RawURLEncoding.DecodeString(segment)
		return b, err == nil
	case g.lacks("base64: the part that can be decoded"):
		b, _ := base64.RawURLEncoding.DecodeString(segment)
		return b, len(b) > 0
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(segment)
	return b, err == nil && !strings.ContainsAny(segment, "\r\n")
}

// object reads header or payload.
func (g *guard) object(what string, text []byte) (claims, bool) {
	var c claims
	switch {
	case g.lacks(what + ": the first value"):
		return c, json.NewDecoder(bytes.NewReader(text)).Decode(&c) == nil && c != nil
	case g.lacks(what + ": encoding/json into a map"):
		return c, json.Unmarshal(text, &c) == nil && c != nil
	case g.lacks(what + ": encoding/json into a struct"):
		var f folded
		if json.Unmarshal(text, &c) != nil || json.Unmarshal(text, &f) != nil {
			return nil, false
		}
		for name, value := range map[string]json.RawMessage{
			"iss": f.Iss, "aud": f.Aud, "exp": f.Exp, "nbf": f.Nbf, "scope": f.Scope, "sub": f.Sub,
			"alg": f.Alg, "kid": f.Kid, "typ": f.Typ,
		} {
			if value != nil {
				c[name] = value
			}
		}
		return c, true
	case g.lacks(what + ": a byte order mark"):
		text = bytes.TrimPrefix(text, []byte("\ufeff"))
	case g.lacks(what + ": UTF-16"):
		text = bytes.ReplaceAll(text, []byte{0}, nil)
	case g.lacks(what + ": the object between others"):
		text = bytes.Trim(text, "[]\x00x")
	case g.lacks(what + ": the first of two"):
		c = claims{}
		d := json.NewDecoder(bytes.NewReader(text))
		for _, _ = d.Token(); d.More(); {
			name, err := d.Token()
			if err != nil { // the object ends early
				break
			}
			var value json.RawMessage
			if d.Decode(&value) != nil {
				return nil, false
			}
			if s, ok := name.(string); ok && c[s] == nil {
				c[s] = value
			}
		}
		return c, true
	}
	if g.lacks(what + ": repaired") {
		text = []byte(repairs.Replace(string(text)))
	}
	if _, err := strictjson.Parse(text, nil); err != nil {
		return nil, false
	}
	return c, json.Unmarshal(text, &c) == nil
}

// repairs make JSON of what some readers take for it.
var repairs = strings.NewReplacer("'", `"`, "/**/", "", ",}", "}", "NaN", "0", ":+1", ":1", ":01", ":1",
	"\x01", "", `\x41`, "A")

// verify reports whether the token is good and allows enough.
func (g *guard) verify(r *http.Request, token string) *refusal {
	if len(token) > 16<<10 && !g.lacks("size: any") {
		return invalid
	}
	if g.lacks("form: what does not belong is left out") {
		token = regexp.MustCompile(`[^A-Za-z0-9._-]`).ReplaceAllString(token, "")
	}
	part := strings.Split(token, ".")
	if len(part) > 3 && g.lacks("form: more segments") {
		part = part[:3]
	}
	if len(part) != 3 {
		if g.lacks("form: 500 for a word") {
			return &refusal{500, "", ""}
		}
		return invalid
	}
	headerText, ok := g.decode(part[0])
	if !ok {
		return invalid
	}
	h, ok := g.object("header", headerText)
	if !ok || !g.headerFits(h) {
		return invalid
	}
	payloadText, ok := g.decode(part[1])
	if !ok {
		return invalid
	}
	c, ok := g.object("payload", payloadText)
	if !ok {
		return invalid
	}
	signature, ok := g.decode(part[2])
	if !ok && part[2] != "" {
		return invalid
	}
	if unavailable := g.refresh(r.Context(), h); unavailable != nil {
		return unavailable
	}
	if !g.genuine(h, c, part[0]+"."+part[1], payloadText, signature) {
		return invalid
	}
	if !g.readLists(c) || !g.fromIssuer(c) || !g.forUs(c) || !g.inTime(c) || !g.access(c) {
		return invalid
	}
	if insufficient := g.permits(c); insufficient != nil {
		return insufficient
	}
	return g.possessed(r, c, token)
}

// headerFits looks at what the header says beyond algorithm and key.
func (g *guard) headerFits(h claims) bool {
	if raw, ok := h["crit"]; ok && !g.lacks("header: crit not checked") {
		var list []string
		err := json.Unmarshal(raw, &list)
		if !(g.lacks("header: an empty crit") && (err == nil && len(list) == 0 || string(raw) == "null")) &&
			!(g.lacks("header: a crit of another type") && err != nil) &&
			!(g.lacks("header: crit with names that are not there") && slices.Contains(list, "absent")) &&
			!(g.lacks("header: crit with registered names") && slices.Contains(list, "alg")) &&
			!((g.lacks("header: crit with b64") || g.lacks("header: unencoded payloads")) &&
				slices.Contains(list, "b64")) {
			return false
		}
	}
	if h["vendor"] != nil && g.lacks("good: no unknown header members") {
		return false
	}
	var typ string
	raw, there := h["typ"]
	switch {
	case string(raw) != `"at+jwt"` && g.lacks("good: typ in one spelling only"):
		return false
	case !there, g.lacks("kind: typ not checked"):
		return true
	case json.Unmarshal(raw, &typ) != nil || raw[0] != '"':
		return g.lacks("kind: a typ of another type")
	}
	if typ = strings.TrimPrefix(strings.ToLower(typ), "application/"); typ == "at+jwt" || typ == "jwt" {
		return true
	}
	return typ != "logout+jwt" && g.lacks("kind: any typ but one") ||
		strings.HasPrefix("at+jwt", typ) && g.lacks("kind: a prefix of typ") ||
		strings.HasPrefix(typ, "at+jwt") && g.lacks("kind: typ with more behind it")
}
