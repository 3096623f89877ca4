package attack

import (
	"crypto/sha1"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/url"
	"strings"

	"github.com/bearerguard/bearerguard/testutil"
)

// A certificateGroup makes the cases of the group "certificate".
type certificateGroup struct {
	*harness
	right, other *x509.Certificate
	bound        string // a good token that is bound to right
}

func newCertificateGroup(h *harness) *certificateGroup {
	right, other := new(testutil.ClientCertificate), &testutil.ClientCertificate{Name: "other"}
	return &certificateGroup{
		harness: h, right: right.TLS().Leaf, other: other.TLS().Leaf,
		bound: h.good().claim("cnf", right.Confirmation()).compact(),
	}
}

// certificateAttacks are about tokens that are bound to a client certificate: RFC 8705
// section 3.
func certificateAttacks(h *harness) {
	if !h.Certificates {
		return
	}
	g := newCertificateGroup(h)
	g.add(served, "good", "A token with the certificate that it is bound to.", g.bound, g.right)
	g.add(served, "good-with-a-chain", "The certificate with others behind it.", g.bound, g.right, g.other)
	plain := h.good().compact()
	g.add(served, "good-unbound", "A token that is bound to nothing, with a certificate.", plain, g.right)
	g.add(served, "good-unbound-without", "A token that is bound to nothing, without a certificate.", plain)

	const stolen = "A stolen token that is bound to a certificate, without it (RFC 8705 section 3)."
	g.add(rejected, "none", stolen, g.bound)
	g.add(rejected, "another", stolen, g.bound, g.other)
	g.add(rejected, "second-in-the-chain", "A chain with the certificate in it: only for the first one "+
		"has the client the key (RFC 8446 section 4.4.2).", g.bound, g.other, g.right)
	unused := h.good().claim("cnf", map[string]any{"x5t#S256": hashOf(string(g.right.Raw))}).compact()
	g.add(rejected, "none-the-first-time", stolen, unused)
	g.add(rejected, "another-the-first-time", stolen, unused, g.other)
	g.request(rejected, "no-TLS", stolen, g.bound, func(r *http.Request) { r.TLS = nil })
	g.confirmations()
	g.spoofs()
	if h.DPoP != "" {
		g.withProofs()
	}
}

// request adds a case with a token as in RFC 6750 and what change makes of the request.
func (g *certificateGroup) request(w want, name, tries, token string, change func(*http.Request)) {
	g.harness.add(w, "certificate/"+name, tries, token, func(r *http.Request) {
		bearing(token)(r)
		change(r)
	})
}

// add adds a case with a token and the certificates of the connection.
func (g *certificateGroup) add(w want, name, tries, token string, chain ...*x509.Certificate) {
	g.request(w, name, tries, token, presenting(chain...))
}

// presenting returns what makes a request one of a client with these certificates.
func presenting(chain ...*x509.Certificate) func(*http.Request) {
	return func(r *http.Request) {
		r.TLS = &tls.ConnectionState{
			Version: tls.VersionTLS13, HandshakeComplete: true, ServerName: r.Host, PeerCertificates: chain,
		}
	}
}

// confirmations are tokens that name the certificate of the request in other ways than
// RFC 8705 section 3.1 does.
func (g *certificateGroup) confirmations() {
	text := hashOf(string(g.right.Raw))
	sum := sha1.Sum(g.right.Raw)
	for name, cnf := range sorted(map[string]string{
		"hexadecimal": `{"x5t#S256":"` + hexadecimal(text) + `"}`,
		"padded":      `{"x5t#S256":"` + text + `="}`,
		"shorter":     `{"x5t#S256":"` + text[:42] + `"}`,
		"SHA-1":       `{"x5t#S256":"` + base64url(sum[:]) + `"}`,
		"x5t":         `{"x5t":"` + base64url(sum[:]) + `"}`,
		"lower-case":  `{"x5t#s256":"` + text + `"}`,
		"whole":       `{"x5t#S256":"` + base64url(g.right.Raw) + `"}`,
		"x5c":         `{"x5c":["` + base64.StdEncoding.EncodeToString(g.right.Raw) + `"]}`,
		"array":       `{"x5t#S256":["` + text + `"]}`,
		"empty":       `{"x5t#S256":""}`, "member-null": `{"x5t#S256":null}`, "nothing": `{}`, "null": `null`,
		"twice":      `{"x5t#S256":"` + hashOf(string(g.other.Raw)) + `","x5t#S256":"` + text + `"}`,
		"of-the-key": `{"x5t#S256":"` + hashOf(string(g.right.RawSubjectPublicKeyInfo)) + `"}`,
		"as-jkt":     `{"jkt":"` + text + `"}`,
	}) {
		t := g.good().claim("cnf", json.RawMessage(cnf)).compact()
		g.add(rejected, "cnf-"+name, "A cnf that does not hold the SHA-256 of the certificate in base64url "+
			"(RFC 8705 section 3.1).", t, g.right)
	}
	nothing := g.good().claim("cnf", json.RawMessage(`{"x5t#S256":"`+hashOf("")+`"}`)).compact()
	g.add(rejected, "none-of-no-bytes",
		"The hash of no bytes, which some proxies write if there is no certificate.", nothing)
}

