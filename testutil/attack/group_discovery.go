package attack

import (
	"net/http"

	"github.com/bearerguard/bearerguard/testutil"
)

// discoveryAttacks are about metadata that is not the issuer's (RFC 8414 section
// 3.3), and keys that are not at the address in it.
func discoveryAttacks(h *harness) {
	if !h.Discovery {
		return
	}
	const other = "https://other.example"
	for name, change := range sorted(map[string]func(object) object{
		"of-another-issuer": func(o object) object { return o.with("issuer", other) },
		"without-issuer":    func(o object) object { return o.with("issuer", nil) },
		"spelled-twice":     func(o object) object { return o.with("Issuer", other) },
	}) {
		own := h.separate(func(i *testutil.Issuer) {
			metadata := object{}.with("issuer", i.URL()).with("jwks_uri", i.JWKSURL()).
				with("response_types_supported", []string{"none"}).with("subject_types_supported",
				[]string{"public"}).
				with("id_token_signing_alg_values_supported", h.Algorithms)
			i.Fail(testutil.Fault{
				Metadata: true, Header: http.Header{"Content-Type": {"application/json"}},
				Body: []byte(change(metadata).text()),
			})
		})
		own.token(unchecked, "discovery/metadata-"+name,
			"A good token, and metadata that is another issuer's, or another's to some "+
				"readers.", own.good())
		h.join(own)
	}
	own := h.separate(func(i *testutil.Issuer) {
		i.Fail(testutil.Fault{
			Keys: true, Status: http.StatusFound,
			Header: http.Header{"Location": {h.otherIssuer.JWKSURL()}},
		})
	})
	forger := h.otherKey(own.key.alg)
	own.token(unchecked, "discovery/keys-elsewhere",
		"A forged token, and a jwks_uri that redirects to the forger's keys.",
		own.good().signedBy(forger, forger.alg).header("kid", forger.id))
	h.join(own)
}
