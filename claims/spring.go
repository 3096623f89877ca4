package claims

// SpringAuthorizationServer returns the dialect of Spring Authorization Server,
// whose tokens name the client as their audience, unless the owner customized
// them, and nowhere else.
func SpringAuthorizationServer() Dialect {
	return Dialect{
		Name:     "spring",
		ClientID: []Path{{"client_id"}, {"azp"}, {"aud"}},
		Scopes:   []Path{{"scope"}},
		NotAccess: []Rule{
			{Claim: Path{"nonce"}},
			// ID tokens have azp and no scope, access tokens are the other way.
			{Claim: Path{"azp"}, And: &Rule{Claim: Path{"scope"}, Absent: true}},
		},
	}
}
