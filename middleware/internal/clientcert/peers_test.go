package clientcert_test

import (
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/clientcert"
)

func prefixes(texts ...string) (all []netip.Prefix) {
	for _, text := range texts {
		all = append(all, netip.MustParsePrefix(text))
	}
	return all
}

// networks are the prefixes of these tests. One has bits behind its length, and one is
// written with IPv4-mapped IPv6 addresses.
var networks = clientcert.NewPeers(prefixes(
	"10.0.0.0/8", "192.0.2.7/32", "198.51.100.77/24", "::ffff:203.0.113.0/120",
	"2001:db8::/32", "fe80::/10", "::1/128"))

var peers = []struct {
	name, remoteAddr string
	want             bool
}{
	{"IPv4", "10.1.2.3:40000", true},
	{"the first address", "10.0.0.0:1", true},
	{"the last address and port", "10.255.255.255:65535", true},
	{"the address behind the last", "11.0.0.0:40000", false},
	{"one address", "192.0.2.7:40000", true},
	{"the address behind it", "192.0.2.8:40000", false},
	{"a prefix with bits behind its length", "198.51.100.1:40000", true},
	{"IPv6", "[2001:db8::1]:40000", true},
	{"IPv6 in large letters", "[2001:DB8::1]:40000", true},
	{"another IPv6 address", "[2001:db9::1]:40000", false},
	{"the loopback address", "[::1]:40000", true},
	{"IPv4-mapped IPv6", "[::ffff:10.0.0.1]:40000", true},
	{"IPv4-mapped IPv6 in hexadecimal", "[::ffff:a00:1]:40000", true},
	{"another IPv4-mapped IPv6 address", "[::ffff:11.0.0.1]:40000", false},
	{"IPv4-compatible IPv6", "[::10.0.0.1]:40000", false},
	{"IPv4 in a prefix for NAT64", "[64:ff9b::10.0.0.1]:40000", false},
	{"IPv4 for a prefix of mapped addresses", "203.0.113.9:40000", true},
	{"IPv4-mapped IPv6 for a prefix of mapped addresses", "[::ffff:203.0.113.9]:40000", true},
	{"IPv6 without a zone", "[fe80::1]:40000", true},
	{"a zone", "[fe80::1%eth0]:40000", false},
	{"an empty zone", "[fe80::1%]:40000", false},
	{"a zone of an IPv4-mapped address", "[::ffff:10.0.0.1%eth0]:40000", false},
	{"no port", "10.1.2.3", false},
	{"no port behind a colon", "10.1.2.3:", false},
	{"port 0", "10.1.2.3:0", false},
	{"port 0 of an IPv6 address", "[2001:db8::1]:0", false},
	{"a port that is too great", "10.1.2.3:65536", false},
	{"the name of a port", "10.1.2.3:https", false},
	{"a sign before the port", "10.1.2.3:+40000", false},
	{"IPv6 without a port", "2001:db8::1", false},
	{"IPv6 in brackets without a port", "[2001:db8::1]", false},
	{"IPv6 without brackets", "2001:db8::1:40000", false},
	{"IPv4 in brackets", "[10.1.2.3]:40000", false},
	{"one bracket", "[2001:db8::1:40000", false},
	{"three numbers", "10.1.2:40000", false},
	{"five numbers", "10.1.2.3.4:40000", false},
	{"a leading zero", "010.1.2.3:40000", false},
	{"a number that is too great", "10.1.2.256:40000", false},
	{"a hexadecimal number", "0x0a.1.2.3:40000", false},
	{"two addresses", "10.1.2.3:40000, 10.1.2.4:40000", false},
	{"a list of addresses", "10.1.2.3, 192.0.2.8:40000", false},
	{"white space before it", " 10.1.2.3:40000", false},
	{"white space behind it", "10.1.2.3:40000 ", false},
	{"a host name", "localhost:40000", false},
	{"a host name with three dots", "a.b.c.example:40000", false},
	{"a URL", "http://10.1.2.3:40000", false},
	{"a unix socket without a name", "@", false},
	{"a unix socket", "/run/api.sock", false},
	{"a unix socket whose name is an address", "/10.1.2.3:40000", false},
	{"an abstract unix socket", "@10.1.2.3:40000", false},
	{"nothing", "", false},
	{"a colon", ":", false},
	{"a port alone", ":40000", false},
	{"a pipe", "pipe", false},
	{"a memory connection", "bufconn", false},
}

