package keyring

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// discover finds the location of the key set and notes it, or why it did not.
// Where metadata was found before is tried first. Places that answer without
// having the metadata are passed over; an issuer out of reach is not asked
// again in the same attempt.
func (a *attempt) discover(ctx context.Context) {
	a.meta.asked = a.now()
	locations := a.source.locations()
	for i, l := range locations {
		if a.meta.jwksURL != "" && l.form == a.meta.form {
			copy(locations[1:i+1], locations[:i])
			locations[0] = l
		}
	}
	a.metaFault = FaultNotFound
	for _, l := range locations {
		jwksURL, fault := a.ask(ctx, l)
		switch {
		case fault == "":
			a.meta.jwksURL, a.meta.form, a.meta.at = jwksURL, l.form, a.now()
			a.metaFault = ""
			return
		case fault.unreachable():
			a.metaFault = fault
			return
		case a.metaFault == FaultNotFound:
			a.metaFault = fault // the first that says more
		}
	}
}

// ask has go-oidc read the metadata at one location and check its issuer. The
// URL that go-oidc would ask is the one of OpenID Connect Discovery; the
// transport given to it puts the location in its place.
func (a *attempt) ask(ctx context.Context, l location) (jwksURL string, fault Fault) {
	client := &http.Client{Transport: metadataTransport{a, l}}
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, client), a.source.metadataIssuer())
	var mismatch *oidc.IssuerMismatchError
	switch {
	case errors.As(err, &mismatch):
		return "", FaultIssuer
	case err != nil:
		return "", networkFault(err)
	}
	var claims metadataClaims
	if err := provider.Claims(&claims); err != nil {
		return "", FaultMalformed
	}
	return a.jwksURL(l, claims.JWKSURI)
}

// jwksURL judges the jwks_uri of metadata.
func (a *attempt) jwksURL(l location, uri string) (string, Fault) {
	if uri == "" {
		if a.source.JWKSURL != "" {
			return a.source.JWKSURL, ""
		}
		return "", FaultNoJWKSURI
	}
	if l.form == formSMART {
		// SMART on FHIR servers of old write URLs relative to their base.
		base, err := url.Parse(l.url)
		if err != nil {
			return "", FaultBadJWKSURI
		}
		u, err := base.Parse(uri)
		if err != nil {
			return "", FaultBadJWKSURI
		}
		uri = u.String()
	}
	if a.source.checkURL(uri) != nil {
		return "", FaultBadJWKSURI
	}
	return uri, ""
}

// metadataClaims are the members of metadata that count here.
type metadataClaims struct {
	Issuer  string `json:"issuer"`
	JWKSURI string `json:"jwks_uri"`
}

// metadataTransport answers go-oidc's request with the document at a location.
type metadataTransport struct {
	attempt  *attempt
	location location
}

// RoundTrip implements http.RoundTripper.
func (t metadataTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	body, _, fault := t.attempt.get(request.Context(), t.location.url)
	if fault != "" {
		return nil, fault
	}
	claims, fault := readMetadata(body, t.attempt.source, t.location.form)
	if fault != "" {
		return nil, fault
	}
	body, err := json.Marshal(claims)
	if err != nil {
		return nil, err
	}
	return &http.Response{
		Status:     "200 OK",
		StatusCode: http.StatusOK,
		Proto:      "HTTP/1.1",
		ProtoMajor: 1,
		ProtoMinor: 1,
		Header:     http.Header{"Content-Type": {"application/json"}},
		Body:       io.NopCloser(bytes.NewReader(body)),
		Request:    request,
	}, nil
}

// readMetadata reads a document strictly and keeps the two members that count,
// because go-oidc, as encoding/json does, would also take their names in other
// cases and the last of several. Where a document may say otherwise than by its
// issuer member whose it is, that is decided here, and go-oidc is shown the
// issuer which it expects.
func readMetadata(body []byte, source *Source, f form) (metadataClaims, Fault) {
	if trimmed := bytes.TrimLeft(body, " \t\r\n"); len(trimmed) > 0 && trimmed[0] == '<' {
		return metadataClaims{}, FaultNotJSON
	}
	members, err := strictjson.Parse(body, nil)
	if err != nil || members.Variant(metadataNames) {
		return metadataClaims{}, FaultMalformed
	}
	issuer, hasIssuer, ok := stringMember(members, "issuer")
	if !ok {
		return metadataClaims{}, FaultMalformed
	}
	uri, _, ok := stringMember(members, "jwks_uri")
	if !ok {
		return metadataClaims{}, FaultBadJWKSURI
	}
	if f == formExplicit {
		// AD FS signs access tokens in another name than ID tokens.
		if name, has, ok := stringMember(members, "access_token_issuer"); has && ok && name == source.Issuer {
			issuer = source.metadataIssuer()
		}
	}
	if f == formSMART && !hasIssuer {
		// SMART App Launch asks for an issuer only where there is single
		// sign-on. The document was read below the issuer's own URL.
		issuer = source.metadataIssuer()
	}
	return metadataClaims{issuer, uri}, ""
}

// metadataNames are the members that are read here, in their only spelling.
var metadataNames = strictjson.NewNames("issuer", "jwks_uri", "access_token_issuer")

// stringMember returns a member that must be a string if it is there.
func stringMember(members strictjson.Object, name string) (s string, has, ok bool) {
	raw, has := members.Get(name)
	if !has {
		return "", false, true
	}
	s, ok = strictjson.String(raw)
	return s, true, ok
}
