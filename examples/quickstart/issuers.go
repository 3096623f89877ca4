package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// A dialect is what -dialect may name: how its tokens are read, and how the
// embedded server plays the system.
type dialect struct {
	name   string
	claims func() claims.Dialect
	server testutil.Options
}

// dialects lists the founding systems and the two general ones.
var dialects = []dialect{
	{name: "standard", claims: func() claims.Dialect { return claims.Dialect{} }},
	{name: "identityserver", claims: claims.IdentityServer, server: testutil.Options{System: "ipreo"}},
	{name: "ipreo", claims: claims.Ipreo, server: testutil.Options{System: "ipreo"}},
	{name: "c4t", claims: claims.C4T, server: testutil.Options{System: "c4t"}},
	{name: "cadasto", claims: claims.Cadasto, server: testutil.Options{
		System: "cadasto",
		// The company is a part of the issuer's name; its keys are published
		// here.
		Issuer: "https://mycompany.auth.prod.cadasto.io",
	}},
	{name: "connect2id", claims: claims.Connect2id, server: testutil.Options{System: "connect2id"}},
	{name: "cern", claims: claims.CERN, server: testutil.Options{System: "cern"}},
}

func dialectNames() string {
	var names []string
	for _, d := range dialects {
		names = append(names, d.name)
	}
	return strings.Join(names, ", ")
}

// trusted returns the issuer to trust and, if it is the embedded one, the
// command that gets a token from it.
func trusted(url, audience, name string) (is middleware.Issuer, curl string, closeIssuer func(), err error) {
	i := slices.IndexFunc(dialects, func(d dialect) bool { return d.name == name })
	if i < 0 {
		return is, "", nil, fmt.Errorf("unknown dialect %q: one of %s", name, dialectNames())
	}
	d := dialects[i]
	is = middleware.Issuer{
		URL:     url,
		Dialect: d.claims(),
		// All algorithms, so that the quickstart works with every server.
		Algorithms: []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"},
	}
	if url != "" {
		if audience == "" {
			return is, "", nil, fmt.Errorf("-issuer needs -audience: the name that the issuer gives this API")
		}
		is.Audiences = []string{audience}
		return is, "", func() {}, nil
	}

	options := d.server
	options.Audience = audience
	server, err := testutil.Start(options)
	if err != nil {
		return is, "", nil, err
	}
	is.URL = server.URL()
	if options.Issuer != "" {
		is.JWKSURL = server.JWKSURL()
	}
	if name == "c4t" {
		// C4T gives every source system of a customer its own client; the client
		// id stands for tenant and source system.
		is.Dialect.Clients = map[string]claims.ClientInfo{}
		for _, client := range server.Clients() {
			is.Dialect.Clients[client.ID] = claims.ClientInfo{Tenant: "c4t-tenant-0042", SourceSystem: "SAP-ECC-BE01"}
		}
	}
	if aud := server.Audience(); aud != "" {
		is.Audiences = []string{aud}
	} else {
		// By default the tokens of Connect2id have no audience. The API lists the
		// clients that it serves instead.
		for _, client := range server.Clients() {
			is.AudienceFromClients = append(is.AudienceFromClients, client.ID)
		}
	}
	return is, server.Curl(), server.Close, nil
}
