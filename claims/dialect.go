package claims

// A Dialect says how one family of issuers writes its access tokens: where it
// puts the client, the tenant, the scopes, and by which marks its other tokens
// are told apart. It is data, so that a new family is one literal and one
// payload file; the functions of this package return the known ones, a fresh
// copy at each call that its caller may change.
//
// A field that names claims holds paths, one element for each level of the
// payload: {"realm_access", "roles"}. Claim names hold dots, colons and slashes
// themselves, so there is no dotted notation. The element "{audience}", or an
// element that contains it, stands for each audience of this API that the token
// names: Keycloak files a client's roles under the client's own name, so
// {"resource_access", "{audience}", "roles"} reads this API's roles and no
// other's.
//
// The zero Dialect reads the standard claim names (RFC 7519, RFC 9068,
// RFC 8693) compatibly: any field left empty is read as the zero Dialect reads
// it, unless the field's comment says otherwise. To switch a field off, set it
// to an empty, non-nil slice.
//
// A Dialect may be used by several goroutines as long as none changes it.
type Dialect struct {
	// Name is how logs and health reports call the dialect.
	Name string

	// Types lists the accepted header typ values (RFC 7515, section 4.1.9),
	// without "application/" and in any case; "" stands for an absent typ.
	// Empty means "at+jwt", "jwt" and "".
	Types []string
	// Required lists claims that must be present beyond exp and iss.
	Required [][]string
	// StringScope has scopes refused that are not one space-delimited string
	// (RFC 8693, section 4.2; RFC 9068, section 2.2.3).
	StringScope bool

	// Subject, ClientID and ID name the claims to read, the first present one
	// wins. Empty means sub; client_id, then azp, cid, appid; jti. []string{"aud"}
	// in ClientID is for issuers that put the client there: it counts if it
	// has one value and that is not one of this API's audiences.
	Subject, ClientID, ID [][]string
	// EmptySubject has an empty sub read as none instead of refused, for
	// issuers that write their clients' tokens so.
	EmptySubject bool
	// Audience names the claims that hold the audience; their values are
	// joined. Empty means aud.
	Audience [][]string

	// Scopes names the claims that hold scopes, each a space-delimited string
	// or an array of strings; they are merged in this order. Empty means scope,
	// then scp.
	Scopes [][]string
	// ClientScopes names further claims that hold scopes if the token's Kind is
	// Client, for issuers that give clients their permissions as roles or
	// authorities. Empty means none.
	ClientScopes [][]string
	// ScopePrefix is taken off every scope that begins with it, such as a
	// resource server's identifier. Scopes without it stay as they are.
	ScopePrefix string
	// Roles and Groups name the claims that hold roles and groups, each a
	// string, an array of strings or of objects with a "value", or an object
	// whose member names count; they are merged in this order. Empty means
	// roles, then entitlements; groups.
	Roles, Groups [][]string

	// Tenant and SourceSystem name the claims to read, the first present one
	// wins. The value is a string, an integer, an array with one of them, or an
	// object with one member, whose name counts; a claim with several values is
	// ambiguous and means none. Empty means tenant; source_system.
	Tenant, SourceSystem [][]string
	// TenantInIssuer finds the tenant in the issuer's URL when no claim tells:
	// a URL in which "{tenant}" marks the tenant, which is one segment of the
	// path or, within the host, one label in small letters. A leading "*"
	// stands for any beginning. Empty means none.
	TenantInIssuer string
	// TenantPrefix and SourceSystemPrefix find tenant and source system in a
	// scope or role that begins with the prefix ("source:" in "source:SAP");
	// such scopes and roles are taken out of Scopes and Roles. Two different
	// ones are ambiguous and mean none. Empty means none.
	TenantPrefix, SourceSystemPrefix string
	// Clients is the API owner's register of clients, by client id. It fills in
	// the tenant and the source system that the token itself leaves open.
	Clients map[string]ClientInfo
	// Complete, if not nil, is called last, with the payload and the token read
	// from it, and may change the token. It is called once per token, not once
	// per request, and from many goroutines. The Payload is valid during the
	// call only.
	Customize func(Payload, *Token)

	// Kinds tells clients from users: the first rule that holds gives the token
	// its Kind. If no rule holds, a token without subject, or whose subject is
	// its client id, is KindClient, and any other token with a subject KindUser.
	Kinds []Rule
	// NotAccess lists the marks of tokens that are not access tokens: a token
	// for which one of the rules holds is refused. They are added to the marks
	// that count for every issuer. Empty means the marks of ID tokens (nonce).
	NotAccess []Rule
	// Reject lists rules that refuse a token as contradicting itself.
	Reject []Rule
}

// ClientInfo is what an API's owner knows of a client. It has names for JSON, so
// that a register may live in a file.
type ClientInfo struct {
	Tenant       string `json:"tenant"`
	SourceSystem string `json:"source_system"`
}

// A Rule is a condition on a payload: it holds if all that its fields ask is
// true. The zero value of each field but Claim asks nothing, so a Rule with
// nothing but Claim holds if the claim is present. Values are compared exactly,
// as strings; in an array each string counts.
type Rule struct {
	// Claim is the claim that the rule is about. It must be present, even if
	// the other fields ask nothing, unless Absent is set.
	Claim []string
	// Absent asks that the claim is absent; the fields about its value are
	// ignored then.
	Absent bool
	// In asks that the claim has one of these values.
	In []string
	// NotIn asks that the claim has none of these values; one that is not a
	// string has none of them.
	NotIn []string
	// Prefix and Suffix ask that the claim begins or ends so.
	Prefix, Suffix string
	// Equals asks that this other claim has the same value, or the value that
	// is left without Prefix and Suffix. An array of one string counts as that
	// string.
	Equals []string
	// NotWithin asks that the claim is no slash-delimited part of this other
	// claim.
	NotWithin []string
	// And is a further rule that must hold.
	And *Rule
	// Kind is the kind that a rule in Dialect.Kinds gives to the token. Other
	// lists ignore it.
	Kind Kind
}
