package dialects

import "github.com/bearerguard/bearerguard/claims"

// RFC9068 returns the strict profile of RFC 9068: the header's typ is at+jwt,
// scope is one string, and every claim that section 2.2 requires is present.
func RFC9068() claims.Dialect {
	return claims.Dialect{
		Name:        "rfc9068",
		Types:       []string{"at+jwt"},
		Required:    [][]string{{"iss"}, {"exp"}, {"aud"}, {"sub"}, {"client_id"}, {"iat"}, {"jti"}},
		StringScope: true,
		ClientID:    [][]string{{"client_id"}},
		Scopes:      [][]string{{"scope"}},
		Roles:       [][]string{{"roles"}, {"entitlements"}, {"groups"}},
	}
}
