package dpop

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"sync/atomic"
	"time"
)

const (
	// nonceSeconds is for how long a nonce is the current one. It is accepted for as long
	// before and after that: before, for a replica whose clock is ahead, and after, for
	// clients that have not used the next one yet.
	nonceSeconds = 60
	nonceMAC     = 16 // bytes
	// nonceLabel keeps the MAC apart from others that the same secret may make.
	nonceLabel = "bearerguard DPoP nonce\x00"
)

// nonces makes and checks nonces (RFC 9449, section 8). They are in base64url, so they
// consist of NQCHAR. Without secrets there are none.
type nonces struct {
	secrets [][]byte // the first one makes them
	latest  atomic.Pointer[nonceSet]
}

// A nonceSet holds all nonces that are accepted at a time, the current one first. It does
// not change.
type nonceSet struct {
	number int64 // of the period of nonceSeconds since the Unix epoch
	all    []nonce
}

type nonce struct {
	text  string
	until time.Time // when it is not accepted any more
}

// newNonces returns nonces by a copy of secrets.
func newNonces(secrets [][]byte) *nonces {
	n := new(nonces)
	for _, secret := range secrets {
		n.secrets = append(n.secrets, bytes.Clone(secret))
	}
	return n
}

// on reports whether there are nonces.
func (n *nonces) on() bool { return len(n.secrets) > 0 }

// at returns the nonces of a time. They are computed once for each period; goroutines that
// compute the same ones at the same time do no harm. There must be a secret.
func (n *nonces) at(now time.Time) *nonceSet {
	seconds := now.Unix()
	number := seconds / nonceSeconds
	if seconds%nonceSeconds < 0 {
		number-- // before 1970
	}
	if set := n.latest.Load(); set != nil && set.number == number {
		return set
	}
	set := &nonceSet{number: number}
	for _, secret := range n.secrets {
		for _, period := range [...]int64{number, number - 1, number + 1} {
			set.all = append(set.all, makeNonce(secret, period))
		}
	}
	n.latest.Store(set)
	return set
}

// makeNonce returns the nonce of a period: its number, which makes two nonces differ, and
// the beginning of a MAC of it, which only holders of the secret can predict.
func makeNonce(secret []byte, period int64) nonce {
	number := binary.BigEndian.AppendUint64(nil, uint64(period))
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(nonceLabel))
	mac.Write(number)
	return nonce{
		text:  base64.RawURLEncoding.EncodeToString(mac.Sum(number)[:len(number)+nonceMAC]),
		until: time.Unix((period+2)*nonceSeconds, 0),
	}
}

// current returns the nonce that responses carry.
func (s *nonceSet) current() string { return s.all[0].text }
