package dialects

import "github.com/bearerguard/bearerguard/claims"

// Entra returns the dialect of Microsoft Entra ID, for tokens of versions 1.0
// and 2.0, of users and of applications. An application's permissions are app
// roles, never scopes. The tenant is the directory that issued the token, also
// for guests. Groups are absent if there are too many of them: their absence is
// no proof that the user has none.
func Entra() claims.Dialect {
	return claims.Dialect{
		Name:     "entra",
		ClientID: [][]string{{"azp"}, {"appid"}},
		ID:       [][]string{{"uti"}, {"jti"}},
		Scopes:   [][]string{{"scp"}},
		Roles:    [][]string{{"roles"}},
		Tenant:   [][]string{{"tid"}},
		Kinds: []claims.Rule{
			{Kind: claims.KindClient, Claim: []string{"idtyp"}, In: []string{"app"}},
			{Kind: claims.KindUser, Claim: []string{"idtyp"}, In: []string{"user"}},
			{Kind: claims.KindUnknown, Claim: []string{"idtyp"}}, // a device, for one
			// idtyp is optional; only what a user delegates has scp, and an
			// application's subject is the application.
			{Kind: claims.KindUser, Claim: []string{"scp"}},
			{Kind: claims.KindClient, Claim: []string{"oid"}, Equals: []string{"sub"}},
		},
		NotAccess: []claims.Rule{
			// An ID token names no client, and often has no nonce either.
			{Claim: []string{"azp"}, Absent: true, And: &claims.Rule{Claim: []string{"appid"}, Absent: true}},
			{Claim: []string{"nonce"}, And: &claims.Rule{Claim: []string{"scp"}, Absent: true}},
		},
		Reject: []claims.Rule{
			{Claim: []string{"tid"}, NotWithin: []string{"iss"}},
		},
	}
}

// C4T returns the dialect of the C4T CAS Service API: Entra, with all clients
// registered in C4T's own directory. The directory therefore says nothing of
// the customer: tenant and source system come from Clients, the source system
// also from a claim or from an app role that begins with "source:". A client's
// app roles are its scopes; a user's are not.
func C4T() claims.Dialect {
	d := Entra()
	d.Name = "c4t"
	d.ClientScopes = [][]string{{"roles"}}
	d.Tenant = [][]string{}
	d.SourceSystem = [][]string{{"source_system"}, {"sourceSystem"}, {"extn.source_system"}, {"extn.sourceSystem"}}
	d.SourceSystemPrefix = "source:"
	return d
}
