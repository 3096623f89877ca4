package testutil_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/testutil"
)

func TestFail(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{CacheControl: "max-age=60"})
	const good = "grant_type=client_credentials&client_id=demo-client&client_secret=demo-secret"
	token := func() int { return post(t, i, good, nil).status }
	fetch := func(url string) (int, string, http.Header) {
		resp, err := http.Get(url)
		if err != nil {
			return 0, err.Error(), nil
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(body), resp.Header
	}
	for _, tc := range []struct {
		name                  string
		fault                 testutil.Fault
		metadata, keys, token int // 0: no answer
		body                  string
	}{
		{"nothing", testutil.Fault{}, 200, 200, 200, ""},
		{"all", testutil.Fault{Status: 500}, 500, 500, 500, ""},
		{"keys", testutil.Fault{Keys: true, Status: 429, Header: http.Header{"Retry-After": {"7"}}}, 200,
			429, 200, ""},
		{"two of three", testutil.Fault{Keys: true, Metadata: true, Status: 404, Body: []byte("gone")}, 404, 404,
			200, "gone"},
		{"path", testutil.Fault{Path: "/.well-known/", Status: 503}, 503, 200, 200, ""},
		{"HTML", testutil.Fault{Body: []byte("<html>")}, 200, 200, 200, "<html>"},
		{"empty", testutil.Fault{Metadata: true, Keys: true, Body: []byte{}}, 200, 200, 200, "empty"},
		{"redirect", testutil.Fault{Keys: true, Status: 302, Header: http.Header{"location": {"/token"}}}, 200,
			405, 200, ""},
		{"drop", testutil.Fault{Metadata: true, Keys: true, Drop: true}, 0, 0, 200, ""},
		{"header only", testutil.Fault{Header: http.Header{"X-Test": {"1"}}}, 200, 200, 200, ""},
		{"short delay", testutil.Fault{Delay: time.Nanosecond, Status: 500}, 500, 500, 500, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			i.Fail(tc.fault)
			status, body, header := fetch(i.MetadataURL())
			if status != tc.metadata || tc.body == "<html>" && body != tc.body || tc.body == "empty" && body != "" {
				t.Errorf("metadata: %d %s, want %d", status, body, tc.metadata)
			}
			for name, values := range tc.fault.Header {
				if tc.metadata == 200 && !tc.fault.Keys && !tc.fault.Metadata && header.Get(name) != values[0] {
					t.Errorf("header %v, want %v", header, tc.fault.Header)
				}
			}
			if status, body, _ := fetch(i.JWKSURL()); status != tc.keys || tc.body == "<html>" && body != tc.body {
				t.Errorf("keys: %d %s, want %d", status, body, tc.keys)
			}
			if status := token(); status != tc.token {
				t.Errorf("token: %d, want %d", status, tc.token)
			}
			i.Recover()
			if status, _, header := fetch(i.JWKSURL()); status != 200 || header.Get("Cache-Control") != "max-age=60" {
				t.Errorf("after Recover: %d %v", status, header)
			}
		})
	}
}

// Failed requests count, and those of other paths do not.
func TestRequests(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{InProcess: true})
	client := &http.Client{Transport: i}
	i.Fail(testutil.Fault{Status: 500})
	for url, n := range map[string]int{i.MetadataURL(): 1, i.JWKSURL(): 2, i.TokenURL(): 3,
		i.URL() + "/elsewhere": 4} {
		for range n {
			resp, err := client.Get(url)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
		}
	}
	m, k, n := i.MetadataRequests(), i.KeyRequests(), i.TokenRequests()
	if m != 1 || k != 2 || n != 3 || i.Fetches() != 3 {
		t.Errorf("counted %d, %d, %d, Fetches %d", m, k, n, i.Fetches())
	}
}

