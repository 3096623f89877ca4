package clientcert

import (
	"net/netip"
	"slices"
	"strings"
)

// Peers are the addresses of the proxies whose header fields are believed. The zero
// Peers trusts no address. Peers is safe for concurrent use.
type Peers struct{ prefixes []netip.Prefix }

// NewPeers returns the Peers with addresses in any of the prefixes. It leaves out those
// that CheckPrefix reports a problem for.
func NewPeers(prefixes []netip.Prefix) Peers {
	var p Peers
	for _, prefix := range prefixes {
		if CheckPrefix(prefix) == "" {
			p.prefixes = append(p.prefixes, unmap(prefix).Masked())
		}
	}
	p.prefixes = slices.Clip(p.prefixes)
	return p
}

// CheckPrefix says what to do about a prefix that is a mistake. It returns "" for a good
// one. It is a mistake to trust every address, or every IPv4 address as ::ffff:0:0/96
// does: then every client may write the header field.
func CheckPrefix(p netip.Prefix) (problem string) {
	switch {
	case !p.IsValid():
		return "write an address and the length of its prefix, such as 10.1.0.0/16"
	case p.Addr().Is4In6() && p.Bits() < 96:
		return "write a prefix of IPv4 addresses without ::ffff:, such as 10.1.0.0/16"
	case unmap(p).Bits() == 0:
		return "write the addresses of your proxies: this prefix covers every address"
	}
	return ""
}

// unmap returns the IPv4 prefix for one of IPv4-mapped IPv6 addresses (RFC 4291,
// section 2.5.5.2), and every other prefix as it is.
func unmap(p netip.Prefix) netip.Prefix {
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		return netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p
}

// Trusts reports whether remoteAddr, as in http.Request.RemoteAddr, is the address and
// port of one of the proxies. An IPv4-mapped IPv6 address counts as the IPv4 address.
//
// It returns false for an address without a port or with port 0: a socket has another,
// and middleware that replaces the peer's address by a client's from a header field
// writes such addresses. It also returns false for addresses with a zone, which a prefix
// cannot have, and for unix sockets, which have no address.
func (p Peers) Trusts(remoteAddr string) bool {
	if len(p.prefixes) == 0 || !mayBeAddrPort(remoteAddr) {
		return false
	}
	peer, err := netip.ParseAddrPort(remoteAddr)
	if err != nil || peer.Port() == 0 {
		return false
	}
	addr := peer.Addr().Unmap()
	for _, prefix := range p.prefixes {
		if prefix.Contains(addr) {
			return true
		}
	}
	return false
}

// mayBeAddrPort reports whether text has the outer form of an address with a port, so
// that no error is allocated for the frequent values that have not.
func mayBeAddrPort(text string) bool {
	if strings.HasPrefix(text, "[") {
		return strings.Contains(text, "]:") && !strings.Contains(text, "%")
	}
	return strings.Count(text, ":") == 1 && strings.Count(text, ".") == 3
}