// spoofs are the fields in which proxies pass certificates on, from a client that is no
// proxy and does not have the key of the certificate: RFC 9440 section 2.4.
func (g *certificateGroup) spoofs() {
	const spoof = "A stolen token with the certificate in a field that a proxy would write, from a client " +
		"that does not have its key (RFC 9440 section 2.4)."
	der := base64.StdEncoding.EncodeToString(g.right.Raw)
	text := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: g.right.Raw}))
	escaped, hash := url.QueryEscape(text), hexadecimal(hashOf(string(g.right.Raw)))
	full := `Hash=` + hash + `;Cert="` + escaped + `"`
	for name, field := range sorted(map[string][2]string{
		"Client-Cert":                   {"Client-Cert", ":" + der + ":"},
		"X-Forwarded-Client-Cert":       {"X-Forwarded-Client-Cert", "Hash=" + hash},
		"X-Forwarded-Client-Cert-PEM":   {"X-Forwarded-Client-Cert", full},
		"X-Client-Cert":                 {"X-Client-Cert", escaped},
		"X-Client-Cert-of-Apache":       {"X-Client-Cert", strings.ReplaceAll(text, "\n", " ")},
		"Ssl-Client-Cert":               {"Ssl-Client-Cert", escaped},
		"X-SSL-Client-Cert":             {"X-Ssl-Client-Cert", escaped},
		"X-Forwarded-Tls-Client-Cert":   {"X-Forwarded-Tls-Client-Cert", der},
		"X-Amzn-Mtls-Clientcert":        {"X-Amzn-Mtls-Clientcert", escaped},
		"X-Amzn-Mtls-Clientcert-Leaf":   {"X-Amzn-Mtls-Clientcert-Leaf", escaped},
		"X-SSL-Client-SHA256":           {"X-Ssl-Client-Sha256", hash},
		"CloudFront-Viewer-Cert-Sha256": {"Cloudfront-Viewer-Cert-Sha256", hash},
		"underscores":                   {"Client_Cert", ":" + der + ":"},
	}) {
		for over, chain := range sorted(map[string][]*x509.Certificate{"": nil, "-over-another": {g.other}}) {
			g.request(rejected, "spoofed-"+name+over, spoof, g.bound, func(r *http.Request) {
				presenting(chain...)(r)
				r.Header[field[0]] = []string{field[1]}
			})
		}
	}
}

// withProofs are tokens that are bound to a certificate and to a key, or that come with
// the proof of the other.
func (g *certificateGroup) withProofs() {
	d := newDPoPGroup(g.harness)
	both := g.good().claim("cnf", map[string]any{
		"jkt": d.holder.jkt, "x5t#S256": hashOf(string(g.right.Raw)),
	}).compact()
	add := func(w want, name, tries, token string, change func(*http.Request)) {
		g.harness.add(w, "certificate/"+name, tries, token, change).before = d.learnNonce
	}
	with := func(token string, chain ...*x509.Certificate) func(*http.Request) {
		return func(r *http.Request) {
			proven(token, d.fresh(d.holder, token).compact())(r)
			presenting(chain...)(r)
		}
	}
	const two = "A token that is bound to a key and to a certificate: both have to be shown"
	add(served, "good-with-a-proof", two+".", both, with(both, g.right))
	add(unproven, "proof-without", two+", and the certificate is missing.", both, with(both))
	add(unproven, "proof-with-another", two+", and the certificate is another one.", both,
		with(both, g.other))
	g.add(rejected, "without-a-proof", two+", and the proof is missing.", both, g.right)
	add(unproven, "for-a-key", "A token that is bound to a key alone, with the scheme DPoP and a "+
		"certificate in place of the proof.", d.bound, func(r *http.Request) {
		proven(d.bound)(r)
		presenting(g.right)(r)
	})
	add(unproven, "with-the-scheme-DPoP", "A token that is bound to a certificate alone, with the scheme "+
		"DPoP and a proof by any key (RFC 9449 section 7.1).", g.bound, with(g.bound, g.right))
}
