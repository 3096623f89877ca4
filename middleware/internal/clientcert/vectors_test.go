package clientcert_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/clientcert"
)

// A vector is a block of one of the files of testdata, whose README describes them.
type vector struct {
	file, name  string
	format      clientcert.Format
	want        clientcert.Finding
	certificate string // its name, if it is Found
	lines       []string
}

var findings = map[string]clientcert.Finding{
	"found": clientcert.Found, "none": clientcert.None, "malformed": clientcert.Malformed,
}

// nameOf returns the word for a Finding in the files.
func nameOf(f clientcert.Finding) string {
	for name, finding := range findings {
		if f == finding {
			return name
		}
	}
	return strconv.Itoa(int(f))
}

// files has the number of vectors of each proxy, so that none is left out by a mistake
// in reading.
var files = map[string]int{
	"apache": 47, "awsalb": 46, "caddy": 52, "cloudfront": 67,
	"envoy": 104, "haproxy": 71, "nginx": 74, "traefik": 53,
}

func vectors(t testing.TB) []vector {
	t.Helper()
	var all []vector
	for name, n := range files {
		read := readVectors(t, name)
		if len(read) != n {
			t.Fatalf("%s has %d vectors, want %d", name, len(read), n)
		}
		all = append(all, read...)
	}
	return all
}

func readVectors(t testing.TB, name string) (all []vector) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		key, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		if key == "name" {
			all = append(all, vector{file: name, name: value})
		}
		if key == "" || key[0] == '#' {
			continue
		}
		v := &all[len(all)-1]
		known := true
		switch key {
		case "name":
		case "format":
			v.format = clientcert.Format(value)
			known = slices.Contains(clientcert.Formats(), v.format)
		case "expect":
			value, v.certificate, _ = strings.Cut(value, " ")
			v.want, known = findings[value]
			known = known && (v.certificate != "") == (v.want == clientcert.Found)
		case "line":
			v.lines = append(v.lines, value)
		case "quoted":
			unquoted, err := strconv.Unquote(value)
			known = err == nil
			v.lines = append(v.lines, unquoted)
		default:
			known = false
		}
		if !known {
			t.Fatalf("%s.txt:%d: cannot read %q", name, n, lines.Text())
		}
	}
	return all
}

// certificate returns the DER encoding of the first certificate of a file, which must be
// one.
func certificate(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "certificates", name+".pem"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	if _, err := x509.ParseCertificate(block.Bytes); err != nil {
		t.Fatal(err)
	}
	return block.Bytes
}

func TestFieldsOfEachProxy(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(v.file+"/"+string(v.format)+"/"+v.name, func(t *testing.T) {
			covers(t, "ML-11")
			var want [32]byte
			if v.want == clientcert.Found {
				want = sha256.Sum256(certificate(t, v.certificate))
			}
			before := slices.Clone(v.lines)
			hash, found := v.format.Thumbprint(v.lines)
			if found != v.want || hash != want {
				t.Errorf("Thumbprint(%q) = %x, %s, want %x, %s", v.lines, hash, nameOf(found), want, nameOf(v.want))
			}
			if !slices.Equal(before, v.lines) {
				t.Error("the field lines have changed")
			}
		})
	}
}

// TestTheThumbprintIsThatOfRFC8705 compares with the value in the RFC, not with one that
// the test computes.
func TestTheThumbprintIsThatOfRFC8705(t *testing.T) {
	covers(t, "ML-02")
	field := ":" + base64.StdEncoding.EncodeToString(certificate(t, "rfc8705")) + ":"
	hash, found := clientcert.RFC9440.Thumbprint([]string{field})
	const want = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0"
	if got := base64.RawURLEncoding.EncodeToString(hash[:]); found != clientcert.Found || got != want {
		t.Errorf("%s, %s, want %s", got, nameOf(found), want)
	}
}

// TestAVectorOfOneFormatIsNotFoundInAnother: a proxy whose format is not the configured
// one makes all clients certless. PEM may be read as DER in no way, nor the reverse.
func TestAVectorOfOneFormatIsNotFoundInAnother(t *testing.T) {
	for _, v := range vectors(t) {
		for _, format := range clientcert.Formats() {
			if format == v.format || v.want != clientcert.Found {
				continue
			}
			if _, found := format.Thumbprint(v.lines); found != clientcert.Malformed {
				t.Errorf("%s: %s: read as %s: %s", v.file, v.name, format, nameOf(found))
			}
		}
	}
}
