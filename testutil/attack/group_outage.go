package attack

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/bearerguard/bearerguard/testutil"
)

// outageCases are about issuers that fail, and about callers who try to make the
// API overload them.
func outageCases(h *harness) {
	if !h.Strict {
		return
	}
	const odd = "A good token of an issuer whose key set cannot be read: an outage, not a bad token."
	for name, document := range sorted(map[string]func(good string) string{
		"twice":           func(good string) string { return `{"keys":[],` + good[1:] },
		"spelled-twice":   func(good string) string { return `{"Keys":[],` + good[1:] },
		"of-two-megabyte": func(good string) string { return good + strings.Repeat(" ", 2<<20) },
	}) {
		own := h.separate(func(i *testutil.Issuer) { i.SetJWKS([]byte(document(string(i.JWKS())))) })
		own.token(unavailable, "strict/keys-"+name, odd, own.good())
		h.join(own)
	}
	down := h.separate(func(i *testutil.Issuer) { i.Fail(testutil.Fault{Status: http.StatusBadGateway}) })
	down.token(unavailable, "strict/outage", "A good token of an issuer that cannot be reached: an "+
		"outage, not a bad token.",
		down.good())
	h.join(down)

	const most = 10 // requests to the issuer that a flood may cause
	flooded := h.separate(nil)
	forged := flooded.good().signedBy(h.otherKey(h.key.alg), h.key.alg)
	flooded.token(served, "strict/after-a-flood", "A good token after 300 forged ones, each with an "+
		"unknown key ID: "+
		"they must not make the API send the issuer as many "+
		"requests.", flooded.good()).before = func() *finding {
		flooded.sendToken(flooded.good().compact()) // has the keys fetched
		before := flooded.issuer.Fetches()
		for n := range 300 {
			flooded.sendToken(forged.header("kid", fmt.Sprint("unknown-", n)).compact())
		}
		if n := flooded.issuer.Fetches() - before; n > most {
			return &finding{
				misbehaved, "the API sends the issuer too many requests",
				fmt.Sprintf("%d, want at most %d", n, most),
			}
		}
		return nil
	}
	h.join(flooded)
}