// slowTrusts judges networks with package net, which has one type for both forms of an
// IPv4 address.
func slowTrusts(remoteAddr string) bool {
	host, port, err := net.SplitHostPort(remoteAddr)
	if err != nil || strings.HasPrefix(remoteAddr, "[") != strings.Contains(host, ":") {
		return false
	}
	number := 0
	for _, c := range port {
		if c < '0' || c > '9' || number > 1<<16 {
			return false
		}
		number = 10*number + int(c-'0')
	}
	ip := net.ParseIP(host)
	if ip == nil || number == 0 || number > 1<<16-1 {
		return false
	}
	for _, text := range []string{
		"10.0.0.0/8", "192.0.2.7/32", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "fe80::/10", "::1/128",
	} {
		if _, network, err := net.ParseCIDR(text); err != nil || network.Contains(ip) {
			return true
		}
	}
	return false
}

func TestTrusts(t *testing.T) {
	covers(t, "ML-12 ML-18")
	for _, c := range peers {
		t.Run(c.name, func(t *testing.T) {
			if got := networks.Trusts(c.remoteAddr); got != c.want {
				t.Errorf("Trusts(%q) = %v, want %v", c.remoteAddr, got, c.want)
			}
			if (clientcert.Peers{}).Trusts(c.remoteAddr) {
				t.Errorf("the zero Peers trusts %q", c.remoteAddr)
			}
		})
	}
}

func TestCheckPrefix(t *testing.T) {
	const (
		everything = "write the addresses of your proxies: this prefix covers every address"
		invalid    = "write an address and the length of its prefix, such as 10.1.0.0/16"
		mapped     = "write a prefix of IPv4 addresses without ::ffff:, such as 10.1.0.0/16"
	)
	for _, c := range []struct {
		name   string
		prefix netip.Prefix
		want   string
	}{
		{"a network", netip.MustParsePrefix("10.0.0.0/8"), ""},
		{"bits behind the length", netip.MustParsePrefix("10.1.2.3/8"), ""},
		{"one address", netip.MustParsePrefix("192.0.2.7/32"), ""},
		{"an IPv6 network", netip.MustParsePrefix("2001:db8::/32"), ""},
		{"one IPv6 address", netip.MustParsePrefix("::1/128"), ""},
		{"an IPv4-mapped network", netip.MustParsePrefix("::ffff:10.0.0.0/104"), ""},
		{"every IPv4 address", netip.MustParsePrefix("0.0.0.0/0"), everything},
		{"every IPv4 address, written as one of them", netip.MustParsePrefix("10.0.0.0/0"), everything},
		{"every IPv6 address", netip.MustParsePrefix("::/0"), everything},
		{"every IPv4-mapped address", netip.MustParsePrefix("::ffff:0:0/96"), everything},
		{"IPv4-mapped addresses and others", netip.MustParsePrefix("::ffff:10.0.0.0/95"), mapped},
		{"the zero prefix", netip.Prefix{}, invalid},
		{"a length that is too great", netip.PrefixFrom(netip.MustParseAddr("10.0.0.0"), 33), invalid},
		{"a negative length", netip.PrefixFrom(netip.MustParseAddr("10.0.0.0"), -1), invalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := clientcert.CheckPrefix(c.prefix); got != c.want {
				t.Errorf("CheckPrefix(%v) = %q, want %q", c.prefix, got, c.want)
			}
			p := clientcert.NewPeers([]netip.Prefix{c.prefix})
			for _, remoteAddr := range []string{"10.1.2.3:1", "192.0.2.7:1", "[::1]:1", "[2001:db8::1]:1"} {
				if c.want != "" && p.Trusts(remoteAddr) {
					t.Errorf("NewPeers(%v) trusts %s", c.prefix, remoteAddr)
				}
			}
		})
	}
}

// TestPeersKeepTheirPrefixes: the caller may change its slice.
func TestPeersKeepTheirPrefixes(t *testing.T) {
	list := prefixes("10.0.0.0/8")
	p := clientcert.NewPeers(list)
	list[0] = netip.MustParsePrefix("192.0.2.0/24")
	if !p.Trusts("10.1.2.3:40000") || p.Trusts("192.0.2.7:40000") {
		t.Error("Peers changed with the slice that was given to NewPeers")
	}
}
