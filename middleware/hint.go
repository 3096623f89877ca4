package middleware

import (
	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// explain looks for a well-known cause of why verifyToken rejects the token. It may use
// claims that are not verified: only logs show hints, and hints hold nothing of a
// token.
//
// A hint about what anyone can send is quiet: it makes no warning of the line. Those
// that compare a token with the configuration are not, and none is after the signature
// was verified.
func (d *decision) explain() {
	if d.hint != "" || d.abandoned {
		return
	}
	if d.key != nil {
		d.hint = d.explainVerified()
		return
	}
	switch d.reason {
	case ErrMalformedRequest:
		d.hint, d.quiet = hintWord(d.raw), true
	case ErrMalformedToken:
		d.hint, d.quiet = d.explainForm(), true
	case ErrUnknownIssuer:
		if d.issuer == nil {
			d.hint, d.quiet = d.auth.issuers.hint(d.iss)
		}
	case ErrWrongAlgorithm:
		d.hint, d.quiet = hintAlgorithm(d.message.Header.Algorithm), true
	case ErrNotAccessToken:
		d.hint, d.quiet = hintType(d.message.Header.Type), true
	case ErrUnknownKey, ErrBadSignature:
		d.hint, d.quiet = d.explainKey()
	}
}

// explainVerified is explain for a token whose signature is verified.
func (d *decision) explainVerified() string {
	switch d.reason {
	case ErrWrongAudience:
		return hintAudience(d.issuer, d.token, d.scratch.payload)
	case ErrNotHolder:
		return hintBinding(d.scratch.payload)
	case ErrMalformedToken:
		return hintAmbiguous // readClaims has a hint for what it rejects
	}
	return ""
}

// explainForm is explain for a token that cannot be read.
func (d *decision) explainForm() string {
	switch p := &d.scratch.payload; {
	case d.message.String() == "":
		return hintForm(d.raw)
	case d.issuer != nil:
		return hintEncoding(d.raw) // of the signature
	default:
		switch err := p.ParseSegment(d.message.PayloadSegment()); err { // as before
		case nil:
			return hintIss(*p)
		case strictjson.ErrBase64:
			return hintEncoding(d.raw)
		default:
			return hintJSON(err, hintPayload)
		}
	}
}

// explainKey is explain for a token without a key that verifies it.
func (d *decision) explainKey() (hint string, quiet bool) {
	h := &d.message.Header
	switch {
	case h.Nonce || isGraph(text(d.scratch.payload, "aud")):
		return hintGraph, false
	case d.reason == ErrBadSignature:
		return "", false
	case h.KeyID == "":
		return hintNoKid, true
	}
	return hintUnknownKid, true
}
