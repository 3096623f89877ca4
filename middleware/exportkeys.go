package middleware

import (
	"encoding/json"
	"errors"

	"github.com/bearerguard/bearerguard/internal/strictjson"
	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// ExportKeys returns the keys of issuer, which is Issuer.URL or, for a
// template, the tenant's issuer, for ImportKeys of a later process. If the issuer has
// several key sets, it returns those that were fetched, together.
func (a *Authenticator) ExportKeys(issuer string) ([]byte, error) {
	sets, err := a.keySetsOf(issuer)
	if err != nil {
		return nil, err
	}
	if len(sets) == 1 {
		return sets[0].ring.Export()
	}
	all := exportedSets{Format: exportedSetsFormat}
	for _, set := range sets {
		if set.issuer.static() {
			continue // a later process has its own configuration
		}
		exported, err := set.ring.Export()
		switch {
		case errors.Is(err, keyring.ErrNothing):
			continue
		case err != nil:
			return nil, err
		}
		all.KeySets = append(all.KeySets, exportedSet{set.issuer.source(), exported})
	}
	if len(all.KeySets) == 0 {
		return nil, keyring.ErrNothing
	}
	return json.Marshal(all)
}

// ImportKeys makes the keys that ExportKeys returned usable until the issuer can
// be reached, so that an API can start without it. The keys pass all the checks
// that fetched ones do; keys of another issuer are rejected. They stay usable no
// longer than in the process that exported them. Protect what is imported:
// changing it allows forging tokens.
//
// If the issuer has several key sets, each must have been exported together with the
// others, and is imported where the same JWKSURL or MetadataURL is configured. One for
// which there is no such place is rejected; the others are imported.
//
// For an issuer that is not configured, the error is ErrUnknownIssuer.
func (a *Authenticator) ImportKeys(issuer string, exported []byte) error {
	sets, err := a.keySetsOf(issuer)
	if err != nil {
		return err
	}
	all, several, err := readExportedSets(exported)
	switch {
	case err != nil:
		return err
	case !several && len(sets) == 1:
		return sets[0].importKeys(exported)
	case !several:
		return keyring.ErrArchive // it does not say of which key set
	}
	var errs []error
	for _, one := range all {
		err := error(keyring.ErrArchive)
		for _, set := range sets {
			if !set.issuer.static() && set.issuer.source() == one.Source {
				err = set.importKeys(one.Keys)
			}
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// exportedSetsFormat marks an export of several key sets.
const exportedSetsFormat = "bearerguard-key-sets-1"

// exportedSets is the format of an export of several key sets.
type exportedSets struct {
	Format  string        `json:"format"`
	KeySets []exportedSet `json:"key_sets"`
}

type exportedSet struct {
	Source string          `json:"source"` // see Issuer.source
	Keys   json.RawMessage `json:"keys"`   // see keyring.Ring.Export
}

// readExportedSets reads an export of several key sets. It reports false if exported
// says that it is something else.
func readExportedSets(exported []byte) (sets []exportedSet, several bool, err error) {
	members, err := strictjson.Parse(exported, nil)
	if err != nil {
		return nil, false, err
	}
	if format, _ := members.Get("format"); !strictjson.EqualString(format, exportedSetsFormat) {
		return nil, false, nil
	}
	raw, _ := members.Get("key_sets")
	if err := json.Unmarshal(raw, &sets); err != nil {
		return nil, true, keyring.ErrArchive
	}
	return sets, true, nil
}

// An issuersKeySet is one of the key sets of an issuer, or of the tenant of a template.
type issuersKeySet struct {
	issuer *trustedIssuer
	ring   *keyring.Ring
}

func (set issuersKeySet) importKeys(exported []byte) error {
	if err := set.ring.Import(exported); err != nil {
		return err
	}
	if set.issuer.family != nil {
		set.issuer.family.Keep(set.ring)
	}
	return nil
}

// keySetsOf returns the key sets of the issuer, or of the tenant, that iss names.
func (a *Authenticator) keySetsOf(iss string) ([]issuersKeySet, error) {
	var sets []issuersKeySet
	sources := a.issuers.exact[iss]
	if sources == nil {
		sources, _ = a.issuers.template(iss)
	}
	for _, issuer := range sources {
		ring := issuer.ring
		if issuer.family != nil {
			tenant, ok := issuer.tenant(iss)
			if !ok {
				continue
			}
			var err error
			if ring, err = issuer.family.Ring(map[string]string{issuer.name: tenant}, iss); err != nil {
				return nil, err
			}
		}
		sets = append(sets, issuersKeySet{issuer, ring})
	}
	if len(sets) == 0 {
		return nil, ErrUnknownIssuer
	}
	return sets, nil
}
