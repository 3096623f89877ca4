package strictjson_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// claims is a claims set of ordinary size: 15 members, 552 bytes.
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

// BenchmarkDecodeBase64URL decodes the claims set with this package and with
// encoding/base64.
func BenchmarkDecodeBase64URL(b *testing.B) {
	segment := base64.RawURLEncoding.EncodeToString([]byte(claims))
	bytes, strict := []byte(segment), base64.RawURLEncoding.Strict()
	buffer := make([]byte, 0, len(segment))
	for name, decode := range map[string]func([]byte, string) ([]byte, error){
		"here":            strictjson.DecodeBase64URL,
		"encoding/base64": func(dst []byte, _ string) ([]byte, error) { return strict.AppendDecode(dst, bytes) },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(segment)))
			for b.Loop() {
				if _, err := decode(buffer, segment); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkVariant(b *testing.B) {
	o, err := strictjson.Parse([]byte(claims), nil)
	if err != nil {
		b.Fatal(err)
	}
	names := strictjson.NewNames("iss", "sub", "aud", "exp", "nbf", "iat", "jti", "azp", "client_id", "clientId",
		"scope", "scp", "acr", "amr", "auth_time", "cnf", "act", "tenant", "tid", "roles", "groups")
	b.ReportAllocs()
	for b.Loop() {
		if o.Variant(names) {
			b.Fatal("no variant expected")
		}
	}
}

// BenchmarkParseHostile shows that the time per byte does not grow with the input,
// for several kinds of input.
func BenchmarkParseHostile(b *testing.B) {
	for _, shape := range []struct {
		name string
		part func(i int) string
	}{
		{"members", func(i int) string { return fmt.Sprintf(`"name%d":%d`, i, i) }},
		{"objects", func(i int) string { return fmt.Sprintf(`"%d":{"a":{},"b":{},"c":{},"d":{}}`, i) }},
		{"full objects", func(i int) string {
			return fmt.Sprintf(`"%d":{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1,"k":1,"l":1,"m":1,"n":1,"o":1,"p":1,"q":1,"r":1,"s":1,"t":1,"u":1,"v":1,"w":1,"x":1,"y":1}`, i)
		}},
		{"borderline numbers", func(i int) string { return fmt.Sprintf(`"%d":1.797693134862315807e308`, i) }},
		{"escapes", func(i int) string { return fmt.Sprintf(`"\u0061%d":"\ud83d\ude00\n"`, i) }},
	} {
		for _, n := range []int{100, 1000, 10_000} {
			parts := make([]string, n)
			for i := range parts {
				parts[i] = shape.part(i)
			}
			data := []byte("{" + strings.Join(parts, ",") + "}")
			b.Run(fmt.Sprintf("%s/%d", shape.name, n), func(b *testing.B) {
				var buf strictjson.Object
				b.SetBytes(int64(len(data)))
				for b.Loop() {
					var err error
					if buf, err = strictjson.Parse(data, buf); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkRival parses the claims set with encoding/json, which checks less.
func BenchmarkRival(b *testing.B) {
	data := []byte(claims)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		var m map[string]json.RawMessage
		if err := json.Unmarshal(data, &m); err != nil {
			b.Fatal(err)
		}
	}
}
