package dpop_test

import (
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/dpop"
)

// A proofCase is a block of testdata/proofs.txt, which describes the fields.
type proofCase map[string]string

// readCases reads the blocks of a file.
func readCases(t *testing.T, file string) (cases []proofCase) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	known := []string{
		"name", "covers", "want", "header", "claims", "sign", "holder", "proof", "method", "target", "config",
	}
	for block := range strings.SplitSeq(string(data), "\n\n") {
		c := proofCase{}
		for line := range strings.Lines(block) {
			line = strings.TrimSuffix(line, "\n")
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			field, value, ok := strings.Cut(line, ": ")
			if !ok || c[field] != "" || !slices.Contains(known, field) {
				t.Fatalf("%s: %q is no field, or it is there twice", file, line)
			}
			c[field] = value
		}
		if len(c) > 0 {
			cases = append(cases, c)
		}
	}
	return cases
}

// get returns a field, or otherwise what it is if it is missing.
func (c proofCase) get(field, otherwise string) string {
	if value, ok := c[field]; ok {
		return value
	}
	return otherwise
}

// expand replaces ${...} in text.
func expand(t *testing.T, text string, own map[string]string) string {
	return os.Expand(text, func(name string) string {
		if value, ok := own[name]; ok {
			return value
		}
		if key, member, found := strings.Cut(name, "."); signers()[key].members != nil {
			s := signers()[key]
			switch {
			case !found:
				return s.jwk()
			case member == "in":
				return s.in()
			case s.members[member] != "":
				return s.members[member]
			}
		}
		if char, count, found := strings.Cut(name, "*"); found {
			n, err := strconv.Atoi(count)
			if err == nil {
				return strings.Repeat(char, n)
			}
		}
		offset, isTime := strings.CutPrefix(name, "NOW")
		periods, isNonce := strings.CutPrefix(name, "NONCE")
		switch {
		case isTime:
			seconds, _ := strconv.Atoi(offset)
			return strconv.FormatInt(now.Unix()+int64(seconds), 10)
		case isNonce:
			minutes, _ := strconv.Atoi(periods)
			return nonceVerifier().Nonce(now.Add(time.Duration(minutes) * time.Minute))
		}
		t.Fatalf("${%s} is not known", name)
		return ""
	})
}

func nonceVerifier() *dpop.Verifier {
	c := config()
	c.Secrets = [][]byte{secret(1), secret(2)}
	return dpop.New(c)
}

// verifiers returns the Verifiers that cases name.
func verifiers() map[string]*dpop.Verifier {
	onDemand, es256 := config(), config()
	onDemand.Secrets, onDemand.OnDemand = [][]byte{secret(1), secret(2)}, true
	es256.Algorithms = []string{"ES256"}
	return map[string]*dpop.Verifier{
		"":            dpop.New(config()),
		"nonces":      nonceVerifier(),
		"on demand":   dpop.New(onDemand),
		"ES256 alone": dpop.New(es256),
	}
}

// build returns the proof of a case, and its use.
func (c proofCase) build(t *testing.T) (string, dpop.Use) {
	key := c.get("sign", "ES256")
	own := map[string]string{"ATH": accessHash, "EMPTY": ""}
	header := expand(t, c.get("header", strings.Replace(goodHeader, "${ES256}", "${"+key+"}", 1)), own)
	claims := expand(t, c.get("claims", goodClaims), own)
	input := segment(header) + "." + segment(claims)
	maps.Copy(own, map[string]string{
		"H": segment(header), "C": segment(claims), "S": encode(signers()[key].sign([]byte(input))),
	})
	u := use(c.get("holder", key))
	u.Method, u.Target = c.get("method", u.Method), c.get("target", u.Target)
	return expand(t, c.get("proof", "${H}.${C}.${S}"), own), u
}

func TestProofs(t *testing.T) {
	covers(t, "ATK-I02")
	cases := readCases(t, "testdata/proofs.txt")
	seen := map[string]bool{}
	for _, c := range cases {
		t.Run(c["name"], func(t *testing.T) {
			covers(t, c["covers"])
			if seen[c["name"]] || c["name"] == "" {
				t.Fatalf("the name %q is there twice, or is missing", c["name"])
			}
			seen[c["name"]] = true
			v := verifiers()[c["config"]]
			if v == nil {
				t.Fatalf("no config %q", c["config"])
			}
			proof, u := c.build(t)
			want := dpop.Fault(strings.TrimPrefix(c["want"], "pass"))
			for _, turn := range []string{"first", "second"} { // with the header in the cache, if it may be
				p, f := v.Check(proof, u)
				if f != want {
					t.Errorf("the %s time the fault is %q, want %q", turn, f, want)
				}
				if f == "" && encode(p.Key[:]) != u.Thumbprint {
					t.Errorf("the key is %x, want %s", p.Key, u.Thumbprint)
				}
				if f != "" && (p != dpop.Proof{Nonce: p.Nonce} || (p.Nonce != "") != (f == dpop.FaultNonce)) {
					t.Errorf("with the fault %q there is %+v", f, p)
				}
			}
			cached := 0
			if want == "" {
				cached = 1
			}
			if n := dpop.CachedHeaders(v); n != cached {
				t.Errorf("%d headers are cached, want %d", n, cached)
			}
		})
	}
	if len(cases) < 90 {
		t.Errorf("%d cases", len(cases))
	}
}
