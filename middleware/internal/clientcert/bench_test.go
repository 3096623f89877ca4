package clientcert_test

import (
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/internal/growth"
	"github.com/bearerguard/bearerguard/middleware/internal/clientcert"
)

// BenchmarkThumbprint reads fields with certificates of 387 (EC) and 883 bytes (RSA).
func BenchmarkThumbprint(b *testing.B) {
	for _, format := range clientcert.Formats() {
		for _, name := range []string{"ec", "rsa"} {
			b.Run(string(format)+"/"+name, func(b *testing.B) {
				lines := []string{fieldOf(format, certificate(b, name))}
				b.ReportAllocs()
				for b.Loop() {
					if _, found := format.Thumbprint(lines); found != clientcert.Found {
						b.Fatal(nameOf(found))
					}
				}
			})
		}
	}
}

func BenchmarkTrusts(b *testing.B) {
	for _, c := range []struct{ name, remoteAddr string }{
		{"IPv4", "203.0.113.9:40000"}, {"IPv6", "[2001:db8::1]:40000"}, {"unix", "@"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				networks.Trusts(c.remoteAddr)
			}
		})
	}
}

func TestNothingIsAllocated(t *testing.T) {
	for _, format := range clientcert.Formats() {
		for _, der := range [][]byte{certificate(t, "ec"), certificate(t, "rsa"), sequence(3 << 10)} {
			lines := []string{fieldOf(format, der)}
			if n := testing.AllocsPerRun(100, func() { format.Thumbprint(lines) }); n != 0 {
				t.Errorf("%s: %v allocations for a certificate of %d bytes", format, n, len(der))
			}
		}
	}
	for _, remoteAddr := range []string{
		"10.1.2.3:40000", "203.0.113.9:40000", "8.8.8.8:40000",
		"[2001:db8::1]:40000", "[::ffff:10.0.0.1]:40000",
		"[fe80::1%eth0]:40000", "10.1.2.3", "2001:db8::1", "[2001:db8::1]",
		"localhost:40000", "@", "", "/run/api.sock",
	} {
		if n := testing.AllocsPerRun(100, func() { networks.Trusts(remoteAddr) }); n != 0 {
			t.Errorf("Trusts(%q): %v allocations", remoteAddr, n)
		}
	}
}

// TestTheWorkGrowsWithTheField has fields with many parts, which end in what is Malformed.
func TestTheWorkGrowsWithTheField(t *testing.T) {
	for _, c := range []struct {
		name         string
		format       clientcert.Format
		part, behind string
	}{
		{"byte sequence", clientcert.RFC9440, "AAAA", ""},
		{"certificates in PEM", clientcert.PEM, "-----BEGIN CERTIFICATE-----MAA=-----END CERTIFICATE-----", "!"},
		{"beginnings in PEM", clientcert.PEM, "-----BEGIN CERTIFICATE-----", ""},
		{"white space", clientcert.PEM, "%20\t", "!"},
		{"certificates in base64", clientcert.DER, "MAA=,", "!"},
		{"pairs", clientcert.XFCC, "a=b;", "!"},
		{"escapes", clientcert.XFCC, `a="\"";`, "!"},
		{"quotes", clientcert.XFCC, `a="`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			growth.Check(t, 1<<11, func(n int) func() {
				lines := []string{strings.Repeat(c.part, n/len(c.part)-1) + c.behind}
				if _, found := c.format.Thumbprint(lines); found != clientcert.Malformed {
					t.Fatal(nameOf(found))
				}
				return func() { c.format.Thumbprint(lines) }
			})
		})
	}
}
