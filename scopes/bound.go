package scopes

// Bound requires that the token is bound to a key, by DPoP (RFC 9449) or by a client
// certificate (RFC 8705): a stolen one is then of no use. Package middleware has checked
// the proof. A request with another token gets 401 invalid_token, because a token with
// more scopes would not do either.
func Bound() Requirement { return Requirement{&node{kind: kindBound}} }
