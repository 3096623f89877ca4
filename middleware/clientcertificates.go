package middleware

import (
	"net/http"
	"strings"

	"github.com/bearerguard/bearerguard/middleware/internal/clientcert"
)

// clientCertificates find the certificate of a request, as Config.Certificates says.
type clientCertificates struct {
	config *Certificates
	peers  clientcert.Peers
}

// newClientCertificates returns nil without a configuration.
func newClientCertificates(c *checkedConfig) *clientCertificates {
	if c.Certificates == nil {
		return nil
	}
	return &clientCertificates{c.Certificates, c.proxies}
}

// trusts reports whether r comes from a proxy whose field counts.
func (c *clientCertificates) trusts(r *Request) bool {
	if c.config.TrustProxy != nil {
		given := *r // only a copy escapes to the heap
		return c.config.TrustProxy(&given)
	}
	return c.peers.Trusts(r.Peer)
}

// remove removes the field of the certificate from h, in the spellings that servers
// behind a gateway take for it.
func (c *clientCertificates) remove(h http.Header) {
	if c == nil || c.config.Header == "" {
		return
	}
	for name := range h {
		if strings.EqualFold(strings.ReplaceAll(name, "_", "-"), c.config.Header) {
			delete(h, name)
		}
	}
}
