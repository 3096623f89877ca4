package claims

// WLCG returns the dialect of the WLCG token profile, as INDIGO IAM writes it.
// Groups count as roles too. A token is a workload's, and so a Client's, unless
// it tells when a person authenticated. Who accepts tokens for any service lists
// "https://wlcg.cern.ch/jwt/v1/any" among the audiences.
func WLCG() Dialect {
	return Dialect{
		Name:     "wlcg",
		ClientID: [][]string{{"client_id"}},
		Scopes:   [][]string{{"scope"}},
		Roles:    [][]string{{"wlcg.groups"}},
		Groups:   [][]string{{"wlcg.groups"}},
		Kinds: []KindRule{
			{KindUser, Rule{Claim: []string{"auth_time"}}},
			{KindClient, Rule{Claim: []string{"client_id"}}},
		},
	}
}
