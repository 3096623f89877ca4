package claims_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/claims/dialects"
	"github.com/bearerguard/bearerguard/internal/claimserr"
)

// otherKinds are members of tokens that are not access tokens, as issuers write them, the
// claim that marks them, and the kind.
var otherKinds = []struct{ name, members, claim, kind string }{
	// https://github.com/casdoor/casdoor/issues/1277
	{"Casdoor, refresh", `"tokenType":"refresh-token"`, "tokenType", "refresh"},
	// https://github.com/spring-attic/spring-security-oauth/issues/363
	{"spring-security-oauth, refresh", `"ati":"a-b-c","jti":"d-e-f"`, "ati", "refresh"},
	// https://github.com/apache/ofbiz-framework/pull/1664
	{"Apache OFBiz, refresh", `"type":"refresh","userLoginId":"admin"`, "type", "refresh"},
	// https://github.com/vimalloc/flask-jwt-extended/issues/341
	{"flask-jwt-extended, refresh", `"fresh":false,"type":"refresh","csrf":"x"`, "type", "refresh"},
	// https://django-rest-framework-simplejwt.readthedocs.io/en/latest/token_types.html
	{"djangorestframework-simplejwt, refresh", `"token_type":"refresh",` +
		`"user_id":7`, "token_type", "refresh"},
	// https://github.com/elsa-workflows/elsa-core/issues/7482
	{"Elsa, refresh", `"token_use":"refresh"`, "token_use", "refresh"},
	// https://github.com/openintentsframework/oif-solver/pull/340
	{"typ, refresh", `"typ":"refresh"`, "typ", "refresh"},
	// https://docs.aws.amazon.com/cognito, Understanding the identity (ID) token
	{"Amazon Cognito, id", `"token_use":"id"`, "token_use", "id"},
	// https://github.com/keycloak/keycloak/blob/main/core/src/main/java/org/keycloak/util/TokenUtil.java
	{"Keycloak, refresh", `"typ":"Refresh"`, "typ", "refresh"},
	{"Keycloak, offline", `"typ":"Offline"`, "typ", "refresh"},
	{"Keycloak, id", `"typ":"ID"`, "typ", "id"},
	{"Keycloak, session", `"typ":"Serialized-ID"`, "typ", "id"},
	{"Keycloak, logout", `"typ":"Logout"`, "typ", "logout"},
	{"Keycloak, registration", `"typ":"RegistrationAccessToken"`, "typ", "other"},
	{"Keycloak, a link in a mail", `"typ":"reset-credentials"`, "typ", "other"},
	// https://docs.oracle.com/en/cloud/paas/identity-cloud/idcsa/AccessToken.html
	{"Oracle IDCS, id", `"tok_type":"IT"`, "tok_type", "id"},
	// https://github.com/go-gitea/gitea/blob/main/services/oauth2_provider/token.go
	{"Gitea, refresh", `"gnt":4,"tt":1,"cnt":1`, "tt", "refresh"},
	// https://docs.descope.com/session-overview
	{"Descope, refresh", `"drn":"DSR"`, "drn", "refresh"},
	// https://supertokens.com/docs, Verify tokens: an access token has stt 1
	{"SuperTokens, id", `"stt":2`, "stt", "id"},
	// https://github.com/cloudfoundry/uaa, docs: the end of jti, and rev_sig
	{"UAA, refresh", `"jti":"7c5b-r","rev_sig":"1a2b"`, "jti", "refresh"},
	// https://github.com/thingsboard/thingsboard: JwtTokenFactory
	{"ThingsBoard, refresh", `"scopes":["REFRESH_TOKEN"]`, "scopes", "refresh"},
	{"one scope, refresh", `"scope":"refresh"`, "scope", "refresh"},
	// https://backstage.forgerock.com/docs/am: tokenName; https://curity.io: purpose
	{"ForgeRock AM, id", `"tokenName":"id_token"`, "tokenName", "id"},
	{"Curity, id", `"purpose":"id"`, "purpose", "id"},
	{"Curity, refresh", `"purpose":"refresh_token"`, "purpose", "refresh"},
	{"OpenIddict, id", `"token_usage":"id_token"`, "token_usage", "id"},
	{"Atlassian, code", `"https://id.atlassian.com/atl_token_type":"AUTH_CODE"`,
		"https://id.atlassian.com/atl_token_type", "other"},
	{"a category", `"category":"refresh"`, "category", "refresh"},
	{"a flag", `"is_refresh":true`, "is_refresh", "refresh"},
	{"another flag", `"refresh":true`, "refresh", "refresh"},
	// OpenID Connect Core 1.0, section 3.3.2.11, CIBA 1.0, section 10.3.1
	{"at_hash", `"at_hash":"x"`, "at_hash", "id"},
	{"c_hash", `"c_hash":"x"`, "c_hash", "id"},
	{"s_hash", `"s_hash":"x"`, "s_hash", "id"},
	{"rt_hash", `"urn:openid:params:jwt:claim:rt_hash":"x"`, "urn:openid:params:jwt:claim:rt_hash", "id"},
	{"a logout token", `"events":{"http://schemas.openid.net/event/backchannel-logout":{}}`,
		"events", "event"},
	{"an introspection response", `"token_introspection":{"active":true}`,
		"token_introspection", "introspection"},
	{"a DPoP proof", `"htm":"GET","htu":"https://api.example.com"`, "htm", "proof"},

	{"in another spelling of the name", `"TokenType":"RefreshToken"`, "token_type", "refresh"},
	{"in an array", `"token_use":["access","id"]`, "token_use", "id"},
	{"by escapes", `"token_type":"\u0072efresh"`, "token_type", "refresh"},
	{"a longer word", `"token_type":"ROTATING_REFRESH"`, "token_type", "refresh"},
	{"a URN", `"token_type":"urn:ietf:params:oauth:token-type:id_token"`, "token_type", "id"},
	{"a whole media type", `"typ":"application/logout+jwt"`, "typ", "logout"},
	{"a media type", `"typ":"refresh+jwt"`, "typ", "refresh"},
	{"with a space", `"type":"Refresh Token"`, "type", "refresh"},
	{"a short word", `"token_type":"rt+JWT"`, "token_type", "refresh"},
}

