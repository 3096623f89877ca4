package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"syscall"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
)

// networkFault names the failure of a round trip.
func networkFault(err error) fault.Fault {
	var (
		known   fault.Fault
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
	case errors.As(err, &known):
		return known
	case errors.As(err, &verify), errors.As(err, &record), errors.As(err, &alert), errors.As(err, &unknown),
		errors.As(err, &host), errors.As(err, &invalid), errors.Is(err, http.ErrSchemeMismatch):
		return fault.TLS
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fault.Timeout
	case errors.As(err, &dns) && dns.IsNotFound:
		return fault.NoSuchHost
	case errors.As(err, &dns):
		return fault.DNS
	case errors.Is(err, syscall.ECONNREFUSED):
		return fault.ConnectionRefused
	case errors.As(err, &timeout) && timeout.Timeout():
		return fault.Timeout
	}
	return fault.Network
}

// statusFault names an HTTP status other than 200.
func statusFault(status int) fault.Fault {
	switch {
	case status >= 300 && status < 400 && status != http.StatusNotModified:
		return fault.Redirect
	case status == http.StatusTooManyRequests:
		return fault.RateLimited
	case status == http.StatusNotFound, status == http.StatusGone:
		return fault.NotFound
	case status >= 400 && status < 500:
		return fault.Status4xx
	case status >= 500:
		return fault.Status5xx
	}
	return fault.OtherStatus
}
