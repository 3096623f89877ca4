package jwks

import (
	"bytes"
	"encoding/json"
)

// Looks is one of a fixed list of words for what a document that is no key set looks
// like instead. It never holds text of the document. The empty Looks means that this
// is not known.
type Looks string

// What a document may look like.
const (
	LooksMetadata Looks = "metadata"       // of an issuer: it has issuer or jwks_uri
	LooksError    Looks = "error_response" // RFC 6749, section 5.2: it has error
	LooksKey      Looks = "single_key"     // a JWK that is not in a set: it has kty
	LooksKeys     Looks = "keys_no_array"  // "keys" is something else than an array
	LooksObject   Looks = "object"         // any other
	LooksArray    Looks = "array"
	LooksString   Looks = "string"
	LooksScalar   Looks = "scalar"         // a number, true, false or null
	LooksToken    Looks = "token"          // a JWT or another JWS or JWE in its compact form
	LooksEmpty    Looks = "empty"          // no document at all
	LooksPEM      Looks = "pem_after_text" // PEM must be at the beginning
	LooksText     Looks = "text"           // neither JSON nor PEM
)

// pemBegin begins each block in PEM (RFC 7468, section 3).
const pemBegin = "-----BEGIN "

// looksLike returns what an object with these members looks like.
func looksLike(names map[string]bool) Looks {
	switch {
	case names["keys"]:
		return LooksKeys
	case names["kty"]:
		return LooksKey
	case names["issuer"], names["jwks_uri"]:
		return LooksMetadata
	case names["error"]:
		return LooksError
	}
	return LooksObject
}

// looksLikeValue returns what a JSON value that is no object looks like, by its first
// token.
func looksLikeValue(first json.Token) Looks {
	switch first.(type) {
	case json.Delim:
		return LooksArray
	case string:
		return LooksString
	}
	return LooksScalar
}

// looksLikeText returns what a document looks like that is not JSON.
func looksLikeText(document []byte) Looks {
	text := bytes.TrimSpace(document)
	switch {
	case len(text) == 0:
		return LooksEmpty
	case bytes.HasPrefix(text, []byte("eyJ")) && bytes.Count(text, []byte(".")) >= 2:
		return LooksToken
	case text[0] == '{', text[0] == '[', text[0] == '"':
		return "" // JSON with a fault
	case bytes.Contains(text, []byte(pemBegin)):
		return LooksPEM
	}
	return LooksText
}
