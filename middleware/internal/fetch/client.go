package fetch

import (
	"errors"
	"net/http"
	"sync/atomic"
)

// HTTPClient returns the client that sends the requests: a copy of the caller's,
// or one with a small transport of its own if that is nil. It does not follow
// redirects. With refusePrivate it connects to public addresses only, for which
// the caller's transport must be nil or an *http.Transport.
func HTTPClient(callers *http.Client, refusePrivate bool) (*http.Client, error) {
	client := new(http.Client)
	if callers != nil {
		*client = *callers
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	switch transport := client.Transport.(type) {
	case nil:
		if callers != nil && !refusePrivate {
			return client, nil // http.DefaultTransport, as the caller expects
		}
		base := newTransport()
		client.Transport = base
		if refusePrivate {
			client.Transport = newPublicOnly(base)
		}
	case *http.Transport:
		if refusePrivate {
			client.Transport = newPublicOnly(transport.Clone())
		}
	case *publicOnly:
	default:
		if refusePrivate {
			return nil, errors.New("use an *http.Transport: private addresses cannot be refused with another one")
		}
	}
	return client, nil
}

// Client requests the documents of one issuer. It is safe for concurrent use.
type Client struct {
	http     *http.Client
	requests atomic.Uint64
}

// NewClient returns a Client that sends its requests with the client given,
// which HTTPClient returned.
func NewClient(client *http.Client) *Client { return &Client{http: client} }

// Requests returns the number of requests so far; a nil Client has sent none.
func (c *Client) Requests() uint64 {
	if c == nil {
		return 0
	}
	return c.requests.Load()
}
