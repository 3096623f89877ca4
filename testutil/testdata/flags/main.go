// A program that embeds the server and lists its own flags.
package main

import (
	"flag"
	"fmt"

	"github.com/bearerguard/bearerguard/testutil"
)

func main() {
	i, err := testutil.Start(testutil.Options{Keys: []string{"EdDSA"}})
	if err != nil {
		panic(err)
	}
	defer i.Close()
	flag.VisitAll(func(f *flag.Flag) { fmt.Println("flag", f.Name) })
	fmt.Println("done")
}
