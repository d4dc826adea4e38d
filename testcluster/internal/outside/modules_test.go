package outside

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestModulesToTheGoCommand(t *testing.T) {
	const module = "example.com/greeting@v1.0.0"
	for _, c := range []struct {
		behaviour string
		fails     string // words of go's output; empty where it succeeds
	}{
		{Public, ""},
		{Empty, "404 Not Found"},
		{Altered, "checksum mismatch"},
		{Private, "401 Unauthorized"},
		{Forbidden, "403 Forbidden"},
		{Hidden, "404 Not Found"},
		{Broken, "503 Service Unavailable"},
	} {
		t.Run(c.behaviour, func(t *testing.T) {
			modules, err := NewModules("gopher", "secret", &lines{})
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewServer(modules)
			defer server.Close()

			output, err := download(t, server.URL+"/"+c.behaviour, module)

			if c.fails == "" && err != nil || c.fails != "" && (err == nil || !strings.Contains(output, c.fails)) {
				t.Errorf("got %v and %q, want %q", err, output, c.fails)
			}
		})
	}
}

// what go.sum has of the module as it was published
const greetingSum = `example.com/greeting v1.0.0 h1:UiZ4W6OKATfu1Y3eVrUeIUGvL5Vnbt39/zeiWj/57CI=
example.com/greeting v1.0.0/go.mod h1:y0gfICFswysbLJp+8UIQxzGQdKOF0C/bCmscxC7go2g=
`

// download has the go command fetch a module whose sum is known.
func download(t *testing.T, proxy, module string) (string, error) {
	t.Helper()
	path, version, _ := strings.Cut(module, "@")
	dir := t.TempDir()
	for name, content := range map[string]string{
		"go.mod": "module example.com/m\n\ngo 1.26\n\nrequire " + path + " " + version + "\n",
		"go.sum": greetingSum,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.Command("go", "mod", "download", "-modcacherw", module)
	command.Dir = dir
	command.Env = append(os.Environ(), "GOPROXY="+proxy, "GOSUMDB=off", "GOFLAGS=", "GOWORK=off",
		"GOMODCACHE="+filepath.Join(dir, "cache"))
	output, err := command.CombinedOutput()
	return string(output), err
}

func TestModulesWantALogin(t *testing.T) {
	modules, err := NewModules("gopher", "secret", &lines{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		behaviour, password string
		status              int
	}{
		{Private, "secret", 200},
		{Private, "wrong", 401},
		{Forbidden, "secret", 200},
		{Hidden, "secret", 200},
		{Hidden, "wrong", 404},
		{Empty, "secret", 404},
		{Public, "", 200},
	} {
		t.Run(c.behaviour+" with "+c.password, func(t *testing.T) {
			request := httptest.NewRequest("GET", "/"+c.behaviour+"/example.com/greeting/@v/list", nil)
			request.SetBasicAuth("gopher", c.password)
			answer := httptest.NewRecorder()

			modules.ServeHTTP(answer, request)

			if answer.Code != c.status {
				t.Errorf("got %d, want %d", answer.Code, c.status)
			}
		})
	}
}

func TestAnAuthorityNobodyKnows(t *testing.T) {
	ca := filepath.Join(t.TempDir(), "ca.pem")
	config, err := UntrustedTLS("127.0.0.1", ca)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.TLS = config
	server.StartTLS()
	defer server.Close()

	if _, err := http.Get(server.URL); err == nil || !strings.Contains(err.Error(), "unknown authority") {
		t.Errorf("got %v, want an unknown authority", err)
	}
	if content, err := os.ReadFile(ca); err != nil || !strings.HasPrefix(string(content), "-----BEGIN CERTIFICATE-----") {
		t.Errorf("the authority's certificate: %v, %q", err, content)
	}
}
