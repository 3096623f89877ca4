package claims

// Entra returns the dialect of Microsoft Entra ID, for tokens of versions 1.0
// and 2.0, of users and of applications. An application's permissions are app
// roles, never scopes. The tenant is the directory that issued the token, also
// for guests. Groups are absent if there are too many of them: their absence is
// no proof that the user has none.
func Entra() Dialect {
	return Dialect{
		Name:     "entra",
		ClientID: []Path{{"azp"}, {"appid"}},
		ID:       []Path{{"uti"}, {"jti"}},
		Scopes:   []Path{{"scp"}},
		Roles:    []Path{{"roles"}},
		Tenant:   []Path{{"tid"}},
		Kinds: []KindRule{
			{Client, Rule{Claim: Path{"idtyp"}, In: []string{"app"}}},
			{User, Rule{Claim: Path{"idtyp"}, In: []string{"user"}}},
			{Unknown, Rule{Claim: Path{"idtyp"}}}, // a device, for one
			// idtyp is optional; only what a user delegates has scp, and an
			// application's subject is the application.
			{User, Rule{Claim: Path{"scp"}}},
			{Client, Rule{Claim: Path{"oid"}, Equals: Path{"sub"}}},
		},
		NotAccess: []Rule{
			// An ID token names no client, and often has no nonce either.
			{Claim: Path{"azp"}, Absent: true, And: &Rule{Claim: Path{"appid"}, Absent: true}},
			{Claim: Path{"nonce"}, And: &Rule{Claim: Path{"scp"}, Absent: true}},
		},
		Reject: []Rule{
			{Claim: Path{"tid"}, NotWithin: Path{"iss"}},
		},
	}
}

// C4T returns the dialect of the C4T CAS Service API: Entra, with all clients
// registered in C4T's own directory. The directory therefore says nothing of
// the customer: tenant and source system come from Clients, the source system
// also from a claim or from an app role that begins with "source:". A client's
// app roles are its scopes; a user's are not.
func C4T() Dialect {
	d := Entra()
	d.Name = "c4t"
	d.ClientScopes = []Path{{"roles"}}
	d.Tenant = []Path{}
	d.SourceSystem = []Path{{"source_system"}, {"sourceSystem"}, {"extn.source_system"}, {"extn.sourceSystem"}}
	d.SourceSystemPrefix = "source:"
	return d
}
