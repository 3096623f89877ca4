package dpop

import (
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// A Use is the request that a proof came with.
type Use struct {
	Method string // as sent
	Target string // the request target as sent: path and query, or the absolute form
	// Token is the access token. No proof matches "".
	Token string
	// Thumbprint is the one of the key that the token is bound to, cnf.jkt. No proof
	// matches "".
	Thumbprint string
	Now        time.Time
}

// A Proof is what a caller needs to know of a proof that passed.
type Proof struct {
	// Key is the RFC 7638 thumbprint of the proof's key, for the replay store. It equals
	// Use.Thumbprint, decoded.
	Key [32]byte
	// ID is jti. It has 1 to 256 bytes, which can be any.
	ID string
	// Until is a time after which the proof does not pass any more: iat with MaxAge and
	// Leeway, or the end of its nonce with Leeway, because clocks of replicas may differ.
	// A replay store remembers the proof until then.
	Until time.Time
	// Nonce is the nonce that the response should carry (RFC 9449, section 8.2), "" if
	// none: the current one, if the proof used another or should have used one.
	Nonce string
}

// Check reads and checks a proof, all but its replay. If there is a Fault, only Nonce of
// the Proof is set, and only for FaultNonce.
func (v *Verifier) Check(proof string, u Use) (Proof, Fault) {
	s := v.scratches.Get().(*scratch)
	defer v.scratches.Put(s)

	segment, payload, input, encoded, ok := split(proof)
	if !ok {
		return Proof{}, FaultForm
	}
	h, cached := v.headers.Get(segment)
	if !cached {
		var f Fault
		if h, f = readHeader(segment, v.algorithms); f != "" {
			return Proof{}, f
		}
	}
	data, err := strictjson.DecodeBase64URL(s.claims[:0], payload)
	if err != nil {
		return Proof{}, FaultForm
	}
	signature, err := strictjson.DecodeBase64URL(s.signature[:0], encoded)
	if err != nil {
		return Proof{}, FaultForm
	}
	c, ok := readClaims(data, s.members[:0])
	if !ok {
		return Proof{}, FaultForm
	}
	p, f := v.compare(&c, u, s)
	switch {
	case f != "":
		return Proof{Nonce: p.Nonce}, f
	case h.thumbprint != u.Thumbprint:
		return Proof{}, FaultHolder
	case !h.algorithm.Verify(input, signature, h.public):
		return Proof{}, FaultSignature
	}
	p.Key = h.key
	if !cached {
		now := u.Now.Unix()
		v.headers.Put(strings.Clone(segment), h, h.bytes, now+headerSeconds, now)
	}
	return p, ""
}

// compare compares the claims with the request and the time.
func (v *Verifier) compare(c *claims, u Use, s *scratch) (p Proof, f Fault) {
	if !c.hasMethod(u.Method) {
		return p, FaultMethod
	}
	if uri, ok := strictjson.AppendString(s.uri[:0], c.uri); !ok || !matches(v.bases, uri, u.Target) {
		return p, FaultURI
	}
	if !c.hasAccessHash(u.Token) {
		return p, FaultToken
	}
	var ok bool
	if p.ID, ok = c.identifier(); !ok {
		return p, FaultID
	}
	p.Until, p.Nonce, f = v.fresh(c, u.Now)
	return p, f
}

// fresh judges when the proof was made (RFC 9449, section 4.3, items 10 and 11; section
// 11.1). A nonce says it better than iat, which is the client's word, so with a good nonce
// iat only has to be a time. It returns a time after which the proof does not pass, and the nonce
// that the response should carry.
func (v *Verifier) fresh(c *claims, now time.Time) (until time.Time, next string, f Fault) {
	issued, ok := c.issued()
	if !ok {
		return until, "", FaultTime
	}
	until = issued.Add(v.maxAge + v.leeway)
	inWindow := !now.After(until) && !issued.After(now.Add(min(v.leeway, maxAhead)))
	if !v.nonces.on() {
		if !inWindow {
			return until, "", FaultTime
		}
		return until, "", ""
	}
	set := v.nonces.at(now)
	if c.nonce == nil && v.onDemand && inWindow {
		return until, "", ""
	}
	for i := range set.all {
		if !strictjson.EqualString(c.nonce, set.all[i].text) {
			continue
		}
		if i > 0 {
			next = set.current()
		}
		return set.all[i].until.Add(v.leeway), next, ""
	}
	// A nonce that is unknown may be the authorization server's (section 9).
	return until, set.current(), FaultNonce
}
