package dpop

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"math"
	"time"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// Bounds of claims.
const (
	maxID = 256 // bytes of jti
	// lastTime is the end of the year 9999 in seconds since the Unix epoch. Milliseconds
	// of today are far beyond it.
	lastTime = 253402300799
)

// claims are the raw values of the claims that decide something, nil if they are missing.
// They alias the text that they were read from.
type claims struct {
	id, method, uri, issuedAt, accessHash, nonce []byte
}

// claimNames are the claims that decide something, in their only spelling.
var claimNames = strictjson.NewNames("jti", "htm", "htu", "iat", "ath", "nonce")

// readClaims reads a claims set. Claims that decide nothing are ignored (RFC 9449, section
// 4.2). It uses the memory of buf.
func readClaims(data []byte, buf strictjson.Object) (c claims, ok bool) {
	object, err := strictjson.Parse(data, buf)
	if err != nil || object.VariantOf(claimNames) != "" {
		return c, false
	}
	for i := range object {
		raw := object[i].Value
		switch object[i].Name {
		case "jti":
			c.id = raw
		case "htm":
			c.method = raw
		case "htu":
			c.uri = raw
		case "iat":
			c.issuedAt = raw
		case "ath":
			c.accessHash = raw
		case "nonce":
			c.nonce = raw
			if raw[0] != '"' {
				return c, false
			}
		}
	}
	return c, true
}

// hasMethod reports whether htm is method, in this case (RFC 9110, section 9.1).
func (c *claims) hasMethod(method string) bool {
	return method != "" && strictjson.EqualString(c.method, method)
}

// hasAccessHash reports whether ath is the SHA-256 of token in base64url (RFC 9449, section
// 4.2). The time that it takes does not depend on where they differ.
func (c *claims) hasAccessHash(token string) bool {
	var usual [2048]byte // a longer token is copied to the heap
	hash := sha256.Sum256(append(usual[:0], token...))
	var want [43]byte
	base64.RawURLEncoding.Encode(want[:], hash[:])
	var got [64]byte
	text, ok := strictjson.AppendString(got[:0], c.accessHash)
	return ok && token != "" && subtle.ConstantTimeCompare(text, want[:]) == 1
}

// identifier returns a copy of jti, which has a length of 1 to 256 bytes.
func (c *claims) identifier() (string, bool) {
	if len(c.id) > 6*maxID+2 { // an escape is at most six times as long as its character
		return "", false
	}
	id, ok := strictjson.String(c.id)
	return id, ok && 0 < len(id) && len(id) <= maxID
}

// issued returns iat, a number of seconds that may have a fraction (RFC 7519, section 2).
// It returns false if it is no number, is negative or is beyond the year 9999.
func (c *claims) issued() (time.Time, bool) {
	seconds, ok := strictjson.Float(c.issuedAt)
	if !ok || seconds < 0 || seconds > lastTime {
		return time.Time{}, false
	}
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(fraction*1e9)), true
}
