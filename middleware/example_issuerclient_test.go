package middleware_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// A serviceAccount is a transport that sends the token in a file, which it reads for each
// request because the cluster replaces it. Base is where a private certificate authority
// and a client certificate belong.
type serviceAccount struct {
	file string
	base http.RoundTripper
}

func (s serviceAccount) RoundTrip(r *http.Request) (*http.Response, error) {
	token, err := os.ReadFile(s.file)
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context()) // a RoundTripper must not change its request
	r.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	return s.base.RoundTrip(r)
}

// The API server of a cluster gives its key set only to those who send a service account
// token. The token goes to the cluster, and to no other issuer.
func ExampleIssuer_client() {
	dir, err := os.MkdirTemp("", "serviceaccount")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "token") // in a pod /var/run/secrets/kubernetes.io/serviceaccount/token
	if err := os.WriteFile(file, []byte("of-this-pod\n"), 0o600); err != nil {
		log.Fatal(err)
	}
	cluster, keys := exampleCluster("Bearer of-this-pod")
	defer keys.Close()
	partner, err := testutil.Start(testutil.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer partner.Close()

	auth, err := middleware.New(middleware.Config{
		Audiences: []string{"https://api.example.com"},
		Issuers: []middleware.Issuer{
			{
				URL:        "https://kubernetes.default.svc.cluster.local",
				JWKSURL:    keys.URL + "/openid/v1/jwks",
				HTTPClient: &http.Client{Transport: serviceAccount{file, http.DefaultTransport}},
			},
			{URL: partner.URL()},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, issuer := range []*testutil.Issuer{cluster, partner} {
		_, err := auth.Verify(context.Background(), issuer.Mint(nil))
		fmt.Println(err)
	}
	// Output:
	// <nil>
	// <nil>
}

// exampleCluster returns the issuer of a cluster, and its API server, which demands a
// credential.
func exampleCluster(credential string) (*testutil.Issuer, *httptest.Server) {
	issuer, err := testutil.Start(testutil.Options{
		InProcess: true, Issuer: "https://kubernetes.default.svc.cluster.local",
	})
	if err != nil {
		log.Fatal(err)
	}
	return issuer, httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != credential {
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		w.Write(issuer.JWKS())
	}))
}
