// Package scopes describes what a route requires of an access token.
//
// A [Requirement] is built once, when the route is registered, from [Scope],
// [Role], [Group], [Authentication], [PathTenant], [Where] and [WherePath],
// combined by [All] and [Any], or read from a configuration file by [Parse]:
//
//	read := scopes.Scope("deals-read")
//	write := scopes.All(scopes.Scope("deals-write"), scopes.Any(scopes.Role("trader"), scopes.Role("admin")))
//
// The functions of this package do not panic on a mistake, such as a name that
// no scope can have. [Requirement.Err] reports it, and no token satisfies such
// a requirement. The adapters panic with the error when the route is
// registered.
//
// Scopes are compared byte for byte unless the configuration of the API sets
// another [Strategy]. There is no "not": the absence of a scope or a role never
// grants access.
package scopes
