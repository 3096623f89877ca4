package middleware

// Hints are for the log line of a rejected request. Each says what to do about a
// well-known cause, in fixed words: they hold nothing of a token. The names in them are
// those of registered claims, of algorithms and types of JSON that the library knows,
// and paths of claims that the configuration itself has.

// About the Authorization field.
const (
	hintTwoFields = "have the client, or the proxy before this API, send one Authorization field: " +
		"there are several"
	hintNoScheme = "have the client write Bearer and a space before its token: " +
		"the field begins with the token"
	hintDPoP = "set Config.DPoP to accept tokens with proofs of possession, or have the client request tokens " +
		"without DPoP and send them with Bearer"
	hintOtherScheme = "have the client send its token with the scheme Bearer: the field has another scheme"
	hintSchemeAlone = "have the client send its token after Bearer: " +
		"there is none, as if a variable were empty"
	hintAfterScheme = "have the client write exactly a space between Bearer and the token"
	hintBearerTwice = "have the client write Bearer once: it is there twice"
	hintSeveral     = "have the client send one token, without spaces, commas and control characters in it"
)

// About the form of a token.
const (
	hintTooLong = "set Config.MaxTokenBytes if the issuer's tokens are that long: " +
		"the token is longer than it allows"
	hintOpaque = "have the issuer issue JWTs as access tokens, for which some need to be asked " +
		"for an audience: the token is opaque, and this release asks no issuer about it"
	hintEncrypted = "have the issuer sign its access tokens and not encrypt them: " +
		"the token is a JWE of five parts"
	hintCut = "have the client send the whole token, as it was issued: " +
		"it has not the three parts of a JWT"
	hintQuoted  = "have the client send the token without quotation marks and brackets around it"
	hintEscaped = "have the client send the token as it was issued: it is percent-encoded"
	hintPadded  = "have the issuer write base64url without padding (RFC 7515, section 2): " +
		"the token has \"=\" in it"
	hintAlphabet = "have the issuer write base64url (RFC 7515, section 2): " +
		"the token has \"+\" or \"/\" in it"
	hintBase64 = "have the client send the token as it was issued: " +
		"a part of it is not canonical base64url"
	hintHeader = "have the issuer write a header as RFC 7515 says: it is no JSON object with alg"
	hintCrit   = "have the issuer leave crit out of the header: " +
		"no extension that it could name is implemented"
	hintB64 = "have the issuer leave b64 out of the header: it is not for JWTs (RFC 7797, section 7)"
	hintZip = "have the issuer sign its tokens without encrypting or compressing them: " +
		"the header has enc or zip"
	hintNested = "have the issuer issue the inner token: the header's cty says that there is one"
	hintNoAlg  = "have the issuer write alg into the header, as a string"
	hintKid    = "have the issuer write kid as a string that is not empty"
	hintTyp    = "have the issuer write typ as a string that is not empty"
	hintTwice  = "have the issuer write each name once: header or payload has a name twice, " +
		"or a registered one in other letters"
	hintPayload = "have the issuer write the claims as one JSON object in UTF-8 (RFC 7519, section 7.2)"
	hintRange   = "have the issuer write numbers in the range of a float64, and at most 32 levels " +
		"of objects"
	hintNoIss = "have the issuer write iss, or set Issuer.DangerouslyAllowMissingIssuer for the one issuer " +
		"whose tokens have none: the token has no iss"
)

// About the issuer.
const (
	hintEntraV1 = "add an Issuer for https://sts.windows.net/{tenantid}/, or set the API's " +
		"accessTokenAcceptedVersion to 2: the token is an Entra v1.0 token, and only v2.0 is configured"
	hintEntraV2 = "add an Issuer for https://login.microsoftonline.com/{tenantid}/v2.0: " +
		"the token is an Entra v2.0 token, and only v1.0 is configured"
	hintEntraTenant = "add the tenant if it may call this API: " +
		"the token is of an Entra tenant that is not configured"
	hintSlash    = copyIssuer + "by a trailing slash only"
	hintScheme   = copyIssuer + "by its scheme only"
	hintLetters  = copyIssuer + "in upper and lower case only"
	hintLoopback = copyIssuer + "by its name for this machine only (localhost, 127.0.0.1, [::1]); " +
		"set MetadataURL if the API reaches the issuer under the other name"
	hintPort = copyIssuer + "by its port only"
	hintHost = copyIssuer + "by its host (and port) only, as if clients and the API reached it under " +
		"two names; " +
		"set MetadataURL to where the API reaches it"
	hintSpelling = copyIssuer + "in its spelling only (scheme, case, port, slash or name for this machine)"
	hintTenant   = "add the tenant to Issuer.Tenants or TenantPattern if it may call this API: " +
		"iss has the form of Issuer.URL with another tenant"
	hintNoTenant = "add the tenant to the API's register if it may call this API: " +
		"Issuer.TenantExists does not know it"
	hintTenants = "set Issuer.TenantExists, or list the tenants in Issuer.Tenants: " +
		"tokens name more tenants than can be asked for, most of which do not exist"

	copyIssuer = "copy Issuer.URL from a token: iss differs from a configured issuer "
)

