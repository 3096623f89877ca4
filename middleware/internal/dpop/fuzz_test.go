package dpop_test

import (
	"encoding/json"
	"math"
	"net/url"
	"path"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/bearerguard/bearerguard/middleware/internal/dpop"
)

// FuzzProof checks any text as a proof. One that passes is the good one, because no other
// is signed.
func FuzzProof(f *testing.F) {
	good := goodProof(f, "EdDSA")
	for _, seed := range []string{
		"", ".", "..", "...", good, good + ".", good + "=", " " + good, good[:len(good)-1], "e30.e30.",
		"e30.e30.AA",
	} {
		f.Add(seed)
	}
	cold, warm, u := dpop.New(config()), dpop.New(config()), use("EdDSA")
	if _, fault := warm.Check(good, u); fault != "" {
		f.Fatal(fault)
	}
	f.Fuzz(func(t *testing.T, proof string) {
		_, fault := cold.Check(proof, u)
		_, again := warm.Check(proof, u)
		if fault != again {
			t.Errorf("%q: %q, and %q with the header in the cache", proof, fault, again)
		}
		if fault == "" && proof != good {
			t.Errorf("%q passes", proof)
		}
	})
}

// FuzzCheck signs any header and claims. Those that pass must say the same to encoding/json.
func FuzzCheck(f *testing.F) {
	own := strings.NewReplacer("${NOW}", "1800000030", "${ATH}", accessHash, "${EdDSA}", "JWK")
	header, claims := own.Replace(edHeader), own.Replace(goodClaims)
	f.Add(header, claims)
	f.Add(strings.Replace(header, "EdDSA", "Ed25519", 1),
		strings.Replace(claims, "1800000030", "18.0000003e8", 1))
	f.Add(strings.Replace(header, "dpop", "application/dpop", 1),
		strings.Replace(claims, "https://api", `HTTPS:\/\/API`, 1))
	f.Add(strings.Replace(header, `"alg"`, `"Alg":"none","alg"`, 1), claims)
	f.Add(strings.Replace(header, `"alg"`, `"crit":[],"alg"`, 1), claims)
	f.Add(header, strings.Replace(claims, `"iat"`, `"nonce":null,"iat"`, 1))
	f.Add(header, strings.Replace(claims, "/items/1", "/a/../items/%31?b#c", 1))
	key, u := signers()["EdDSA"], use("EdDSA")
	f.Fuzz(func(t *testing.T, header, claims string) {
		header = strings.ReplaceAll(header, "JWK", key.jwk())
		v := dpop.New(config())
		p, fault := v.Check(key.proof(header, claims), u)
		if fault != "" {
			return
		}
		checkReading(t, header, claims, p)
	})
}

// checkReading fails t unless encoding/json reads a good proof in header and claims.
func checkReading(t *testing.T, header, claims string, p dpop.Proof) {
	t.Helper()
	var h struct {
		Typ, Alg string
		JWK      map[string]any
	}
	var names map[string]any
	if json.Unmarshal([]byte(header), &h) != nil || json.Unmarshal([]byte(header), &names) != nil {
		t.Fatalf("encoding/json does not read the header %q", header)
	}
	typ := strings.TrimPrefix(strings.ToLower(h.Typ), "application/")
	x, _ := h.JWK["x"].(string)
	_, private := h.JWK["d"]
	_, critical := names["crit"]
	if typ != "dpop+jwt" || h.Alg != "EdDSA" && h.Alg != "Ed25519" || private || critical ||
		x != signers()["EdDSA"].members["x"] {
		t.Errorf("the header %q passes", header)
	}
	var c struct {
		JTI, HTM, HTU, ATH string
		IAT                float64
	}
	if err := json.Unmarshal([]byte(claims), &c); err != nil {
		t.Fatalf("encoding/json does not read the claims %q: %v", claims, err)
	}
	uri, ok := modelURI(c.HTU)
	if c.JTI != p.ID || c.JTI == "" || len(c.JTI) > 256 || c.HTM != "GET" || c.ATH != accessHash ||
		ok && uri != base+"/items/1" || math.Abs(c.IAT-float64(now.Unix())) > 70 {
		t.Errorf("the claims %q pass as %+v, htu is %q", claims, p, uri)
	}
}

