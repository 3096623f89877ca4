package testutil

import (
	"crypto"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

const (
	maxProof = 8 << 10 // bytes of a proof
	maxJTI   = 256     // bytes of its jti

	// proofWindow is how far iat of a proof without a nonce may be from now.
	proofWindow = time.Minute
)

// A receivedProof is a proof whose signature is good.
type receivedProof struct {
	thumbprint string // of its key
	claims     strictjson.Object
}

// parseProof verifies the form and the signature of a proof (RFC 9449 section 4.3,
// checks 2 to 7). fault says in fixed words what is wrong with it.
func parseProof(compact string) (p receivedProof, fault string) {
	parts := strings.Split(compact, ".")
	if len(compact) > maxProof || len(parts) != 3 {
		return p, "it is not one JWT of at most 8 KiB"
	}
	header, ok1 := parseSegment(parts[0])
	claims, ok2 := parseSegment(parts[1])
	signature, err := strictjson.DecodeBase64URL(nil, parts[2])
	if !ok1 || !ok2 || err != nil {
		return p, "it is not one JWT of at most 8 KiB"
	}
	if raw, _ := header.Get("typ"); !strictjson.EqualString(raw, "dpop+jwt") {
		return p, "typ is not dpop+jwt"
	}
	if _, critical := header.Get("crit"); critical {
		return p, "crit is not supported"
	}
	raw, _ := header.Get("alg")
	alg, _ := strictjson.String(raw)
	if !slices.Contains(proofAlgorithms, alg) {
		return p, "alg is not supported"
	}
	raw, _ = header.Get("jwk")
	key, thumbprint, ok := parseProofJWK(raw, alg)
	if !ok {
		return p, "jwk is not a public key for alg"
	}
	if !verifies(alg, key, parts[0]+"."+parts[1], signature) {
		return p, "the signature is not good"
	}
	return receivedProof{thumbprint, claims}, ""
}

// parseSegment decodes a segment that holds a JSON object.
func parseSegment(segment string) (strictjson.Object, bool) {
	data, err := strictjson.DecodeBase64URL(nil, segment)
	if err != nil {
		return nil, false
	}
	o, err := strictjson.Parse(data, nil)
	return o, err == nil
}

// verifies reports whether signature is that of key over input by alg.
func verifies(alg string, key crypto.PublicKey, input string, signature []byte) bool {
	if alg == "Ed25519" { // RFC 9864 has two names for one algorithm
		alg = "EdDSA"
	}
	return jwt.GetSigningMethod(alg).Verify(input, signature, key) == nil
}

// text returns the claim called name, or "" if it is absent or not a string.
func (p *receivedProof) text(name string) string {
	raw, _ := p.claims.Get(name)
	s, _ := strictjson.String(raw)
	return s
}

// fits says in fixed words why the claims are not those of a POST to target at this
// time (RFC 9449 section 4.3, checks 3, 8, 9 and 11), or "". Where byNonce is true, the
// nonce shows the age of the proof, and iat only has to be a number.
func (p *receivedProof) fits(target string, at time.Time, byNonce bool) (fault string) {
	if jti := p.text("jti"); jti == "" || len(jti) > maxJTI {
		return "jti is not a string of 1 to 256 bytes"
	}
	if p.text("htm") != http.MethodPost {
		return "htm is not POST"
	}
	if !sameTarget(p.text("htu"), target) {
		return "htu is not the URL of the token endpoint"
	}
	raw, _ := p.claims.Get("iat")
	iat, ok := strictjson.Float(raw)
	if !ok {
		return "iat is not a number"
	}
	now := float64(at.UnixMilli()) / 1000
	if window := proofWindow.Seconds(); !byNonce && (iat < now-window || iat > now+window) {
		return "iat is more than a minute from now"
	}
	return ""
}

// sameTarget reports whether htu names target without regard to query and fragment.
// The scheme and the host are compared ignoring case, and a default port may be left
// out (RFC 3986 section 6.2.3).
func sameTarget(htu, target string) bool {
	a, err1 := url.Parse(htu)
	b, err2 := url.Parse(target)
	return err1 == nil && err2 == nil && a.User == nil &&
		origin(a) == origin(b) && a.EscapedPath() == b.EscapedPath()
}
