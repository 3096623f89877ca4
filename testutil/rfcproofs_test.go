package testutil_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/testutil"
)

// rfcProofs are the examples of the RFCs.
type rfcProofs struct {
	Thumbprints []struct {
		JWK        map[string]string
		Thumbprint string
	}
	Proofs []struct {
		Proof, Thumbprint string
		Claims            struct {
			HTM, HTU string
			IAT      int64
		}
	}
	Digests []struct{ Token, ATH string }
}

func readRFCProofs(t testing.TB) (v rfcProofs) {
	t.Helper()
	data, err := os.ReadFile("testdata/proofs/rfc.json")
	if err == nil {
		err = json.Unmarshal(data, &v)
	}
	if err != nil || len(v.Thumbprints) != 2 || len(v.Proofs) != 3 || len(v.Digests) != 1 {
		t.Fatalf("vectors: %v", err)
	}
	return v
}

func TestProofsAgreeWithTheExamplesOfTheRFCs(t *testing.T) {
	v := readRFCProofs(t)
	for _, x := range v.Thumbprints {
		if got := testutil.JWKThumbprint(x.JWK); got != x.Thumbprint {
			t.Errorf("thumbprint %s, want %s", got, x.Thumbprint)
		}
	}
	for _, x := range v.Proofs {
		if got, fault := testutil.ParseProof(x.Proof); fault != "" || got != x.Thumbprint {
			t.Errorf("key %q, fault %q", got, fault)
		}
		fault := testutil.ProofFits(x.Proof, x.Claims.HTU, time.Unix(x.Claims.IAT, 0))
		if (fault == "") != (x.Claims.HTM == "POST") {
			t.Errorf("%s %s: fault %q", x.Claims.HTM, x.Claims.HTU, fault)
		}
	}
	for _, x := range v.Digests {
		_, claims, err := readProof(t, new(testutil.ProofKey).Proof("GET", "https://a.example/", x.Token))
		if err != nil || claims["ath"] != x.ATH {
			t.Errorf("ath %v, want %s; %v", claims["ath"], x.ATH, err)
		}
	}
}

func FuzzParseProof(f *testing.F) {
	for _, x := range readRFCProofs(f).Proofs {
		f.Add(x.Proof)
	}
	key := &testutil.ProofKey{Algorithm: "EdDSA"}
	f.Add(key.Proof("POST", "https://a.example/", ""))
	f.Add(key.Sign(testutil.Proof{DangerouslyExposePrivate: true,
		Header: map[string]any{"crit": []string{"x"}}}))
	f.Add("..")
	f.Fuzz(func(t *testing.T, proof string) {
		thumbprint, fault := testutil.ParseProof(proof)
		if (thumbprint == "") == (fault == "") {
			t.Errorf("key %q, fault %q", thumbprint, fault)
		}
		if fault == "" {
			if header, _, err := readProof(t, proof); err != nil ||
				thumbprintOf(header["jwk"].(map[string]any)) != thumbprint {
				t.Errorf("golang-jwt: %v", err)
			}
		}
	})
}
