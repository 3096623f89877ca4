package jwks

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"strings"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
)

// Public keys and certificates are also published and configured in PEM (RFC 7468): a
// text with one or more of them, such a text as a JSON string, or a JSON object whose
// members are such texts and whose names are the key IDs. Google publishes its keys in
// the last form, too.
//
// Of a certificate the public key counts and nothing else. Whether the certificate has
// expired, whom it names and who issued it decides nothing, as for the x5c of a JWK:
// it is trusted because it came from the issuer's URL or from the configuration, and
// it is trusted for as long as it stands there.

// isPEM reports whether a document or a string in it is a text with PEM. It must begin
// with a block: a page that has one somewhere may have it from anyone.
func isPEM(text []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte(pemBegin))
}

// pemText is a text with PEM, and the key ID that it is published under.
type pemText struct {
	keyID string
	text  []byte
}

// pemBlock is one block. One that cannot be decoded has the type "".
type pemBlock struct {
	kind string
	der  []byte
}

// blocks returns the blocks of a text. What stands between and behind them says nothing.
func (p *pemText) blocks() []pemBlock {
	var all []pemBlock
	for rest := p.text; ; {
		begin := bytes.Index(rest, []byte(pemBegin))
		if begin < 0 {
			return all
		}
		rest = rest[begin:]
		end := bytes.Index(rest[len(pemBegin):], []byte(pemBegin))
		one := rest
		if end >= 0 {
			one = rest[:len(pemBegin)+end]
		}
		rest = rest[len(one):]
		block := pemBlock{}
		if decoded, _ := pem.Decode(one); decoded != nil {
			block = pemBlock{decoded.Type, decoded.Bytes}
		}
		all = append(all, block)
	}
}

// hasPrivateKey reports whether a block says that it has a private key, also if it
// cannot be decoded.
func (p *pemText) hasPrivateKey() bool {
	for rest := p.text; ; {
		_, after, found := bytes.Cut(rest, []byte(pemBegin))
		if !found {
			return false
		}
		label, _, _ := bytes.Cut(after, []byte("-----"))
		if bytes.Contains(label, []byte("PRIVATE KEY")) {
			return true
		}
		rest = after
	}
}

// parsePEM reads the keys of all texts into a set. A private key rejects the set: all
// who can read the document can sign with it, and it has no public members that could
// be used in its place.
func parsePEM(set *Set, texts []pemText) fault.Fault {
	for i := range texts {
		if texts[i].hasPrivateKey() {
			set.remark(texts[i].keyID, NotePrivate)
			return fault.PrivateKeys
		}
	}
	number := 0
	for i := range texts {
		p := &texts[i]
		blocks := p.blocks()
		if p.keyID != "" {
			// A key ID names one key. What follows a certificate is its chain.
			blocks = blocks[:1]
		}
		if number += len(blocks); number > maxKeys {
			return fault.TooManyKeys
		}
		authorities := issued(blocks)
		for j := range blocks {
			k := Key{Identity: Identity{ID: p.keyID}}
			if err := k.parseBlock(&blocks[j], authorities); err != nil {
				set.remark(k.ID, err.(Note))
				continue
			}
			set.add(k)
		}
	}
	return ""
}

// issued returns the subjects that have issued a certificate of the text for another
// subject.
func issued(blocks []pemBlock) map[string]bool {
	issuers := map[string]bool{}
	if len(blocks) == 1 {
		return issuers
	}
	for i := range blocks {
		if c := blocks[i].certificate(); c != nil && !bytes.Equal(c.RawIssuer, c.RawSubject) {
			issuers[string(c.RawIssuer)] = true
		}
	}
	return issuers
}

// certificate returns the certificate in the block, nil if there is none.
func (b *pemBlock) certificate() *x509.Certificate {
	if b.kind != "CERTIFICATE" && b.kind != "X509 CERTIFICATE" {
		return nil
	}
	c, err := x509.ParseCertificate(b.der)
	if err != nil {
		return nil
	}
	return c
}

// parseBlock fills in a Key that has its ID. The issuers of other certificates of
// the text are certification authorities, whose keys sign no tokens. The error is a
// Note.
func (k *Key) parseBlock(b *pemBlock, authorities map[string]bool) error {
	if len(k.ID) > MaxKeyIDLen {
		return NoteMalformed
	}
	var public any
	var err error
	var certificate []byte
	switch {
	case b.kind == "":
		return NoteMalformed
	case strings.HasSuffix(b.kind, "CERTIFICATE"):
		c := b.certificate()
		if c == nil {
			return NoteMalformed
		}
		if authorities[string(c.RawSubject)] {
			return NoteUse
		}
		public, certificate = c.PublicKey, b.der
	case b.kind == "PUBLIC KEY":
		public, err = x509.ParsePKIXPublicKey(b.der)
	case b.kind == "RSA PUBLIC KEY":
		public, err = x509.ParsePKCS1PublicKey(b.der)
	default:
		return NoteKeyType
	}
	if err != nil {
		return NoteMalformed
	}
	text := map[string]string{}
	setPublic(text, public)
	if err := k.make(text); err != nil {
		return err
	}
	k.setHashes("", "", certificate)
	return nil
}
