package claims

// Okta returns the dialect of an Okta custom authorization server; tokens of the
// org authorization server cannot be verified by anybody but Okta. A user's sub
// is the login name, which may change; uid is the stable identifier. Roles are
// the claims roles and groups, which the server's owner defines.
func Okta() Dialect {
	return Dialect{
		Name:     "okta",
		ClientID: []Path{{"cid"}},
		Scopes:   []Path{{"scp"}},
		Roles:    []Path{{"roles"}, {"groups"}},
		Kinds: []KindRule{
			{User, Rule{Claim: Path{"uid"}}},
			{Client, Rule{Claim: Path{"cid"}}},
		},
		NotAccess: []Rule{
			{Claim: Path{"nonce"}},
			{Claim: Path{"cid"}, Absent: true},
			{Claim: Path{"jti"}, Prefix: "ID."},
		},
	}
}
