package dialects

import "github.com/bearerguard/bearerguard/claims"

// Google returns the dialect of the tokens with which Google's service accounts
// call services. They have the form of ID tokens, one audience and no scopes. The
// ID tokens of a login are rejected. Google's access tokens are opaque. The issuer
// is "https://accounts.google.com".
func Google() claims.Dialect {
	return claims.Dialect{
		Name:     "google",
		ClientID: [][]string{{"azp"}},
		Scopes:   [][]string{},
		Roles:    [][]string{},
		Groups:   [][]string{},
		Tenant:   [][]string{{"hd"}},
	}
}

// GoogleLogin returns the dialect of the ID tokens of a login with Google, for an
// API that accepts them knowingly. The audience is the client ID of the application:
// nothing but the audience shows that a token is meant for this API. Service
// accounts get tokens for any audience and are rejected. The tenant is the domain of
// the organization.
func GoogleLogin() claims.Dialect {
	d := Google()
	d.Name = "googlelogin"
	d.DangerouslyIgnoreMarks = [][]string{{"at_hash"}, {"c_hash"}} // see above
	d.NotAccess = []claims.Rule{
		{Claim: []string{"azp"}, Equals: []string{"sub"}}, // a service account
	}
	return d
}

// GoogleIAP returns the dialect of the tokens that Google's Identity-Aware Proxy
// adds to a request, in the field X-Goog-Iap-Jwt-Assertion. They name no client. A
// token of a service account is of KindClient. The issuer is
// "https://cloud.google.com/iap", and the tenant the domain of the organization.
func GoogleIAP() claims.Dialect {
	return claims.Dialect{
		Name:     "googleiap",
		ClientID: [][]string{}, // azp repeats the audience
		Scopes:   [][]string{},
		Roles:    [][]string{},
		Groups:   [][]string{},
		Tenant:   [][]string{{"hd"}},
		Kinds: []claims.Rule{
			// A user of another identity provider may have chosen the address.
			{Kind: claims.KindUser, Claim: []string{"gcip"}},
			{Kind: claims.KindClient, Claim: []string{"email"}, Suffix: ".gserviceaccount.com"},
		},
	}
}

// Firebase returns the dialect of the ID tokens of Firebase Authentication and of
// Google's Identity Platform, which are the tokens for an application's own API.
// They name no client. The tenant is that of Identity Platform, and roles and groups
// are custom claims. Tokens for blocking functions are rejected.
func Firebase() claims.Dialect {
	return claims.Dialect{
		Name:     "firebase",
		ClientID: [][]string{},
		Scopes:   [][]string{},
		Roles:    [][]string{{"roles"}, {"role"}},
		Tenant:   [][]string{{"firebase", "tenant"}},
		NotAccess: []claims.Rule{
			{Claim: []string{"nonce"}},
			{Claim: []string{"firebase"}, Absent: true},
			{Claim: []string{"event_type"}}, // for a blocking function
		},
	}
}
