package jws_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"unsafe"

	"github.com/bearerguard/bearerguard/middleware/internal/jws"
)

func segment(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// header is the segment of a header that Read accepts.
var header = segment(`{"alg":"ES256","kid":"k1"}`)

func TestRead(t *testing.T) {
	spaced := segment(`{"alg":"ES256"} `) // four bits of its last character are unused
	for _, c := range []struct{ name, compact string }{
		{"the empty string", ""},
		{"one segment", header},
		{"two segments", header + ".e30"},
		{"four segments", header + ".e30.AA.AA"},
		{"five segments", header + ".e30.AA.AA.AA"},
		{"no header", ".e30.AA"},
		{"no payload", header + "..AA"},
		{"dots alone", ".."},
		{"a header with padding", spaced + "==.e30.AA"},
		{"a header in the standard alphabet", strings.ReplaceAll(segment(`{"alg":"ES256","x":"???"}`), "_", "/") +
			".e30.AA"},
		{"a header with stray bits", strings.TrimSuffix(spaced, "A") + "B.e30.AA"},
		{"a header with a line break", header[:4] + "\n" + header[4:] + ".e30.AA"},
		{"a header that is no JSON", segment("alg") + ".e30.AA"},
		{"a header that is no object", segment(`["alg"]`) + ".e30.AA"},
		{"a header with a second value", segment(`{"alg":"ES256"}{}`) + ".e30.AA"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var r jws.Reader
			if m, err := r.Read(c.compact); !errors.Is(err, jws.ErrMalformed) || m != (jws.Message{}) {
				t.Errorf("Read(%q) = %v, %v, want no message and ErrMalformed", c.compact, m, err)
			}
		})
	}
	t.Run("three segments", func(t *testing.T) {
		var r jws.Reader
		compact := header + ".not+decoded.AQID"
		m, err := r.Read(compact)
		if err != nil {
			t.Fatal(err)
		}
		if m.PayloadSegment() != "not+decoded" || m.SigningInput() != header+".not+decoded" ||
			m.String() != compact {
			t.Errorf("%q, %q, %q of %q", m.PayloadSegment(), m.SigningInput(), m.String(), compact)
		}
		if signature, err := r.Signature(&m); err != nil || string(signature) != "\x01\x02\x03" {
			t.Errorf("Signature = %x, %v", signature, err)
		}
	})
	t.Run("an empty signature", func(t *testing.T) {
		var r jws.Reader
		m, err := r.Read(header + ".e30.")
		if err != nil {
			t.Fatal(err)
		}
		if signature, err := r.Signature(&m); err != nil || len(signature) != 0 {
			t.Errorf("Signature = %x, %v", signature, err)
		}
	})
	t.Run("a signature with padding", func(t *testing.T) {
		var r jws.Reader
		m, err := r.Read(header + ".e30.AQ==")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Signature(&m); !errors.Is(err, jws.ErrMalformed) {
			t.Errorf("Signature: %v, want ErrMalformed", err)
		}
	})
	t.Run("more than a Reader has room for", func(t *testing.T) {
		var r jws.Reader
		id, long := strings.Repeat("k", 3000), strings.Repeat("s", 5000)
		m, err := r.Read(segment(`{"alg":"ES256","kid":"`+id+`"}`) + ".e30." + segment(long))
		if err != nil || m.Header.KeyID != id {
			t.Fatalf("a kid of %d bytes, %v, want %d", len(m.Header.KeyID), err, len(id))
		}
		if signature, err := r.Signature(&m); err != nil || string(signature) != long {
			t.Errorf("a signature of %d bytes, %v, want %d", len(signature), err, len(long))
		}
	})
}

// TestClone overwrites the memory of the string that was given to Read, as a server
// does that reads every request into the same buffer.
func TestClone(t *testing.T) {
	compact := header + ".e30.AQID"
	buffer := []byte(compact)
	var r jws.Reader
	m, err := r.Read(unsafe.String(&buffer[0], len(buffer)))
	if err != nil {
		t.Fatal(err)
	}
	m.Clone()
	clear(buffer)
	if m.String() != compact || m.PayloadSegment() != "e30" {
		t.Errorf("after Clone the message reads %q", m.String())
	}
}
