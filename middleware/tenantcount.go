package middleware

// Tenants returns how many tenants of an issuer with a TenantPattern have keys that
// are kept, and the bound of that, see Issuer.MaxTenants. issuer is Issuer.URL. Where
// kept has reached max and the tenants' Fetches keep growing, MaxTenants is too small.
// Both numbers are 0 for any other issuer, and if all tenants share one key set.
func (a *Authenticator) Tenants(issuer string) (kept, max int) {
	for _, one := range a.all {
		if one.URL == issuer && one.pattern != nil {
			return one.family.Kept()
		}
	}
	return 0, 0
}

// A tenantCount is the part of a healthReport about the tenants of a template.
type tenantCount struct {
	Issuer string `json:"issuer"` // the template
	Kept   int    `json:"kept"`
	Max    int    `json:"max"`
}

// tenantCounts returns what Tenants does, for each template.
func (a *Authenticator) tenantCounts() []tenantCount {
	var counts []tenantCount
	for _, issuer := range a.all {
		if kept, max := a.Tenants(issuer.URL); max > 0 {
			counts = append(counts, tenantCount{issuer.URL, kept, max})
		}
	}
	return counts
}
