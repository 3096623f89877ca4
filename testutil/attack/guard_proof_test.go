package attack_test

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// proven checks the proof of r for a token that is bound to jkt.
func (g *guard) proven(r *http.Request, token, jkt string) *refusal {
	if g.lacks("dpop: not checked") {
		return nil
	}
	fields := r.Header["Dpop"]
	switch {
	case len(fields) == 0:
		if g.lacks("dpop: without a proof") {
			return nil
		}
		return unproven
	case len(fields) > 1 && g.lacks("dpop: the first of several fields"):
	case len(fields) > 1 && g.lacks("dpop: the last of several fields"):
		fields = fields[1:]
	case len(fields) > 1:
		return unproven
	}
	text := fields[0]
	switch {
	case g.lacks("dpop: up to a comma"):
		text, _, _ = strings.Cut(text, ",")
	case g.lacks("dpop: after a scheme"):
		text = strings.TrimPrefix(text, "DPoP ")
	case g.lacks("dpop: more segments"):
		text = strings.Join(strings.SplitN(text+".", ".", 4)[:3], ".")
	}
	return g.proofHolds(r, text, token, jkt)
}

// proofHolds checks one proof.
func (g *guard) proofHolds(r *http.Request, text, token, jkt string) *refusal {
	part := strings.Split(text, ".")
	if len(part) != 3 || len(text) > 8<<10 && !g.lacks("dpop: of any size") {
		return unproven
	}
	var object [2]claims
	for i := range object {
		b, ok := g.decode(part[i])
		if !ok {
			return unproven
		}
		if object[i], ok = g.proofObject(b); !ok {
			return unproven
		}
	}
	signature, ok := g.decode(part[2])
	if !ok && part[2] != "" {
		return unproven
	}
	h, c := object[0], object[1]
	if g.lacks("good: jti of proofs that are rejected") {
		if used := g.proofUnused(c["jti"], text, token, ""); used != nil {
			return used
		}
	}
	if !g.proofHeader(h) || !g.proofSigned(h, part[0]+"."+part[1], signature, jkt) {
		return unproven
	}
	if !g.proofMethod(c["htm"], r.Method) || !g.proofTarget(c["htu"], r) || !g.proofToken(c["ath"], token) ||
		!g.proofTime(c["iat"]) {
		return unproven
	}
	if g.weakness == "good: jti of proofs that are rejected" {
		return nil
	}
	if g.nonces && !g.proofNonce(c["nonce"]) {
		return noNonce
	}
	return g.proofUnused(c["jti"], text, token, r.URL.RawQuery)
}

// proofObject reads the header or the claims of a proof.
func (g *guard) proofObject(text []byte) (c claims, ok bool) {
	switch {
	case g.lacks("dpop: names twice"):
		return c, json.Unmarshal(text, &c) == nil && c != nil
	case g.lacks("dpop: the first value"):
		return c, json.NewDecoder(bytes.NewReader(text)).Decode(&c) == nil && c != nil
	case g.lacks("dpop: the object in an array"):
		text = bytes.Trim(text, "[]")
	}
	if _, err := strictjson.Parse(text, nil); err != nil {
		return nil, false
	}
	return c, json.Unmarshal(text, &c) == nil
}

// proofNonce checks the nonce.
func (g *guard) proofNonce(raw json.RawMessage) bool {
	if raw == nil && g.lacks("nonce: only if there is one") || g.lacks("nonce: any") {
		return true
	}
	var nonce string
	if json.Unmarshal(raw, &nonce) != nil {
		return false
	}
	return nonce == theNonce || nonce == "" && g.lacks("nonce: an empty one counts as absent") ||
		strings.HasPrefix(nonce, theNonce) && g.lacks("nonce: the beginning will do")
}

// proofUnused remembers a proof by its jti and the token of its client.
func (g *guard) proofUnused(raw json.RawMessage, text, token, query string) *refusal {
	var id string
	if raw == nil && g.lacks("dpop: no jti") || string(raw) == `""` && g.lacks("dpop: an empty jti") {
		return nil
	}
	if json.Unmarshal(raw, &id) != nil || id == "" {
		if !g.lacks("dpop: a jti of any type") || raw == nil || string(raw) == `""` {
			return unproven
		}
		id = text
	}
	switch {
	case g.lacks("dpop: replays by the signature"):
		id = text[strings.LastIndex(text, ".")+1:]
	case g.lacks("dpop: replays by the signed text"):
		id = text[:strings.LastIndex(text, ".")]
	case g.lacks("good: jti of all clients together"):
		token = ""
	case g.lacks("dpop: replays by the query"):
		id += " " + query
	case g.lacks("dpop: replays not noticed"):
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	before := g.used[token+" "+id]
	g.used[token+" "+id] = true
	if before {
		return unproven
	}
	return nil
}

// proofMethod checks htm.
func (g *guard) proofMethod(raw json.RawMessage, method string) bool {
	var htm string
	if raw == nil && g.lacks("dpop: htm only if there is one") || g.lacks("dpop: any htm") {
		return true
	}
	if json.Unmarshal(raw, &htm) != nil {
		return false
	}
	return htm == method || strings.EqualFold(htm, method) && g.lacks("dpop: htm in any case") ||
		strings.TrimSpace(htm) == method && g.lacks("dpop: htm without space around") ||
		strings.HasPrefix(htm, method+",") && g.lacks("dpop: htm is a list")
}

// proofToken checks ath.
func (g *guard) proofToken(raw json.RawMessage, token string) bool {
	if raw == nil && g.lacks("dpop: ath only if there is one") || g.lacks("dpop: any ath") {
		return true
	}
	var ath string
	if json.Unmarshal(raw, &ath) != nil {
		return false
	}
	sum, old := sha256.Sum256([]byte(token)), sha1.Sum([]byte(token))
	right := base64.RawURLEncoding.EncodeToString(sum[:])
	return ath == right || strings.TrimRight(ath, "=") == right && g.lacks("dpop: ath with padding") ||
		ath == hex.EncodeToString(sum[:]) && g.lacks("dpop: ath in hexadecimal digits") ||
		len(ath) > 8 && strings.HasPrefix(right, ath) && g.lacks("dpop: the beginning of ath") ||
		ath == base64.RawURLEncoding.EncodeToString(old[:]) && g.lacks("dpop: ath by SHA-1") ||
		ath == token && g.lacks("dpop: ath is the token")
}

// proofTime checks iat. With a nonce it need only be a time.
func (g *guard) proofTime(raw json.RawMessage) bool {
	if raw == nil {
		return g.lacks("dpop: no iat")
	}
	if raw[0] == '"' && g.lacks("dpop: iat in a string") {
		raw = raw[1 : len(raw)-1]
	}
	at, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || at < 0 || at > 1e11 || math.IsInf(at, 0) {
		return g.lacks("dpop: any iat")
	}
	return g.nonces || g.near(at)
}

// near reports whether a proof was made at about this time.
func (g *guard) near(at float64) bool {
	age := float64(g.issuer.Now().UnixNano())/float64(time.Second) - at
	return (age < 90 || g.lacks("dpop: old proofs")) && (age > -30 || g.lacks("dpop: proofs of the future"))
}
