package dialects

import "github.com/bearerguard/bearerguard/claims"

// WLCG returns the dialect of the WLCG token profile, as INDIGO IAM writes it.
// Groups are roles too. A token is that of a client unless it tells when a person
// authenticated. An API that accepts tokens for any service adds
// "https://wlcg.cern.ch/jwt/v1/any" to its audiences.
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
