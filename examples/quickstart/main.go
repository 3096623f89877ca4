// Quickstart runs an Echo API that bearerguard protects, and an authorization server
// that issues tokens for it. It prints the commands that get a token and use it.
//
//	go run ./examples/quickstart
//	go run ./examples/quickstart -dialect cern
//	go run ./examples/quickstart -issuer https://id.example.com -audience https://api.example.com
//
// The commands go to standard output, one on each line; the log goes to standard
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

	"github.com/labstack/echo/v4"

	"github.com/bearerguard/bearerguard/adapters/echoauth"
	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8080", "the `address` to serve the API on")
	issuer := flag.String("issuer", "", "the `URL` of the issuer to trust (default: an embedded authorization server)")
	audience := flag.String("audience", "", "this API's name in tokens (default: what the embedded server puts there)")
	dialect := flag.String("dialect", "standard", "how the issuer writes its tokens: "+dialectNames())
	flag.Parse()

	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, log, *listen, *issuer, *audience, *dialect); err != nil {
		log.Error("quickstart", "error", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, log *slog.Logger, listen, issuer, audience, dialect string) error {
	trust, curl, closeIssuer, err := trusted(issuer, audience, dialect)
	if err != nil {
		return err
	}
	defer closeIssuer()

	auth, err := middleware.New(middleware.Config{
		Issuers: []middleware.Issuer{trust},
		Logger:  log,
	})
	if err != nil {
		return err
	}

	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: api(auth), ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()

	if curl == "" {
		log.Info("get a token from the issuer and set TOKEN to it", "issuer", trust.URL)
	} else {
		fmt.Printf("TOKEN=$(%s | sed -n 's/.*\"access_token\" *: *\"\\([^\"]*\\)\".*/\\1/p')\n", curl)
	}
	fmt.Printf("curl -s -H \"Authorization: Bearer $TOKEN\" http://%s/v1/authorizationStatus\n", listener.Addr())

	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	log.Info("shutting down")
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		log.Warn("cutting off requests that take too long", "error", err)
		_ = server.Close()
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// api returns the routes, each with what it requires of a token.
func api(auth *middleware.Authenticator) http.Handler {
	e := echo.New()
	e.GET("/healthz", func(c echo.Context) error { return c.NoContent(http.StatusOK) })
	e.GET("/readyz", func(c echo.Context) error {
		if auth.Ready(c.Request().Context()) != nil {
			return c.NoContent(http.StatusServiceUnavailable)
		}
		return c.NoContent(http.StatusOK)
	})
	e.GET("/v1/authorizationStatus", echoauth.AuthorizationStatus(auth))
	e.HEAD("/v1/authorizationStatus", echoauth.AuthorizationStatus(auth))
	e.GET("/v1/deals", deals, echoauth.Require(auth, scopes.Scope("deals-read")))
	e.POST("/v1/deals", createDeal, echoauth.Require(auth, scopes.Scope("deals-write")))
	return e
}

// deals shows how a handler learns who is calling: from package claims alone.
func deals(c echo.Context) error {
	token, _ := claims.FromContext(c.Request().Context())
	return c.JSON(http.StatusOK, map[string]any{
		"deals":  []string{"spring bonds", "autumn shares"},
		"caller": token.ClientID,
	})
}

func createDeal(c echo.Context) error {
	return c.JSON(http.StatusCreated, map[string]string{"created_by": echoauth.Token(c).ClientID})
}
