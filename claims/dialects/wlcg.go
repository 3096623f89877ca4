package dialects

import "github.com/bearerguard/bearerguard/claims"

// WLCG returns the dialect of the WLCG token profile, as INDIGO IAM writes it.
// Groups count as roles too. A token is a workload's, and so a Client's, unless
// it tells when a person authenticated. Who accepts tokens for any service lists
// "https://wlcg.cern.ch/jwt/v1/any" among the audiences.
func WLCG() claims.Dialect {
	return claims.Dialect{
		Name:     "wlcg",
		ClientID: [][]string{{"client_id"}},
		Scopes:   [][]string{{"scope"}},
		Roles:    [][]string{{"wlcg.groups"}},
		Groups:   [][]string{{"wlcg.groups"}},
		Kinds: []claims.Rule{
			{Kind: claims.KindUser, Claim: []string{"auth_time"}},
			{Kind: claims.KindClient, Claim: []string{"client_id"}},
		},
	}
}
