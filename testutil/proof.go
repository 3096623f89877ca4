package testutil

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// A Proof says what a DPoP proof (RFC 9449 section 4.2) is to contain, for
// [ProofKey.Sign]. The fields from Header on make the proofs that a server must
// reject; without them the proof is good.
type Proof struct {
	// Method and URL are those of the request: htm and htu. An empty Method means
	// GET. The query and the fragment of URL are left out.
	Method, URL string

	// Token is the access token that the request carries; its digest is ath. Empty
	// means no ath, as in requests to a token endpoint.
	Token string

	// Nonce is the server's nonce. Empty means none.
	Nonce string

	// ID is jti. Empty means a random one.
	ID string

	// At is the time of iat. Zero means the current time. A server whose clock was
	// set, such as that of an Issuer, needs its own time here: see Issuer.Now.
	At time.Time

	// Header and Claims replace members of the same name, and others are added. A
	// nil value removes one, and a json.RawMessage is written as it is, valid or
	// not. The key signs by the alg of Header if it can. The alg "none", in upper
	// or lower case, leaves the signature empty. Other values of alg are written
	// and otherwise ignored.
	//
	// For a proof with the public key of one client and the signature of another,
	// the other key signs, with {"jwk": key.JWK()} as Header.
	Header, Claims map[string]any

	// DangerouslyExposePrivate also writes the private members into jwk, such as d.
	DangerouslyExposePrivate bool

	// RawHeader and RawPayload are the texts that are encoded and signed, valid or
	// not, in place of what the other fields say. Nil means none.
	RawHeader, RawPayload []byte

	// Signature returns the signature to write in place of the right one, which it
	// may change. Nil means the right one.
	Signature func(right []byte) []byte
}

// Proof returns a good proof for a request with this method and URL, and a new jti.
// accessToken is empty for requests that carry no access token.
func (k *ProofKey) Proof(method, url, accessToken string) string {
	return k.Sign(Proof{Method: method, URL: url, Token: accessToken})
}

// Sign returns the proof that p describes, signed by k: the value of a DPoP header
// field. It panics if a value of p.Header or p.Claims cannot be encoded as JSON.
func (k *ProofKey) Sign(p Proof) string {
	alg, _ := p.Header["alg"].(string)
	if alg == "" || !isNone(alg) && !k.signsBy(alg) {
		alg = k.key().alg
	}
	header, payload := p.RawHeader, p.RawPayload
	if header == nil {
		header = p.header(k, alg).with(p.Header).mustEncode()
	}
	if payload == nil {
		payload = p.payload().with(p.Claims).mustEncode()
	}
	input := b64(header) + "." + b64(payload)
	var signature []byte
	if !isNone(alg) {
		var err error
		if signature, err = k.key().sign(alg, []byte(input)); err != nil {
			panic("testutil: Sign: " + err.Error())
		}
	}
	if p.Signature != nil {
		signature = p.Signature(signature)
	}
	return input + "." + b64(signature)
}

// signsBy reports whether k can sign by alg, which may be any text.
func (k *ProofKey) signsBy(alg string) bool {
	return jwt.GetSigningMethod(alg) != nil && k.key().fits(alg)
}

func (p *Proof) header(k *ProofKey, alg string) object {
	jwk := k.jwk()
	if p.DangerouslyExposePrivate && k.Signer() != nil {
		jwk = append(jwk, k.key().privateMembers()...)
	}
	return object{{"typ", "dpop+jwt"}, {"alg", alg}, {"jwk", jwk}}
}

func (p *Proof) payload() object {
	at := p.At
	if at.IsZero() {
		at = time.Now()
	}
	target := p.URL
	if end := strings.IndexAny(target, "?#"); end >= 0 {
		target = target[:end]
	}
	claims := object{
		{"jti", cmp.Or(p.ID, randomID())},
		{"htm", cmp.Or(p.Method, http.MethodGet)},
		{"htu", target},
		{"iat", at.Unix()},
	}
	if p.Token != "" {
		claims = append(claims, member{"ath", sha256Text([]byte(p.Token))})
	}
	if p.Nonce != "" {
		claims = append(claims, member{"nonce", p.Nonce})
	}
	return claims
}
