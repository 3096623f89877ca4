package testutil

import (
	"encoding/json"
	"strings"
)

// A forgery is a token in the making. Its methods return changed copies.
type forgery struct {
	header, payload    object
	headText, bodyText string // in place of header and payload, if not empty
	key                *signingKey
	alg                string
	signature          []byte // in place of what key signs, if not nil
}

// good returns a token that the API accepts.
func (a *arena) good() forgery { return a.goodBy(a.key, a.key.alg) }

// goodBy returns a token that says that k signed it by alg, as is true.
func (a *arena) goodBy(k *signingKey, alg string) forgery {
	i := a.issuer
	g := &grant{client: i.options.Clients[0], at: i.Now(), audience: []string{i.Audience()}}
	if a.Scope != "" {
		g.scopes = []string{a.Scope}
	}
	return forgery{
		header:  i.headerFor(k, alg).with(a.Header),
		payload: i.payload(g).with(a.Claims),
		key:     k,
		alg:     alg,
	}
}

// head replaces a member of the header, or removes it if value is nil. A string
// is a string; other JSON is a json.RawMessage.
func (f forgery) head(name string, value any) forgery {
	f.header = f.header.with(map[string]any{name: value})
	return f
}

// claim is head for the payload.
func (f forgery) claim(name string, value any) forgery {
	f.payload = f.payload.with(map[string]any{name: value})
	return f
}

// headLast adds a member to the end of the header, as it is written, even if
// there is one of this name.
func (f forgery) headLast(member string) forgery { return f.headRaw(last(f.headerText(), member)) }

// headFirst is headLast for the beginning.
func (f forgery) headFirst(member string) forgery { return f.headRaw(first(f.headerText(), member)) }

// claimLast is headLast for the payload.
func (f forgery) claimLast(member string) forgery { return f.body(last(f.payloadText(), member)) }

// claimFirst is headFirst for the payload.
func (f forgery) claimFirst(member string) forgery { return f.body(first(f.payloadText(), member)) }

func last(object, member string) string  { return object[:len(object)-1] + "," + member + "}" }
func first(object, member string) string { return "{" + member + "," + object[1:] }

// headRaw makes the header exactly this text.
func (f forgery) headRaw(text string) forgery { f.headText = text; return f }

// body makes the payload exactly this text.
func (f forgery) body(text string) forgery { f.bodyText = text; return f }

// by has the token signed by k and alg, whatever the header says.
func (f forgery) by(k *signingKey, alg string) forgery { f.key, f.alg = k, alg; return f }

// signed gives the token this signature.
func (f forgery) signed(signature []byte) forgery {
	f.signature = append([]byte{}, signature...)
	return f
}

// unsigned leaves the signature empty.
func (f forgery) unsigned() forgery { return f.signed(nil) }

// hmac signs by HS256 with secret, and says so.
func (f forgery) hmac(secret []byte) forgery {
	return f.head("alg", "HS256").by(&signingKey{private: secret}, "HS256")
}

func (f forgery) headerText() string {
	if f.headText != "" {
		return f.headText
	}
	return string(f.header.mustEncode())
}

func (f forgery) payloadText() string {
	if f.bodyText != "" {
		return f.bodyText
	}
	return string(f.payload.mustEncode())
}

// input returns what is signed (RFC 7515 section 5.1).
func (f forgery) input() string {
	return b64([]byte(f.headerText())) + "." + b64([]byte(f.payloadText()))
}

// sign returns the signature over input.
func (f forgery) sign(input string) []byte {
	if f.signature != nil {
		return f.signature
	}
	signature, err := f.key.sign(f.alg, []byte(input))
	if err != nil {
		panic("testutil: " + err.Error())
	}
	return signature
}

// over returns the token of this signing input, which need not be what f says.
func (f forgery) over(input string) string { return input + "." + b64(f.sign(input)) }

// token returns the token.
func (f forgery) token() string { return f.over(f.input()) }

// segments returns the three parts of the token.
func (f forgery) segments() (header, payload, signature string) {
	s := strings.Split(f.token(), ".")
	return s[0], s[1], s[2]
}

// mustJSON returns v as JSON.
func mustJSON(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		panic("testutil: " + err.Error())
	}
	return text
}

func quoted(s string) json.RawMessage { return mustJSON(s) }
