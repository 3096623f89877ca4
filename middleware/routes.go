package middleware

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/scopes"
)

// A Route is one pattern of a router, and who may call it. The adapters list the
// routes of their routers.
type Route struct {
	// Method and Pattern are what the router matches requests with, as it writes
	// them. An empty Method stands for all methods that no other route of the
	// pattern has.
	Method, Pattern string
	// Guarded says that requests without a valid token never reach the handler.
	// Need is what the token must satisfy as well.
	Guarded bool
	Need    []scopes.Requirement
	// Optional says that a token is checked if the request has one.
	Optional bool
	// Public says that the route is marked as open to all callers. Behind a guard
	// the mark has no effect.
	Public bool
}

// String returns the route on one line: method, pattern, and who may call it.
func (r Route) String() string {
	return r.name() + ": " + r.access()
}

func (r Route) name() string { return cmp.Or(r.Method, "*") + " " + r.Pattern }

func (r Route) access() string {
	switch {
	case r.Guarded && len(r.Need) > 0:
		return scopes.All(r.Need...).String()
	case r.Guarded:
		return "any good token"
	case r.Optional:
		return "public, token optional"
	case r.Public:
		return "public"
	}
	return "UNDECIDED"
}

// Routes are the routes of a whole router.
type Routes []Route

// Check returns an error that names every route without a guard that is not marked
// as public. Call it in a test of the API, or at its start:
//
//	if err := routes.Check(); err != nil {
//		log.Fatal(err)
//	}
func (routes Routes) Check() error {
	var open []error
	for _, r := range routes {
		if !r.Guarded && !r.Optional && !r.Public {
			open = append(open, errors.New("bearerguard: guard "+r.name()+" or mark it public"))
		}
	}
	return errors.Join(open...)
}

// String returns the routes, one on each line, in the order of their patterns.
func (routes Routes) String() string {
	var lines strings.Builder
	for _, r := range slices.SortedStableFunc(slices.Values(routes), func(a, b Route) int {
		return cmp.Or(cmp.Compare(a.Pattern, b.Pattern), cmp.Compare(a.Method, b.Method))
	}) {
		lines.WriteString(r.String() + "\n")
	}
	return lines.String()
}