// About the key and the algorithm.
const (
	hintUnsigned     = "have the issuer sign its tokens: alg is \"none\""
	hintSharedSecret = "have the issuer sign with a private key, such as with RS256: " +
		"with a shared secret each API that verifies tokens could also issue them"
	hintAlgorithmCase = "have the issuer write alg as RFC 7518 spells it: " +
		"it differs in upper and lower case"
	hintNoAlgorithm = "have the issuer sign with one of Issuer.Algorithms: " +
		"alg is an algorithm that this library does not have"
	hintKeyAlgorithm = "have the issuer publish the key for the algorithm that it signs with: " +
		"its key set has the token's kid, for another algorithm"
	hintKeyIssuer = "set Issuer.MetadataIssuer to the issuer that the key names, if that is the same " +
		"one: " +
		"the key set says that the key signs for another issuer"
	hintNoKid = "have the issuer write kid into the header, or publish a key for its algorithm: " +
		"the token has no kid, and no key can be chosen for it"
	hintUnknownKid = "compare where the token was issued with Issuer.URL and JWKSURL, " +
		"such as test and production: the key set has no key with the ID that the token names"
	hintGraph = "have the client request this API's own scope: " +
		"the token is for Microsoft Graph, and only Graph can verify it"
	hintKeysLate = "call Authenticator.Ready before the API serves: the issuer's keys did not come in time"
)

// About the kind of token.
const (
	hintIDToken    = sendAccess + "it sent an ID token"
	hintOtherToken = sendAccess + "it sent "
	hintOwnMark    = sendAccess + "it sent one that Dialect.NotAccess marks by the claim "
	hintOtherType  = "add the header's typ to Dialect.Types if the issuer writes it into access tokens: " +
		"it is none of the accepted ones"
	sendAccess = "have the client send the access_token of the token response: "
)

// About the audience.
const (
	hintNoAudience = "have the issuer add an aud, or set a substitute, Issuer.AudienceFromClients: " +
		"the token has no aud"
	hintCognito       = "set Issuer.AudienceFromClients: Cognito puts no aud into access tokens"
	hintAudienceSlash = spellAudience + "by a trailing slash only"
	hintAudienceCase  = spellAudience + "in upper and lower case"
	hintAudienceSpace = spellAudience + "by white space only"
	hintAudienceForm  = spellAudience + "by its scheme only, such as api:// or https://"
	hintAccount       = "add an audience mapper for this API to the client or its scope in Keycloak: " +
		"aud is \"account\" or another of Keycloak's own clients"
	hintAudienceClient = "set Issuer.AudienceFromClients if the issuer always does so: " +
		"aud is the client, not the API"
	hintAudienceOther = "have the client request a token for this API: " +
		"the token is for another API's audience"
	hintClients  = "add the client to Issuer.AudienceFromClients if it may call this API"
	hintNoClient = "set Dialect.ClientID to the claim that names the client: " +
		"Issuer.AudienceFromClients needs it, and the token names none"
	hintScopePrefix = "have the client request a scope of this API: " +
		"none begins with Issuer.AudienceFromScope"

	spellAudience = "add the audience as the token spells it: aud differs from a configured audience "
)

// About the other claims, times and rules.
const (
	hintCrossOrigin = "have a page of the API's own origin send the request, or send the token in a header field: " +
		"a cookie came with a request that another site may have made"
	hintPlaces = "have the client send one token in one of the places of Config.Credentials: " +
		"there are several, or one of them holds no token"
	hintNameless = "have the issuer write sub or client_id, or set Dialect.ClientID to the claim " +
		"that names the client: " +
		"the token names neither a subject nor a client"
	hintClaims    = "have the issuer write exp, and every claim with the type that its RFC says"
	hintCustomize = "have Dialect.Customize leave Token.Issuer as it is: it changed it"
	hintRule      = "compare the token with Dialect.Reject: one of its rules holds"
	hintValidate  = "look at Issuer.Validate if the token should pass: it returned an error"
	hintRevoked   = "look at Config.Revoked: it returned an error"
	hintNoIat     = "have the issuer write iat, or remove Issuer.MaxAge, which needs it: " +
		"the token has no iat"
	hintMaxAge = "raise Issuer.MaxAge if older tokens may pass: " +
		"exp has not passed, but the token is older than it allows"
	hintLifetime = "have the issuer set exp later than iat: the token had expired when it was issued"
	hintIssuedAt = "compare the clocks of the issuer and of this API, which Config.Leeway lets differ: " +
		"iat lies in the future"
	hintNotBefore = "compare the clocks of the issuer and of this API, which Config.Leeway lets differ: " +
		"nbf lies in the future"
	hintBoundDPoP = "set Config.DPoP to accept the token, or have the client request tokens without DPoP: " +
		bound + "a DPoP key (cnf.jkt)"
	hintBoundTLS = "set Config.Certificates to accept the token, or have the issuer issue tokens that no " +
		"client certificate binds: " + bound + "a certificate (cnf.x5t#S256)"
	hintBound = "have the issuer issue tokens without cnf, or with jkt or x5t#S256 in it and nothing else: " +
		bound + "a key (cnf)"
	bound = "the token is bound to "
)
