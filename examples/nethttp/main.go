// Nethttp is the quickstart with net/http alone: an API that bearerguard protects,
// and an authorization server that issues tokens for it.
//
//	go run ./examples/nethttp
//
// It prints the commands that get a token and use it; the log goes to standard
// error.
package main

import (
	"context"
	"encoding/json"
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

	"github.com/bearerguard/bearerguard/adapters/httpauth"
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
		slog.Error("nethttp", "error", err)
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
	var mux httpauth.Mux
	mux.Public().HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	mux.Public().HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if auth.Ready(r.Context()) != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	mux.Handle("GET /v1/authorizationStatus", httpauth.AuthorizationStatus(auth))
	mux.Require(auth, scopes.Scope("deals-read")).HandleFunc("GET /v1/deals", deals)
	mux.Require(auth, scopes.Scope("deals-write")).HandleFunc("POST /v1/deals", createDeal)
	return &mux, mux.Routes().Check()
}

// deals shows how a handler learns who is calling: from package claims alone.
func deals(w http.ResponseWriter, r *http.Request) {
	token, _ := claims.FromContext(r.Context())
	writeJSON(w, http.StatusOK, map[string]any{"deals": []string{"spring bonds", "autumn shares"}, "caller": token.ClientID})
}

func createDeal(w http.ResponseWriter, r *http.Request) {
	writeJSON(w, http.StatusCreated, map[string]any{"created_by": httpauth.Token(r).ClientID})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
