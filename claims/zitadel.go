package claims

// Zitadel returns the dialect of Zitadel's JWT access tokens. Roles are the
// names in the objects that list them, of the client's own project and of this
// API's, if its project's id is the audience. Scopes are there only if an action
// adds them. Whether the subject is a person or a service user is not told.
func Zitadel() Dialect {
	return Dialect{
		Name:     "zitadel",
		ClientID: []Path{{"azp"}, {"client_id"}},
		Roles: []Path{
			{"urn:zitadel:iam:org:project:roles"},
			{"urn:zitadel:iam:org:project:" + ThisAPI + ":roles"},
		},
		Tenant: []Path{{"urn:zitadel:iam:user:resourceowner:id"}},
		Kinds: []KindRule{
			{Client, Rule{Claim: Path{"sub"}, Equals: Path{"azp"}}},
			{Client, Rule{Claim: Path{"sub"}, Equals: Path{"client_id"}}},
			{Unknown, Rule{Claim: Path{"sub"}}},
		},
		NotAccess: []Rule{
			{Claim: Path{"nonce"}},
			{Claim: Path{"jti"}, Absent: true}, // ID tokens have none
		},
	}
}
