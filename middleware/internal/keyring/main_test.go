package keyring_test

import (
	"os"
	"testing"

	"github.com/bearerguard/bearerguard/internal/rowtest"
)

func TestMain(m *testing.M) { os.Exit(rowtest.Main(m)) }
