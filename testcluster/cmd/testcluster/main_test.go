package main

import (
	"context"
	"os/exec"
	"strings"
	"testing"

	"godev.io/testcluster/internal/layout"
)

func TestEnvironmentIsWhatAShellEvaluates(t *testing.T) {
	for _, state := range []string{"/var/lib/x", "/a folder/it's \"here\" $HOME"} {
		l := layout.Layout{State: state}
		text := environment(l)
		for line := range strings.Lines(text) {
			if !strings.HasPrefix(line, "export ") {
				t.Errorf("line %q is no export", line)
			}
		}
		cmd := exec.Command("/bin/sh", "-c", text+`printf '%s\n%s' "$KUBECONFIG" "$PATH"`)
		cmd.Env = []string{"PATH=/usr/bin:/bin"}
		out, err := cmd.Output()
		if want := l.Kubeconfig() + "\n" + l.Bin() + ":/usr/bin:/bin"; err != nil || string(out) != want {
			t.Errorf("got %q %v, want %q", out, err, want)
		}
	}
}

func TestMistakesAreTold(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"", "say what to do"},
		{"start", `no verb "start"`},
		{"path", "audit-log"},
		{"path nothing", "audit-log"},
		{"images --tag x", "--out"},
		{"images --tag x --out y", "--runtime"},
		{"programs", "name the modules"},
		{"programs nothing", `no module "nothing"`},
	} {
		err := run(context.Background(), strings.Fields(c.args))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v", c.args, err)
		}
	}
}
