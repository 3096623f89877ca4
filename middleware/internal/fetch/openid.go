package fetch

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"

	"github.com/coreos/go-oidc/v3/oidc"
)

// discover lets go-oidc perform OpenID Connect Discovery 1.0: request the
// metadata below the issuer's URL (section 4.1) and compare the issuer that it
// names (section 4.3). The document is nil if none came. If go-oidc rejects the
// document, there are both a document and an error.
func (s *Session) discover(ctx context.Context, issuer string) (document json.RawMessage, err error) {
	transport := &sessionTransport{session: s}
	ctx = oidc.ClientContext(ctx, &http.Client{Transport: transport})
	provider, err := oidc.NewProvider(ctx, issuer)
	if err != nil {
		return transport.document, err
	}
	err = provider.Claims(&document)
	return document, err
}

// sessionTransport sends the requests of go-oidc as those of a session, with its
// limits. It passes documents on as they are, but without a byte order mark.
type sessionTransport struct {
	session  *Session
	document []byte // of the last request, nil if none came
}

// RoundTrip implements http.RoundTripper. The error is a fault.Fault.
func (t *sessionTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	document, f := t.session.Get(request.Context(), request.URL.String())
	if f != "" {
		return nil, f
	}
	t.document = withoutMark(document.Body)
	return &http.Response{
		Status:        "200 OK",
		StatusCode:    http.StatusOK,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        document.Header,
		Body:          io.NopCloser(bytes.NewReader(t.document)),
		ContentLength: int64(len(t.document)),
		Request:       request,
	}, nil
}
