package fetch_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/fetch"
)

func TestIsPublic(t *testing.T) {
	for _, a := range strings.Fields(`0.0.0.0 10.1.2.3 100.64.0.1 100.127.255.255 127.0.0.1 127.8.9.1 169.254.169.254 172.16.0.1
		172.31.255.255 192.0.0.8 192.0.2.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.9 224.0.0.1 240.0.0.1
		255.255.255.255 :: ::1 ::ffff:10.0.0.1 ::ffff:127.0.0.1 ::7f00:1 64:ff9b::7f00:1 64:ff9b:1::1 100::1 2001::1 2001:db8::1
		2002:7f00:1::1 fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1`) {
		if fetch.IsPublic(netip.MustParseAddr(a)) {
			t.Errorf("%s counts as public", a)
		}
	}
	for _, a := range strings.Fields(`1.1.1.1 8.8.8.8 100.63.0.1 100.128.0.1 172.15.0.1 172.32.0.1 192.167.1.1 198.17.0.1 223.255.255.255
		2606:4700::1 2a00:1450::1 ::ffff:1.1.1.1`) {
		if !fetch.IsPublic(netip.MustParseAddr(a)) {
			t.Errorf("%s does not count as public", a)
		}
	}
}
