// Package scopes says what a route demands of a token.
//
// A [Requirement] is built once, when the route is registered, from [Scope],
// [Role], [Group], [Authentication] and [Where], combined by [All] and [Any],
// or read from a configuration file by [Parse]:
//
//	read := scopes.Scope("deals-read")
//	write := scopes.All(scopes.Scope("deals-write"), scopes.Any(scopes.Role("trader"), scopes.Role("admin")))
//
// A mistake in a requirement, such as a scope that no token can hold, does not
// panic here: [Requirement.Err] reports it, such a requirement is never met,
// and whoever registers the route refuses it.
//
// Scopes are compared exactly unless the API's owner chooses another
// [Strategy]. There is no "not": what a token lacks is no permission.
package scopes
