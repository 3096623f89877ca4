package testutil_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/testutil"
)

func TestTransportRepeatsOnlyForANonceChallenge(t *testing.T) {
	const challenge = `DPoP error="use_dpop_nonce"`
	for _, tc := range []struct {
		name       string
		status     int
		challenges []string
		nonces     []string
		sent       int
	}{
		{"challenge", 401, []string{challenge}, []string{"n"}, 2},
		{"after a Bearer challenge", 401, []string{"Bearer", challenge}, []string{"n"}, 2},
		{"in one field with another", 401, []string{`Bearer realm="x", dpop algs="ES256", Error=use_dpop_nonce`},
			[]string{"n"}, 2},
		{"spaces around the equals sign", 401, []string{`DPoP  error = "use_dpop_nonce"`}, []string{"n"}, 2},
		{"before another", 401, []string{challenge + `, Bearer error="invalid_token"`}, []string{"n"}, 2},
		{"400", 400, []string{challenge}, []string{"n"}, 1},
		{"200", 200, []string{challenge}, []string{"n"}, 1},
		{"no nonce", 401, []string{challenge}, nil, 1},
		{"two nonces", 401, []string{challenge}, []string{"n", "m"}, 1},
		{"no challenge", 401, nil, []string{"n"}, 1},
		{"another error", 401, []string{`DPoP error="invalid_dpop_proof"`}, []string{"n"}, 1},
		{"error of Bearer", 401, []string{`Bearer error="use_dpop_nonce"`}, []string{"n"}, 1},
		{"error of a scheme after DPoP", 401, []string{`DPoP, Bearer error="use_dpop_nonce"`}, []string{"n"}, 1},
		{"inside a quoted text", 401, []string{`DPoP realm="\", error=use_dpop_nonce"`}, []string{"n"}, 1},
		{"another parameter", 401, []string{`DPoP x_error="use_dpop_nonce"`}, []string{"n"}, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var sent []string
			transport := &testutil.Transport{Token: "opaque", Key: new(testutil.ProofKey),
				Base: roundTrip(func(r *http.Request) *http.Response {
					_, claims, err := readProof(t, r.Header.Get("DPoP"))
					if err != nil {
						t.Error(err)
					}
					nonce, _ := claims["nonce"].(string)
					sent = append(sent, nonce)
					return reject(r, tc.status, http.Header{"Www-Authenticate": tc.challenges, "Dpop-Nonce": tc.nonces})
				})}
			resp, err := transport.RoundTrip(httptest.NewRequest("GET", "https://api.example.com/", nil))
			if err != nil || resp.StatusCode != tc.status {
				t.Fatalf("%v, %v", resp, err)
			}
			if len(sent) != tc.sent || sent[0] != "" || tc.sent == 2 && sent[1] != "n" {
				t.Errorf("sent with the nonces %q, want %d requests", sent, tc.sent)
			}
			// One nonce is remembered from every response, and several from none.
			want := ""
			if len(tc.nonces) == 1 {
				want = tc.nonces[0]
			}
			transport.RoundTrip(httptest.NewRequest("GET", "https://API.example.com:443/x", nil))
			if got := sent[tc.sent]; got != want {
				t.Errorf("then sent with the nonce %q, want %q", got, want)
			}
		})
	}
}

func FuzzNonceChallenge(f *testing.F) {
	for _, s := range []string{`DPoP error="use_dpop_nonce"`,
		`Bearer realm="a, \"b", DPoP algs="ES256", error=use_dpop_nonce`, `,,"\`, ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, field string) {
		if testutil.HasNonceError(field) && !strings.Contains(field, "use_dpop_nonce") {
			t.Errorf("%q", field)
		}
	})
}
