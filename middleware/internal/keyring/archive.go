package keyring

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/bearerguard/bearerguard/internal/strictjson"
	"github.com/bearerguard/bearerguard/middleware/internal/fetch"
	"github.com/bearerguard/bearerguard/middleware/internal/jwks"
)

// The errors of Export and Import. Import may also return a *SetError.
var (
	// ErrNothing: there are no keys to export.
	ErrNothing = errors.New("keyring: no keys to export")

	// ErrArchive: this is not an export of a ring of the same issuer, or it is
	// damaged, or the ring has a static set.
	ErrArchive = errors.New("keyring: not an export of this issuer's keys")

	// ErrArchiveTime: the keys have expired, or were fetched in the future.
	ErrArchiveTime = errors.New("keyring: exported keys expired, or fetched in the future")
)

const archiveFormat = "bearerguard-keys-1"

// archive is the format of an export. Its JWKS has public members only.
type archive struct {
	Format  string          `json:"format"`
	Issuer  string          `json:"issuer"`
	Fetched time.Time       `json:"fetched"`
	JWKSURI string          `json:"jwks_uri,omitempty"`
	Leaked  bool            `json:"private_parts_published,omitempty"`
	JWKS    json.RawMessage `json:"jwks"`
}

// Export returns the ring's keys and the time at which they were fetched, for
// Import into a ring of the same issuer in another process. An export is not
// signed. Who can write it decides whose tokens are valid, so protect it like
// the configuration.
func (r *Ring) Export() ([]byte, error) {
	r.mu.Lock()
	s, uri := r.current.Load(), r.meta.jwksURL
	r.mu.Unlock()
	if s == nil {
		return nil, ErrNothing
	}
	document, err := json.Marshal(struct {
		Keys []jwks.PublicJWK `json:"keys"`
	}{s.published})
	if err != nil {
		return nil, err
	}
	return json.Marshal(archive{
		Format:  archiveFormat,
		Issuer:  r.source.Issuer,
		Fetched: time.Unix(0, s.fetched).UTC(),
		JWKSURI: uri,
		Leaked:  s.leaked,
		JWKS:    document,
	})
}

// Import takes over what Export returned, so that a process can start while the
// issuer cannot be reached. The keys are read as strictly as fetched ones and
// expire 24 hours after they were fetched. The first use starts a refresh. Newer
// keys of the ring stay, but not a seed: the issuer published the exported ones.
func (r *Ring) Import(exported []byte) error {
	a, err := readArchive(exported)
	if err != nil || a.Issuer != r.source.Issuer || r.source.static() {
		return ErrArchive
	}
	set, err := parseSet(a.JWKS)
	if err != nil {
		return err
	}
	now, fetched := r.now(), a.Fetched.UnixNano()
	if fetched > now+int64(clockSlack) || now-fetched >= int64(expireAfter) {
		return ErrArchiveTime
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	old := r.current.Load()
	if old != nil && old != r.seed && old.fetched >= fetched {
		return nil
	}
	s := newSnapshot(r, set, old).at(fetched, now, 0)
	s.leaked = a.Leaked
	r.current.Store(s)
	if old != nil {
		for _, k := range old.missingFrom(s) {
			k.removed.Store(true)
		}
	}
	if r.source.discovers() && r.meta.jwksURL == "" && a.JWKSURI != "" && r.source.checkURL(a.JWKSURI) == nil {
		r.meta = metadata{jwksURL: a.JWKSURI, kind: fetch.OpenID, at: fetched, asked: fetched}
	}
	if r.call == nil {
		r.refreshAt.Store(now)
	}
	return nil
}

// readArchive reads an export strictly: no duplicate members, and none that is
// unknown.
func readArchive(exported []byte) (a archive, err error) {
	members, err := strictjson.Parse(exported, nil)
	if err != nil {
		return a, err
	}
	if raw, ok := members.Get("format"); !ok || !strictjson.EqualString(raw, archiveFormat) {
		return a, ErrArchive
	}
	for _, m := range members {
		switch m.Name {
		case "format":
		case "issuer":
			err = json.Unmarshal(m.Value, &a.Issuer)
		case "fetched":
			err = json.Unmarshal(m.Value, &a.Fetched)
		case "jwks_uri":
			err = json.Unmarshal(m.Value, &a.JWKSURI)
		case "private_parts_published":
			err = json.Unmarshal(m.Value, &a.Leaked)
		case "jwks":
			a.JWKS = m.Value
		default:
			err = ErrArchive
		}
		if err != nil {
			return a, err
		}
	}
	return a, nil
}
