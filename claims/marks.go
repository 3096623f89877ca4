package claims

import "github.com/bearerguard/bearerguard/internal/strictjson"

// A mark is a claim that tells a token of another kind from an access token, for every
// issuer.
type mark struct {
	Rule
	json string // the value as JSON, for values that are no strings; empty for any
	kind string // as in claimserr.NotAccessError
}

func (m *mark) holds(p *Payload) bool {
	if m.json != "" {
		if raw, _ := p.lookup(m.Claim); string(raw) != m.json {
			return false
		}
	}
	return m.Rule.holds(p)
}

// otherTokenMarks are the marks that have one spelling, sorted by kind. Claims that
// name the kind of the token are in tokenNames.
var otherTokenMarks = []mark{
	// OpenID Connect Core 1.0, section 3.3.2.11, Financial-grade API part 2, section
	// 5.1, CIBA 1.0, section 10.3.1: the hashes in an ID token.
	{Rule: Rule{Claim: []string{"at_hash"}}, kind: "id"},
	{Rule: Rule{Claim: []string{"c_hash"}}, kind: "id"},
	{Rule: Rule{Claim: []string{"s_hash"}}, kind: "id"},
	{Rule: Rule{Claim: []string{"urn:openid:params:jwt:claim:rt_hash"}}, kind: "id"},
	// SuperTokens numbers its kinds: 0 session, 1 access token, 2 ID token.
	{Rule: Rule{Claim: []string{"stt"}}, json: "2", kind: "id"},

	// spring-security-oauth writes the ID of the access token into the refresh token:
	// JwtAccessTokenConverter.ACCESS_TOKEN_ID.
	{Rule: Rule{Claim: []string{"ati"}}, kind: "refresh"},
	// The UAA ends the jti of a refresh token so. rev_sig is the UAA's alone.
	{
		Rule: Rule{Claim: []string{"jti"}, Suffix: "-r", And: &Rule{Claim: []string{"rev_sig"}}},
		kind: "refresh",
	},
	// Descope: DS and DSR stand for session and refresh.
	{Rule: Rule{Claim: []string{"drn"}, In: []string{"DSR"}}, kind: "refresh"},
	// Gitea and Forgejo number their kinds of a grant's tokens.
	{Rule: Rule{Claim: []string{"tt"}, And: &Rule{Claim: []string{"gnt"}}}, json: "1", kind: "refresh"},

	// OpenID Connect Back-Channel Logout 1.0, section 2.4, RFC 8417, section 2.2.
	{Rule: Rule{Claim: []string{"events"}}, kind: "event"},
	// RFC 9701, section 5.
	{Rule: Rule{Claim: []string{"token_introspection"}}, kind: "introspection"},
	// RFC 9449, section 4.2.
	{Rule: Rule{Claim: []string{"htm"}}, kind: "proof"},
	// Atlassian; its access tokens have ACCESS there.
	{
		Rule: Rule{
			Claim: []string{"https://id.atlassian.com/atl_token_type"},
			In:    []string{"AUTH_CODE", "ROTATING_REFRESH", "REFRESH"},
		},
		kind: "other",
	},
}

// markClasses holds, for each of otherTokenMarks, the NameClass bits of the claims without
// which it does not hold. Most marks are ruled out so.
var markClasses = func() (all []uint64) {
	for i := range otherTokenMarks {
		var classes uint64
		for rule := &otherTokenMarks[i].Rule; rule != nil; rule = rule.And {
			if !rule.Absent {
				classes |= strictjson.NameClass(rule.Claim[0])
			}
		}
		all = append(all, classes)
	}
	return all
}()

// idTokenMarks identify ID tokens of most issuers. A nonce belongs to the
// authentication request, but Keycloak has written it into access tokens too.
var idTokenMarks = []Rule{
	{Claim: []string{"nonce"}},
}

// A tokenName is a claim that names the kind of a token. Issuers spell it in several
// ways, which are compared without regard to case and to the signs "-", "_", "." and
// the space.
type tokenName struct {
	folded    string
	spellings []string // for logs, the usual one first
	holds     tokenNameHolds
}

// tokenNameHolds tells what a tokenName has for a value.
type tokenNameHolds uint8

