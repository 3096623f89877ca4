// Package clientcert finds out which certificate a client presented to a proxy that
// terminates TLS.
//
// Tokens that are bound to a certificate (RFC 8705, section 3) carry the SHA-256 of its
// DER encoding. Behind a proxy, the API never sees the certificate on the connection. The
// proxy writes it into a header field, each in a [Format] of its own, and
// [Format.Thumbprint] returns that SHA-256.
//
// A header field proves nothing by itself: every client can send one. The caller must
// first find out that the request comes from a proxy that sets or removes the field of
// every request, for example with [Peers].
//
// What it guarantees:
//
//   - One certificate or none. Two field lines, two elements, two certificates where one
//     is expected, an encoding that is not the canonical one and bytes behind the
//     certificate are Malformed, even where other parsers find a certificate in them.
//   - No hash that stands for "no certificate". The SHA-256 of no bytes and one of zeros
//     alone are never Found.
//   - Limits. A field of more than 16 KiB is Malformed. The work grows linearly.
//   - Speed. Nothing is allocated for a certificate of up to 3 KiB without a chain.
//
// The certificate is not parsed and its chain is not validated: possession of the key was
// shown in the handshake with the proxy, and whether it is the right certificate is for
// the comparison with the token (RFC 8705, section 6.2).
package clientcert