// hold starts a server in front of i that tells when a request has begun and
// when it has ended.
func hold(t *testing.T, i *testutil.Issuer) (url string, began, ended chan bool) {
	began, ended = make(chan bool, 1), make(chan bool, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began <- true
		defer func() { ended <- true }()
		i.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL, began, ended
}

func TestStall(t *testing.T) {
	t.Run("client leaves", func(t *testing.T) {
		i := testutil.NewIssuer(t, testutil.Options{})
		i.Stall()
		url, began, ended := hold(t, i)
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			ctx, cancel := context.WithCancel(t.Context())
			req, _ := http.NewRequestWithContext(ctx, method, url+"/token",
				strings.NewReader("grant_type=client_credentials"))
			go func() {
				<-began
				cancel()
			}()
			if _, err := http.DefaultClient.Do(req); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", method, err)
			}
			<-ended
		}
	})
	t.Run("close", func(t *testing.T) {
		i := testutil.NewIssuer(t, testutil.Options{})
		i.Stall()
		url, began, ended := hold(t, i)
		go func() {
			<-began
			i.Close()
		}()
		if resp, err := http.Get(url + "/jwks"); err == nil {
			t.Errorf("answered %s", resp.Status)
		}
		<-ended
	})
	t.Run("release", func(t *testing.T) {
		i := testutil.NewIssuer(t, testutil.Options{})
		release := i.Stall()
		i.Fail(testutil.Fault{Status: 500}) // comes second, so the stall applies
		url, began, _ := hold(t, i)
		go func() {
			<-began
			release()
			release() // again does nothing
		}()
		resp, err := http.Post(url+"/token", "application/x-www-form-urlencoded",
			strings.NewReader("grant_type=client_credentials&client_id=demo-client&client_secret=demo-secret"))
		if err != nil || resp.StatusCode != 200 {
			t.Fatalf("%v %v", resp, err)
		}
		if resp, err := http.Get(i.JWKSURL()); err != nil || resp.StatusCode != 500 {
			t.Errorf("the other fault is gone: %v %v", resp, err)
		}
	})
}

// In process the server runs on a bubble's clock, and leaves nothing behind.
func TestInProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := testutil.NewIssuer(t, testutil.Options{InProcess: true, Path: "/realms/acme", Keys: []string{"ES256"}})
		client := &http.Client{Transport: i, Timeout: time.Minute}
		start := time.Now()
		fetch := func(url string) error {
			resp, err := client.Get(url)
			if err == nil {
				io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
			}
			return err
		}
		if i.URL() != "http://127.0.0.1:80/realms/acme" || fetch(i.JWKSURL()) != nil ||
			fetch(i.MetadataURL()) != nil {
			t.Errorf("URL %s, %d fetches", i.URL(), i.Fetches())
		}
		_, claims := verify(t, i.JWKS(), i.Mint(nil))
		if claims["iat"] != float64(start.Unix()) {
			t.Errorf("iat %v, want %v", claims["iat"], start.Unix())
		}

		i.Fail(testutil.Fault{Delay: 30 * time.Second})
		if err := fetch(i.JWKSURL()); err != nil || time.Since(start) != 30*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		i.Recover()
		i.Stall()
		if err := fetch(i.JWKSURL()); err == nil || time.Since(start) != 90*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		i.Recover()

		i.Fail(testutil.Fault{Drop: true})
		if err := fetch(i.JWKSURL()); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("drop: %v", err)
		}
		i.Recover()
		i.Down()
		if err := fetch(i.JWKSURL()); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("down: %v", err)
		}
		i.Up()
		if err := fetch(i.JWKSURL()); err != nil {
			t.Errorf("up: %v", err)
		}
		if err := fetch("http://127.0.0.2:80/jwks"); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("another host: %v", err)
		}

		i.Stall()
		go func() {
			synctest.Wait()
			i.Close()
		}()
		if err := fetch(i.JWKSURL()); err == nil {
			t.Error("a stalled request outlives Close")
		}
	})
}

// slowWriter is an answer that its reader takes only when told to.
type slowWriter struct {
	http.ResponseWriter
	take chan bool
}

func (w slowWriter) Write(b []byte) (int, error) {
	<-w.take
	return w.ResponseWriter.Write(b)
}

// Close comes back only when all requests are over.
func TestCloseWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := testutil.NewIssuer(t, testutil.Options{InProcess: true, Keys: []string{"EdDSA"}})
		w := slowWriter{httptest.NewRecorder(), make(chan bool)}
		go i.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/jwks", nil))
		synctest.Wait()
		closed := make(chan bool)
		go func() {
			i.Close()
			close(closed)
		}()
		synctest.Wait()
		select {
		case <-closed:
			t.Error("closed before the answer was taken")
		default:
		}
		w.take <- true
		<-closed
	})
}

// Between Down and Up connections are refused, kept ones too; the address and
// the keys stay.
func TestDown(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{})
	before := string(get(t, i.JWKSURL()))
	i.Down()
	i.Down()
	if _, err := http.Get(i.JWKSURL()); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("down: %v", err)
	}
	token := i.Mint(nil)
	if err := i.Up(); err != nil {
		t.Fatal(err)
	}
	if err := i.Up(); err != nil {
		t.Fatal(err)
	}
	if after := get(t, i.JWKSURL()); string(after) != before {
		t.Error("other keys after Up")
	}
	verify(t, i.JWKS(), token)
	i.Close()
	i.Close()
	if err := i.Up(); err != nil {
		t.Errorf("Up after Close: %v", err)
	}
	if _, err := http.Get(i.JWKSURL()); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("closed: %v", err)
	}
}
