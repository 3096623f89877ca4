package ginauth_test

import (
	"net/http"
	"reflect"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/bearerguard/bearerguard/adapters/ginauth"
	"github.com/bearerguard/bearerguard/internal/rawtargets"
	"github.com/bearerguard/bearerguard/scopes"
)

// TestRawTargets sends every spelling of a guarded path without a token. What
// decides is the route that matched.
func TestRawTargets(t *testing.T) {
	auth, token := guardOf(t)
	ran := ""
	note := func(name string) gin.HandlerFunc {
		return func(c *gin.Context) { ran = name; c.Status(http.StatusOK) }
	}
	guard := ginauth.Require(auth, scopes.Scope("admin"))
	perRoute := func(r *gin.Engine) {
		r.Any("/public", ginauth.Public(), note("public"))
		r.Any("/public/*rest", ginauth.Public(), note("public"))
		r.Any("/admin", guard, note("admin"))
		r.Any("/admin/*rest", guard, note("admin"))
	}
	for name, register := range map[string]func(r *gin.Engine){
		"a guard per route": perRoute,
		"a guard for a group": func(r *gin.Engine) {
			g := r.Group("/admin", guard)
			g.GET("", note("admin"))
			g.GET("/*rest", note("admin"))
			r.GET("/public/*rest", ginauth.Public(), note("public"))
		},
		"a guard for all": func(r *gin.Engine) {
			r.Use(guard)
			r.GET("/admin", note("admin"))
			r.NoRoute(note("admin"))
			r.NoMethod(note("admin"))
			r.HandleMethodNotAllowed = true
		},
		"raw paths":           func(r *gin.Engine) { r.UseRawPath = true; perRoute(r) },
		"raw paths unescaped": func(r *gin.Engine) { r.UseRawPath, r.UnescapePathValues = true, false; perRoute(r) },
		"fixed paths":         func(r *gin.Engine) { r.RedirectFixedPath = true; perRoute(r) },
		"extra slashes away":  func(r *gin.Engine) { removeExtraSlash(r); perRoute(r) },
		"all of it": func(r *gin.Engine) {
			r.UseRawPath, r.RedirectFixedPath, r.HandleMethodNotAllowed = true, true, true
			removeExtraSlash(r)
			perRoute(r)
		},
		"parameters": func(r *gin.Engine) {
			r.Any("/:name", guard, note("admin"))
			r.Any("/:name/*rest", guard, note("admin"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Attr("requirement", "ATK-H05")
			t.Attr("requirement", "ATK-H13")
			r := gin.New()
			register(r)
			rawtargets.Try(t, r, token, &ran)
		})
	}
}

// removeExtraSlash sets an option that the oldest releases of Gin do not have.
func removeExtraSlash(r *gin.Engine) {
	if option := reflect.ValueOf(r).Elem().FieldByName("RemoveExtraSlash"); option.IsValid() {
		option.SetBool(true)
	}
}
