package clientcert_test

import (
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/clientcert"
)

// fuzz reads fields of a format, beginning with its vectors. What is Found must be what
// slow finds, and the hash is zero if and only if nothing is Found.
func fuzz(f *testing.F, format clientcert.Format, slow func(line string) ([32]byte, bool)) {
	for _, v := range vectors(f) {
		if v.format == format && len(v.lines) == 1 {
			f.Add(v.lines[0])
		}
	}
	f.Fuzz(func(t *testing.T, line string) {
		hash, found := format.Thumbprint([]string{line})
		if (found == clientcert.Found) != (hash != [32]byte{}) {
			t.Errorf("%s with the hash %x", nameOf(found), hash)
		}
		if found != clientcert.Found {
			return
		}
		if want, ok := slow(line); !ok || hash != want {
			t.Errorf("%q: %x, the slow reading finds %x, %v", line, hash, want, ok)
		}
		if _, found := format.Thumbprint([]string{line, line}); found != clientcert.Malformed {
			t.Errorf("two field lines are %s", nameOf(found))
		}
		if _, found := format.Thumbprint([]string{line + ", " + line}); found != clientcert.Malformed {
			t.Errorf("a list of two is %s", nameOf(found))
		}
	})
}

func FuzzRFC9440(f *testing.F) { fuzz(f, clientcert.RFC9440, slowRFC9440) }

func FuzzXFCC(f *testing.F) { fuzz(f, clientcert.XFCC, slowXFCC) }

func FuzzPEM(f *testing.F) {
	fuzz(f, clientcert.PEM, func(line string) ([32]byte, bool) {
		hash, ok := slowPEM(line)
		return hash, ok && slowChain(line)
	})
}

// FuzzTrusts compares with package net. The zero Peers trusts no address.
func FuzzTrusts(f *testing.F) {
	for _, c := range peers {
		f.Add(c.remoteAddr)
	}
	f.Fuzz(func(t *testing.T, remoteAddr string) {
		got, want := networks.Trusts(remoteAddr), slowTrusts(remoteAddr)
		if got != want {
			t.Errorf("Trusts(%q) = %v, want %v", remoteAddr, got, want)
		}
		if (clientcert.Peers{}).Trusts(remoteAddr) {
			t.Errorf("the zero Peers trusts %q", remoteAddr)
		}
	})
}
