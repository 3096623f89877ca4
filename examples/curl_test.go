package examples_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// tokenLine matches the first printed command, which needs a shell, curl and sed.
var tokenLine = regexp.MustCompile(`^TOKEN=\$\(curl (.*) \| sed -n '(s/[^']*/p)'\)$`)

// throughShell runs the printed commands in a shell and returns the body of the
// response.
func (p *program) throughShell(t *testing.T) string {
	t.Helper()
	for _, tool := range []string{"sh", "curl", "sed"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed: the printed commands were only sent by an http.Client", tool)
		}
	}
	out, err := exec.CommandContext(t.Context(), "sh", "-c", strings.Join(p.lines, "\n")).Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// token sends the request of the printed command with an http.Client and returns
// the token. The parameters are added to the form.
func (p *program) token(t *testing.T, parameters ...string) string {
	t.Helper()
	printed := tokenLine.FindStringSubmatch(p.lines[0])
	if printed == nil {
		t.Fatalf("the first line is %q", p.lines[0])
	}
	got := do(t, curlRequest(t, words(t, printed[1]), parameters))
	if got.status != http.StatusOK {
		t.Fatalf("the token endpoint responds with %d %s", got.status, got.body)
	}
	var body struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(got.body), &body); err != nil || body.AccessToken == "" {
		t.Fatalf("the token endpoint responds with %s, %v", got.body, err)
	}
	return body.AccessToken
}

// curlRequest returns the request that curl sends for these arguments. It knows the
// options that the documents of the supported systems use.
func curlRequest(t *testing.T, args, form []string) *http.Request {
	t.Helper()
	method, target, user := http.MethodPost, "", ""
	header := http.Header{}
	for i := 0; i < len(args); i++ {
		option := args[i]
		if !strings.HasPrefix(option, "-") {
			target = option
			continue
		}
		if option == "-s" || option == "--location" {
			continue
		}
		if i++; i == len(args) {
			t.Fatalf("curl: nothing after %s", option)
		}
		switch value := args[i]; option {
		case "-X", "--request":
			method = value
		case "-H", "--header":
			name, text, _ := strings.Cut(value, ":")
			header.Add(name, strings.TrimSpace(text))
		case "-u", "--user":
			user = value
		case "-d", "--data":
			form = append(form, value)
		case "--data-urlencode":
			name, text, _ := strings.Cut(value, "=")
			form = append(form, name+"="+url.QueryEscape(text))
		default:
			t.Fatalf("curl: unknown option %s", option)
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(strings.Join(form, "&")))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = header
	if r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if name, password, found := strings.Cut(user, ":"); found {
		r.SetBasicAuth(name, password)
	}
	if host := r.Header.Get("Host"); host != "" && host != r.URL.Host {
		t.Errorf("curl: Host is %s, the URL's is %s", host, r.URL.Host)
	}
	return r
}

// words returns the words of a command without expansions, as a POSIX shell
// reads them.
func words(t *testing.T, line string) (all []string) {
	t.Helper()
	var word strings.Builder
	quoted, begun := false, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\'':
			quoted, begun = !quoted, true
		case quoted:
			word.WriteByte(c)
		case c == ' ':
			if begun {
				all = append(all, word.String())
			}
			word.Reset()
			begun = false
		case c == '\\' && i+1 < len(line):
			i++
			word.WriteByte(line[i])
			begun = true
		case strings.IndexByte("$`\"|&;<>()*?[#~{}", c) >= 0:
			t.Fatalf("a shell expands the %q in %s", c, line)
		default:
			word.WriteByte(c)
			begun = true
		}
	}
	if quoted {
		t.Fatalf("an open quote in %s", line)
	}
	if begun {
		all = append(all, word.String())
	}
	return all
}