// TestTokensOfAnotherKind has every dialect reject them, and the error say why.
func TestTokensOfAnotherKind(t *testing.T) {
	for _, c := range otherKinds {
		t.Run(c.name, func(t *testing.T) {
			for _, name := range dialects.Names() {
				d, err := dialects.ByName(name)
				if err != nil {
					t.Fatal(err)
				}
				ignored := func(path []string) bool { return slices.Equal(path, []string{c.claim}) }
				if slices.ContainsFunc(d.DangerouslyIgnoreMarks, ignored) {
					continue
				}
				d.NotAccess = []claims.Rule{} // the marks alone, not the dialect's own rules
				_, err = d.Token(parse(t, with(`"sub":"s","client_id":"c",`+c.members)))
				var e *claimserr.NotAccessError
				if !errors.Is(err, claimserr.ErrNotAccess) || !errors.As(err, &e) {
					t.Fatalf("%s: %v, want ErrNotAccess", name, err)
				}
				if !slices.Equal(e.Claim, []string{c.claim}) || e.Kind != c.kind {
					t.Fatalf("%s: %q and kind %q, want %q and %q", name, e.Claim, e.Kind, c.claim, c.kind)
				}
			}
		})
	}
}

// accessMembers are members of access tokens in the same claims.
var accessMembers = map[string]string{
	// https://github.com/casdoor/casdoor: the user's own type stands next to it
	"Casdoor": `"tokenType":"access-token","type":"normal-user"`,
	// https://developers.cloudflare.com/cloudflare-one/identity/authorization-cookie/application-token
	"Cloudflare Access":             `"type":"app","identity_nonce":"x"`,
	"flask-jwt-extended":            `"type":"access","fresh":true`,
	"djangorestframework-simplejwt": `"token_type":"access"`,
	"simplejwt, sliding":            `"token_type":"sliding","refresh_exp":1767229200`,
	// https://github.com/strimzi/strimzi-kafka-oauth/pull/119
	"strimzi's token_type": `"token_type":"Bearer"`,
	"Keycloak":             `"typ":"Bearer"`,
	"Keycloak, DPoP":       `"typ":"DPoP"`,
	"typ as in the header": `"typ":"at+jwt"`,
	"Oracle IDCS":          `"tok_type":"AT","sub_type":"client"`,
	// https://github.com/FusionAuth/fusionauth-issues/issues/1483
	"FusionAuth":                   `"tty":"at","authenticationType":"REFRESH_TOKEN"`,
	"Descope":                      `"drn":"DS"`,
	"SuperTokens":                  `"stt":1`,
	"Gitea":                        `"gnt":4,"tt":0`,
	"another tt":                   `"tt":1`,
	"a jti that ends so by chance": `"jti":"aGVsbG8-r"`,
	"UAA":                          `"jti":"7c5b","rev_sig":"1a2b","grant_type":"refresh_token"`,
	"Frontegg":                     `"type":"userToken"`,
	"Glewlwyd":                     `"type":"client_token"`,
	"ForgeRock":                    `"tokenName":"access_token"`,
	"Curity":                       `"purpose":"access_token"`,
	"Cognito":                      `"token_use":"access"`,
	"Auth0 after a refresh":        `"gty":["refresh_token","password"]`,
	"Salesforce":                   `"scp":"refresh_token web api"`,
	"scopes refresh and token":     `"scope":"refresh token"`,
	"the scope for refresh tokens": `"scope":"openid offline_access"`,
	"not a refresh token":          `"is_refresh":false,"refresh":false`,
	"the refresh token itself":     `"refresh_token":"x"`,
	"a service for refreshing": `"purpose":"revoke-refresh-token","kind":"RefreshDataJob",` +
		`"use":"refresh-cache"`,
	"a plain claim": `"kind":"IT","type":"offline","purpose":"email-verification"`,
	"numbers":       `"type":1,"kind":0,"typ":2,"use":null`,
	"objects":       `"type":{"refresh":true},"token_type":{"x":"refresh"}`,
	"null marks": `"at_hash":null,"events":null,"nonce":null,"ati":null,` +
		`"token_type":null`,
	"a long word": `"token_type":"a-very-long-word-that-ends-with-the-word-refresh"`,
	"a URN of an access token": `"token_type":"urn:ietf:params:oauth:token-type:access_token",` +
		`"typ":"application/at+jwt"`,
	"another URN": `"typ":"https://example.com/id","type":"application/id",` +
		`"token_type":"urn:example:refresh"`,
	"no words":          `"token_type":"","type":"-","use":[],"kind":[7]`,
	"another character": `"type":"refresh!","token_type":"réfresh"`,
}

