// Gin is the quickstart with Gin: an API that bearerguard protects, and an
// authorization server that issues tokens for it.
//
//	go run ./examples/gin
//
// It prints the commands that get a token and use it; the log goes to standard
// error.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/bearerguard/bearerguard/adapters/ginauth"
	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/bearerguard/bearerguard/testutil"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8080", "the `address` to serve the API on")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *listen); err != nil {
		slog.Error("gin", "error", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, listen string) error {
	issuer, err := testutil.Start(testutil.Options{}) // in your API: the URL of your authorization server
	if err != nil {
		return err
	}
	defer issuer.Close()
	auth, err := middleware.New(middleware.Config{
		Audiences: []string{issuer.Audience()},
		Issuers:   []middleware.Issuer{{URL: issuer.URL()}},
		Logger:    slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	if err != nil {
		return err
	}
	routes, err := api(auth)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	fmt.Printf("TOKEN=$(%s | sed -n 's/.*\"access_token\" *: *\"\\([^\"]*\\)\".*/\\1/p')\n", issuer.Curl())
	fmt.Printf("curl -s -H \"Authorization: Bearer $TOKEN\" http://%s/v1/authorizationStatus\n", listener.Addr())

	server := &http.Server{Handler: routes, ReadHeaderTimeout: 5 * time.Second}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		<-ctx.Done()
		limit, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if server.Shutdown(limit) != nil {
			_ = server.Close() // the remaining requests take too long
		}
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	<-stopped
	return nil
}

// api returns the routes, each with what it requires of a token. It fails if a
// route has neither a guard nor the mark that says that everyone may call it.
func api(auth *middleware.Authenticator) (http.Handler, error) {
	gin.SetMode(gin.ReleaseMode) // in debug mode Gin writes to standard output
	engine := gin.New()
	api := &ginauth.Router{Engine: engine}
	api.Public().GET("/healthz", func(c *gin.Context) { c.Status(http.StatusOK) })
	api.Public().GET("/readyz", func(c *gin.Context) {
		if auth.Ready(c.Request.Context()) != nil {
			c.Status(http.StatusServiceUnavailable)
		}
	})
	v1 := api.Require(auth).Group("/v1")
	v1.Match([]string{"GET", "HEAD"}, "/authorizationStatus", ginauth.AuthorizationStatus(auth))
	v1.Require(auth, scopes.Scope("deals-read")).GET("/deals", deals)
	v1.Require(auth, scopes.Scope("deals-write")).POST("/deals", createDeal)
	return engine, api.Routes().Check()
}

// deals shows how a handler learns who is calling: from package claims alone.
func deals(c *gin.Context) {
	token, _ := claims.FromContext(c.Request.Context())
	c.JSON(http.StatusOK, gin.H{"deals": []string{"spring bonds", "autumn shares"}, "caller": token.ClientID})
}

func createDeal(c *gin.Context) {
	c.JSON(http.StatusCreated, gin.H{"created_by": ginauth.Token(c).ClientID})
}
