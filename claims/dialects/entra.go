package dialects

import "github.com/bearerguard/bearerguard/claims"

// Entra returns the dialect of Microsoft Entra ID, for tokens of version 1.0 and
// 2.0, of users and of applications. The permissions of an application are app
// roles; only users have scopes. The tenant is the directory that issued the
// token, also for guests. A user with too many groups has none in the token, so
// absent groups do not show that a user is in none.
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
			{Claim: []string{"idtyp"}}, // of unknown Kind, for example a device
			// idtyp is optional. Only tokens of users have scp, and the subject of
			// an application is its object id.
			{Kind: claims.KindUser, Claim: []string{"scp"}},
			{Kind: claims.KindClient, Claim: []string{"oid"}, Equals: []string{"sub"}},
		},
		NotAccess: []claims.Rule{
			// An ID token names no client. It may lack a nonce.
			{Claim: []string{"azp"}, Absent: true, And: &claims.Rule{Claim: []string{"appid"}, Absent: true}},
			{Claim: []string{"nonce"}, And: &claims.Rule{Claim: []string{"scp"}, Absent: true}},
		},
		Reject: []claims.Rule{
			{Claim: []string{"tid"}, NotWithin: []string{"iss"}},
		},
	}
}

// C4T returns the dialect of the C4T CAS Service API: Entra, with all clients
// registered in C4T's own directory. The directory is therefore not the customer.
// The tenant comes from Clients. The source system comes from a claim, from an
// app role that begins with "source:", or from Clients. The app roles of a client
// are its scopes; those of a user are not.
func C4T() claims.Dialect {
	d := Entra()
	d.Name = "c4t"
	d.ClientScopes = [][]string{{"roles"}}
	d.Tenant = [][]string{}
	d.SourceSystem = [][]string{{"source_system"}, {"sourceSystem"}, {"extn.source_system"}, {"extn.sourceSystem"}}
	d.SourceSystemPrefix = "source:"
	return d
}
