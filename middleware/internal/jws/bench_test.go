package jws_test

import (
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/jws"
)

// BenchmarkVerify measures one verification with each algorithm.
func BenchmarkVerify(b *testing.B) {
	input := header + "." + segment(`{"iss":"https://id.example.com","sub":"a","exp":4102444800}`)
	for _, name := range []string{"RS256", "PS256", "ES256", "EdDSA"} {
		b.Run(name, func(b *testing.B) {
			signature, public, algorithm := sign(b, name, input), keys()[name].Public(), jws.ByName(name)
			b.ReportAllocs()
			for b.Loop() {
				if !algorithm.Verify(input, signature, public) {
					b.Fatal("a good signature does not verify")
				}
			}
		})
	}
}

// BenchmarkRead measures what a message costs before its signature is verified.
func BenchmarkRead(b *testing.B) {
	for name, header := range map[string]string{
		"kid":         `{"alg":"RS256","typ":"at+jwt","kid":"b1946ac92492d234"}`,
		"kid and x5t": `{"alg":"RS256","typ":"JWT","x5t":"b1946ac92492d234","kid":"b1946ac92492d234"}`,
		"x5t":         `{"alg":"RS256","typ":"JWT","x5t":"b1946ac92492d234"}`,
	} {
		b.Run(name, func(b *testing.B) {
			compact := segment(header) + ".e30.AQID"
			var r jws.Reader
			b.ReportAllocs()
			for b.Loop() {
				if _, err := r.Read(compact); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
