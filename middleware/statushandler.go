package middleware

import "net/http"

// AuthorizationStatusHandler returns a handler for GET and HEAD that tells callers
// what their own token says, as a JSON object: client_id, tenant, source_system,
// scopes, expires_at and expires_in, and if the token has them subject, issuer,
// audience, roles, token_id, cnf and issued_at. Config.StatusNames renames the members.
// Config.StatusMembers adds others. The handler needs a token and no scope, and is its own
// guard.
func (a *Authenticator) AuthorizationStatusHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		view := RequestOf(r)
		admitted, err := a.Guard(r.Context(), &view)
		if err != nil {
			a.WriteRefusal(w, r, err)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		token := admitted.verified.token
		h := w.Header()
		admitted.AddFields(h)
		h.Set("Cache-Control", "no-store")
		h.Add("Vary", "Authorization")
		writeJSON(w, r, http.StatusOK, statusOf(token, a.now()).withMembers(a.config.StatusNames, a.statusMembers(admitted)))
	})
}

// statusMembers returns what Config.StatusMembers adds.
func (a *Authenticator) statusMembers(admitted *Admission) map[string]any {
	if a.config.StatusMembers == nil {
		return nil
	}
	return a.config.StatusMembers(admitted.Token())
}
