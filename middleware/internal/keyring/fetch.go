package keyring

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// get reads a document. Whatever its type claims to be, the answer is a 200 of
// bounded size that came from this URL and no other.
func (a *attempt) get(ctx context.Context, url string) ([]byte, http.Header, Fault) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, nil, FaultBadJWKSURI
	}
	request.Header.Set("Accept", "application/json, application/jwk-set+json")
	a.requests++
	a.count.Add(1)
	response, err := a.client.Do(request)
	if err != nil {
		return nil, nil, networkFault(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		io.CopyN(io.Discard, response.Body, 64<<10) // so that the connection can be used again
		if response.StatusCode == http.StatusTooManyRequests || response.StatusCode == http.StatusServiceUnavailable {
			a.retryAfter = a.parseRetryAfter(response.Header.Get("Retry-After"))
		}
		return nil, nil, statusFault(response.StatusCode)
	}
	if response.ContentLength > maxBody {
		return nil, nil, FaultTooLarge
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	switch {
	case len(body) > maxBody:
		return nil, nil, FaultTooLarge
	case err == io.ErrUnexpectedEOF:
		return nil, nil, FaultNetwork
	case err != nil:
		return nil, nil, networkFault(err)
	}
	return body, response.Header, ""
}

// parseRetryAfter reads a Retry-After field (RFC 9110, section 10.2.3), within
// bounds.
func (a *attempt) parseRetryAfter(field string) time.Duration {
	if seconds, err := strconv.ParseUint(field, 10, 32); err == nil {
		return min(time.Duration(seconds)*time.Second, retryAfterMax)
	}
	if date, err := http.ParseTime(field); err == nil {
		return min(max(0, time.Duration(date.UnixNano()-a.now())), retryAfterMax)
	}
	return 0
}

// freshness returns how long an answer says that it is fresh (RFC 9111,
// sections 4.2.1 and 4.2.3). It reports false if it does not say, or says that
// it must not be kept at all: keys have to be kept, so that is no answer to how
// long.
func freshness(header http.Header) (time.Duration, bool) {
	var age time.Duration
	said := false
	for _, field := range header.Values("Cache-Control") {
		for directive := range strings.SplitSeq(field, ",") {
			name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
			switch strings.ToLower(name) {
			case "no-store", "no-cache":
				return 0, false
			case "max-age":
				seconds, err := strconv.ParseUint(strings.Trim(value, `"`), 10, 31)
				if err != nil {
					return 0, false
				}
				age, said = time.Duration(seconds)*time.Second, true
			}
		}
	}
	if spent, err := strconv.ParseUint(header.Get("Age"), 10, 31); err == nil {
		age -= time.Duration(spent) * time.Second
	}
	return max(0, age), said
}
