// Package integration_test tries the library on tokens that a real
// authorization server issued: node-oidc-provider, started from server.mjs.
//
//	integration/install
//	BEARERGUARD_INTEGRATION=1 go test -count 1 ./integration/
//
// Without the variable nothing runs, since plain go test may not need Node. With
// it nothing is skipped. The flag is there because go test does not see changes
// to the server, and would show an earlier result.
package integration_test

import (
	"fmt"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	if os.Getenv("BEARERGUARD_INTEGRATION") != "1" {
		// go test recognizes the first line and adds "[no tests to run]" to this
		// package's own; it hides the second unless told otherwise, hence the
		// package below this one whose path says the same.
		fmt.Println("testing: warning: no tests to run")
		fmt.Println("integration tests left out; to run them: integration/install && BEARERGUARD_INTEGRATION=1 go test -count 1 ./integration/")
		return
	}
	if _, err := os.Stat("node_modules/oidc-provider"); err != nil {
		fmt.Fprintln(os.Stderr, "the authorization server is not installed; to install it: integration/install")
		os.Exit(1)
	}
	os.Exit(m.Run())
}
