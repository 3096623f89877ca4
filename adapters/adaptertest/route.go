package adaptertest

import (
	"net/http"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// A Route is one that the suite asks for.
type Route struct {
	// Method is the request method. Empty means every method, OPTIONS too.
	Method string
	// Path is the whole path, without parameters. It may hold an encoded slash,
	// "%2F", which the framework has to be told to keep.
	Path string
	// Guards stand in front of the handler, the outermost first.
	Guards []guard
	// Public asks for the adapter's mark for routes that everyone may call,
	// inside the guards.
	Public bool
	// Forgotten asks for a route as it is when a developer forgets its guard: it
	// is registered with the framework directly. Guards is empty, Public false.
	Forgotten bool
	// Handler is the handler. Call it with the writer and the request that the
	// framework gives to a handler, and with what the adapter's Token returns
	// there.
	Handler func(w http.ResponseWriter, r *http.Request, token *claims.Token)
	// Status, if not nil, asks for the adapter's AuthorizationStatus of this
	// Authenticator in place of Handler, which is nil then. Register it so that
	// the list shows its guard.
	Status *middleware.Authenticator
}

// A guard is one call of the adapter's Require or Optional.
type guard struct {
	// Auth is the Authenticator to pass.
	Auth *middleware.Authenticator
	// Optional asks for Optional, which takes no requirements.
	Optional bool
	// Need are the requirements to pass to Require.
	Need []scopes.Requirement
}
