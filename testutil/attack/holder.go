package attack

import (
	"crypto/rand"
	"encoding/json"
	"strings"

	"github.com/bearerguard/bearerguard/testutil"
)

// A holder is a client with a key that tokens are bound to (RFC 9449).
type holder struct {
	key *key
	jwk json.RawMessage // the public key
	jkt string          // its thumbprint (RFC 7638)
}

func newHolder(alg string) *holder {
	k := &testutil.ProofKey{Algorithm: alg}
	return &holder{&key{alg: alg, private: k.Signer()}, json.RawMessage(jsonText(k.JWK())), k.Thumbprint()}
}

// x returns the member x of the public key.
func (c *holder) x() string {
	var k struct{ X string }
	if err := json.Unmarshal(c.jwk, &k); err != nil {
		panic("attack: " + err.Error())
	}
	return k.X
}

// bind returns t bound to the key of c.
func (c *holder) bind(t token) token { return t.claim("cnf", map[string]any{"jkt": c.jkt}) }

// proofOf returns the proof of c for a request with an access token: a good one, unless
// the API demands a nonce.
func (h *harness) proofOf(c *holder, accessToken string) token {
	head := object{}.with("typ", "dpop+jwt").with("alg", c.key.alg).with("jwk", c.jwk)
	payload := object{}.with("jti", rand.Text()).with("htm", h.Method).with("htu", h.target()).
		with("iat", h.at(0, "")).with("ath", hashOf(accessToken))
	return token{head: head, payload: payload, key: c.key, alg: c.key.alg}
}

// hashOf returns the ath of proofs for a token (RFC 9449 section 4.2).
func hashOf(token string) string { return base64url(digest(token)) }

// path returns the path of the route without the query.
func (h *harness) path() string {
	path, _, _ := strings.Cut(h.Path, "?")
	return path
}

// target returns the htu of good proofs.
func (h *harness) target() string { return strings.TrimSuffix(h.DPoP, "/") + h.path() }
