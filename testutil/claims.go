package testutil

import (
	"encoding/json"
	"time"

	"github.com/bearerguard/bearerguard/claims"
)

// Token returns a token with these claims, for unit tests of handlers: claims.NewContext
// puts it where a handler looks for it. It is read as the zero claims.Dialect reads a
// verified token, so that the fields, claims.Get and claims.Token.Decode agree:
//
//	token := testutil.Token(map[string]any{"client_id": "demo-client", "plan": "gold"})
//	r = r.WithContext(claims.NewContext(r.Context(), token))
//
// If iss is absent it is "https://id.example.com", and if exp is absent the token expires
// in an hour. A json.RawMessage is written as it is. Token panics if a value cannot be
// encoded as JSON, and if a guard would find the claims malformed or not those of an
// access token. To test the guard itself, see Issuer.Mint.
func Token(values map[string]any) *claims.Token {
	all := map[string]any{"iss": "https://id.example.com", "exp": time.Now().Add(time.Hour).Unix()}
	for name, value := range values {
		all[name] = value
	}
	data, err := json.Marshal(all)
	if err != nil {
		panic("testutil: Token: " + err.Error())
	}
	var payload claims.Payload
	if err := payload.UnmarshalJSON(data); err != nil {
		panic("testutil: Token: " + err.Error())
	}
	token, err := new(claims.Dialect).Token(payload)
	if err != nil {
		panic("testutil: Token: " + err.Error())
	}
	return token
}
