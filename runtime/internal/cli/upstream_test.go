package cli

import (
	"net/http/httptest"
	"os"
	"testing"

	"godev.io/runtime/internal/gittest"
	"godev.io/runtime/internal/goproxytest"
	"godev.io/runtime/internal/report"
	"godev.io/runtime/internal/termination"
)

func TestABranchIsFollowedAndAnEditIsNotOverwritten(t *testing.T) {
	// Given
	root, operator := t.TempDir(), newReceiver(t)
	l := &innerLoop{address: freeAddress(t)}
	remote := gittest.New(t, root, "shop.git", map[string]string{"go.mod": goMod, "main.go": l.source("v0")})
	server := httptest.NewServer(&gittest.Server{Root: root})
	t.Cleanup(server.Close)
	l.pod = newPod(t, nil, "ADDRESS="+l.address)
	from := []string{"--url=" + server.URL + "/shop.git", "--ref=main"}
	code, message := l.godevd(append(append([]string{"source", "git"}, from...), l.workspaceFlags()...)...)
	l.want(code, message, 0, termination.PhaseSource, "")
	l.run(append(append(from, operator.flags...), "--follow=1s", "--repository="+l.workspace)...)
	l.serves("v0")

	// When, then
	commit := remote.Commit(map[string]string{"main.go": l.source("v1")})
	l.serves("v1")
	operator.until("the commit", func(s report.State) bool { return s.Source.State == "Current" && s.Source.Commit == commit })

	l.save("main.go", l.source("mine"))
	l.serves("mine")
	remote.Commit(map[string]string{"main.go": l.source("v2")})
	state := operator.until("the edit", func(s report.State) bool { return s.Source.State == "LocalEdits" })
	if state.Source.Commit != commit || state.Source.Reason != "LocalEdits" || state.Source.Message == "" {
		t.Errorf("%+v", state.Source)
	}
	l.serves("mine")

	l.save("main.go", l.source("v1")) // as git checkout does
	l.serves("v2")

	server.Close()
	operator.until("the failure", func(s report.State) bool {
		return s.Source.State == "Failed" && s.Source.Reason == "RepositoryUnreachable"
	})
	l.serves("v2")
}

func TestAFolderIsMirroredWhileTheProgramRuns(t *testing.T) {
	operator, folder := newReceiver(t), t.TempDir()
	l := &innerLoop{address: freeAddress(t)}
	goproxytest.WriteFiles(t, folder, map[string]string{"go.mod": goMod, "main.go": l.source("v0")})
	l.pod = newPod(t, nil, "ADDRESS="+l.address)
	code, message := l.godevd(append([]string{"source", "host", "--from=" + folder}, l.workspaceFlags()...)...)
	l.want(code, message, 0, termination.PhaseSource, "")
	l.run(append(operator.flags, "--mirror="+folder)...)
	l.serves("v0")

	goproxytest.WriteFiles(t, folder, map[string]string{"main.go": l.source("v1")})
	l.serves("v1")

	if err := os.Remove(folder + "/go.mod"); err != nil {
		t.Fatal(err)
	}
	operator.until("the failure", func(s report.State) bool {
		return s.Source.State == "Failed" && s.Source.Reason == "GoModMissing"
	})
	l.serves("v1")
}