const (
	// tokenWord is a word of tokenWords: the claim is about the token.
	tokenWord tokenNameHolds = iota
	// plainWord is a word of tokenWords that has one meaning everywhere: the claim may
	// be about something else.
	plainWord
	// refreshFlag is true in refresh tokens.
	refreshFlag
	// refreshScope is one scope, for nothing but new tokens.
	refreshScope
)

// tokenNames are the claims in which issuers name the kind of their tokens.
//
//   - typ: Keycloak, Rauthy
//   - token_use: Amazon Cognito, Elsa
//   - token_type: djangorestframework-simplejwt; tokenType: Casdoor
//   - tok_type: Oracle IDCS, AT and IT; tty: FusionAuth, at
//   - token_usage: ASP.NET's OpenIdConnect.Server; tokenName: ForgeRock AM
//   - type: flask-jwt-extended, Apache OFBiz; purpose: Curity
//   - scopes: ThingsBoard, REFRESH_TOKEN alone
//   - the others, is_refresh and its like: the issuers of single services
//
// Access tokens have other words there, such as access, access-token, Bearer, DPoP, JWT,
// app (Cloudflare Access), userToken (Frontegg), sliding (simplejwt).
var tokenNames = []tokenName{
	{"typ", []string{"typ"}, tokenWord},
	{"tokentype", []string{"token_type", "tokenType"}, tokenWord},
	{"tokentyp", []string{"token_typ", "tokenTyp"}, tokenWord},
	{"toktype", []string{"tok_type"}, tokenWord},
	{"tty", []string{"tty"}, tokenWord},
	{"tokenuse", []string{"token_use", "tokenUse"}, tokenWord},
	{"tokenusage", []string{"token_usage", "tokenUsage"}, tokenWord},
	{"tokenkind", []string{"token_kind", "tokenKind"}, tokenWord},
	{"tokenname", []string{"tokenName", "token_name"}, tokenWord},
	{"tokenpurpose", []string{"token_purpose", "tokenPurpose"}, tokenWord},
	{"jwttype", []string{"jwt_type", "jwtType"}, tokenWord},

	{"type", []string{"type"}, plainWord},
	{"use", []string{"use"}, plainWord},
	{"usage", []string{"usage"}, plainWord},
	{"kind", []string{"kind"}, plainWord},
	{"purpose", []string{"purpose"}, plainWord},
	{"category", []string{"category"}, plainWord},

	{"isrefresh", []string{"is_refresh", "isRefresh"}, refreshFlag},
	{"isrefreshtoken", []string{"is_refresh_token", "isRefreshToken"}, refreshFlag},
	{"refresh", []string{"refresh"}, refreshFlag},
	{"refreshtoken", []string{"refresh_token", "refreshToken"}, refreshFlag},

	{"scope", []string{"scope"}, refreshScope},
	{"scopes", []string{"scopes"}, refreshScope},
	{"scp", []string{"scp"}, refreshScope},
}

// tokenWords are the words for kinds of tokens that are not access tokens, folded as the
// names are, without an end "+jwt". A word that is not plain says so only in a claim that
// is about the token: a plain claim such as type or purpose may mean something else.
var tokenWords = []struct {
	word, kind string
	plain      bool
}{
	{"id", "id", true},
	{"idtoken", "id", true},
	{"identitytoken", "id", true},
	{"it", "id", false},           // Oracle IDCS
	{"serializedid", "id", false}, // Keycloak's identity cookie

	{"refresh", "refresh", true},
	{"refreshtoken", "refresh", true},
	{"rt", "refresh", false},
	{"offline", "refresh", false}, // Keycloak
	{"offlinetoken", "refresh", false},

	{"logout", "logout", true}, // Keycloak
	{"logouttoken", "logout", true},
	{"backchannellogout", "logout", true},

	{"initialaccesstoken", "other", false}, // Keycloak, for the registration of clients
	{"registrationaccesstoken", "other", false},
	{"verifyemail", "other", false}, // Keycloak's links in mails
	{"updateemail", "other", false},
	{"resetcredentials", "other", false},
	{"executeactions", "other", false},
	{"emailverification", "other", false},
	{"passwordreset", "other", false},
	{"resetpassword", "other", false},
	{"authorizationcode", "other", false},
	{"authcode", "other", false},
	{"clientassertion", "other", false},
	{"userinfo", "other", false},
}
