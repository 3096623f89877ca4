package middleware

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"weak"

	"github.com/bearerguard/bearerguard/middleware/internal/clientcert"
)

// checkCertificate checks that the caller has the certificate that the token is bound to
// (RFC 8705, section 3).
func (d *decision) checkCertificate(r *Request) bool {
	certificates := d.auth.certificates
	if certificates.config.Header == "" {
		return d.checkConnection(r)
	}
	lines := r.Header[certificates.config.Header]
	if len(lines) > 0 && !certificates.trusts(r) {
		d.auth.observe.counts.untrusted.Add(1)
		d.hint = hintUntrustedProxy
		return d.reject(ErrNotHolder)
	}
	hash, found := clientcert.Format(certificates.config.Format).Thumbprint(lines)
	switch found {
	case clientcert.Found:
		return d.compareCertificate(hash)
	case clientcert.None:
		d.hint, d.quiet = hintNoCertificate, true
	default:
		d.hint = hintCertificateField
	}
	return d.reject(ErrNotHolder)
}

// checkConnection is checkCertificate for the certificate of the connection. The leaf
// is the one that the client has proved to hold (RFC 8446, section 4.4.3). A verified
// token remembers the last one that it matched, because a client sends many requests over
// a connection.
func (d *decision) checkConnection(r *Request) bool {
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		d.hint, d.quiet = hintNoCertificate, true
		return d.reject(ErrNotHolder)
	}
	leaf := r.TLS.PeerCertificates[0]
	if d.verified != nil {
		if last := d.verified.certificate.Load(); last != nil && last.Value() == leaf {
			return true
		}
	}
	if !d.compareCertificate(sha256.Sum256(leaf.Raw)) {
		return false
	}
	if d.verified != nil {
		known := weak.Make(leaf)
		d.verified.certificate.Store(&known)
	}
	return true
}

// compareCertificate compares a certificate with that of the token.
func (d *decision) compareCertificate(hash [32]byte) bool {
	var text [43]byte
	base64.RawURLEncoding.Encode(text[:], hash[:])
	if subtle.ConstantTimeCompare(text[:], []byte(d.token.CertificateThumbprint)) != 1 {
		d.hint, d.quiet = hintOtherCertificate, true
		return d.reject(ErrNotHolder)
	}
	return true
}
