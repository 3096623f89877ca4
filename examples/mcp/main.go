// The command mcp runs an MCP server that bearerguard protects, an authorization
// server, and clients of the official SDK, which know the endpoint of the MCP
// server only and discover the rest.
//
//	go run .          # the clients call the tools, then the program ends
//	go run . -serve   # the servers keep running
//
// The results of the tools go to standard output, the log to standard error.
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
	"net/url"
	"os"
	"os/signal"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "the `address` to serve on")
	serve := flag.Bool("serve", false, "keep serving until interrupted")
	flag.Parse()

	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, log, *listen, *serve); err != nil {
		log.Error("mcp", "error", err)
		os.Exit(1)
	}
}

// clients are the clients of the authorization server.
var clients = []testutil.Client{
	{ID: "reader", Secret: "reader-secret", Scopes: []string{"deals-read"}},
	{ID: "trader", Secret: "trader-secret", Scopes: []string{"deals-read", "deals-write"}},
}

func run(ctx context.Context, log *slog.Logger, listen string, serve bool) error {
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	resource := &url.URL{Scheme: "http", Host: listener.Addr().String(), Path: "/mcp"}
	issuer, err := testutil.Start(testutil.Options{Audience: resource.String(), Clients: clients})
	if err != nil {
		return err
	}
	defer issuer.Close()
	auth, err := middleware.New(configuration(resource, issuer.URL(), log))
	if err != nil {
		return err
	}
	routes := newServer(auth).routes(resource, &mcp.StreamableHTTPOptions{Stateless: true})
	if err := routes.Routes().Check(); err != nil {
		return err
	}
	httpServer := &http.Server{Handler: routes, ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- httpServer.Serve(listener) }()
	log.Info("serving", "endpoint", resource, "authorization server", issuer.URL())

	if serve {
		select {
		case err := <-failed:
			return err
		case <-ctx.Done():
		}
	} else {
		for _, c := range clients {
			if err := use(ctx, resource.String(), c); err != nil {
				return err
			}
		}
	}
	if err := httpServer.Close(); err != nil {
		return err
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// configuration holds what the MCP requires of a resource server: its name, which
// is the audience of its tokens, and the authorization servers that it trusts.
func configuration(resource *url.URL, issuer string, log *slog.Logger) middleware.Config {
	return middleware.Config{
		Resource:  resource.String(),
		Audiences: []string{resource.String()},
		Issuers:   []middleware.Issuer{{URL: issuer}},
		Metadata:  map[string]any{"resource_name": "Deals"},
		Logger:    log,
	}
}

// use connects a client and calls every tool.
func use(ctx context.Context, endpoint string, c testutil.Client) error {
	session, err := connect(ctx, endpoint, c.ID, c.Secret)
	if err != nil {
		return err
	}
	defer session.Close()
	for _, call := range []*mcp.CallToolParams{
		{Name: "list_deals"},
		{Name: "create_deal", Arguments: deal{"winter notes"}},
	} {
		result, err := session.CallTool(ctx, call)
		if err != nil {
			fmt.Printf("%s %s: %v\n", c.ID, call.Name, err)
			continue
		}
		text, err := json.Marshal(result.StructuredContent)
		if err != nil {
			return err
		}
		fmt.Printf("%s %s: %s\n", c.ID, call.Name, text)
	}
	return nil
}
