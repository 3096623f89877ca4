package middleware

// Tenants returns how many tenants of an issuer with a TenantPattern have keys that
// are kept, and the bound of that, see Issuer.MaxTenants. issuer is Issuer.URL; if
// several have it, the numbers are their sums. Where kept has reached max and the
// tenants' Fetches keep growing, MaxTenants is too small. Both numbers are 0 for any
// other issuer, and if all tenants share one key set.
func (a *Authenticator) Tenants(issuer string) (kept, max int) {
	for _, count := range a.tenantCounts() {
		if count.Issuer == issuer {
			kept, max = kept+count.Kept, max+count.Max
		}
	}
	return kept, max
}

// A tenantCount is the part of a healthReport about the tenants of a template.
type tenantCount struct {
	Issuer string `json:"issuer"`           // the template
	Source string `json:"source,omitempty"` // as in KeySetHealth
	Kept   int    `json:"kept"`
	Max    int    `json:"max"`
}

// tenantCounts returns the numbers of tenants of each template with a TenantPattern.
func (a *Authenticator) tenantCounts() []tenantCount {
	var counts []tenantCount
	for _, issuer := range a.all {
		if issuer.pattern == nil {
			continue
		}
		if kept, max := issuer.family.Kept(); max > 0 {
			counts = append(counts, tenantCount{issuer.URL, issuer.source(), kept, max})
		}
	}
	return counts
}
