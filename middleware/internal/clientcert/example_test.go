package clientcert_test

import (
	"fmt"
	"net/http"
	"net/netip"

	"github.com/bearerguard/bearerguard/middleware/internal/clientcert"
)

func Example() {
	proxies := clientcert.NewPeers([]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")})

	r := &http.Request{RemoteAddr: "10.1.2.3:40000", Header: http.Header{}}
	r.Header.Set("X-Forwarded-Client-Cert",
		`Hash=703d59435b2dd1812091764680d4dea7bb062f8415e2925422b9dd09aaf408ee;Subject="CN=client"`)

	if !proxies.Trusts(r.RemoteAddr) {
		fmt.Println("not a proxy: ignore the field")
		return
	}
	hash, found := clientcert.XFCC.Thumbprint(r.Header.Values("X-Forwarded-Client-Cert"))
	fmt.Printf("%v %x...\n", found == clientcert.Found, hash[:4])
	// Output: true 703d5943...
}
