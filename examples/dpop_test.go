package examples_test

import (
	"strings"
	"testing"
)

// whatDPoPPrints are the lines of examples/dpop.
const whatDPoPPrints = `The client requests a token, with a proof of its key.
   200 token_type DPoP
It calls the API, without a nonce.
   api: refused nonce_needed
   401
   BEARER
   DPOP, error="use_dpop_nonce", error_description="The DPoP proof must carry the nonce of this response"
It repeats the request with the nonce.
   200
A thief sends the request once more, with the same proof.
   api: refused replayed
   401
   BEARER
   DPOP, error="invalid_dpop_proof", error_description="The DPoP proof was used before"
A thief sends the token as a bearer token.
   api: refused not_holder
   401
   BEARER, error="invalid_token", error_description="NOT THE HOLDER"
   DPOP
A thief sends the token with a proof of another key.
   api: refused not_holder
   401
   BEARER
   DPOP, error="invalid_token", error_description="NOT THE HOLDER"
A thief sends a proof that was made for another URL.
   api: refused bad_proof
   401
   BEARER
   DPOP, error="invalid_dpop_proof", error_description="The DPoP proof is missing or not valid"
The client makes a new proof for each request.
   200
It asks what its token says.
   200
   client_id demo-client, cnf.jkt is the client's key: true
`

// TestDPoP compares what the program prints, which is the same each time.
func TestDPoP(t *testing.T) {
	run := command(t, "dpop")
	var told strings.Builder
	run.Stderr = &told
	out, err := run.Output()
	if err != nil || told.Len() > 0 {
		t.Fatalf("%v\n%s", err, told.String())
	}
	want := strings.NewReplacer("BEARER", `Bearer realm="api"`,
		"DPOP", `DPoP realm="api", algs="ES256 EdDSA Ed25519 PS256 RS256"`,
		"NOT THE HOLDER", "The access token is bound to no key that the caller has shown").Replace(whatDPoPPrints)
	got := string(out)
	for i, line := range strings.Split(want, "\n") {
		if lines := strings.Split(got, "\n"); i >= len(lines) || lines[i] != line {
			t.Fatalf("line %d is not %q:\n%s", i+1, line, got)
		}
	}
	if got != want {
		t.Errorf("more lines than expected:\n%s", got)
	}
}
