package claims

// ADFS returns the dialect of Active Directory Federation Services, 2016 and
// later. Access tokens have an issuer of their own, "…/adfs/services/trust",
// often over plain http, which the metadata calls access_token_issuer. Roles and
// groups are there only if an issuance rule adds them. A token that names no
// person counts as the client's own.
func ADFS() Dialect {
	return Dialect{
		Name:     "adfs",
		ClientID: []Path{{"appid"}, {"client_id"}},
		Scopes:   []Path{{"scp"}},
		Roles:    []Path{{"role"}, {"roles"}},
		Groups:   []Path{{"group"}, {"groups"}},
		Kinds: []KindRule{
			{Client, Rule{Claim: Path{"sub"}, Equals: Path{"appid"}}},
			{User, Rule{Claim: Path{"upn"}}},
			{User, Rule{Claim: Path{"unique_name"}}},
			{User, Rule{Claim: Path{"winaccountname"}}},
			{User, Rule{Claim: Path{"email"}}},
		},
		NotAccess: []Rule{
			{Claim: Path{"nonce"}},
			{Claim: Path{"iss"}, Suffix: "/adfs"}, // the issuer of ID tokens
			{Claim: Path{"appid"}, Absent: true, And: &Rule{Claim: Path{"client_id"}, Absent: true}},
		},
	}
}
