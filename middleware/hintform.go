package middleware

import (
	"strings"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// hint returns what to do about a request that is rejected for its credential.
func (all places) hint(r *Request, reason Reason) string {
	switch {
	case all == nil:
		return hintCredential(r.Header["Authorization"])
	case reason == ErrCrossOrigin:
		return hintCrossOrigin
	case reason == ErrMalformedRequest:
		return hintPlaces
	}
	return ""
}

// hintCredential returns what to do about Authorization fields that hold no credential.
func hintCredential(fields []string) string {
	switch len(fields) {
	case 0:
		return ""
	case 1:
	default:
		return hintTwoFields
	}
	field := strings.Trim(fields[0], " \t")
	scheme, _, _ := strings.Cut(field, " ")
	rest, isBearer := cutPrefixFold(field, "Bearer")
	switch {
	case field == "":
		return hintSchemeAlone
	case isBearer && rest == "":
		return hintSchemeAlone
	case isBearer && !tokenChars[rest[0]]:
		return hintAfterScheme
	case strings.EqualFold(scheme, "DPoP"):
		return hintDPoP
	case scheme == field && strings.Count(field, ".") == 2:
		return hintNoScheme
	}
	return hintOtherScheme
}

// hintWord returns what to do about a credential that is not one word.
func hintWord(raw string) string {
	rest, isBearer := cutPrefixFold(raw, "Bearer")
	switch {
	case strings.Trim(raw, "=") == "":
		return hintSchemeAlone
	case isBearer && rest != "" && rest[0] == ' ':
		return hintBearerTwice
	}
	return hintSeveral
}

// cutPrefixFold is strings.CutPrefix without regard to case.
func cutPrefixFold(s, prefix string) (rest string, ok bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// hintForm returns what to do about a token that is not three parts with a header.
func hintForm(raw string) string {
	dots := strings.Count(raw, ".")
	switch {
	case raw != "" && strings.IndexByte("\"'{[<(", raw[0]) >= 0:
		return hintQuoted
	case strings.Contains(raw, "%2E"), strings.Contains(raw, "%2e"):
		return hintEscaped
	case dots == 4:
		return hintEncrypted
	case dots == 0:
		return hintOpaque
	case dots != 2:
		return hintCut
	}
	header, _, _ := strings.Cut(raw, ".")
	switch {
	case header == "":
		return hintCut
	case strings.ContainsAny(raw, "=+/"):
		return hintEncoding(raw)
	}
	return hintHeaderOf(header)
}

// hintEncoding returns what to do about a token that is not in canonical base64url.
func hintEncoding(raw string) string {
	switch {
	case strings.Contains(raw, "="):
		return hintPadded
	case strings.ContainsAny(raw, "+/"):
		return hintAlphabet
	}
	return hintBase64
}

// headerNames are the parameters that a header has in this spelling only.
var headerNames = strictjson.NewNames("alg", "kid", "typ", "crit", "cty", "b64", "enc", "zip")

// hintHeaderOf returns what to do about a header that package jws does not accept.
func hintHeaderOf(segment string) string {
	if len(segment) > 1<<10 {
		return hintHeader
	}
	var buf [1 << 10]byte
	data, err := strictjson.DecodeBase64URL(buf[:0], segment)
	if err != nil {
		return hintBase64
	}
	if len(data) == 0 || data[0] != '{' {
		return hintOpaque // three words with dots between them
	}
	var members [16]strictjson.Member
	header, err := strictjson.Parse(data, members[:0])
	if err != nil {
		return hintJSON(err, hintHeader)
	}
	if header.Variant(headerNames) {
		return hintTwice
	}
	isText := func(name string) bool {
		raw, ok := header.Get(name)
		return !ok || len(raw) > 2 && raw[0] == '"'
	}
	has := func(name string) bool {
		_, ok := header.Get(name)
		return ok
	}
	switch {
	case has("crit"):
		return hintCrit
	case has("enc"), has("zip"):
		return hintZip
	case has("b64"):
		return hintB64
	case !has("alg"), !isText("alg"):
		return hintNoAlg
	case !isText("kid"):
		return hintKid
	case !isText("typ"):
		return hintTyp
	case has("cty"):
		return hintNested
	}
	return hintHeader
}

// hintJSON returns what to do about text that package strictjson rejects, other if that
// is not known better.
func hintJSON(err error, other string) string {
	switch err {
	case strictjson.ErrBase64:
		return hintBase64
	case strictjson.ErrDuplicate:
		return hintTwice
	case strictjson.ErrRange, strictjson.ErrDepth:
		return hintRange
	}
	return other
}

// hintIss returns what to do about claims whose iss cannot be read.
func hintIss(p claims.Payload) string {
	raw, ok := p.Lookup("iss")
	if !ok {
		return hintNoIss
	}
	return "have the issuer write iss as a string: it is " + withArticle(typeOf(raw))
}

// typeOf returns the JSON type of raw, which is valid JSON.
func typeOf(raw []byte) string {
	if len(raw) == 0 {
		return "nothing"
	}
	switch raw[0] {
	case '"':
		return "string"
	case '{':
		return "object"
	case '[':
		return "array"
	case 't', 'f':
		return "boolean"
	case 'n':
		return "null"
	}
	return "number"
}

// withArticle returns the name of a JSON type as a sentence has it.
func withArticle(name string) string {
	switch {
	case name == "", name == "null", name == "nothing":
		return name
	case strings.HasPrefix(name, "array"), strings.HasPrefix(name, "object"):
		return "an " + name
	}
	return "a " + name
}