// unlike are texts that net/url or modelURI reads otherwise than RFC 3986: an empty segment,
// which path.Clean removes, and characters that no URI has, or no host.
var (
	unlike  = regexp.MustCompile(`[^!#$%&'()*+,./0-9:;=?@A-Z_a-z~\[\]-]|^[^:]*://[^/?#]*[!$&'()*+,;=@%\[]`)
	bracket = regexp.MustCompile(`[\[\]]`)
)

// modelURI normalizes an htu with net/url. It returns false if the two need not agree.
func modelURI(htu string) (string, bool) {
	htu, _, _ = strings.Cut(htu, "#")
	htu, _, _ = strings.Cut(htu, "?")
	if unlike.MatchString(htu) || bracket.MatchString(htu) {
		return "", false
	}
	u, err := url.Parse(htu)
	if err != nil || strings.Contains(u.EscapedPath(), "//") {
		return "", false
	}
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if port != "" && port != map[string]string{"https": "443", "http": "80"}[u.Scheme] {
		host += ":" + port
	}
	return u.Scheme + "://" + host + modelPath(u.EscapedPath()), true
}

// modelPath decodes the escapes of unreserved characters, and lets path.Clean remove the dot
// segments.
func modelPath(escaped string) string {
	escaped = regexp.MustCompile(`%[0-9A-Fa-f]{2}`).ReplaceAllStringFunc(escaped, func(code string) string {
		text, _ := url.PathUnescape(code)
		if c := rune(text[0]); c < 0x80 && (unicode.IsLetter(c) || unicode.IsDigit(c) ||
			strings.ContainsRune("-._~", c)) {
			return text
		}
		return strings.ToUpper(code)
	})
	clean := path.Clean("/" + escaped)
	last := escaped[strings.LastIndexByte(escaped, '/')+1:]
	if clean != "/" && (last == "" || last == "." || last == "..") {
		clean += "/"
	}
	return clean
}

// FuzzNormalize normalizes any text. The result is its own normal form, and it is what
// net/url makes of the text where both must agree.
func FuzzNormalize(f *testing.F) {
	for _, seed := range []string{
		base, base + "/", "HTTPS://API.example.com:443/a/./b/../%7e%2f?c#d", "http://[::1]:80/%2e%2E/a",
		base + "//a//..//b",
		"https://a@b/", `https:\\a`, base + ":/%zz", base + "/a%c3%A9|{}", "https://%41/..", base + "/..%2f../.",
		"https://a:08/", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, htu string) {
		got, ok := dpop.Normalize(htu)
		if !ok {
			return
		}
		if again, ok := dpop.Normalize(got); !ok || again != got {
			t.Errorf("%q becomes %q, and that becomes %q, %v", htu, got, again, ok)
		}
		if strings.ContainsAny(got, "\\?# \x00") {
			t.Errorf("%q becomes %q", htu, got)
		}
		u, err := url.Parse(got)
		if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" ||
			u.Path == "" {
			t.Errorf("%q becomes %q, which net/url reads as %#v, %v", htu, got, u, err)
		}
		if want, ok := modelURI(htu); ok && got != want {
			t.Errorf("%q becomes %q, want %q", htu, got, want)
		}
		slash := strings.Index(got, "://") + 3
		slash += strings.IndexByte(got[slash:], '/')
		base, target := got[:slash], got[slash:]
		if !dpop.Matches([]string{base}, htu, target) || dpop.Matches([]string{base}, htu, target+"x") {
			t.Errorf("%q is not the target URI of %q and %q alone", htu, base, target)
		}
	})
}