// TestAccessTokensWithKindsPass has the zero Dialect read access tokens that name their
// kind.
func TestAccessTokensWithKindsPass(t *testing.T) {
	for name, members := range accessMembers {
		t.Run(name, func(t *testing.T) {
			read(t, claims.Dialect{}, with(`"sub":"s","client_id":"c",`+members))
		})
	}
}

// TestIgnoredKinds switches off each mark, and only that one: Dex, for one, writes at_hash
// into access tokens (https://github.com/dexidp/dex/pull/772).
func TestIgnoredKinds(t *testing.T) {
	for _, c := range otherKinds {
		d := claims.Dialect{DangerouslyIgnoreMarks: [][]string{{c.claim}, {"nothing"}}}
		if _, err := d.Token(parse(t, with(c.members))); err != nil {
			t.Errorf("%s: ignored, %v", c.name, err)
		}
		if _, err := d.Token(parse(t, with(c.members+`,`+
			`"token_kind":"refresh"`))); !errors.Is(err, claimserr.ErrNotAccess) {
			t.Errorf("%s: another mark, %v", c.name, err)
		}
	}
	for _, spelling := range []string{"tokenType", "token_type", "TokenType", "TOKEN-TYPE"} {
		d := claims.Dialect{DangerouslyIgnoreMarks: [][]string{{spelling}}}
		if _, err := d.Token(parse(t, with(`"tokenType":"refresh-token"`))); err != nil {
			t.Errorf("%s: %v", spelling, err)
		}
	}
}

// TestNonce says that a nonce marks an ID token.
func TestNonce(t *testing.T) {
	_, err := new(claims.Dialect).Token(parse(t, with(`"nonce":"n"`)))
	var e *claimserr.NotAccessError
	if !errors.As(err, &e) || e.Kind != "id" || !slices.Equal(e.Claim, []string{"nonce"}) {
		t.Errorf("%#v", err)
	}
	d := claims.Dialect{NotAccess: []claims.Rule{{Claim: []string{"zid"}, Absent: true}}}
	_, err = d.Token(parse(t, with(`"sub":"s"`)))
	if !errors.As(err, &e) || e.Kind != "" || !slices.Equal(e.Claim, []string{"zid"}) {
		t.Errorf("%#v", err)
	}
}

// TestEveryNameOfAKindIsRead tries each claim that names the kind of a token in three
// spellings.
func TestEveryNameOfAKindIsRead(t *testing.T) {
	words := []string{
		"typ", "token_type", "token_typ", "tok_type", "tty", "token_use", "token_usage", "token_kind", "token_name",
		"token_purpose", "jwt_type", "type", "use", "usage", "kind", "purpose", "category",
	}
	members := map[string]string{
		"is_refresh": "true", "is_refresh_token": "true", "refresh": "true", "refresh_token": "true",
	}
	for _, name := range words {
		members[name] = `"refresh"`
	}
	for name, value := range members {
		camel := strings.Split(name, "_")
		for i, word := range camel {
			camel[i] = strings.ToUpper(word[:1]) + word[1:]
		}
		capitals := strings.ReplaceAll(strings.ToUpper(name), "_", "-")
		for _, spelling := range []string{name, strings.Join(camel, ""), capitals} {
			_, err := new(claims.Dialect).Token(parse(t, with(`"sub":"s","`+spelling+`":`+value)))
			if !errors.Is(err, claimserr.ErrNotAccess) {
				t.Errorf("%s %s: %v", spelling, value, err)
			}
		}
	}
}
