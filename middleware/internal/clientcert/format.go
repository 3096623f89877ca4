package clientcert

import "strings"

// A Format is how a proxy writes the client's certificate into a header field. The
// zero Format is RFC9440. A Format is safe for concurrent use.
type Format string

const (
	// RFC9440 is the Client-Cert field of RFC 9440, section 2.2: the DER encoding as
	// a byte sequence of Structured Fields, ":MIIB...:". HAProxy, Caddy and Amazon
	// CloudFront can write it.
	RFC9440 Format = "rfc9440"
	// PEM is a certificate in PEM (RFC 7468) that is percent-encoded (nginx, AWS
	// Application Load Balancer, CloudFront) or whose line breaks became white space
	// (Apache). The certificates of its chain may follow.
	PEM Format = "pem"
	// DER is the DER encoding in base64 with padding, and behind it, separated by
	// commas, those of the certificates of its chain (Traefik). The whole may be
	// percent-encoded.
	DER Format = "der"
	// XFCC is Envoy's x-forwarded-client-cert with exactly one element. Envoy must be
	// configured to replace the field (SANITIZE_SET).
	XFCC Format = "xfcc"
	// SHA256 is not the certificate but its SHA-256: 64 hexadecimal digits, also with a
	// colon between the bytes, or base64 or base64url with or without padding (HAProxy,
	// CloudFront).
	SHA256 Format = "sha256"
)

// Formats returns all formats.
func Formats() []Format { return []Format{RFC9440, PEM, DER, XFCC, SHA256} }

// maxField is the greatest length of a field in bytes. Percent-encoded PEM of three
// certificates with RSA keys of 4096 bits has room in it, and few servers accept longer
// fields.
const maxField = 16 << 10

// Thumbprint returns the SHA-256 of the DER encoding of the client's certificate
// (RFC 8705, section 3.1). The lines are the values of all field lines with the name of
// the field. The hash means something only if the Finding is Found; it is zero otherwise,
// and never zero if it is Found.
//
// More than one line is Malformed, even if one is empty: one of them may be the
// client's. Spaces and tabs around the value are ignored. For a Format that is not one
// of Formats every value is Malformed.
func (f Format) Thumbprint(lines []string) (hash [32]byte, found Finding) {
	if len(lines) == 0 {
		return hash, None
	}
	if len(lines) > 1 || len(lines[0]) > maxField {
		return hash, Malformed
	}
	text := strings.Trim(lines[0], " \t")
	switch f {
	case RFC9440, "":
		return readRFC9440(text)
	case PEM:
		return readPEM(text)
	case DER:
		return readDER(text)
	case XFCC:
		return readXFCC(text)
	case SHA256:
		return readSHA256(text)
	}
	return hash, Malformed
}
