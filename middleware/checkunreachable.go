package middleware

// checkUnreachable reports listed tenants whose tokens belong to another issuer of the
// configuration: one with exactly their URL, or a template before theirs.
func checkUnreachable(errs *configErrors, issuers []checkedIssuer) {
	exact := map[string]string{}
	for i := range issuers {
		if issuers[i].name == "" {
			exact[issuers[i].URL] = issuers[i].field
		}
	}
	for i := range issuers {
		for _, tenant := range issuers[i].listed {
			iss := issuers[i].before + tenant + issuers[i].after
			owner := exact[iss]
			for j := 0; j < i && owner == ""; j++ {
				if _, ok := issuers[j].tenant(iss); ok && issuers[j].name != "" {
					owner = issuers[j].field
				}
			}
			if owner != "" {
				errs.add(issuers[i].field+".Tenants", tenant, "remove the tenant here or there: its tokens belong to "+owner)
			}
		}
	}
}
