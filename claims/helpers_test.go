package claims_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
)

// parse parses payload, which must be valid.
func parse(t testing.TB, payload string) claims.Payload {
	t.Helper()
	var p claims.Payload
	if err := p.UnmarshalJSON([]byte(payload)); err != nil {
		t.Fatalf("UnmarshalJSON(%s): %v", payload, err)
	}
	return p
}

// read reads payload, which must be valid, with d.
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

// payloadFiles is the folder of the payload files of package claimstest.
const payloadFiles = "claimstest/testdata/payloads"

// A payloadFile holds the members of a payload file that the tests here use.
type payloadFile struct {
	Dialect string
	Config  struct{ Audiences []string }
	Claims  json.RawMessage
}

func readPayloadFile(t testing.TB, name string) (f payloadFile) {
	t.Helper()
	content, err := os.ReadFile(payloadFiles + "/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(content, &f); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return f
}
