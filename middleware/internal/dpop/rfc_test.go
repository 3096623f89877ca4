package dpop_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/dpop"
)

// TestRFC9449 checks the proofs that RFC 9449 prints. Two of them are for a token endpoint,
// so they have no ath and do not pass.
func TestRFC9449(t *testing.T) {
	covers(t, "DP-03 DP-06 DP-20 DP-21")
	data, err := os.ReadFile("testdata/rfc9449.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors struct {
		Thumbprint  string
		AccessToken string `json:"access_token"`
		Proofs      []struct {
			Section, Method, Target, JTI, Proof string
			BaseURL                             string `json:"base_url"`
			Now                                 int64
			Fault                               dpop.Fault
		}
	}
	if err := json.Unmarshal(data, &vectors); err != nil {
		t.Fatal(err)
	}
	for _, c := range vectors.Proofs {
		t.Run("section "+c.Section, func(t *testing.T) {
			v := dpop.New(dpop.Config{BaseURLs: []string{c.BaseURL}, Algorithms: []string{"ES256"},
				MaxAge: time.Minute})
			u := dpop.Use{
				Method: c.Method, Target: c.Target, Token: vectors.AccessToken,
				Thumbprint: vectors.Thumbprint, Now: time.Unix(c.Now, 0),
			}
			p, f := v.Check(c.Proof, u)
			checkFault(t, f, c.Fault)
			if f == "" && (p.ID != c.JTI || encode(p.Key[:]) != vectors.Thumbprint || p.Until.Unix() != c.Now+60) {
				t.Errorf("the proof is %+v", p)
			}
		})
	}
	if len(vectors.Proofs) != 3 {
		t.Errorf("%d proofs", len(vectors.Proofs))
	}
}
