package claims

// A Dialect describes how one family of issuers writes its access tokens: which
// claims hold the client, the tenant and the scopes, and what distinguishes its
// ID tokens and refresh tokens. It is data: a new family is one literal and a
// few payload files (package claimstest). Package dialects has the known
// families.
//
// A field that names claims holds paths. A path has one element for each level
// of the payload, as in {"realm_access", "roles"}. An element is one whole name,
// with any dots, colons and slashes in it.
//
// In Roles and Groups, "{audience}" within an element stands for each audience
// of this API that the token names. Keycloak, for example, lists roles under the
// client that they belong to, and {"resource_access", "{audience}", "roles"}
// reads the roles at this API alone.
//
// The zero Dialect reads the registered names of RFC 7519, RFC 8693 and
// RFC 9068, and common variants of them. A nil field reads what its comment
// says. An empty, non-nil slice reads nothing. The package comment says which
// claims must have their type, and when a claim counts as absent.
//
// A Dialect is safe for concurrent use as long as it is not modified.
type Dialect struct {
	// Name is the name of the dialect in logs and health reports.
	Name string

	// Types lists the accepted values of the typ header parameter (RFC 7515,
	// section 4.1.9) without "application/", compared without regard to case.
	// "" stands for an absent typ. Empty means "at+jwt", "jwt" and "".
	Types []string
	// Required lists claims that must be present, and neither null nor "", in
	// addition to exp and iss.
	Required [][]string
	// StringScope rejects tokens whose scopes are not one space-delimited string
	// (RFC 8693, section 4.2; RFC 9068, section 2.2.3). It also rejects a client
	// id that is an array.
	StringScope bool

	// Subject, ClientID and ID name the claims to read. The first one that is
	// present counts. Nil means: sub; client_id, then azp, cid, appid; jti. An
	// empty client id or ID counts as absent.
	//
	// The path {"aud"} in ClientID is for issuers that write the client into the
	// audience. It counts if aud has one value that is not an audience of this
	// API.
	Subject, ClientID, ID [][]string
	// EmptySubject treats an empty subject as absent instead of rejecting the
	// token, for issuers that write the tokens of their clients so.
	EmptySubject bool
	// Anonymous lets package middleware accept tokens that name neither a subject nor
	// a client, for issuers that write such tokens on purpose. A handler then must not
	// take the empty names for an identity. Without it such a token is malformed.
	Anonymous bool
	// Audience names the claims that hold the audience. Their values are
	// merged. Nil means aud.
	Audience [][]string

	// Scopes names the claims that hold scopes, each a space-delimited string
	// or an array of strings. They are merged in this order. Nil means scope,
	// then scp.
	Scopes [][]string
	// ClientScopes names further claims that hold scopes in tokens of
	// KindClient, for issuers that grant permissions to clients as roles or
	// authorities. Nil means none.
	ClientScopes [][]string
	// ScopePrefix, such as the identifier of a resource server, is removed from
	// every scope that begins with it. Other scopes stay as they are.
	ScopePrefix string
	// Roles and Groups name the claims that hold roles and groups: each a
	// string, an array of strings or objects, or an object whose member names
	// count. Of an object in an array the first of the members value, name and
	// authority that is a string counts. The claims are merged in this order. Nil
	// means: roles, then entitlements; groups.
	Roles, Groups [][]string

	// Tenant and SourceSystem name the claims to read. The first one that is
	// present counts: a string, an integer, an array with one of them, or an
	// object with one member, whose name counts. A claim with several values is
	// ambiguous and gives no value. Nil means: tenant; source_system.
	Tenant, SourceSystem [][]string
	// TenantInIssuer finds the tenant in the issuer's URL if no claim names it.
	// It is a URL in which "{tenant}" stands for one segment of the path or, in
	// the host, for one label in lower case. A leading "*" stands for any
	// beginning. Empty means no tenant from the issuer.
	TenantInIssuer string
	// TenantPrefix and SourceSystemPrefix find tenant and source system in a
	// scope or role that begins with the prefix: "source:" finds "SAP" in
	// "source:SAP". Such scopes and roles are removed from Scopes and Roles. Two
	// different values are ambiguous and give no value. Empty means none.
	TenantPrefix, SourceSystemPrefix string
	// Clients is the API owner's register of clients, by client id. It supplies
	// the tenant and the source system that the token leaves open.
	Clients map[string]ClientInfo
	// Customize, if not nil, is called last and may change the token. It gets
	// the payload, which is valid only during the call. It is called once per
	// uncached token, by many goroutines. In package middleware it cannot change
	// the issuer, nor the tenant of an issuer whose URL has a placeholder.
	Customize func(Payload, *Token)

	// Kinds tells clients from users: the first rule that holds gives the token
	// its Kind. If no rule holds, a token with a client id and without a subject
	// of its own (absent, or equal to the client id) is KindClient, and so is a
	// token without a client id that has the marks of a workload, such as a job of
	// GitHub Actions, a Kubernetes service account or a SPIFFE ID. Any other token
	// with a subject is KindUser. Nil means no rules but those for grants that a
	// client obtained for itself, such as a grant_type of client_credentials.
	Kinds []Rule
	// NotAccess rejects tokens that are not access tokens: those for which one
	// of the rules holds. These rules are added to those for every issuer, which
	// the package comment describes. Nil means that a token with a nonce is an ID
	// token.
	NotAccess []Rule
	// DangerouslyIgnoreMarks names claims that mark tokens of another kind for every
	// issuer, such as at_hash, the mark of an ID token, and that this issuer writes
	// into its access tokens too. Such a claim then marks nothing. A claim such as
	// token_type that names the kind of the token is ignored in all spellings. Name
	// one only if something else tells the issuer's ID and refresh tokens apart, or
	// if the API accepts ID tokens knowingly. Nil ignores none.
	DangerouslyIgnoreMarks [][]string
	// Reject rejects tokens that contradict themselves: those for which one of
	// the rules holds.
	Reject []Rule
}

// ClientInfo is what the API's owner knows about a client. It has JSON names, so
// that a register may be read from a file.
type ClientInfo struct {
	Tenant       string `json:"tenant"`
	SourceSystem string `json:"source_system"`
}
