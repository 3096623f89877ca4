package strictjson_test

import (
	"encoding/json"
	"testing"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// claims is an access token's payload of ordinary size: 15 members, 600 bytes.
const claims = `{"iss":"https://login.example.com/realms/production","sub":"6f1c2a9e-0d3b-4b57-9a44-2f6b1c7e8d90",` +
	`"aud":["https://api.example.com/orders","https://api.example.com/stock"],"exp":1893456300,"nbf":1893455990,"iat":1893456000,` +
	`"auth_time":1893451234,"jti":"c9a7d6e0-5b1f-4e38-8f0a-7b6d5c4e3f21","azp":"warehouse-web","client_id":"warehouse-web",` +
	`"scope":"openid profile orders.read orders.write stock.read","acr":"urn:example:loa:2","tenant":"northwind",` +
	`"realm_access":{"roles":["orders-clerk","stock-viewer","offline_access"]},"email":"someone@example.com"}`

func BenchmarkParse(b *testing.B) {
	data := []byte(claims)
	var buf strictjson.Object
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if buf, err = strictjson.Parse(data, buf); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVariant(b *testing.B) {
	o, err := strictjson.Parse([]byte(claims), nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if o.Variant("iss", "sub", "aud", "exp", "nbf", "iat", "jti", "azp", "client_id", "clientId", "scope", "scp", "acr", "amr", "auth_time", "cnf", "act", "tenant", "tid", "roles", "groups") {
			b.Fatal("no variant expected")
		}
	}
}

func BenchmarkRival(b *testing.B) {
	data := []byte(claims)
	b.Run("encoding/json", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			var m map[string]json.RawMessage
			if err := json.Unmarshal(data, &m); err != nil {
				b.Fatal(err)
			}
		}
	})
}
