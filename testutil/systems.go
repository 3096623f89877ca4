package testutil

import (
	"fmt"
	"slices"
	"time"
)

// systems by the names that Options.System may have.
var systems = map[string]system{
	"":           standard{},
	"c4t":        entra{},
	"ipreo":      identityServer{},
	"cadasto":    cadasto{},
	"connect2id": connect2id{},
	"cern":       cern{},
}

// complete returns o with the defaults filled in, or an error that names all
// invalid options.
func (o Options) complete() (Options, system, error) {
	sys, ok := systems[o.System]
	if !ok {
		return o, nil, fmt.Errorf("testutil: unknown System %q", o.System)
	}
	s := sys
	if !slices.Contains(s.variants(), o.Variant) {
		return o, nil, fmt.Errorf("testutil: System %q has no Variant %q", o.System, o.Variant)
	}
	s.fill(&o)
	if o.Now == nil {
		o.Now = time.Now
	}
	return o, s, o.check()
}
