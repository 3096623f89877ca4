// Package claimstest tests that a claims.Dialect reads the tokens of an issuer as
// expected. The examples are files that hold the claims of a token and what must
// be read from them. The dialects of package dialects have theirs in this
// package's testdata/payloads.
//
// # Payload files
//
// A payload file is JSON with these members:
//
//	{
//	  "description": "A client's token with its tenant in an organization.",
//	  "dialect": "keycloak",
//	  "config": {
//	    "audiences": ["https://api.example.com"],
//	    "source_system": [["system"]]
//	  },
//	  "claims": {
//	    "iss": "https://id.example.com/realms/a",
//	    "aud": "https://api.example.com",
//	    "azp": "billing", "clientId": "billing",
//	    "organization": ["acme"], "system": "SAP",
//	    "scope": "orders.read", "exp": 1767229200
//	  },
//	  "expect": {
//	    "client_id": "billing", "tenant": "acme", "source_system": "SAP",
//	    "kind": "client", "scopes": ["orders.read"],
//	    "audience": ["https://api.example.com"]
//	  }
//	}
//
// The dialect is the name that the lookup function of [Run] gets.
//
// The members of config change the dialect as the API's owner would. They have
// the names of the fields of claims.Dialect: roles, tenant, source_system,
// tenant_prefix, source_system_prefix, scope_prefix, clients, anonymous, and
// ignore_marks for DangerouslyIgnoreMarks. The member audiences lists the audiences
// of the API.
//
// The claims must be valid as the payload of a token.
//
// The members of expect are fields of the claims.Token: client_id, subject,
// tenant, source_system, kind, scopes, roles, groups and audience. A field
// without a member must be empty. The kind is always given.
//
// A file for a token that the dialect must reject has the member refused instead
// of expect: "malformed_token", "not_access_token" or "rejected". A file with both
// is for a token that the dialect must read and that package middleware rejects;
// refused is then any middleware.Reason.
//
// Run ignores the members now (seconds since 1970), header (the JOSE header),
// and in config issuer, tenants, tenant_from_claims, algorithms, key_issuer,
// missing_issuer, audience_from_clients and audience_from_scope. They are for
// tests that sign the claims and send the token to an API. Other members are
// errors, so a misspelled expectation cannot pass.
package claimstest
