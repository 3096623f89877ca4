package claims_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/claims/dialects"
)

// usual is a payload of 15 claims, as in the RS256 token of a client with about
// 900 bytes.
const usual = `{"iss":"https://login.example.com/tenants/acme","sub":"a3d9b7c2-7f64-4d0b-8f1e-6a5c4b3d2e1f",` +
	`"aud":["https://api.example.com","https://login.example.com/resources"],"exp":1767229200,"nbf":1767225600,"iat":1767225600,` +
	`"auth_time":1767225600,"jti":"7b0e6f0a-9d1c-4b1a-8f3e-2d5c7a9b1e3f","client_id":"a3d9b7c2-7f64-4d0b-8f1e-6a5c4b3d2e1f",` +
	`"scope":"orders.read orders.write invoices.read","tenant":"acme","source_system":"SAP-ECC-BE01",` +
	`"roles":["orders-admin","reports"],"groups":["sales"],"amr":["pwd"]}`

var sink *claims.Token

// BenchmarkToken reads an uncached token, from the payload segment on.
func BenchmarkToken(b *testing.B) {
	segment := base64.RawURLEncoding.EncodeToString([]byte(usual))
	b.Run("standard", func(b *testing.B) { benchmarkToken(b, claims.Dialect{}, segment) })
	b.Run("rfc9068", func(b *testing.B) { benchmarkToken(b, dialects.RFC9068(), segment) })
	for _, name := range []string{
		"c4t_v2_claim", "cadasto_client", "cern_client", "connect2id_client_classic", "entra_v2_client",
		"ipreo_client", "keycloak_user",
	} {
		f := readPayloadFile(b, name)
		d, err := dialects.ByName(f.Dialect)
		if err != nil {
			b.Fatal(err)
		}
		var payload bytes.Buffer
		if err := json.Compact(&payload, f.Claims); err != nil {
			b.Fatal(err)
		}
		segment := base64.RawURLEncoding.EncodeToString(payload.Bytes())
		b.Run(name, func(b *testing.B) { benchmarkToken(b, d, segment, f.Config.Audiences...) })
	}
}

func benchmarkToken(b *testing.B, d claims.Dialect, segment string, audiences ...string) {
	b.ReportAllocs()
	var p claims.Payload
	for b.Loop() {
		err := p.ParseSegment(segment)
		if err != nil {
			b.Fatal(err)
		}
		if sink, err = d.Token(p, audiences...); err != nil {
			b.Fatal(err)
		}
	}
}

// TestTokenAllocations limits the allocations of an uncached token.
func TestTokenAllocations(t *testing.T) {
	const limit = 4
	segment := base64.RawURLEncoding.EncodeToString([]byte(usual))
	var p claims.Payload
	n := testing.AllocsPerRun(100, func() {
		err := p.ParseSegment(segment)
		if err != nil {
			t.Fatal(err)
		}
		if sink, err = new(claims.Dialect).Token(p); err != nil {
			t.Fatal(err)
		}
	})
	if n > limit {
		t.Errorf("the usual token: %v allocations, want at most %d", n, limit)
	}
}
