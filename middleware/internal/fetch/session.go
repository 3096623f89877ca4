package fetch

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
)

const (
	maxBody       = 1 << 20     // bytes, after any content coding
	maxRetryAfter = time.Minute // the longest Retry-After that is honoured

	// Of the body of a response with another status than 200, as much is read as
	// comes in this time.
	maxErrorBody  = 64 << 10
	errorBodyTime = 100 * time.Millisecond
)

// Session sends the requests of one attempt to get keys, and counts them. It is
// not safe for concurrent use.
type Session struct {
	Client *Client
	Now    func() int64 // in Unix nanoseconds

	Requests   int           // so far
	RetryAfter time.Duration // what the last response of status 429 or 503 asked for, at most a minute
}

// Document is a complete response of status 200.
type Document struct {
	Body   []byte
	Header http.Header
}

// Get requests a document. The Content-Type does not matter, but HTML is
// rejected.
func (s *Session) Get(ctx context.Context, url string) (*Document, fault.Fault) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, fault.BadJWKSURI
	}
	request.Header.Set("Accept", "application/json, application/jwk-set+json")
	s.Requests++
	s.Client.requests.Add(1)
	response, err := s.Client.http.Do(request)
	if err != nil {
		return nil, networkFault(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		drain(ctx, cancel, response.Body)
		switch response.StatusCode {
		case http.StatusTooManyRequests, http.StatusServiceUnavailable:
			s.RetryAfter = retryAfter(response.Header.Get("Retry-After"), s.Now())
		}
		return nil, statusFault(response.StatusCode)
	}
	if response.ContentLength > maxBody {
		return nil, fault.TooLarge
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	switch {
	case len(body) > maxBody:
		return nil, fault.TooLarge
	case err == io.ErrUnexpectedEOF:
		return nil, fault.Network
	case err != nil:
		return nil, networkFault(err)
	case bytes.HasPrefix(bytes.TrimLeft(withoutMark(body), " \t\r\n"), []byte("<")):
		return nil, fault.NotJSON
	}
	return &Document{body, response.Header}, ""
}

// drain reads the body of a response that is no document, so that the connection can
// be used again. It cancels the request if the body takes long: a server that drips it
// must not use up the time for the other documents.
func drain(ctx context.Context, cancel context.CancelFunc, body io.Reader) {
	patience := time.AfterFunc(errorBodyTime, cancel)
	defer patience.Stop()
	buf := make([]byte, 4<<10)
	for read := 0; read < maxErrorBody && ctx.Err() == nil; {
		n, err := body.Read(buf)
		if read += n; err != nil {
			return
		}
	}
}

// retryAfter reads a Retry-After field (RFC 9110, section 10.2.3), within
// bounds.
func retryAfter(field string, now int64) time.Duration {
	if seconds, err := strconv.ParseUint(field, 10, 32); err == nil {
		return min(time.Duration(seconds)*time.Second, maxRetryAfter)
	}
	if date, err := http.ParseTime(field); err == nil {
		return min(max(0, time.Duration(date.UnixNano()-now)), maxRetryAfter)
	}
	return 0
}

// FreshFor returns how long the document is fresh according to its header (RFC
// 9111, sections 4.2.1 and 4.2.3). It reports false if the header does not say.
// It also reports false for no-store and no-cache: keys have to be kept, so these
// do not say how long.
func (d *Document) FreshFor() (time.Duration, bool) {
	var age time.Duration
	known := false
	for _, field := range d.Header.Values("Cache-Control") {
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
				age, known = time.Duration(seconds)*time.Second, true
			}
		}
	}
	if spent, err := strconv.ParseUint(d.Header.Get("Age"), 10, 31); err == nil {
		age -= time.Duration(spent) * time.Second
	}
	return max(0, age), known
}
