package ginauth_test

import (
	"net/http"
	"reflect"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/bearerguard/bearerguard/adapters/ginauth"
	"github.com/bearerguard/bearerguard/adapters/internal/rawtargets"
)

func TestRawTargets(t *testing.T) {
	router := func(register func(engine *gin.Engine, guard, admin,
		public gin.HandlerFunc)) func(rawtargets.API) http.Handler {
		return func(a rawtargets.API) http.Handler {
			engine := gin.New()
			register(engine, ginauth.Require(a.Auth, a.Need), gin.WrapH(a.Admin), gin.WrapH(a.Public))
			return engine
		}
	}
	perRoute := func(engine *gin.Engine, guard, admin, public gin.HandlerFunc) {
		engine.Any("/public", public)
		engine.Any("/public/*rest", public)
		engine.Any("/admin", guard, admin)
		engine.Any("/admin/*rest", guard, admin)
	}
	// with sets options of the engine.
	with := func(set func(engine *gin.Engine)) func(rawtargets.API) http.Handler {
		return router(func(engine *gin.Engine, guard, admin, public gin.HandlerFunc) {
			set(engine)
			perRoute(engine, guard, admin, public)
		})
	}
	rawtargets.Run(t, "ATK-H05 ATK-H13", map[string]func(rawtargets.API) http.Handler{
		"a guard per route": router(perRoute),
		"a guard for a group": router(func(engine *gin.Engine, guard, admin, public gin.HandlerFunc) {
			g := engine.Group("/admin", guard)
			g.GET("", admin)
			g.GET("/*rest", admin)
			engine.GET("/public/*rest", public)
		}),
		"a guard for all": router(func(engine *gin.Engine, guard, admin, _ gin.HandlerFunc) {
			engine.Use(guard)
			engine.GET("/admin", admin)
			engine.NoRoute(admin)
			engine.NoMethod(admin)
			engine.HandleMethodNotAllowed = true
		}),
		"raw paths": with(func(engine *gin.Engine) { engine.UseRawPath = true }),
		"raw paths unescaped": with(func(engine *gin.Engine) {
			engine.UseRawPath,
				engine.UnescapePathValues = true, false
		}),
		"fixed paths":        with(func(engine *gin.Engine) { engine.RedirectFixedPath = true }),
		"extra slashes away": with(removeExtraSlash),
		"every option": with(func(engine *gin.Engine) {
			engine.UseRawPath, engine.RedirectFixedPath, engine.HandleMethodNotAllowed = true, true, true
			removeExtraSlash(engine)
		}),
		"parameters": router(func(engine *gin.Engine, guard, admin, _ gin.HandlerFunc) {
			engine.Any("/:name", guard, admin)
			engine.Any("/:name/*rest", guard, admin)
		}),
	})
}

// removeExtraSlash sets an option that the oldest releases of Gin do not have.
func removeExtraSlash(engine *gin.Engine) {
	if option := reflect.ValueOf(engine).Elem().FieldByName("RemoveExtraSlash"); option.IsValid() {
		option.SetBool(true)
	}
}
