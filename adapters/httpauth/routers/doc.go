// Package routers tests httpauth with routers that are not part of the standard
// library. It is a module of its own, so that users of bearerguard do not depend
// on them.
package routers
