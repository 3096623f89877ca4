package clientcert_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"net/url"
	"regexp"
	"strings"
)

// The functions of this file read fields with other means than the package: slowly, and
// only right for fields that are well formed. They return the hash of the certificate.

func slowRFC9440(line string) (hash [32]byte, ok bool) {
	text := strings.Trim(line, " \t")
	der, err := base64.StdEncoding.DecodeString(strings.Trim(text, ":"))
	// The field must be the only spelling of the certificate.
	again := ":" + base64.StdEncoding.EncodeToString(der) + ":"
	return sha256.Sum256(der), err == nil && again == text
}

func slowPEM(line string) (hash [32]byte, ok bool) {
	text, err := url.PathUnescape(line)
	if err != nil {
		return hash, false
	}
	const begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
	body, _, _ := strings.Cut(text, end)
	before, body, found := strings.Cut(body, begin)
	if !found || strings.TrimSpace(before) != "" {
		return hash, false
	}
	lines := append(append([]string{begin}, strings.Fields(body)...), end)
	block, _ := pem.Decode([]byte(strings.Join(lines, "\n") + "\n"))
	if block == nil || block.Type != "CERTIFICATE" || len(block.Headers) != 0 {
		return hash, false
	}
	return sha256.Sum256(block.Bytes), true
}

// slowChain reports whether every block of a field in PEM is found by package
// encoding/pem if line breaks are put where they belong, and nothing is left.
func slowChain(line string) bool {
	text, err := url.PathUnescape(line)
	if err != nil {
		return false
	}
	text = strings.Join(strings.Fields(text), "")
	text = strings.ReplaceAll(text, "-----BEGINCERTIFICATE-----", "\n-----BEGIN CERTIFICATE-----\n")
	text = strings.ReplaceAll(text, "-----ENDCERTIFICATE-----", "\n-----END CERTIFICATE-----\n")
	blocks := strings.Count(text, "BEGIN")
	rest := []byte(text)
	for range blocks {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return false
		}
	}
	return blocks > 0 && len(bytes.TrimSpace(rest)) == 0
}

const pair = `([A-Za-z]+)=("(?:[^"\\]|\\.)*"|[^",;\\]*)`

var (
	onePair    = regexp.MustCompile(`(?s)` + pair)
	oneElement = regexp.MustCompile(`(?s)^` + pair + `(?:;` + pair + `)*$`)
)

func slowXFCC(line string) (hash [32]byte, ok bool) {
	text := strings.Trim(line, " \t")
	if !oneElement.MatchString(text) {
		return hash, false
	}
	values := map[string][]string{}
	for _, m := range onePair.FindAllStringSubmatch(text, -1) {
		name, v := strings.ToLower(m[1]), m[2]
		if strings.HasPrefix(v, `"`) {
			v = v[1 : len(v)-1]
		}
		values[name] = append(values[name], v)
	}
	sums, certs := values["hash"], values["cert"]
	if len(sums) > 1 || len(certs) > 1 || len(sums)+len(certs) == 0 {
		return hash, false
	}
	if len(certs) == 1 {
		if hash, ok = slowPEM(certs[0]); !ok {
			return hash, false
		}
	}
	if len(sums) == 1 {
		sum, err := hex.DecodeString(sums[0])
		if err != nil || len(sum) != 32 || len(certs) == 1 && !bytes.Equal(sum, hash[:]) {
			return hash, false
		}
		hash = [32]byte(sum)
	}
	return hash, true
}
