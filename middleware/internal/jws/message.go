package jws

import (
	"errors"
	"strings"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// ErrMalformed is the error for everything that is not a JWS in compact
// serialization with a header that package jws accepts.
var ErrMalformed = errors.New("jws: malformed")

// A Message is a JWS in compact serialization (RFC 7515, section 7.1) whose
// header was read. Nothing in it is verified.
type Message struct {
	Header      Header
	compact     string
	first, last int // where the two dots are
}

// PayloadSegment returns the payload as received, base64url. It is not decoded
// and may be malformed.
func (m *Message) PayloadSegment() string { return m.compact[m.first+1 : m.last] }

// SigningInput returns what the signature is over: header and payload, as
// received (RFC 7515, section 5.2).
func (m *Message) SigningInput() string { return m.compact[:m.last] }

// String returns the whole message as received.
func (m *Message) String() string { return m.compact }

// Clone makes m refer to a copy of the message, so that its strings stay valid
// when the memory of the string given to Read is used again.
func (m *Message) Clone() { m.compact = strings.Clone(m.compact) }

// A Reader reads one message after the other into memory of its own. The zero
// Reader is ready for use. A Reader is not safe for concurrent use.
type Reader struct {
	header    headerReader
	signature [1024]byte // a longer one is allocated
}

// Read splits compact and reads its header (RFC 7515, sections 4 and 5.2). The
// signature may be empty. The error is ErrMalformed.
func (r *Reader) Read(compact string) (Message, error) {
	first := strings.IndexByte(compact, '.')
	last := first + 1 + strings.IndexByte(compact[first+1:], '.')
	if first <= 0 || last <= first+1 || strings.IndexByte(compact[last+1:], '.') >= 0 {
		return Message{}, ErrMalformed
	}
	header, ok := r.header.read(compact[:first])
	if !ok {
		return Message{}, ErrMalformed
	}
	return Message{Header: header, compact: compact, first: first, last: last}, nil
}

// Signature returns the decoded signature of m, valid until r is used again. The
// error is ErrMalformed.
func (r *Reader) Signature(m *Message) ([]byte, error) {
	signature, err := strictjson.DecodeBase64URL(r.signature[:0], m.compact[m.last+1:])
	if err != nil {
		return nil, ErrMalformed
	}
	return signature, nil
}
