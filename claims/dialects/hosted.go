package dialects

import "github.com/bearerguard/bearerguard/claims"

// Supabase returns the dialect of Supabase Auth. A session names no client, a token
// of its OAuth server does. Roles are the role in the database and those that the
// owner of the project wrote into app_metadata; a user can change user_metadata.
// The ID tokens of its OAuth server have no role and are rejected.
func Supabase() claims.Dialect {
	return claims.Dialect{
		Name:     "supabase",
		ClientID: [][]string{{"client_id"}},
		Scopes:   [][]string{{"scope"}},
		Roles:    [][]string{{"role"}, {"app_metadata", "roles"}},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"role"}, Absent: true},
		},
	}
}

// Clerk returns the dialect of Clerk: its session tokens of version 1 and 2, its
// OAuth access tokens, and its machine tokens that are JWTs. The client of a session
// is the origin of the web page. A session that is pending, because its user has
// tasks left, is rejected.
func Clerk() claims.Dialect {
	return claims.Dialect{
		Name:     "clerk",
		ClientID: [][]string{{"client_id"}, {"azp"}},
		Scopes:   [][]string{{"scope"}, {"scp"}, {"scopes"}},
		Roles:    [][]string{{"o", "rol"}, {"org_role"}, {"org_permissions"}},
		Tenant:   [][]string{{"o", "id"}, {"org_id"}},
		Kinds: []claims.Rule{
			{Kind: claims.KindClient, Claim: []string{"sub"}, Prefix: "mch_"}, // a machine
		},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
		},
		Reject: []claims.Rule{
			{Claim: []string{"sts"}, In: []string{"pending"}},
		},
	}
}

// WorkOS returns the dialect of WorkOS: the session tokens of AuthKit, and the
// tokens that WorkOS Connect writes for applications, MCP clients and machines.
// Roles are the roles and permissions in the organization, which is the tenant.
func WorkOS() claims.Dialect {
	return claims.Dialect{
		Name:     "workos",
		ClientID: [][]string{{"client_id"}},
		Scopes:   [][]string{{"scope"}},
		Roles:    [][]string{{"roles"}, {"role"}, {"permissions"}},
		Tenant:   [][]string{{"org_id"}},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"jti"}, Absent: true}, // ID tokens have none
		},
	}
}

// Stytch returns the dialect of Stytch: its session JWTs, for consumers and for
// organizations, and the tokens of its Connected Apps and machines. A machine is
// named by its subject alone. The tenant is the organization.
func Stytch() claims.Dialect {
	return claims.Dialect{
		Name:     "stytch",
		ClientID: [][]string{{"client_id"}},
		Scopes:   [][]string{{"scope"}},
		Roles:    [][]string{{"https://stytch.com/session", "roles"}},
		Tenant:   [][]string{{"https://stytch.com/organization", "organization_id"}},
		Kinds: []claims.Rule{
			{Kind: claims.KindClient, Claim: []string{"sub"}, Prefix: "m2m-client-"},
		},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
		},
	}
}

// Descope returns the dialect of Descope's session tokens. Roles are those of the
// project. The tenant is the current one or, for a user with one tenant, that one;
// the roles within a tenant are in the claim tenants. Refresh tokens are JWTs too.
func Descope() claims.Dialect {
	return claims.Dialect{
		Name:     "descope",
		ClientID: [][]string{{"client_id"}, {"azp"}},
		Scopes:   [][]string{{"scope"}},
		Roles:    [][]string{{"roles"}, {"permissions"}},
		Tenant:   [][]string{{"dct"}, {"tenants"}},
		Kinds: []claims.Rule{
			{Kind: claims.KindClient, Claim: []string{"sub"}, Prefix: "K2"}, // an access key
		},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"drn"}, In: []string{"DSR"}}, // a refresh token
		},
	}
}
