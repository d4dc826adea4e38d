package cli

import (
	"context"
	"io"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"godev.io/runtime/internal/gittest"
	"godev.io/runtime/internal/goproxytest"
	"godev.io/runtime/internal/report"
	"godev.io/runtime/internal/secret"
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

// followed is the first state that is told of a source which is followed.
func followed(t *testing.T, c *call, u *upstream) report.Source {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	var state report.State
	u.follow = time.Millisecond
	u.followBranch(ctx, c, func(change func(*report.State)) {
		change(&state)
		stop()
	})
	return state.Source
}

func TestNoPasswordGetsIntoWhatIsToldOfASource(t *testing.T) {
	root := t.TempDir()
	gittest.New(t, root, "shop.git", map[string]string{"go.mod": goMod})
	server := httptest.NewServer(&gittest.Server{Root: root, User: "alice", Password: "hunter2"})
	defer server.Close()
	secrets := t.TempDir()
	goproxytest.WriteFiles(t, secrets, map[string]string{"username": "alice", "password": "wrong-word"})
	var log strings.Builder
	c := &call{stderr: &log, scrubber: secret.NewScrubber(nil)}
	building := make(chan struct{})
	go func() { // as the loop and the debugger do
		defer close(building)
		for range 100 {
			_ = c.tool().Scrubber.Scrub("text")
		}
	}()

	got := followed(t, c, &upstream{repository: t.TempDir(), remote: &repositoryFlags{url: server.URL + "/shop.git", credentials: secrets}})
	<-building

	if got.Reason != "RepositoryUnauthorized" || !strings.Contains(got.Message, "no entry for alice with ***") || !strings.Contains(log.String(), got.Message) {
		t.Errorf("%+v\n%s", got, log.String())
	}
}

func TestAFollowedRepositoryThatCannotBeWrittenIsExplained(t *testing.T) {
	root := t.TempDir()
	gittest.New(t, root, "shop.git", map[string]string{"go.mod": goMod})
	server := httptest.NewServer(&gittest.Server{Root: root})
	defer server.Close()
	c := &call{stderr: io.Discard, scrubber: secret.NewScrubber(nil)}
	// the kernel lets nobody make a folder there
	got := followed(t, c, &upstream{repository: "/sys", remote: &repositoryFlags{url: server.URL + "/shop.git"}})
	if got.Reason != "WorkspaceNotWritable" || !strings.Contains(got.Message, "Set spec.securityContext.fsGroup") {
		t.Errorf("%+v", got)
	}
}

func TestAFolderIsMirroredWhileTheProgramRuns(t *testing.T) {
	operator, folder := newReceiver(t), t.TempDir()
	l := &innerLoop{address: freeAddress(t), extra: "fmt.Println(generated)"}
	goproxytest.WriteFiles(t, folder, map[string]string{"go.mod": goMod, "main.go": l.source("v0"), "api.pb.go": "package main\n\nconst generated = 1\n"})
	l.pod = newPod(t, nil, "ADDRESS="+l.address)
	code, message := l.godevd(append([]string{"source", "host", "--from=" + folder}, l.workspaceFlags()...)...)
	l.want(code, message, 0, termination.PhaseSource, "")
	l.run(append(operator.flags, "--mirror="+folder, "--exclude=*.pb.go")...)
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
