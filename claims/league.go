package claims

// League returns the dialect of league/oauth2-server and Laravel Passport: the
// audience is the client, scopes are in "scopes", a client's subject is empty in
// older versions, and tokens name no issuer and no key.
func League() Dialect {
	return Dialect{
		Name:         "league",
		ClientID:     []Path{{"client_id"}, {"aud"}},
		EmptySubject: true,
		Scopes:       []Path{{"scopes"}},
		NotAccess: []Rule{
			{Claim: Path{"nonce"}},
			{Claim: Path{"scopes"}, Absent: true},
		},
	}
}
