package middleware

import "context"

// RawToken returns the token with which a admitted the request of ctx, "" if there is none:
// for an exchange of it (RFC 8693) against a token for another API. It is a secret, and
// was issued for this API alone. Keep it out of logs and of requests to other services.
//
// Handlers that have only package claims cannot get it.
func (a *Authenticator) RawToken(ctx context.Context) string {
	if admitted := a.admission(ctx); admitted != nil {
		return admitted.verified.raw
	}
	return ""
}
