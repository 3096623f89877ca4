package keyring

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"syscall"
)

// Fault is why an attempt to get keys failed: one of a fixed list of words, fit
// for a metric label or a health page. It never holds text of an error or of
// the issuer's answer. The empty Fault means that there was none.
type Fault string

// The faults. The first group is about reaching the issuer, the second about
// its answers.
const (
	FaultRefused     Fault = "connection_refused"
	FaultDNS         Fault = "dns"          // no answer from the resolver
	FaultNoHost      Fault = "no_such_host" // its answer is that there is none
	FaultTLS         Fault = "tls"
	FaultTimeout     Fault = "timeout"
	FaultNetwork     Fault = "network"         // any other failure to connect or read
	FaultPrivate     Fault = "private_address" // refused at dial time, see Source.RefusePrivate
	FaultRedirect    Fault = "redirect"
	FaultRateLimited Fault = "rate_limited" // 429
	FaultNotFound    Fault = "not_found"    // 404 or 410
	FaultClient      Fault = "status_4xx"   // any other
	FaultServer      Fault = "status_5xx"
	FaultStatus      Fault = "status" // any other status than 200

	FaultTooLarge    Fault = "too_large"      // more than 1 MiB
	FaultNotJSON     Fault = "not_json"       // HTML and the like
	FaultMalformed   Fault = "malformed_json" // truncated, duplicate members, invalid UTF-8
	FaultNotKeySet   Fault = "not_a_key_set"  // no object with an array "keys"
	FaultNoKeys      Fault = "no_keys"        // "keys" is empty
	FaultUnusable    Fault = "no_usable_keys" // not one key can verify a signature
	FaultTooMany     Fault = "too_many_keys"  // more than 1,000
	FaultPrivateKeys Fault = "private_keys"   // all keys hold private members, where those in use do not
	FaultIssuer      Fault = "issuer_mismatch"
	FaultNoJWKSURI   Fault = "no_jwks_uri"
	FaultBadJWKSURI  Fault = "bad_jwks_uri" // no URL, or not https
	FaultInternal    Fault = "internal"     // the reading of the answer panicked
)

// Error makes a Fault an error inside this package.
func (f Fault) Error() string { return string(f) }

// networkFault names the failure of a round trip.
func networkFault(err error) Fault {
	var (
		fault   Fault
		dns     *net.DNSError
		verify  *tls.CertificateVerificationError
		record  tls.RecordHeaderError
		alert   tls.AlertError
		unknown x509.UnknownAuthorityError
		host    x509.HostnameError
		invalid x509.CertificateInvalidError
		timeout net.Error
	)
	switch {
	case errors.As(err, &fault):
		return fault
	case errors.As(err, &verify), errors.As(err, &record), errors.As(err, &alert), errors.As(err, &unknown),
		errors.As(err, &host), errors.As(err, &invalid), errors.Is(err, http.ErrSchemeMismatch):
		return FaultTLS
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return FaultTimeout
	case errors.As(err, &dns) && dns.IsNotFound:
		return FaultNoHost
	case errors.As(err, &dns):
		return FaultDNS
	case errors.Is(err, syscall.ECONNREFUSED):
		return FaultRefused
	case errors.As(err, &timeout) && timeout.Timeout():
		return FaultTimeout
	}
	return FaultNetwork
}

// unreachable reports whether the fault says nothing about the address that was
// asked: another one of the same host would fare no better.
func (f Fault) unreachable() bool {
	switch f {
	case FaultRefused, FaultDNS, FaultNoHost, FaultTLS, FaultTimeout, FaultNetwork, FaultPrivate, FaultRateLimited, FaultServer:
		return true
	}
	return false
}

// passing reports whether the next attempt may fare better at once.
func (f Fault) passing() bool {
	switch f {
	case FaultRefused, FaultDNS, FaultTimeout, FaultNetwork, FaultServer, FaultMalformed:
		return true
	}
	return false
}

// noTenant reports whether the fault says that the issuer does not know the
// tenant whose name a token made up.
func (f Fault) noTenant() bool {
	switch f {
	case FaultNoHost, FaultNotFound, FaultClient, FaultIssuer, FaultRedirect, FaultNotJSON, FaultNoJWKSURI, FaultPrivate:
		return true
	}
	return false
}

// statusFault names an HTTP status other than 200.
func statusFault(status int) Fault {
	switch {
	case status >= 300 && status < 400 && status != http.StatusNotModified:
		return FaultRedirect
	case status == http.StatusTooManyRequests:
		return FaultRateLimited
	case status == http.StatusNotFound, status == http.StatusGone:
		return FaultNotFound
	case status >= 400 && status < 500:
		return FaultClient
	case status >= 500:
		return FaultServer
	}
	return FaultStatus
}
