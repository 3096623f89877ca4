package attack_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math"
	"math/big"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

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
func fetchKeys(address string) map[string]jwk {
	keys := map[string]jwk{}
	resp, err := http.Get(address)
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
	case g.lacks("base64: whatever can be read"):
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
		for name, value := range map[string]json.RawMessage{"iss": f.Iss, "aud": f.Aud, "exp": f.Exp, "nbf": f.Nbf, "scope": f.Scope, "sub": f.Sub, "alg": f.Alg, "kid": f.Kid, "typ": f.Typ} {
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
			name, _ := d.Token()
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
var repairs = strings.NewReplacer("'", `"`, "/**/", "", ",}", "}", "NaN", "0", ":+1", ":1", ":01", ":1", "\x01", "", `\x41`, "A")

// verify reports whether the token is good and allows enough.
func (g *guard) verify(token string) *answer {
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
			return &answer{500, "", ""}
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
	if !g.genuine(h, c, part[0]+"."+part[1], payloadText, signature) {
		return invalid
	}
	if !g.fromIssuer(c) || !g.forUs(c) || !g.inTime(c) || !g.access(h, c) {
		return invalid
	}
	return g.permits(c)
}

// headerFits looks at what the header says beyond algorithm and key.
func (g *guard) headerFits(h claims) bool {
	if raw, ok := h["crit"]; ok && !g.lacks("header: crit not looked at") {
		var list []string
		err := json.Unmarshal(raw, &list)
		if !(g.lacks("header: an empty crit") && (err == nil && len(list) == 0 || string(raw) == "null")) &&
			!(g.lacks("header: a crit of another type") && err != nil) &&
			!(g.lacks("header: crit with names that are not there") && slices.Contains(list, "absent")) &&
			!(g.lacks("header: crit with registered names") && slices.Contains(list, "alg")) &&
			!((g.lacks("header: crit with b64") || g.lacks("header: unencoded payloads")) && slices.Contains(list, "b64")) {
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
	case !there, g.lacks("kind: typ not looked at"):
		return true
	case json.Unmarshal(raw, &typ) != nil || raw[0] != '"':
		return g.lacks("kind: a typ of another type")
	}
	if typ = strings.TrimPrefix(strings.ToLower(typ), "application/"); typ == "at+jwt" || typ == "jwt" {
		return true
	}
	return typ != "logout+jwt" && g.lacks("kind: any typ but one") || strings.HasPrefix("at+jwt", typ) && g.lacks("kind: a prefix of typ") ||
		strings.HasPrefix(typ, "at+jwt") && g.lacks("kind: typ with more behind it")
}

func (g *guard) fromIssuer(c claims) bool {
	url := g.issuer.URL()
	raw, there := c["iss"]
	var iss string
	if err := json.Unmarshal(raw, &iss); !there || err != nil || raw[0] != '"' {
		return !there && g.lacks("issuer: missing") || string(raw) == "null" && g.lacks("issuer: null") ||
			there && strings.Contains(string(raw), `"`+url+`"`) && g.lacks("issuer: any type")
	}
	trim := func(s string) string { return strings.TrimRight(s, "/") }
	host := func(s string) string { _, after, _ := strings.Cut(s, "://"); return after }
	return iss == url || g.lacks("issuer: not looked at") || iss == "" && g.lacks("issuer: empty") ||
		strings.HasPrefix(iss, url) && g.lacks("issuer: a prefix") || strings.HasSuffix(iss, url) && g.lacks("issuer: a suffix") ||
		strings.HasPrefix(url, iss) && iss != "" && g.lacks("issuer: the other way round") ||
		strings.EqualFold(iss, url) && g.lacks("issuer: in any case") || trim(iss) == url && g.lacks("issuer: but for the slash") ||
		strings.TrimSpace(iss) == url && g.lacks("issuer: but for spaces") || host(iss) == host(url) && g.lacks("issuer: any scheme") ||
		strings.TrimRight(iss, "\x00") == url && g.lacks("issuer: up to NUL") ||
		g.lacks("issuer: a pattern") && regexp.MustCompile("^"+url+"$").MatchString(iss) ||
		strings.Replace(iss, "localhost", "127.0.0.1", 1) == url && g.lacks("issuer: another name of the host") ||
		strings.Replace(iss, "x@", "", 1) == url && g.lacks("issuer: a userinfo")
}

func (g *guard) forUs(c claims) bool {
	us := g.issuer.Audience()
	raw, there := c["aud"]
	if !there {
		return g.lacks("audience: missing")
	}
	var list []string
	var one string
	switch {
	case g.lacks("audience: not looked at"):
		return true
	case string(raw) == "null":
		return g.lacks("audience: null")
	case json.Unmarshal(raw, &one) == nil:
		list = []string{one}
	case json.Unmarshal(raw, &list) != nil || slices.Contains(list, "") && strings.Contains(string(raw), "null"):
		return strings.Contains(string(raw), `"`+us+`"`) && (g.lacks("audience: any type") || raw[0] == '[' && g.lacks("audience: arrays of anything"))
	}
	if len(list) > 1 && g.lacks("good: one audience only") {
		return false
	}
	if len(list) == 0 {
		return g.lacks("audience: an empty array")
	}
	return slices.ContainsFunc(list, func(aud string) bool {
		return aud == us || aud == "" && g.lacks("audience: empty") || strings.HasPrefix(aud, us) && g.lacks("audience: a prefix") ||
			strings.HasSuffix(aud, us) && g.lacks("audience: a suffix") || strings.HasPrefix(us, aud) && aud != "" && g.lacks("audience: the other way round") ||
			strings.EqualFold(aud, us) && g.lacks("audience: in any case") || strings.TrimRight(aud, "/") == us && g.lacks("audience: but for the slash") ||
			strings.TrimSpace(aud) == us && g.lacks("audience: but for spaces") || slices.Contains(strings.Fields(aud), us) && g.lacks("audience: a list in a string") ||
			slices.Contains(strings.Split(aud, ","), us) && g.lacks("audience: a list with commas") || aud == "*" && g.lacks("audience: a star") ||
			g.lacks("audience: a pattern") && regexp.MustCompile("^"+us+"$").MatchString(aud) ||
			strings.TrimRight(aud, "\x00") == us && g.lacks("audience: up to NUL") || strings.Replace(aud, "http:", "https:", 1) == us && g.lacks("audience: any scheme") ||
			aud == g.issuer.URL() && g.lacks("audience: the issuer") || aud == g.issuer.Clients()[0].ID && g.lacks("audience: the client")
	})
}

// date reads a NumericDate. ok is false if there is something else.
func (g *guard) date(name string, c claims) (at float64, there, ok bool) {
	raw, there := c[name]
	if !there {
		return 0, false, true
	}
	at, err := strconv.ParseFloat(string(raw), 64)
	switch {
	case err == nil && at != math.Trunc(at) && g.lacks("good: whole seconds only"):
		return 0, true, false
	case err == nil && math.Abs(at) < 1e10:
		return at, true, true
	case string(raw) == "null" && g.lacks("time: null "+name+" is none"):
		return 0, false, true
	case raw[0] == '"' && g.lacks("time: "+name+" in a string"):
		at, _ = strconv.ParseFloat(strings.Trim(string(raw), `"`), 64)
		return at, true, true
	case err != nil && !strings.ContainsAny(string(raw), "0123456789") && g.lacks("time: "+name+" of another type is none"):
		return 0, false, true
	case name != "iat" && g.lacks("time: "+name+" wraps around"):
		n, _ := new(big.Int).SetString(string(raw), 10)
		if n == nil {
			return 0, true, false
		}
		return float64(int64(n.Uint64() * uint64(n.Sign()))), true, true
	case err == nil && name == "exp" && g.lacks("time: any exp"):
		return at, true, true
	case err == nil && name == "exp" && g.lacks("time: exp in milliseconds"):
		return at / 1000, true, at < 1e13
	}
	return 0, true, false
}

func (g *guard) inTime(c claims) bool {
	exp, there, ok := g.date("exp", c)
	if !ok || !there && !g.lacks("time: no exp") && g.weakness != "time: null exp is none" && g.weakness != "time: exp of another type is none" {
		return false
	}
	nbf, hasNBF, ok := g.date("nbf", c)
	if !ok {
		return false
	}
	iat, hasIAT, ok := g.date("iat", c)
	if !ok {
		return false
	}
	now := float64(g.issuer.Now().UnixNano()) / float64(time.Second)
	leeway := 30.0
	if g.lacks("time: ten minutes of leeway") {
		leeway = 600
	}
	return (!there || now < exp+leeway || g.lacks("time: exp not looked at") || exp == 0 && g.lacks("time: exp 0 is none") || exp < 0 && g.lacks("time: negative exp is none")) &&
		(!hasNBF || now+leeway >= nbf || g.lacks("time: nbf not looked at")) && (!hasIAT || now+leeway >= iat || g.lacks("time: iat not looked at"))
}

// access looks for signs of other kinds of tokens, and of other holders.
func (g *guard) access(_, c claims) bool {
	if c["vendor"] != nil && g.lacks("good: no unknown claims") {
		return false
	}
	for _, name := range []string{"nonce", "at_hash", "c_hash", "events", "htm", "token_introspection", "token_use", "typ"} {
		if c[name] != nil && !g.lacks("kind: "+name+" not looked at") {
			return false
		}
	}
	raw, bound := c["cnf"]
	return !bound || g.lacks("kind: cnf not looked at") || !strings.Contains(string(raw), `"jkt"`) && g.lacks("kind: cnf other than jkt not looked at")
}
