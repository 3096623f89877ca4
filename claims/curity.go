package claims

// Curity returns the dialect of the Curity Identity Server. A token says what
// it is for in purpose; the client is named only if the owner added client_id
// or if it is the audience.
func Curity() Dialect {
	return Dialect{
		Name:     "curity",
		ClientID: [][]string{{"client_id"}, {"azp"}, {"aud"}},
		Scopes:   [][]string{{"scope"}},
		Kinds: []KindRule{
			{KindClient, Rule{Claim: []string{"sub"}, Equals: []string{"aud"}}},
			{KindUnknown, Rule{Claim: []string{"client_id"}, Absent: true, And: &Rule{Claim: []string{"azp"}, Absent: true}}},
		},
		NotAccess: []Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"purpose"}, NotIn: []string{"access_token"}},
		},
	}
}
