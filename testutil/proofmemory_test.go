package testutil_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/testutil"
)

func TestAProofIsAcceptedOnce(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{})
	key, other := new(testutil.ProofKey), new(testutil.ProofKey)
	p := testutil.Proof{Method: "POST", URL: i.TokenURL(), ID: "one"}
	wrong := strings.Replace(demo, "demo-secret", "wrong", 1)
	for n, step := range []struct {
		form, proof string
		want        int
	}{
		{wrong, key.Sign(p), 401},
		{demo + "&scope=x", key.Sign(p), 400},
		{demo, key.Sign(testutil.Proof{URL: i.TokenURL(), ID: "one"}), 400},
		{demo, key.Sign(p), 200}, // nothing so far has used the jti
		{demo, key.Sign(p), 400}, // signed again, but the same jti
		{demo, other.Sign(p), 200},
	} {
		if r := post(t, i, step.form, withProofs(step.proof)); r.status != step.want {
			t.Errorf("step %d: %d %s, want %d", n, r.status, r.body, step.want)
		}
	}
}

func TestTheMemoryOfProofsIsBounded(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{InProcess: true})
	for n := range 2 * testutil.Remembered {
		if id := fmt.Sprint(n); !i.AcceptProof(id) || i.AcceptProof(id) {
			t.Fatalf("proof %d", n)
		}
		if got := i.RememberedProofs(); got > testutil.Remembered {
			t.Fatalf("%d are remembered after %d", got, n)
		}
	}
	if i.AcceptProof(fmt.Sprint(2*testutil.Remembered - testutil.Remembered/2 - 1)) {
		t.Error("one of the last half is accepted again")
	}
}

func TestTheTokenEndpointRequiresItsNonce(t *testing.T) {
	covers(t, "AS-17")
	i := testutil.NewIssuer(t, testutil.Options{RequireNonce: true})
	key := new(testutil.ProofKey)
	send := func(nonce string, at time.Time) reply {
		t.Helper()
		return post(t, i, demo,
			withProofs(key.Sign(testutil.Proof{Method: "POST", URL: i.TokenURL(), Nonce: nonce, At: at})))
	}
	challenged := func(what string, r reply) string {
		t.Helper()
		if r.status != 400 || decode(t, []byte(r.body))["error"] != "use_dpop_nonce" ||
			r.header.Get("DPoP-Nonce") != i.Nonce() {
			t.Errorf("%s: %d %s, nonce %q", what, r.status, r.body, r.header.Get("DPoP-Nonce"))
		}
		return r.header.Get("DPoP-Nonce")
	}
	passed := func(what string, r reply, next string) {
		t.Helper()
		if _, cnf := bound(t, i, r); !equal(cnf, key.Confirmation()) || r.header.Get("DPoP-Nonce") != next {
			t.Errorf("%s: cnf %v, nonce %q, want %q", what, cnf, r.header.Get("DPoP-Nonce"), next)
		}
	}
	wrongClock := time.Now().Add(-24 * time.Hour)
	first := challenged("no nonce", send("", time.Time{}))
	challenged("no nonce, wrong clock", send("", wrongClock))
	challenged("another server's nonce", send("x", time.Time{}))
	passed("current", send(first, time.Time{}), "")
	passed("current, wrong clock", send(first, wrongClock), "")
	i.RotateNonce()
	second := i.Nonce()
	if second == first {
		t.Error("the nonce stays the same")
	}
	passed("previous", send(first, time.Time{}), second)
	passed("current again", send(second, time.Time{}), "")
	i.RotateNonce()
	challenged("before the previous", send(first, time.Time{}))
	if tokenType, _ := bound(t, i, post(t, i, demo, nil)); tokenType != "Bearer" {
		t.Errorf("without a proof: %s", tokenType)
	}
	r := post(t, i, demo,
		withProofs(key.Sign(testutil.Proof{Method: "POST", URL: i.TokenURL(), Nonce: i.Nonce(),
			Claims: map[string]any{"iat": "x"}})))
	if r.status != 400 || decode(t, []byte(r.body))["error"] != "invalid_dpop_proof" {
		t.Errorf("iat is no number: %d %s", r.status, r.body)
	}

	none := testutil.NewIssuer(t, testutil.Options{})
	if none.RotateNonce(); none.Nonce() != "" {
		t.Errorf("nonce %q where none is required", none.Nonce())
	}
}
