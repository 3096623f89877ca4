package attack_test

import (
	"encoding/json"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (g *guard) fromIssuer(c claims) bool {
	url := g.issuer.URL()
	raw, there := c["iss"]
	var iss string
	if err := json.Unmarshal(raw, &iss); !there || err != nil || raw[0] != '"' {
		return !there && g.lacks("issuer: missing") || string(raw) == "null" && g.lacks("issuer: null") ||
			there && strings.Contains(string(raw), `"`+url+`"`) && g.lacks("issuer: any type")
	}
	trim := func(s string) string { return strings.TrimRight(s, "/") }
	host := func(s string) string { _, after, _ := strings.Cut(s, "://"); return after }
	return iss == url || g.lacks("issuer: not checked") || iss == "" && g.lacks("issuer: empty") ||
		strings.HasPrefix(iss, url) && g.lacks("issuer: a prefix") || strings.HasSuffix(iss, url) &&
		g.lacks("issuer: a suffix") ||
		strings.HasPrefix(url, iss) && iss != "" && g.lacks("issuer: the other way round") ||
		strings.EqualFold(iss, url) && g.lacks("issuer: in any case") || trim(iss) == url &&
		g.lacks("issuer: but for the slash") ||
		strings.TrimSpace(iss) == url && g.lacks("issuer: but for spaces") || host(iss) == host(url) &&
		g.lacks("issuer: any scheme") ||
		strings.TrimRight(iss, "\x00") == url && g.lacks("issuer: up to NUL") ||
		g.lacks("issuer: a pattern") && regexp.MustCompile("^"+url+"$").MatchString(iss) ||
		strings.Replace(iss, "localhost", "127.0.0.1", 1) == url &&
			g.lacks("issuer: another name of the host") ||
		strings.Replace(iss, "x@", "", 1) == url && g.lacks("issuer: a userinfo")
}

func (g *guard) forUs(c claims) bool {
	us := g.issuer.Audience()
	raw, there := c["aud"]
	if !there {
		return g.lacks("audience: missing")
	}
	var list []string
	var one string
	switch {
	case g.lacks("audience: not checked"):
		return true
	case string(raw) == "null":
		return g.lacks("audience: null")
	case json.Unmarshal(raw, &one) == nil:
		list = []string{one}
	case json.Unmarshal(raw, &list) != nil || slices.Contains(list, "") &&
		strings.Contains(string(raw), "null"):
		return strings.Contains(string(raw), `"`+us+`"`) &&
			(g.lacks("audience: any type") || raw[0] == '[' && g.lacks("audience: arrays of anything"))
	}
	if len(list) > 1 && g.lacks("good: one audience only") {
		return false
	}
	if len(list) == 0 {
		return g.lacks("audience: an empty array")
	}
	return slices.ContainsFunc(list, func(aud string) bool {
		return aud == us || aud == "" && g.lacks("audience: empty") || strings.HasPrefix(aud, us) &&
			g.lacks("audience: a prefix") ||
			strings.HasSuffix(aud, us) && g.lacks("audience: a suffix") || strings.HasPrefix(us, aud) &&
			aud != "" && g.lacks("audience: the other way round") ||
			strings.EqualFold(aud, us) && g.lacks("audience: in any case") ||
			strings.TrimRight(aud, "/") == us && g.lacks("audience: but for the slash") ||
			strings.TrimSpace(aud) == us && g.lacks("audience: but for spaces") ||
			slices.Contains(strings.Fields(aud), us) && g.lacks("audience: a list in a string") ||
			slices.Contains(strings.Split(aud, ","), us) && g.lacks("audience: a list with commas") ||
			aud == "*" && g.lacks("audience: a star") ||
			g.lacks("audience: a pattern") && regexp.MustCompile("^"+us+"$").MatchString(aud) ||
			strings.TrimRight(aud, "\x00") == us && g.lacks("audience: up to NUL") ||
			strings.Replace(aud, "http:", "https:", 1) == us && g.lacks("audience: any scheme") ||
			aud == g.issuer.URL() && g.lacks("audience: the issuer") ||
			aud == g.issuer.Clients()[0].ID && g.lacks("audience: the client")
	})
}

// date reads a NumericDate. ok is false if there is something else.
func (g *guard) date(name string, c claims) (at float64, there, ok bool) {
	raw, there := c[name]
	if !there {
		return 0, false, true
	}
	at, err := strconv.ParseFloat(string(raw), 64)
	switch {
	case err == nil && at != math.Trunc(at) && g.lacks("good: whole seconds only"):
		return 0, true, false
	case err == nil && math.Abs(at) < 1e10:
		return at, true, true
	case string(raw) == "null" && (name != "exp" || g.lacks("time: null exp counts as absent")):
		return 0, false, true
	case raw[0] == '"' && g.lacks("time: "+name+" in a string"):
		at, _ = strconv.ParseFloat(strings.Trim(string(raw), `"`), 64)
		return at, true, true
	case err != nil && !strings.ContainsAny(string(raw), "0123456789") &&
		g.lacks("time: "+name+" of another type counts as absent"):
		return 0, false, true
	case name != "iat" && g.lacks("time: "+name+" wraps around"):
		n, _ := new(big.Int).SetString(string(raw), 10)
		if n == nil {
			return 0, true, false
		}
		return float64(int64(n.Uint64() * uint64(n.Sign()))), true, true
	case err == nil && name == "exp" && g.lacks("time: any exp"):
		return at, true, true
	case err == nil && name == "exp" && g.lacks("time: exp in milliseconds"):
		return at / 1000, true, at < 1e13
	}
	return 0, true, false
}

func (g *guard) inTime(c claims) bool {
	exp, there, ok := g.date("exp", c)
	if !ok || !there && !g.lacks("time: no exp") && g.weakness != "time: null exp counts as absent" &&
		g.weakness != "time: exp of another type counts as absent" {
		return false
	}
	nbf, hasNBF, ok := g.date("nbf", c)
	if !ok {
		return false
	}
	iat, hasIAT, ok := g.date("iat", c)
	if !ok {
		return false
	}
	now := float64(g.issuer.Now().UnixNano()) / float64(time.Second)
	leeway := 30.0
	if g.lacks("time: ten minutes of leeway") {
		leeway = 600
	}
	return (!there || now < exp+leeway || g.lacks("time: exp not checked") || exp == 0 &&
		g.lacks("time: exp 0 counts as absent") || exp < 0 && g.lacks("time: negative exp counts as absent")) &&
		(!hasNBF || now+leeway >= nbf || g.lacks("time: nbf not checked")) &&
		(!hasIAT || now+leeway >= iat || g.lacks("time: iat not checked"))
}

// access looks for signs of other kinds of tokens.
func (g *guard) access(c claims) bool {
	if c["vendor"] != nil && g.lacks("good: no unknown claims") {
		return false
	}
	for _, name := range []string{
		"nonce", "at_hash", "c_hash", "events", "htm", "token_introspection", "token_use", "typ",
		"tokenType", "ati", "type", "token_type", "is_refresh",
	} {
		if c[name] != nil && !g.lacks("kind: "+name+" not checked") {
			return false
		}
	}
	return true
}
