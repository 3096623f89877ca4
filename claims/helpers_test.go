package claims_test

import (
	"testing"

	"github.com/bearerguard/bearerguard/claims"
)

// parse reads payload, which must be sound.
func parse(t testing.TB, payload string) claims.Payload {
	t.Helper()
	p, err := claims.ParsePayload([]byte(payload))
	if err != nil {
		t.Fatalf("ParsePayload(%s): %v", payload, err)
	}
	return p
}

// read reads payload, which must be sound, with d.
func read(t testing.TB, d claims.Dialect, payload string, audiences ...string) *claims.Token {
	t.Helper()
	token, err := d.Token(parse(t, payload), audiences...)
	if err != nil {
		t.Fatalf("Token(%s): %v", payload, err)
	}
	return token
}

// with returns a payload with an issuer, an expiry and members.
func with(members string) string {
	payload := `{"iss":"https://op.example.com","exp":1767229200`
	if members != "" {
		payload += "," + members
	}
	return payload + "}"
}
