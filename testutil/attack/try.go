package attack

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
)

// try makes the attempt and returns what is wrong with the response, the worst
// first.
func (h *harness) try(a *attempt) []finding {
	h.mu.Lock()
	defer h.mu.Unlock()
	var found []finding
	note := func(f *finding) {
		if f != nil {
			found = append(found, *f)
		}
	}
	if a.before != nil {
		note(a.before())
	}
	var r *response
	if a.outer == nil {
		r = h.send(a.change)
	} else if r = h.sendWithin(a.outer, a.change); r == nil {
		note(&finding{rejectedGood, "the API rejects the good token of the outer request", ""})
		return found
	}
	found = append(found, judge(a, r, h.Target)...)
	if a.after != nil {
		note(a.after(r))
	}
	slices.SortStableFunc(found, func(a, b finding) int { return cmp.Compare(a.class, b.class) })
	return found
}

// send sends a request to the API. change makes it of one without a token.
func (h *harness) send(change func(*http.Request)) *response {
	if h.api == nil {
		h.api = h.API(h.issuer, http.HandlerFunc(h.handler))
	}
	r := h.request()
	change(r)
	w := httptest.NewRecorder()
	ran, asked := h.ran.Load(), h.requestsElsewhere()
	panicked := serve(h.api, w, r)
	result := w.Result()
	return &response{
		status: result.StatusCode, header: result.Header, body: w.Body.String(), panicked: panicked,
		ran: h.ran.Load() != ran, asked: h.requestsElsewhere() != asked,
	}
}

// sendToken is send for a request with a token.
func (h *harness) sendToken(token string) *response { return h.send(bearing(token)) }

// sendWithin is send for a request that the handler makes while it serves the one that
// outer makes. It returns nil if the API does not serve that one.
func (h *harness) sendWithin(outer, change func(*http.Request)) (r *response) {
	within := func(ctx context.Context) {
		r = h.send(func(inner *http.Request) {
			*inner = *inner.WithContext(ctx)
			change(inner)
		})
	}
	h.within.Store(&within)
	h.send(outer)
	h.within.Store(nil)
	return r
}

// expectServed sends a good token, which must be admitted.
func (h *harness) expectServed(token string) *finding {
	if r := h.sendToken(token); r.status != 200 {
		return &finding{misbehaved, "the API rejects the good token that prepares the case",
			fmt.Sprintf("status %d", r.status)}
	}
	return nil
}

// handler is the handler behind the API's guard.
func (h *harness) handler(w http.ResponseWriter, r *http.Request) {
	h.ran.Add(1)
	if within := h.within.Swap(nil); within != nil {
		(*within)(r.Context())
	}
	_, _ = w.Write([]byte("served"))
}

// requestsElsewhere counts requests to the other issuer.
func (h *harness) requestsElsewhere() int {
	return h.otherIssuer.Fetches() + h.otherIssuer.TokenRequests()
}

// request returns a request to the API as a server receives it, without a token.
func (h *harness) request() *http.Request {
	u, err := url.ParseRequestURI(h.Path)
	if err != nil {
		panic("attack: Target.Path: " + err.Error())
	}
	r, err := http.NewRequest(h.Method, "/", http.NoBody)
	if err != nil {
		panic("attack: Target.Method: " + err.Error())
	}
	r.URL, r.RequestURI, r.Host, r.RemoteAddr = u, h.Path, "api.example.com", "192.0.2.1:1234"
	r.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, HandshakeComplete: true, ServerName: r.Host}
	return r
}

// serve has h serve r, and returns what it panicked with.
func serve(h http.Handler, w http.ResponseWriter, r *http.Request) (panicked any) {
	defer func() { panicked = recover() }()
	h.ServeHTTP(w, r)
	return nil
}
