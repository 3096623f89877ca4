package testutil

import (
	"crypto"
	"crypto/rand"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"time"
)

// certify gives k a self-signed certificate, for the systems that publish one
// with the key and name the key after it.
func (k *signingKey) certify(o *Options) error {
	now := o.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(int64(k.serial)),
		Subject:      pkix.Name{CommonName: "token signing"},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.AddDate(5, 0, 0),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
	var err error
	k.cert, err = x509.CreateCertificate(rand.Reader, template, template, k.public(), k.private.(crypto.Signer))
	return err
}

// thumbprint is the SHA-1 that x5t carries (RFC 7517 section 4.8). A key from
// AddKey has no certificate and so none.
func (k *signingKey) thumbprint() []byte {
	sum := sha1.Sum(k.cert)
	return sum[:]
}

// x5c returns the x5c member (RFC 7517 section 4.7): base64 with padding.
func (k *signingKey) x5c() []string {
	return []string{base64.StdEncoding.EncodeToString(k.cert)}
}
