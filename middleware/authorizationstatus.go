package middleware

import (
	"net/http"

	"github.com/bearerguard/bearerguard/claims"
)

// AuthorizationStatusHandler returns a handler that answers GET and HEAD with
// the AuthorizationStatus of the request's token. It needs a valid token and no
// scope. The adapters offer it to their frameworks.
func (a *Authenticator) AuthorizationStatusHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		admitted, err := a.Check(r)
		if err != nil {
			a.WriteRefusal(w, r, err)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		token, _ := claims.FromContext(admitted.Context())
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Add("Vary", "Authorization")
		writeJSON(w, r, http.StatusOK, renamed(NewAuthorizationStatus(token, a.now()), a.config.StatusNames))
	})
}
