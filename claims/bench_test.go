package claims_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/claims/dialects"
	"github.com/bearerguard/bearerguard/internal/payloadfile"
)

// usual is a payload of 15 claims, as a client's RS256 token of about 900 bytes
// carries it.
const usual = `{"iss":"https://login.example.com/tenants/acme","sub":"a3d9b7c2-7f64-4d0b-8f1e-6a5c4b3d2e1f",` +
	`"aud":["https://api.example.com","https://login.example.com/resources"],"exp":1767229200,"nbf":1767225600,"iat":1767225600,` +
	`"auth_time":1767225600,"jti":"7b0e6f0a-9d1c-4b1a-8f3e-2d5c7a9b1e3f","client_id":"a3d9b7c2-7f64-4d0b-8f1e-6a5c4b3d2e1f",` +
	`"scope":"orders.read orders.write invoices.read","tenant":"acme","source_system":"SAP-ECC-BE01",` +
	`"roles":["orders-admin","reports"],"groups":["sales"],"amr":["pwd"]}`

var sink *claims.Token

// BenchmarkToken is what a token costs from its payload segment on, for every
// token that is not remembered.
func BenchmarkToken(b *testing.B) {
	segment := base64.RawURLEncoding.EncodeToString([]byte(usual))
	b.Run("standard", func(b *testing.B) { benchmarkToken(b, claims.Dialect{}, segment) })
	b.Run("rfc9068", func(b *testing.B) { benchmarkToken(b, dialects.RFC9068(), segment) })
	for _, f := range payloadFiles(b) {
		switch f.Name {
		case "entra_v2_client", "c4t_v2_claim", "keycloak_user", "ipreo_client", "connect2id_client_classic", "cadasto_client", "cern_client":
			d, err := f.Configured()
			if err != nil {
				b.Fatal(err)
			}
			segment := base64.RawURLEncoding.EncodeToString(compact(b, f))
			b.Run(f.Name, func(b *testing.B) { benchmarkToken(b, d, segment, f.Config.Audiences...) })
		}
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

// TestTokenAllocations keeps the cost of tokens from growing, and shows that no
// dialect's rules cost memory.
func TestTokenAllocations(t *testing.T) {
	const limit = 4
	allocations := func(d claims.Dialect, segment string, audiences ...string) float64 {
		var p claims.Payload
		return testing.AllocsPerRun(100, func() {
			err := p.ParseSegment(segment)
			if err != nil {
				t.Fatal(err)
			}
			if sink, err = d.Token(p, audiences...); err != nil {
				t.Fatal(err)
			}
		})
	}
	if n := allocations(claims.Dialect{}, base64.RawURLEncoding.EncodeToString([]byte(usual))); n > limit {
		t.Errorf("the usual token: %v allocations, want at most %d", n, limit)
	}
	for _, f := range payloadFiles(t) {
		d, err := f.Configured()
		if err != nil {
			t.Fatal(err)
		}
		if f.Expect == nil {
			continue
		}
		segment := base64.RawURLEncoding.EncodeToString(compact(t, f))
		with := allocations(d, segment, f.Config.Audiences...)
		d.NotAccess, d.Reject = []claims.Rule{}, nil
		if without := allocations(d, segment, f.Config.Audiences...); with != without {
			t.Errorf("%s: %v allocations, and %v without the dialect's rules", f.Name, with, without)
		}
	}
}

// compact returns the file's claims as an issuer writes them.
func compact(t testing.TB, f payloadfile.File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, f.Claims); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
