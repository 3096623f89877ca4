package clientcert_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/clientcert"
)

// sequence returns an ASN.1 SEQUENCE of n bytes, at least 260.
func sequence(n int) []byte {
	der := make([]byte, n)
	der[0], der[1], der[2], der[3] = 0x30, 0x82, byte((n-4)>>8), byte(n-4)
	return der
}

// fieldOf returns a field in each format for a certificate.
func fieldOf(format clientcert.Format, der []byte) string {
	text := base64.StdEncoding.EncodeToString(der)
	hash := sha256.Sum256(der)
	const begin, end = "-----BEGIN%20CERTIFICATE-----%0A", "%0A-----END%20CERTIFICATE-----%0A"
	switch format {
	case clientcert.RFC9440:
		return ":" + text + ":"
	case clientcert.PEM:
		return begin + text + end
	case clientcert.DER:
		return text
	case clientcert.XFCC:
		return `By=urn:a;Hash=` + hex.EncodeToString(hash[:]) + `;Cert="` + begin + text + end + `"`
	}
	return hex.EncodeToString(hash[:])
}

func TestAFieldMayHave16KiBAndNoMore(t *testing.T) {
	for _, c := range []struct {
		name string
		n    int // bytes of the certificate
		want clientcert.Finding
	}{
		{"more than the buffers have room for", 4000, clientcert.Found},
		{"16 KiB", 12285, clientcert.Found},
		{"more than 16 KiB", 12288, clientcert.Malformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			der := sequence(c.n)
			field := fieldOf(clientcert.RFC9440, der)
			hash, found := clientcert.RFC9440.Thumbprint([]string{field})
			if found != c.want || found == clientcert.Found && hash != sha256.Sum256(der) {
				t.Errorf("a field of %d bytes: %s, want %s", len(field), nameOf(found), nameOf(c.want))
			}
		})
	}
	for _, format := range clientcert.Formats() {
		for _, n := range []int{300, 4000, 8000} {
			der := sequence(n)
			hash, found := format.Thumbprint([]string{fieldOf(format, der)})
			if found != clientcert.Found || hash != sha256.Sum256(der) {
				t.Errorf("%s, %d bytes: %s", format, n, nameOf(found))
			}
		}
		for _, c := range []struct {
			spaces int
			want   clientcert.Finding
		}{{16 << 10, clientcert.None}, {16<<10 + 1, clientcert.Malformed}} {
			if _, found := format.Thumbprint([]string{strings.Repeat(" ", c.spaces)}); found != c.want {
				t.Errorf("%s: %d spaces are %s, want %s", format, c.spaces, nameOf(found), nameOf(c.want))
			}
		}
	}
}

func TestTheLengthOfTheSequenceMustBeThatOfTheBytes(t *testing.T) {
	for _, c := range []struct {
		name   string
		header string
		n      int // bytes behind the header
		want   clientcert.Finding
	}{
		{"no bytes", "", 0, clientcert.Malformed},
		{"a tag alone", "\x30", 0, clientcert.Malformed},
		{"no content", "\x30\x00", 0, clientcert.Found},
		{"the longest short form", "\x30\x7f", 127, clientcert.Found},
		{"a short form with one byte more", "\x30\x7f", 128, clientcert.Malformed},
		{"a short form with one byte less", "\x30\x7f", 126, clientcert.Malformed},
		{"an indefinite length with 128 bytes", "\x30\x80", 128, clientcert.Malformed},
		{"the shortest length in one byte", "\x30\x81\x80", 128, clientcert.Found},
		{"the longest length in one byte", "\x30\x81\xff", 255, clientcert.Found},
		{"a length in one byte with one byte more", "\x30\x81\xff", 256, clientcert.Malformed},
		{"the shortest length in two bytes", "\x30\x82\x01\x00", 256, clientcert.Found},
		{"a length in two bytes with one byte more", "\x30\x82\x01\x00", 257, clientcert.Malformed},
		{"a length in two bytes with one byte less", "\x30\x82\x01\x01", 256, clientcert.Malformed},
		{"a length that two bytes have no room for", "\x30\x83\x00\x01\x00", 256, clientcert.Malformed},
		{"a length in 127 bytes", "\x30\xff", 255, clientcert.Malformed},
		{"a SET", "\x31\x7f", 127, clientcert.Malformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			der := append([]byte(c.header), make([]byte, c.n)...)
			_, found := clientcert.PEM.Thumbprint([]string{fieldOf(clientcert.PEM, der)})
			if found != c.want {
				t.Errorf("%d bytes that begin with %x: %s, want %s", len(der), c.header, nameOf(found), nameOf(c.want))
			}
		})
	}
}

func TestTheZeroFormatIsRFC9440(t *testing.T) {
	der := sequence(300)
	for _, c := range []struct {
		line string
		want clientcert.Finding
	}{
		{fieldOf(clientcert.RFC9440, der), clientcert.Found},
		{fieldOf(clientcert.PEM, der), clientcert.Malformed},
		{"::", clientcert.None},
	} {
		if _, found := clientcert.Format("").Thumbprint([]string{c.line}); found != c.want {
			t.Errorf("%q: %s, want %s", c.line, nameOf(found), nameOf(c.want))
		}
	}
}

func TestAnUnknownFormatFindsNothing(t *testing.T) {
	der := sequence(300)
	for _, unknown := range []clientcert.Format{"RFC9440", "pem ", "nginx"} {
		for _, format := range clientcert.Formats() {
			hash, found := unknown.Thumbprint([]string{fieldOf(format, der)})
			if found != clientcert.Malformed || hash != [32]byte{} {
				t.Errorf("%q reads %s: %x, %s", unknown, format, hash, nameOf(found))
			}
		}
		if _, found := unknown.Thumbprint(nil); found != clientcert.None {
			t.Errorf("%q without a field: %s", unknown, nameOf(found))
		}
	}
}

func TestTheZeroFindingIsNone(t *testing.T) {
	if zero := *new(clientcert.Finding); zero != clientcert.None {
		t.Errorf("the zero Finding is %s", nameOf(zero))
	}
}

func TestFormatsReturnsACopy(t *testing.T) {
	clientcert.Formats()[0] = "changed"
	if first := clientcert.Formats()[0]; first != clientcert.RFC9440 {
		t.Errorf("the first format is %q", first)
	}
}
