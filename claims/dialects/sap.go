package dialects

import "github.com/bearerguard/bearerguard/claims"

// SAPIAS returns the dialect of SAP Cloud Identity Services (Identity
// Authentication). The audience is the application that is called. Scopes are the
// API permission groups that the caller consumes. The tenant is the caller's in the
// application.
func SAPIAS() claims.Dialect {
	return claims.Dialect{
		Name:     "sapias",
		ClientID: [][]string{{"azp"}},
		Scopes:   [][]string{{"ias_apis"}, {"scope"}},
		Tenant:   [][]string{{"app_tid"}, {"zone_uuid"}},
		Kinds: []claims.Rule{
			{Kind: claims.KindClient, Claim: []string{"sap_id_type"}, In: []string{"app"}},
			{Kind: claims.KindUser, Claim: []string{"sap_id_type"}, In: []string{"user"}},
		},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"azp"}, Absent: true},
		},
	}
}
