package strictjson_test

import (
	"encoding/base64"
	"testing"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// TestAllocations calls what every uncached token needs. None of it allocates.
func TestAllocations(t *testing.T) {
	data := []byte(claims)
	buf := make(strictjson.Object, 0, 16)
	o := mustParse(t, claims)
	escaped, plain := []byte(`"orders\u002eread\/\ud83d\ude00"`), []byte(`"orders.read"`)
	array := []byte(`["a","b",{"c":1}]`)
	segment := base64.RawURLEncoding.EncodeToString(data)
	buffer := make([]byte, 0, len(data)+8)
	known := strictjson.NewNames("iss", "sub", "aud", "exp", "clientId", "scope")

	for name, f := range map[string]func() bool{
		"Parse":                   func() bool { _, err := strictjson.Parse(data, buf); return err == nil },
		"a rejection":             func() bool { _, err := strictjson.Parse(data[:300], buf); return err != nil },
		"Get":                     func() bool { _, ok := o.Get("email"); return ok },
		"Lookup":                  func() bool { _, ok := o.Lookup("realm_access", "roles"); return ok },
		"Variant":                 func() bool { return !o.Variant(known) },
		"EqualString":             func() bool { return strictjson.EqualString(plain, "orders.read") },
		"EqualString of escapes":  func() bool { return strictjson.EqualString(escaped, "orders.read/😀") },
		"AppendString":            func() bool { _, ok := strictjson.AppendString(buffer, plain); return ok },
		"AppendString of escapes": func() bool { _, ok := strictjson.AppendString(buffer, escaped); return ok },
		"Each": func() bool {
			n := 0
			return strictjson.Each(array, func([]byte) bool { n++; return true }) && n == 3
		},
		"Float of a timestamp": func() bool { _, ok := strictjson.Float([]byte("1893456000")); return ok },
		"Float of a number": func() bool {
			_,
				ok := strictjson.Float([]byte("-1.893456000e9"))
			return ok
		},
		"DecodeBase64URL": func() bool {
			_,
				err := strictjson.DecodeBase64URL(buffer, segment)
			return err == nil
		},
		"rejection by DecodeBase64URL": func() bool {
			_,
				err := strictjson.DecodeBase64URL(buffer, "AAAA\n")
			return err != nil
		},
		"nested objects of eight each": func() bool { return strictjson.Valid(nestedEight) == nil },
	} {
		t.Run(name, func(t *testing.T) {
			if !f() {
				t.Fatal("wrong result")
			}
			if n := testing.AllocsPerRun(100, func() { f() }); n != 0 {
				t.Errorf("%v allocations, want none", n)
			}
		})
	}
}

var nestedEight = []byte(`[{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1},{"a":1,"b":{"a":1,"b":1},"c":{"a":1,"b":1},"d":1,"e":1}]`)
