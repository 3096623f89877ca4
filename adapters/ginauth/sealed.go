package ginauth

import "github.com/gin-gonic/gin"

// sealed is the writer of a response that is complete. Middlewares further out that write
// a body for every error in gin.Context.Errors would append a second one.
type sealed struct{ gin.ResponseWriter }

func (sealed) Write(p []byte) (int, error)       { return len(p), nil }
func (sealed) WriteString(s string) (int, error) { return len(s), nil }
func (sealed) WriteHeader(int)                   {}
func (sealed) WriteHeaderNow()                   {}
