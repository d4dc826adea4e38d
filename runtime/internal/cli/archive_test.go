package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godev.io/runtime/internal/goproxytest"
	"godev.io/runtime/internal/termination"
)

func TestAnArchiveFromWorkspaceToWorkspace(t *testing.T) {
	// Given
	p, archive, after := newPod(t, nil), t.TempDir(), t.TempDir()
	goproxytest.WriteFiles(t, p.workspace, map[string]string{"go.mod": "module example.com/a\n", "main.go": "package main\n"})

	// When
	code, message := p.godevd(append([]string{"archive", "--to", archive, "--environment", "shop"}, p.workspaceFlags()...)...)

	// Then
	p.want(code, message, 0, termination.PhaseArchive, "")
	if !strings.HasPrefix(message.Detail, "2 files, ") {
		t.Errorf("detail: %s", message.Detail)
	}
	p.workspace = after
	code, message = p.godevd(append([]string{"source", "archive", "--from", archive}, p.workspaceFlags()...)...)
	p.want(code, message, 0, termination.PhaseSource, "")
	if content, err := os.ReadFile(filepath.Join(after, "main.go")); err != nil || string(content) != "package main\n" {
		t.Errorf("restored: %q, %v", content, err)
	}
}

func TestAnArchiveThatCannotBeWrittenFails(t *testing.T) {
	// Given
	p := newPod(t, nil)

	// When
	code, message := p.godevd(append([]string{"archive", "--to", filepath.Join(t.TempDir(), "none")}, p.workspaceFlags()...)...)

	// Then
	p.want(code, message, 1, termination.PhaseArchive, termination.ArchiveFailed)
}
