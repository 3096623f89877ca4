package dialects

import "github.com/bearerguard/bearerguard/claims"

// Connect2id returns the dialect of the Connect2id server, for its classic tokens
// (cid, scp) and its RFC 9068 profiles (client_id, scope). Tenant and source
// system are claims that the owner of the server copies from the registration of
// the client or adds to the token's data (dat).
func Connect2id() claims.Dialect {
	return claims.Dialect{
		Name:         "connect2id",
		ClientID:     [][]string{{"cid"}, {"client_id"}},
		Scopes:       [][]string{{"scp"}, {"scope"}},
		Tenant:       [][]string{{"org_id"}, {"dat", "org_id"}, {"tenant"}, {"dat", "tenant"}},
		SourceSystem: [][]string{{"source_system"}, {"dat", "source_system"}},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"cid"}, Absent: true, And: &claims.Rule{Claim: []string{"client_id"}, Absent: true}},
		},
	}
}
