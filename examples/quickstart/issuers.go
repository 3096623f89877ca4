package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/claims/dialects"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// A system is what -dialect may name: a dialect by its name in package dialects,
// and how the embedded server plays the system.
type system struct {
	dialect string
	server  testutil.Options
}

// systems lists the founding systems and the two general ones.
var systems = []system{
	{dialect: "standard"},
	{dialect: "identityserver", server: testutil.Options{System: "ipreo"}},
	{dialect: "ipreo", server: testutil.Options{System: "ipreo"}},
	{dialect: "c4t", server: testutil.Options{System: "c4t"}},
	{dialect: "cadasto", server: testutil.Options{
		System: "cadasto",
		// The issuer's URL contains the company. The embedded server publishes
		// its keys.
		Issuer: "https://mycompany.auth.prod.cadasto.io",
	}},
	{dialect: "connect2id", server: testutil.Options{System: "connect2id"}},
	{dialect: "cern", server: testutil.Options{System: "cern"}},
}

func dialectNames() string {
	var names []string
	for _, s := range systems {
		names = append(names, s.dialect)
	}
	return strings.Join(names, ", ")
}

// trusted returns the issuer to trust and, if it is the embedded one, the
// command that gets a token from it.
func trusted(url, audience, name string) (is middleware.Issuer, curl string, closeIssuer func(), err error) {
	i := slices.IndexFunc(systems, func(s system) bool { return s.dialect == name })
	if i < 0 {
		return is, "", nil, fmt.Errorf("unknown dialect %q: one of %s", name, dialectNames())
	}
	dialect, err := dialects.ByName(name)
	if err != nil {
		return is, "", nil, err
	}
	if name == "standard" {
		dialect.Name = "" // the log names a dialect only if one was chosen
	}
	is = middleware.Issuer{
		URL:     url,
		Dialect: dialect,
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

	options := systems[i].server
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
