package claims

// Okta returns the dialect of an Okta custom authorization server; tokens of the
// org authorization server cannot be verified by anybody but Okta. A user's sub
// is the login name, which may change; uid is the stable identifier. Roles are
// the claims roles and groups, which the server's owner defines.
func Okta() Dialect {
	return Dialect{
		Name:     "okta",
		ClientID: [][]string{{"cid"}},
		Scopes:   [][]string{{"scp"}},
		Roles:    [][]string{{"roles"}, {"groups"}},
		Kinds: []KindRule{
			{KindUser, Rule{Claim: []string{"uid"}}},
			{KindClient, Rule{Claim: []string{"cid"}}},
		},
		NotAccess: []Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"cid"}, Absent: true},
			{Claim: []string{"jti"}, Prefix: "ID."},
		},
	}
}
