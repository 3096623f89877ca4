package attack

import "strings"

// A token is one in the making. Its methods return changed copies.
type token struct {
	head, payload           object
	headerLine, payloadLine string // in place of head and payload, if not empty
	key                     *key
	alg                     string
	signature               []byte // in place of what key signs, if not nil
}

// header replaces a member of the header, or removes it if value is nil. A string
// is encoded; other JSON is a json.RawMessage.
func (t token) header(name string, value any) token { t.head = t.head.with(name, value); return t }

// claim is header for the payload.
func (t token) claim(name string, value any) token {
	t.payload = t.payload.with(name, value)
	return t
}

// headerLast adds member, the text of a name and a value, to the end of the
// header, even if there is one of this name.
func (t token) headerLast(member string) token { return t.withHeader(last(t.headerText(), member)) }

// headerFirst is headerLast for the beginning.
func (t token) headerFirst(member string) token { return t.withHeader(first(t.headerText(), member)) }

// claimLast is headerLast for the payload.
func (t token) claimLast(member string) token { return t.withPayload(last(t.payloadText(), member)) }

// claimFirst is headerFirst for the payload.
func (t token) claimFirst(member string) token { return t.withPayload(first(t.payloadText(), member)) }

func last(object, member string) string  { return object[:len(object)-1] + "," + member + "}" }
func first(object, member string) string { return "{" + member + "," + object[1:] }

// withHeader makes the header exactly this text.
func (t token) withHeader(text string) token { t.headerLine = text; return t }

// withPayload makes the payload exactly this text.
func (t token) withPayload(text string) token { t.payloadLine = text; return t }

// signedBy has k sign by alg, independently of the header.
func (t token) signedBy(k *key, alg string) token { t.key, t.alg = k, alg; return t }

// withSignature gives the token this signature.
func (t token) withSignature(signature []byte) token {
	t.signature = append([]byte{}, signature...)
	return t
}

// unsigned leaves the signature empty.
func (t token) unsigned() token { return t.withSignature(nil) }

// hmac signs by HS256 with secret, and says so in the header.
func (t token) hmac(secret []byte) token {
	return t.header("alg", "HS256").signedBy(&key{private: secret}, "HS256")
}

func (t token) headerText() string {
	if t.headerLine != "" {
		return t.headerLine
	}
	return t.head.text()
}

func (t token) payloadText() string {
	if t.payloadLine != "" {
		return t.payloadLine
	}
	return t.payload.text()
}

// signingInput returns what is signed (RFC 7515 section 5.1).
func (t token) signingInput() string {
	return base64url([]byte(t.headerText())) + "." + base64url([]byte(t.payloadText()))
}

// sign returns the signature over input.
func (t token) sign(input string) []byte {
	if t.signature != nil {
		return t.signature
	}
	return t.key.sign(t.alg, input)
}

// over returns the token of this signing input, which may differ from t's.
func (t token) over(input string) string { return input + "." + base64url(t.sign(input)) }

// compact returns the compact serialization (RFC 7515 section 7.1).
func (t token) compact() string { return t.over(t.signingInput()) }

// segments returns the three parts of the compact serialization.
func (t token) segments() (header, payload, signature string) {
	s := strings.Split(t.compact(), ".")
	return s[0], s[1], s[2]
}
