package claims

// Curity returns the dialect of the Curity Identity Server. A token says what
// it is for in purpose; the client is named only if the owner added client_id
// or if it is the audience.
func Curity() Dialect {
	return Dialect{
		Name:     "curity",
		ClientID: []Path{{"client_id"}, {"azp"}, {"aud"}},
		Scopes:   []Path{{"scope"}},
		Kinds: []KindRule{
			{Client, Rule{Claim: Path{"sub"}, Equals: Path{"aud"}}},
			{Unknown, Rule{Claim: Path{"client_id"}, Absent: true, And: &Rule{Claim: Path{"azp"}, Absent: true}}},
		},
		NotAccess: []Rule{
			{Claim: Path{"nonce"}},
			{Claim: Path{"purpose"}, NotIn: []string{"access_token"}},
		},
	}
}
