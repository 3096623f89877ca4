package middleware

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/scopes"
)

// A Route is what a router serves at one pattern, and who may call it.
type Route struct {
	// Method and Pattern are what the router matches requests with, as it
	// writes them. An empty Method stands for all that no other route of the
	// pattern has.
	Method, Pattern string
	// Guarded says that the handler is reached with a good token only. Need is
	// what the token must meet beyond that.
	Guarded bool
	Need    []scopes.Requirement
	// Optional says that a token is checked if the request has one.
	Optional bool
	// Public says that the route is marked as open to everybody. Behind a guard
	// the mark has no effect.
	Public bool
}

// String returns the route on one line: method, pattern, and who may call it.
func (r Route) String() string {
	return cmp.Or(r.Method, "*") + " " + r.Pattern + ": " + r.access()
}

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

// Routes are those of a whole router. The adapters list them.
type Routes []Route

// Check returns an error that names every route which has neither a guard nor
// a mark that says that it is public. It is for a test of the API, or for its
// start:
//
//	if err := routes.Check(); err != nil {
//		log.Fatal(err)
//	}
func (all Routes) Check() error {
	var open []error
	for _, r := range all {
		if !r.Guarded && !r.Optional && !r.Public {
			open = append(open, errors.New("bearerguard: nobody decided who may call "+cmp.Or(r.Method, "*")+" "+r.Pattern))
		}
	}
	return errors.Join(open...)
}

// String returns the routes, a line each, in the order of their patterns.
func (all Routes) String() string {
	var lines []string
	for _, r := range slices.SortedStableFunc(slices.Values(all), func(a, b Route) int {
		return cmp.Or(cmp.Compare(a.Pattern, b.Pattern), cmp.Compare(a.Method, b.Method))
	}) {
		lines = append(lines, r.String()+"\n")
	}
	return strings.Join(lines, "")
}
