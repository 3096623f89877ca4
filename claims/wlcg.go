package claims

// WLCG returns the dialect of the WLCG token profile, as INDIGO IAM writes it.
// Groups count as roles too. A token is a workload's, and so a Client's, unless
// it tells when a person authenticated. Who accepts tokens for any service lists
// "https://wlcg.cern.ch/jwt/v1/any" among the audiences.
func WLCG() Dialect {
	return Dialect{
		Name:     "wlcg",
		ClientID: []Path{{"client_id"}},
		Scopes:   []Path{{"scope"}},
		Roles:    []Path{{"wlcg.groups"}},
		Groups:   []Path{{"wlcg.groups"}},
		Kinds: []KindRule{
			{User, Rule{Claim: Path{"auth_time"}}},
			{Client, Rule{Claim: Path{"client_id"}}},
		},
	}
}
