package secret

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"godev.io/runtime/internal/envvars"
)

func TestScrub(t *testing.T) {
	netrc := filepath.Join(t.TempDir(), "netrc")
	content := "machine git.example.com login alice password hunter2\nmachine b login ghp_0123456789abcdef password x-oauth-basic\n"
	if err := os.WriteFile(netrc, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	scrubber := NewScrubber(envvars.Vars{
		"NETRC=" + netrc,
		"GOPROXY=https://bob:pa/ss@proxy.example.com,direct",
		"HTTPS_PROXY=http://carol:p%40ss@10.0.0.1:3128",
	})
	tests := []struct{ in, want string }{
		{"Get https://u:p@host/x: EOF", "Get https://host/x: EOF"},
		{"Get https://u:p@q@host/x", "Get https://host/x"},
		{"Get https://token@host/x", "Get https://host/x"},
		{`"https://u:xxxxx@h/a/@v/v1.mod" and "https://h/example.com/a@v1.0.0"`, `"https://h/a/@v/v1.mod" and "https://h/example.com/a@v1.0.0"`},
		{"example.com/dep@v1.0.0: reading http://h/example.com/dep/@v/v1.info", "example.com/dep@v1.0.0: reading http://h/example.com/dep/@v/v1.info"},
		{`parse "https://bob:pa/ss@proxy.example.com": invalid port ":pa"`, `parse "https://***@proxy.example.com": invalid port ":pa"`},
		{"git said hunter2 to alice", "git said *** to alice"},
		{"token ghp_0123456789abcdef", "token ***"},
		{"proxy password p@ss or p%40ss", "proxy password *** or ***"},
	}
	for _, test := range tests {
		got := scrubber.Scrub(test.in)
		if got != test.want && got != strings.ReplaceAll(test.want, "://***@", "://") {
			t.Errorf("Scrub(%q) = %q, want %q", test.in, got, test.want)
		}
	}
}

func TestWriterScrubsASecretThatArrivesInPieces(t *testing.T) {
	var out strings.Builder
	w := (&Scrubber{}).Writer(&out)
	for _, piece := range []string{"one https://us", "er:pass", "@host/x\ntwo ", "https://a:b@c/"} {
		if _, err := w.Write([]byte(piece)); err != nil {
			t.Fatal(err)
		}
	}
	if got := out.String(); got != "one https://host/x\n" {
		t.Errorf("got %q", got)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); got != "one https://host/x\ntwo https://c/" {
		t.Errorf("got %q", got)
	}
}

func TestASecretMayBecomeKnownWhileOthersScrub(t *testing.T) {
	scrubber := &Scrubber{}
	scrub := scrubber.Scrub // as a report's client holds it
	var out strings.Builder
	w := scrubber.Writer(&out)
	var adding sync.WaitGroup
	for range 4 {
		adding.Go(func() { scrubber.Add("hunter2", "hunter22") })
		adding.Go(func() { scrub("hunter2") })
	}
	adding.Wait()
	if got := scrub("hunter22, hunter2"); got != "***, ***" {
		t.Errorf("got %q", got)
	}
	if _, err := w.Write([]byte("hunter2\n")); err != nil || out.String() != "***\n" {
		t.Errorf("got %q, %v", out.String(), err)
	}
}
