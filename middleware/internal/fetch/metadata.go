package fetch

import (
	"context"
	"net/url"

	"github.com/bearerguard/bearerguard/internal/strictjson"
	"github.com/bearerguard/bearerguard/middleware/internal/fault"
	"github.com/bearerguard/bearerguard/middleware/internal/weburl"
)

// JWKSURI requests the metadata at l and returns the URL of the key set.
func (s *Session) JWKSURI(ctx context.Context, d *Discovery, l Location) (string, fault.Fault) {
	m, f := s.metadata(ctx, d, l)
	if f != "" {
		return "", f
	}
	return resolve(m.jwksURI, d, l)
}

// metadata requests the metadata at l, and compares the issuer that it names.
func (s *Session) metadata(ctx context.Context, d *Discovery, l Location) (metadata, fault.Fault) {
	if l.Kind != OpenID || d.named() != d.Issuer {
		document, f := s.Get(ctx, l.URL)
		if f != "" {
			return metadata{}, f
		}
		return readOwn(withoutMark(document.Body), d, l.Kind)
	}
	document, err := s.discover(ctx, d.Issuer)
	switch {
	case err == nil:
		return readMetadata(document)
	case document == nil:
		return metadata{}, networkFault(err)
	}
	// go-oidc rejects the document. It may do so for a member that does not
	// matter here and has another type than it expects, so read it once more.
	return readOwn(document, d, l.Kind)
}

// resolve checks a jwks_uri.
func resolve(uri string, d *Discovery, l Location) (string, fault.Fault) {
	if uri == "" {
		return "", fault.NoJWKSURI
	}
	if l.Kind == SMART {
		// Old SMART on FHIR servers write URLs relative to their base.
		base, err := url.Parse(l.URL)
		if err != nil {
			return "", fault.BadJWKSURI
		}
		u, err := base.Parse(uri)
		if err != nil {
			return "", fault.BadJWKSURI
		}
		uri = u.String()
	}
	if _, err := weburl.Parse(uri, d.AllowHTTP); err != nil {
		return "", fault.BadJWKSURI
	}
	return uri, ""
}

// metadata holds the members of a document that count here.
type metadata struct {
	issuer    string
	hasIssuer bool
	jwksURI   string

	accessTokenIssuer string
}

// readOwn reads metadata and compares the issuer that it names. It knows what
// go-oidc does not: where metadata of this kind says whose it is.
func readOwn(document []byte, d *Discovery, kind Kind) (metadata, fault.Fault) {
	m, f := readMetadata(document)
	if f != "" {
		return m, f
	}
	named := m.issuer == d.named()
	switch kind {
	case Explicit:
		// AD FS signs access tokens in another name than ID tokens.
		named = named || m.accessTokenIssuer != "" && m.accessTokenIssuer == d.Issuer
	case SMART:
		// SMART App Launch requires an issuer only for single sign-on. The
		// document was found below the issuer's own URL.
		named = named || !m.hasIssuer
	}
	if !named {
		return metadata{}, fault.IssuerMismatch
	}
	return m, ""
}

// metadataNames are the members that are read here, in their only spelling.
var metadataNames = strictjson.NewNames("issuer", "jwks_uri", "access_token_issuer")

// readMetadata reads a document strictly. encoding/json, and so go-oidc, would
// also accept the names in another case and the last of several members with one
// name.
func readMetadata(document []byte) (m metadata, f fault.Fault) {
	members, err := strictjson.Parse(document, nil)
	if err != nil || members.Variant(metadataNames) {
		return metadata{}, fault.MalformedJSON
	}
	var ok bool
	if m.issuer, m.hasIssuer, ok = stringMember(members, "issuer"); !ok {
		return metadata{}, fault.MalformedJSON
	}
	if m.jwksURI, _, ok = stringMember(members, "jwks_uri"); !ok {
		return metadata{}, fault.BadJWKSURI
	}
	m.accessTokenIssuer, _, _ = stringMember(members, "access_token_issuer")
	return m, ""
}

// stringMember returns a member that, if it is there, must be a string. One that is
// null is not there: serializers write so what an issuer does not have.
func stringMember(members strictjson.Object, name string) (s string, has, ok bool) {
	raw, has := members.Get(name)
	if !has || string(raw) == "null" {
		return "", false, true
	}
	s, ok = strictjson.String(raw)
	return s, true, ok
}
